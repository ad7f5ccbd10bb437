# Hardware: what a VM or a checkpoint has, read when it is asked for, and reports about imports (Compare-VM).

# Returns the parts of a VM or checkpoint that a cmdlet reads. The properties in Hyper-V.types.ps1xml find their way here.
function Get-Part {
    param($One, [string] $Cmdlet, [System.Collections.IDictionary] $More)
    $one = $One.PSObject.BaseObject
    $parameters = @{}
    if ($More) { foreach ($name in $More.Keys) { $parameters[$name] = $More[$name] } }
    if ($one -is $Types.VMDriveController) {
        $parameters.VMDriveController = @(ConvertTo-PlainController $one)
    } elseif ($one -is $Types.VMHost) {
        $parameters.ManagementOS = $true
    } elseif ($one -is $Types.VMSnapshot) {
        $parameters.VMSnapshot = $one.Id.ToString()
    } else {
        $parameters.VM = @($one.Id.ToString())
    }
    $reply = Get-Reply $null @{ cmdlet = $Cmdlet; for = $Cmdlet; parameters = $parameters }
    return , (ConvertFrom-Reply $reply $Types)
}

# Returns what the host calls a controller.
function ConvertTo-PlainController {
    param($Controller)
    $plain = @{ Type = 'SCSI'; Number = $Controller.ControllerNumber; VM = $Controller.VMId.ToString() }
    if ($Controller.VMSnapshotId -ne [guid]::Empty) { $plain.VMSnapshot = $Controller.VMSnapshotId.ToString() }
    return $plain
}

# Reads network adapters. Those of the host are objects of another type, and -All asks for both.
function Invoke-AdapterReading {
    param($Cmdlet, $Bound, $Stage)
    if ($Bound['All']) {
        $own = @{ ManagementOS = $true }
        foreach ($name in 'Name', 'ComputerName') { if ($Bound.ContainsKey($name)) { $own[$name] = $Bound[$name] } }
        Invoke-Reading $Cmdlet $own $Stage
    }
    Invoke-Reading $Cmdlet $Bound $Stage
}

# Gives the errors of a report their sources, whose types are only known from the answer.
function Complete-Report {
    param($Report)
    foreach ($wrong in $Report.Incompatibilities) {
        $source = [System.Text.Json.JsonElement] $wrong.Source
        $wrong.Source = [System.Text.Json.JsonSerializer]::Deserialize(
            $source.GetProperty('value'), $Types[$source.GetProperty('type').GetString()], (Get-JsonOption))
    }
}
