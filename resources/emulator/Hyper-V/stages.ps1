# Stages: what each cmdlet does when the pipeline brings it something.

# Kind: who does it. Says: what ShouldProcess says, with the target's name for {0}.
$Stages = @{
    'Get-VM' = @{ Kind = 'Reading' }
    'Get-VMHost' = @{ Kind = 'Reading' }
    'Get-VMSnapshot' = @{ Kind = 'Reading' }
    'Get-VMHardDiskDrive' = @{ Kind = 'Reading' }
    'Get-VMIntegrationService' = @{ Kind = 'Reading' }
    'Get-VMNetworkAdapter' = @{ Kind = 'AdapterReading' }
    'Get-VMSwitch' = @{ Kind = 'Reading' }
    'Get-VMProcessor' = @{ Kind = 'Reading' }
    'Get-VMMemory' = @{ Kind = 'Reading' }
    'Get-VMScsiController' = @{ Kind = 'Reading' }
    'Get-VMDvdDrive' = @{ Kind = 'Reading' }
    'Get-VMGroup' = @{ Kind = 'Reading' }
    'Get-VHD' = @{ Kind = 'Reading' }
    'Test-VHD' = @{ Kind = 'Reading' }
    'Start-VM' = @{ Kind = 'VmChange'; Says = 'start the virtual machine "{0}"' }
    'Stop-VM' = @{ Kind = 'VmChange'; Says = 'shut down the virtual machine "{0}"' }
    'Save-VM' = @{ Kind = 'VmChange'; Says = 'save the virtual machine "{0}"' }
    'Suspend-VM' = @{ Kind = 'VmChange'; Says = 'suspend the virtual machine "{0}"' }
    'Resume-VM' = @{ Kind = 'VmChange'; Says = 'resume the virtual machine "{0}"' }
    'Restart-VM' = @{ Kind = 'VmChange'; Says = 'restart the virtual machine "{0}"'; Asks = $true }
    'Remove-VMSavedState' = @{ Kind = 'Change'; Says = 'remove the saved state of "{0}"' }
    'Checkpoint-VM' = @{ Kind = 'VmChange'; Says = 'take a checkpoint of the virtual machine "{0}"' }
    'Export-VM' = @{ Kind = 'VmChange'; Says = 'export the virtual machine "{0}"' }
    'Remove-VM' = @{ Kind = 'VmChange'; Says = 'remove the virtual machine "{0}"'; Asks = $true }
    'Rename-VM' = @{ Kind = 'VmChange'; Says = 'rename the virtual machine "{0}"' }
    'Set-VM' = @{ Kind = 'VmChange'; Says = 'configure the virtual machine "{0}"' }
    'Wait-VM' = @{ Kind = 'Waiting' }
    'Restore-VMSnapshot' = @{ Kind = 'SnapshotChange'; Says = 'restore checkpoint "{0}"' }
    'Remove-VMSnapshot' = @{ Kind = 'SnapshotChange'; Says = 'remove checkpoint "{0}"' }
    'Rename-VMSnapshot' = @{ Kind = 'SnapshotChange'; Says = 'rename checkpoint "{0}"' }
    'Export-VMSnapshot' = @{ Kind = 'SnapshotChange'; Says = 'export checkpoint "{0}"' }
    'Import-VM' = @{ Kind = 'Making'; Says = 'import the virtual machine from "{0}"'; Names = 'Path' }
    'Compare-VM' = @{ Kind = 'Making'; Says = 'compare the virtual machine "{0}"'; Names = 'Path' }
    'New-VM' = @{ Kind = 'Making'; Says = 'create the virtual machine "{0}"'; Names = 'Name' }
    'Resize-VHD' = @{ Kind = 'Making'; Says = 'resize the virtual disk "{0}"'; Names = 'Path' }
    'New-VMGroup' = @{ Kind = 'Making'; Names = 'Name' }
    'Remove-VMGroup' = @{ Kind = 'Making'; Names = 'Name'; Asks = $true; Says = 'remove the group "{0}"' }
    'Rename-VMGroup' = @{ Kind = 'Making'; Names = 'Name'; Says = 'rename the group "{0}"' }
    'Add-VMGroupMember' = @{ Kind = 'Making'; Names = 'Name'; Says = 'add members to the group "{0}"' }
    'Remove-VMGroupMember' = @{ Kind = 'Making'; Names = 'Name'; Says = 'remove members from the group "{0}"' }
}
$Preferences = 'ErrorAction', 'WarningAction', 'InformationAction', 'ProgressAction', 'ErrorVariable', 'WarningVariable',
'InformationVariable', 'OutVariable', 'OutBuffer', 'PipelineVariable', 'Verbose', 'Debug', 'WhatIf', 'Confirm'

# Lets a cmdlet of this module follow the preferences of the script that calls it, as a compiled one does. Dot-source it.
function Use-CallerPreference {
    $ErrorActionPreference = $PSCmdlet.GetVariableValue('ErrorActionPreference')
    $WarningPreference = $PSCmdlet.GetVariableValue('WarningPreference')
    $ProgressPreference = $PSCmdlet.GetVariableValue('ProgressPreference')
    $ConfirmPreference = $PSCmdlet.GetVariableValue('ConfirmPreference')
    $WhatIfPreference = $PSCmdlet.GetVariableValue('WhatIfPreference')
}

# Does what a cmdlet does for one object of the pipeline, or for its arguments.
#
# `try` makes every error in here end the cmdlet, whatever the caller's preference. Setting our own to Stop would not do: it
# would count for the errors that the cmdlet writes as well.
function Invoke-Stage {
    param($Cmdlet, [System.Collections.IDictionary] $Bound)
    $stage = $Stages[$Cmdlet.MyInvocation.MyCommand.Name]
    try {
        if ($Bound['AsJob']) {
            Start-StageJob $Cmdlet $Bound
        } else {
            & "Invoke-$($stage.Kind)" $Cmdlet $Bound $stage
        }
    } catch {
        $Cmdlet.ThrowTerminatingError($_)
    }
}

# Returns a question to the host: the cmdlet and its parameters. Objects go by their ids; the preferences stay here.
function New-Request {
    param($Cmdlet, [System.Collections.IDictionary] $Bound, [string] $As = '')
    $parameters = @{}
    foreach ($name in $Bound.Keys) {
        if ($name -notin $Preferences) { $parameters[$name] = ConvertTo-Plain $Bound[$name] }
    }
    $name = $Cmdlet.MyInvocation.MyCommand.Name
    if (-not $As) { $As = $name }
    return @{ cmdlet = $As; for = $name; parameters = $parameters }
}

# Returns the value of a parameter as JSON can carry it.
function ConvertTo-Plain {
    param($Value)
    if ($Value -is [string] -or $Value -is [string[]]) { return , $Value }
    if ($Value -is [System.Collections.IList]) { return , @(foreach ($one in $Value) { ConvertTo-Plain $one }) }
    if ($Value -is [switch]) { return [bool] $Value }
    if ($Value -is [Enum]) { return [int] $Value }
    if ($Value -is [guid] -or $Value -is [version]) { return "$Value" }
    if ($Value -is $Types.VirtualMachineBase) { return $Value.Id.ToString() }
    if ($Value -is $Types.VMCompatibilityReport) { return $Value.VM.Id.ToString() }
    if ($Value -is $Types.VMDriveController) { return ConvertTo-PlainController $Value }
    if ($Value -is $Types.VMGroup) { return $Value.InstanceId.ToString() }
    if ($Value -is [pscredential]) { return $Value.UserName }
    if ($Value -is [ValueType] -or $null -eq $Value) { return $Value }
    return "$Value"
}

# Asks and writes what comes: objects, and errors beside them.
function Invoke-Reading {
    param($Cmdlet, $Bound, $Stage)
    $reply = Get-Reply $Cmdlet (New-Request $Cmdlet $Bound)
    foreach ($one in (ConvertTo-LiveObject $reply)) { $Cmdlet.WriteObject($one) }
    Write-ReplyTrouble $Cmdlet $reply
}
