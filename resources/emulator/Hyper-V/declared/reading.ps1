# The cmdlets of the part ‘reading’: what they take.
# Written by packaging/devtools/hyperv_module.py from hyperv_facts.json: change those, not this.

function Get-VM {
    [CmdletBinding(DefaultParameterSetName = 'Name', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VirtualMachine')]
    param(
        [Parameter(ParameterSetName = 'Name', Position = 0, ValueFromPipeline)]
        [Alias('VMName')]
        [string[]] $Name,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'Id')]
        [CimSession[]] $CimSession,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'Id')]
        [string[]] $ComputerName,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'Id')]
        [pscredential[]] $Credential,
        [Parameter(ParameterSetName = 'Id', Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [Nullable[guid]] $Id,
        [Parameter(ParameterSetName = 'ClusterObject', Mandatory, Position = 0, ValueFromPipeline)]
        [psobject] $ClusterObject
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}

function Get-VMHost {
    [CmdletBinding(DefaultParameterSetName = 'ComputerName', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VMHost')]
    param(
        [Parameter(ParameterSetName = 'ComputerName', Position = 0, ValueFromPipeline)]
        [string[]] $ComputerName,
        [Parameter(ParameterSetName = 'ComputerName', Position = 1, ValueFromPipeline)]
        [pscredential[]] $Credential,
        [Parameter(ParameterSetName = 'CimSession', Mandatory, Position = 0, ValueFromPipelineByPropertyName)]
        [CimSession[]] $CimSession
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}

function Get-VMSnapshot {
    [CmdletBinding(DefaultParameterSetName = 'VMName', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VMSnapshot')]
    param(
        [Parameter(ParameterSetName = 'VMName', Mandatory, Position = 0, ValueFromPipeline)]
        [string[]] $VMName,
        [Parameter(ParameterSetName = 'VMName')]
        [Parameter(ParameterSetName = 'Id')]
        [CimSession[]] $CimSession,
        [Parameter(ParameterSetName = 'VMName')]
        [Parameter(ParameterSetName = 'Id')]
        [string[]] $ComputerName,
        [Parameter(ParameterSetName = 'VMName')]
        [Parameter(ParameterSetName = 'Id')]
        [pscredential[]] $Credential,
        [Parameter(ParameterSetName = 'VMName', Position = 1)]
        [Parameter(ParameterSetName = 'VMObject', Position = 1)]
        [Parameter(ParameterSetName = 'Parent', Position = 0)]
        [Parameter(ParameterSetName = 'Child', Position = 0)]
        [string] $Name,
        [Parameter(ParameterSetName = 'VMName')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Parameter(ParameterSetName = 'Parent')]
        [Parameter(ParameterSetName = 'Child')]
        [Alias('VMRecoveryCheckpoint')]
        [Microsoft.HyperV.PowerShell.SnapshotType] $SnapshotType,
        [Parameter(ParameterSetName = 'VMObject', Mandatory, Position = 0, ValueFromPipeline)]
        [Microsoft.HyperV.PowerShell.VirtualMachine[]] $VM,
        [Parameter(ParameterSetName = 'Id', Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [Nullable[guid]] $Id,
        [Parameter(ParameterSetName = 'Parent', Mandatory)]
        [Microsoft.HyperV.PowerShell.VirtualMachineBase] $ParentOf,
        [Parameter(ParameterSetName = 'Child', Mandatory)]
        [Microsoft.HyperV.PowerShell.VMSnapshot] $ChildOf
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}
Set-Alias -Name 'Get-VMCheckpoint' -Value 'Get-VMSnapshot'

function Get-VMHardDiskDrive {
    [CmdletBinding(DefaultParameterSetName = 'VMName', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.HardDiskDrive')]
    param(
        [Parameter(ParameterSetName = 'VMName')]
        [CimSession[]] $CimSession,
        [Parameter(ParameterSetName = 'VMName')]
        [string[]] $ComputerName,
        [Parameter(ParameterSetName = 'VMName')]
        [pscredential[]] $Credential,
        [Parameter(ParameterSetName = 'VMName', Mandatory, Position = 0, ValueFromPipeline)]
        [string[]] $VMName,
        [Parameter(ParameterSetName = 'VMName')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Parameter(ParameterSetName = 'VMSnapshot')]
        [Parameter(ParameterSetName = 'VMDriveController')]
        [Nullable[int]] $ControllerLocation,
        [Parameter(ParameterSetName = 'VMName')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Parameter(ParameterSetName = 'VMSnapshot')]
        [Nullable[int]] $ControllerNumber,
        [Parameter(ParameterSetName = 'VMName')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Parameter(ParameterSetName = 'VMSnapshot')]
        [Nullable[Microsoft.HyperV.PowerShell.ControllerType]] $ControllerType,
        [Parameter(ParameterSetName = 'VMObject', Mandatory, Position = 0, ValueFromPipeline)]
        [Microsoft.HyperV.PowerShell.VirtualMachine[]] $VM,
        [Parameter(ParameterSetName = 'VMSnapshot', Mandatory, Position = 0, ValueFromPipeline)]
        [Alias('VMCheckpoint')]
        [Microsoft.HyperV.PowerShell.VMSnapshot] $VMSnapshot,
        [Parameter(ParameterSetName = 'VMDriveController', Mandatory, Position = 0, ValueFromPipeline)]
        [Microsoft.HyperV.PowerShell.VMDriveController[]] $VMDriveController
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}

function Get-VMIntegrationService {
    [CmdletBinding(DefaultParameterSetName = 'VMName', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VMIntegrationComponent')]
    param(
        [Parameter(ParameterSetName = 'VMName')]
        [CimSession[]] $CimSession,
        [Parameter(ParameterSetName = 'VMName')]
        [string[]] $ComputerName,
        [Parameter(ParameterSetName = 'VMName')]
        [pscredential[]] $Credential,
        [Parameter(ParameterSetName = 'VMName', Mandatory, Position = 0, ValueFromPipeline)]
        [string[]] $VMName,
        [Parameter(ParameterSetName = 'VMName', Position = 1)]
        [Parameter(ParameterSetName = 'VMObject', Position = 1)]
        [Parameter(ParameterSetName = 'VMSnapshot', Position = 1)]
        [string[]] $Name,
        [Parameter(ParameterSetName = 'VMObject', Mandatory, Position = 0, ValueFromPipeline)]
        [Microsoft.HyperV.PowerShell.VirtualMachine[]] $VM,
        [Parameter(ParameterSetName = 'VMSnapshot', Mandatory, Position = 0, ValueFromPipeline)]
        [Alias('VMCheckpoint')]
        [Microsoft.HyperV.PowerShell.VMSnapshot] $VMSnapshot
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}
