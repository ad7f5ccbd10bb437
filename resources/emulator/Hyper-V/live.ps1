# Live objects: a VM or a checkpoint that a script holds tells what is so now, not what was so when it was read (fact 147).

# Hyper-V.types.ps1xml says which properties are read again; the others come along whenever one of these is.
$LiveReaders = @{ 'VirtualMachine' = 'Get-VM'; 'VMSnapshot' = 'Get-VMSnapshot' }
# What is shown in a table would otherwise be asked for once in each cell: so an object that was read this long ago is not read again.
$LiveForMs = 100
# When each object was last read, and how many changes its runspace had made by then.
$LiveReadings = [System.Runtime.CompilerServices.ConditionalWeakTable[object, object]]::new()

# Lets the properties of this runspace find the way here: their scripts belong to no module.
function Enable-LiveProperty {
    $id = [runspace]::DefaultRunspace.InstanceId
    [AppDomain]::CurrentDomain.SetData("HVTree.Live.$id", { param($One) Update-LiveObject $One })
    [AppDomain]::CurrentDomain.SetData("HVTree.Part.$id", { param($One, $Cmdlet, $More) Get-Part $One $Cmdlet $More })
}

# Returns the objects of an answer, and remembers that they have just been read.
function ConvertTo-LiveObject {
    param($Reply)
    $objects = ConvertFrom-Reply $Reply $Types
    if ($Reply.type -eq 'VMCompatibilityReport') { foreach ($one in $objects) { Complete-Report $one } }
    if ($LiveReaders.ContainsKey("$($Reply.type)")) { Set-LiveReading $objects }
    return , $objects
}

# Notes when objects were read, and how much had been changed by then. There may be thousands.
function Set-LiveReading {
    param($Objects)
    $reading = @{ At = [Environment]::TickCount64; Changes = $Link.Changes }
    foreach ($one in $Objects) { $LiveReadings.AddOrUpdate($one, $reading) }
}

# Reads an object again, unless that was just done and nothing was changed here since.
function Update-LiveObject {
    param($One)
    $one = $One.PSObject.BaseObject
    $reading = $null
    if ($LiveReadings.TryGetValue($one, [ref] $reading) -and $reading.Changes -eq $Link.Changes -and
        [Environment]::TickCount64 - $reading.At -lt $LiveForMs) { return }
    $type = $one.GetType()
    $cmdlet = $LiveReaders[$type.Name]
    $reply = Get-Reply $null @{ cmdlet = $cmdlet; for = $cmdlet; parameters = @{ Id = $one.Id.ToString() } }
    $now = ConvertFrom-Reply $reply $Types
    Set-LiveReading $one
    if ($now.Count -eq 1) {
        foreach ($field in $type.GetFields()) { $field.SetValue($one, $field.GetValue($now[0])) }
    } elseif ($reply.errors.Count -gt 0 -and $reply.errors[0].category -ne 'PermissionDenied') {
        $one.PSBase.IsDeleted = $true
    }
}
