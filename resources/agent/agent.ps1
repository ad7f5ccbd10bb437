# HVTree's agent: answers HVTree's requests on a host, one JSON object per line (hvtree/hosts/messages.py).
#
# It is started with a reader of standard input and a writer of standard output, runs on Windows PowerShell 5.1 and on
# PowerShell 7, and ends with its input, by the request "exit", or when nothing has come for $IdleMinutes minutes.
# What a request says is data: verbs are looked up in a table, values are passed as parameters, nothing is ever run as
# PowerShell source. This first version knows the greeting, the self-test and the Hyper-V module; it answers every
# other verb with an error.
param([IO.StreamReader] $Reader, [IO.StreamWriter] $Writer)

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$WarningPreference = 'SilentlyContinue'

$Marker = '#hvtree#'
$ProtocolVersion = 1
$AgentName = 'agent.ps1 1'
$ZipAbove = 32KB
$IdleMinutes = 5
$Remembered = 200

$Utf8 = New-Object Text.UTF8Encoding $false
$State = @{ IsOpen = $true }
$Answered = @{}                                       # id -> line of its answer, so that a repeat gets the first one
$AnsweredIds = [Collections.ArrayList] @()

function ConvertTo-Zipped([string] $Text) {
    $packed = New-Object IO.MemoryStream
    $zip = New-Object IO.Compression.GZipStream $packed, ([IO.Compression.CompressionMode]::Compress)
    $bytes = $Utf8.GetBytes($Text)
    $zip.Write($bytes, 0, $bytes.Length)
    $zip.Dispose()
    '{"z":"' + [Convert]::ToBase64String($packed.ToArray()) + '"}'
}

function ConvertFrom-Zipped([string] $Base64) {
    $packed = New-Object IO.MemoryStream (, [Convert]::FromBase64String($Base64))
    $zip = New-Object IO.Compression.GZipStream $packed, ([IO.Compression.CompressionMode]::Decompress)
    (New-Object IO.StreamReader $zip, $Utf8).ReadToEnd()
}

function ConvertTo-Line($Message) {
    $json = ConvertTo-Json -InputObject $Message -Compress -Depth 10
    if ($Utf8.GetByteCount($json) -gt $ZipAbove) { $json = ConvertTo-Zipped $json }
    $Marker + $json
}

function Send-Line([string] $Line) {
    $Writer.WriteLine($Line)
    $Writer.Flush()
}

function Send-Event([string] $Name, $Data) {
    Send-Line (ConvertTo-Line @{ ev = $Name; data = $Data })
}

function Send-Answer([string] $Id, $Message) {
    $Message['id'] = $Id
    $line = ConvertTo-Line $Message
    $Answered[$Id] = $line
    [void] $AnsweredIds.Add($Id)
    if ($AnsweredIds.Count -gt $Remembered) {
        $Answered.Remove($AnsweredIds[0])
        $AnsweredIds.RemoveAt(0)
    }
    Send-Line $line
}

function New-ErrorMessage([string] $Text, [string] $Category, [string] $Fqid, [string] $Target) {
    @{ error = @{ message = $Text; category = $Category; fqid = $Fqid; target = $Target } }
}

function ConvertFrom-ErrorRecord([Management.Automation.ErrorRecord] $Record) {
    $record = @{
        message  = [string] $Record.Exception.Message
        category = [string] $Record.CategoryInfo.Category
        fqid     = [string] $Record.FullyQualifiedErrorId
        hresult  = $Record.Exception.HResult
        target   = [string] $Record.TargetObject
    }
    @{ error = $record }
}

function Get-Argument($Request, [string] $Name) {
    $arguments = $Request.PSObject.Properties['args']
    if ($null -eq $arguments) { return $null }
    $value = $arguments.Value.PSObject.Properties[$Name]
    if ($null -eq $value) { return $null }
    $value.Value
}

function Get-UtcNow {
    [DateTime]::UtcNow.ToString('o', [Globalization.CultureInfo]::InvariantCulture)
}

function Test-IsAdministrator {
    if ([Environment]::OSVersion.Platform -ne [PlatformID]::Win32NT) { return $true }
    $me = New-Object Security.Principal.WindowsPrincipal ([Security.Principal.WindowsIdentity]::GetCurrent())
    $me.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)
}

function Get-HostFact {
    $found = @(Get-Module -ListAvailable -Name Hyper-V)
    if ($found.Count -gt 0) { Import-Module -Name Hyper-V -DisableNameChecking }
    $module = Get-Module -Name Hyper-V
    @{
        host             = [Environment]::MachineName
        has_module       = $null -ne $module
        module           = if ($null -ne $module) { [string] $module.Version } else { '' }
        os               = [string] [Environment]::OSVersion.Version
        culture          = [Globalization.CultureInfo]::CurrentUICulture.Name
        is_administrator = [bool] (Test-IsAdministrator)
        time             = Get-UtcNow
    }
}

$Verbs = @{
    'ping'        = { @{ time = Get-UtcNow } }
    'echo'        = { param($Request) @{ text = [string] (Get-Argument $Request 'text') } }
    'emit'        = { param($Request) Send-Event 'echo' @{ text = [string] (Get-Argument $Request 'text') }; @{} }
    'host.import' = { Get-HostFact }
    'exit'        = { $State.IsOpen = $false; @{} }
}

function Invoke-Request($Request) {
    $id = [string] $Request.id
    $verb = [string] $Request.verb
    if ($Answered.ContainsKey($id)) {
        Send-Line $Answered[$id]
        return
    }
    if (-not $Verbs.ContainsKey($verb)) {
        $text = "This agent ($AgentName) cannot do '$verb'."
        Send-Answer $id (New-ErrorMessage $text 'NotInstalled' 'HVTree.UnknownVerb' $verb)
        return
    }
    try {
        $body = & $Verbs[$verb] $Request
        Send-Answer $id @{ ok = $body }
    } catch {
        Send-Answer $id (ConvertFrom-ErrorRecord $_)
    }
}

function Invoke-Line([string] $Line) {
    try {
        $request = ConvertFrom-Json -InputObject $Line
        if ($null -ne $request.PSObject.Properties['z']) {
            $request = ConvertFrom-Json -InputObject (ConvertFrom-Zipped $request.z)
        }
        if ($null -eq $request.PSObject.Properties['id'] -or $null -eq $request.PSObject.Properties['verb']) {
            throw 'It is no request.'
        }
    } catch {
        $text = "A line cannot be understood: $($_.Exception.Message)"
        Send-Line (ConvertTo-Line (New-ErrorMessage $text 'InvalidData' 'HVTree.Protocol' ''))
        return
    }
    Invoke-Request $request
}

$version = [string] $PSVersionTable.PSVersion
$hello = @{ v = $ProtocolVersion; host = [Environment]::MachineName; agent = $AgentName; powershell = $version }
Send-Event 'hello' $hello
while ($State.IsOpen) {
    $reading = $Reader.ReadLineAsync()
    if (-not $reading.Wait([TimeSpan]::FromMinutes($IdleMinutes))) { break }
    $line = $reading.Result
    if ($null -eq $line) { break }
    if ($line.Trim()) { Invoke-Line $line }
}
