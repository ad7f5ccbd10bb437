# The cmdlets of the part ‘hardware’: what they take.
# Written by packaging/devtools/hyperv_module.py from hyperv_facts.json: change those, not this.

function Get-VMNetworkAdapter {
    [CmdletBinding(DefaultParameterSetName = 'VMName', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VMNetworkAdapterBase')]
    param(
        [Parameter(ParameterSetName = 'VMName')]
        [Parameter(ParameterSetName = 'VMObject')]
        [bool] $IsLegacy,
        [Parameter(ParameterSetName = 'VMName')]
        [Parameter(ParameterSetName = 'ManagementOS')]
        [Parameter(ParameterSetName = 'All')]
        [CimSession[]] $CimSession,
        [Parameter(ParameterSetName = 'VMName')]
        [Parameter(ParameterSetName = 'ManagementOS')]
        [Parameter(ParameterSetName = 'All')]
        [string[]] $ComputerName,
        [Parameter(ParameterSetName = 'VMName')]
        [Parameter(ParameterSetName = 'ManagementOS')]
        [Parameter(ParameterSetName = 'All')]
        [pscredential[]] $Credential,
        [Parameter(ParameterSetName = 'VMName', Mandatory, Position = 0, ValueFromPipeline)]
        [string[]] $VMName,
        [Parameter(ParameterSetName = 'VMName', Position = 1)]
        [Parameter(ParameterSetName = 'VMObject', Position = 1)]
        [Parameter(ParameterSetName = 'ManagementOS', Position = 1)]
        [Parameter(ParameterSetName = 'All', Position = 1)]
        [Parameter(ParameterSetName = 'VMSnapshot', Position = 1)]
        [Alias('VMNetworkAdapterName')]
        [string] $Name,
        [Parameter(ParameterSetName = 'VMObject', Mandatory, Position = 0, ValueFromPipeline)]
        [Microsoft.HyperV.PowerShell.VirtualMachine[]] $VM,
        [Parameter(ParameterSetName = 'ManagementOS', Mandatory)]
        [switch] $ManagementOS,
        [Parameter(ParameterSetName = 'ManagementOS')]
        [string] $SwitchName,
        [Parameter(ParameterSetName = 'All', Mandatory)]
        [switch] $All,
        [Parameter(ParameterSetName = 'VMSnapshot', Mandatory, Position = 0, ValueFromPipeline)]
        [Alias('VMCheckpoint')]
        [Microsoft.HyperV.PowerShell.VMSnapshot] $VMSnapshot
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}

function Get-VMSwitch {
    [CmdletBinding(DefaultParameterSetName = 'Name', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VMSwitch')]
    param(
        [Parameter(ParameterSetName = 'Name', Position = 0)]
        [Alias('SwitchName')]
        [string] $Name,
        [Parameter(ParameterSetName = 'Name', Position = 1)]
        [Parameter(ParameterSetName = 'Id', Position = 1)]
        [string[]] $ResourcePoolName,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'Id')]
        [Microsoft.HyperV.PowerShell.VMSwitchType[]] $SwitchType,
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
        [Alias('SwitchId')]
        [guid[]] $Id
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}

function Get-VMProcessor {
    [CmdletBinding(DefaultParameterSetName = 'VMName', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VMProcessor')]
    param(
        [Parameter(ParameterSetName = 'VMName')]
        [CimSession[]] $CimSession,
        [Parameter(ParameterSetName = 'VMName')]
        [string[]] $ComputerName,
        [Parameter(ParameterSetName = 'VMName')]
        [pscredential[]] $Credential,
        [Parameter(ParameterSetName = 'VMName', Mandatory, Position = 0, ValueFromPipeline)]
        [string[]] $VMName,
        [Parameter(ParameterSetName = 'VMSnapshot', Mandatory, Position = 0, ValueFromPipeline)]
        [Alias('VMCheckpoint')]
        [Microsoft.HyperV.PowerShell.VMSnapshot] $VMSnapshot,
        [Parameter(ParameterSetName = 'VMObject', Mandatory, Position = 0, ValueFromPipeline)]
        [Microsoft.HyperV.PowerShell.VirtualMachine[]] $VM
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}

function Get-VMMemory {
    [CmdletBinding(DefaultParameterSetName = 'VMName', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VMMemory')]
    param(
        [Parameter(ParameterSetName = 'VMName')]
        [CimSession[]] $CimSession,
        [Parameter(ParameterSetName = 'VMName')]
        [string[]] $ComputerName,
        [Parameter(ParameterSetName = 'VMName')]
        [pscredential[]] $Credential,
        [Parameter(ParameterSetName = 'VMName', Mandatory, Position = 0, ValueFromPipeline)]
        [string[]] $VMName,
        [Parameter(ParameterSetName = 'VMObject', Mandatory, Position = 0, ValueFromPipeline)]
        [Microsoft.HyperV.PowerShell.VirtualMachine[]] $VM,
        [Parameter(ParameterSetName = 'VMSnapshot', Mandatory, Position = 0, ValueFromPipeline)]
        [Alias('VMCheckpoint')]
        [Microsoft.HyperV.PowerShell.VMSnapshot] $VMSnapshot
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}

function Get-VMScsiController {
    [CmdletBinding(DefaultParameterSetName = 'VMName', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VMScsiController')]
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
        [Parameter(ParameterSetName = 'VMSnapshot', Position = 1)]
        [Parameter(ParameterSetName = 'VMObject', Position = 1)]
        [ValidateRange(0, 63)]
        [Nullable[int]] $ControllerNumber,
        [Parameter(ParameterSetName = 'VMSnapshot', Mandatory, Position = 0, ValueFromPipeline)]
        [Alias('VMCheckpoint')]
        [Microsoft.HyperV.PowerShell.VMSnapshot] $VMSnapshot,
        [Parameter(ParameterSetName = 'VMObject', Mandatory, Position = 0, ValueFromPipeline)]
        [Microsoft.HyperV.PowerShell.VirtualMachine[]] $VM
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}

function Get-VMDvdDrive {
    [CmdletBinding(DefaultParameterSetName = 'VMName', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.DvdDrive')]
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
