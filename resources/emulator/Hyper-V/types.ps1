# Types: what is declared as tables becomes real .NET types, so that parameters bind and enums compare as the real ones do.

# Makes the types and enums of one library, once in a process; returns them by their short names.
function Add-DeclaredType {
    param([string] $Library, $Types, $Enums = @{})
    $domain = [AppDomain]::CurrentDomain
    $isMine = $false
    try {
        [System.Threading.Monitor]::Enter($domain, [ref] $isMine) # runspaces may import side by side
        $made = $domain.GetData($Library)
        if ($null -eq $made) {
            $made = New-DeclaredType $Library $Types $Enums
            $domain.SetData($Library, $made)
        }
        return $made
    } finally {
        if ($isMine) { [System.Threading.Monitor]::Exit($domain) }
    }
}

function New-DeclaredType {
    param([string] $Library, $Types, $Enums)
    $assembly = [System.Reflection.Emit.AssemblyBuilder]::DefineDynamicAssembly(
        [System.Reflection.AssemblyName] $Library, [System.Reflection.Emit.AssemblyBuilderAccess]::Run)
    $module = $assembly.DefineDynamicModule($Library)
    $made, $known = @{}, @{}
    foreach ($name in $Enums.Keys) { $made[$name] = New-DeclaredEnum $module $Enums[$name] }
    $drafts = [ordered] @{}
    foreach ($name in $Types.Keys) {
        $base = if ($Types[$name].Base) { $drafts[$Types[$name].Base] } else { [object] }
        $drafts[$name] = $module.DefineType($Types[$name].Name, 'Public, Class', $base)
    }
    foreach ($name in $Types.Keys) {
        $fields = Add-DeclaredField $drafts[$name] $Types[$name].Properties $drafts $made
        $known[$name] = $fields
        if ($Types[$name].Base) { $known[$name] = $known[$Types[$name].Base] + $fields }
        if ($DeclaredTexts[$name]) { Add-DeclaredText $drafts[$name] $DeclaredTexts[$name] $known[$name] }
    }
    foreach ($name in $drafts.Keys) { $made[$name] = $drafts[$name].CreateType() }
    return $made
}

function New-DeclaredEnum {
    param($Module, $Declared)
    $draft = $Module.DefineEnum($Declared.Name, 'Public', [int])
    foreach ($name in $Declared.Values.Keys) { $null = $draft.DefineLiteral($name, [int] $Declared.Values[$name]) }
    return $draft.CreateType()
}

# Properties are public fields: PowerShell shows them as properties, and they are made in a tenth of the time. Returns them by name.
function Add-DeclaredField {
    param($Draft, $Properties, $Drafts, $Made)
    $fields = @{}
    foreach ($name in $Properties.Keys) {
        $fields[$name] = $Draft.DefineField($name, (Resolve-DeclaredType $Properties[$name] $Drafts $Made), 'Public')
    }
    return $fields
}

# What objects are as text (fact 163): a format, and the properties that it takes.
$DeclaredTexts = @{
    'VirtualMachine' = "VirtualMachine (Name = '{0}') [Id = '{1}']", 'Name', 'Id'
    'VMNetworkAdapterBase' = "VMNetworkAdapter (Name = '{0}', VMName = '{1}') [VMId = '{2}']", 'Name', 'VMName', 'VMId'
    'VMCompatibilityError' = '{0}', 'MessageId'
}

function Add-DeclaredText {
    param($Draft, [object[]] $Text, $Fields)
    $code = $Draft.DefineMethod('ToString', 'Public, Virtual, HideBySig', [string], [type[]] @()).GetILGenerator()
    $op = [System.Reflection.Emit.OpCodes]
    $code.Emit($op::Ldstr, [string] $Text[0])
    foreach ($name in $Text[1..9]) {
        $field = $Fields[$name]
        $code.Emit($op::Ldarg_0)
        $code.Emit($op::Ldfld, $field)
        if ($field.FieldType.IsValueType) { $code.Emit($op::Box, $field.FieldType) }
    }
    $values = [type[]] (@([string]) + @([object]) * ($Text.Count - 1))
    $code.Emit($op::Call, [string].GetMethod('Format', $values))
    $code.Emit($op::Ret)
}

# Returns the type of a short word such as `guid?` or `HardDiskDrive[]`.
function Resolve-DeclaredType {
    param([string] $Word, $Drafts, $Made)
    if ($Word.EndsWith('[]')) {
        return (Resolve-DeclaredType $Word.Substring(0, $Word.Length - 2) $Drafts $Made).MakeArrayType()
    }
    if ($Word.EndsWith('?')) {
        return [Nullable`1].MakeGenericType((Resolve-DeclaredType $Word.TrimEnd('?') $Drafts $Made))
    }
    if ($Drafts.Contains($Word)) { return $Drafts[$Word] }
    if ($Made.ContainsKey($Word)) { return $Made[$Word] }
    return [type] $Word # one of .NET's, perhaps by PowerShell's short name
}

# Makes the exception of the module: a type of its own, because its name is part of every error record.
function Get-VirtualizationExceptionType {
    $name = 'Microsoft.HyperV.PowerShell.VirtualizationException'
    $domain = [AppDomain]::CurrentDomain
    if ($null -eq $domain.GetData($name)) {
        $assembly = [System.Reflection.Emit.AssemblyBuilder]::DefineDynamicAssembly(
            [System.Reflection.AssemblyName] $name, [System.Reflection.Emit.AssemblyBuilderAccess]::Run)
        $draft = $assembly.DefineDynamicModule($name).DefineType($name, 'Public, Class', [System.Exception])
        $code = $draft.DefineConstructor('Public', 'Standard', [type[]] @([string])).GetILGenerator()
        $code.Emit([System.Reflection.Emit.OpCodes]::Ldarg_0)
        $code.Emit([System.Reflection.Emit.OpCodes]::Ldarg_1)
        $code.Emit([System.Reflection.Emit.OpCodes]::Call, [System.Exception].GetConstructor([type[]] @([string])))
        $code.Emit([System.Reflection.Emit.OpCodes]::Ret)
        $domain.SetData($name, $draft.CreateType())
    }
    return $domain.GetData($name)
}
