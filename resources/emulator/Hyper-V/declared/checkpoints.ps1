# The cmdlets of the part ‘checkpoints’: what they take.
# Written by packaging/devtools/hyperv_module.py from hyperv_facts.json: change those, not this.

function Checkpoint-VM {
    [CmdletBinding(DefaultParameterSetName = 'Name', SupportsShouldProcess, ConfirmImpact = 'Medium', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VMSnapshot')]
    param(
        [Parameter(ParameterSetName = 'Name')]
        [CimSession[]] $CimSession,
        [Parameter(ParameterSetName = 'Name')]
        [string[]] $ComputerName,
        [Parameter(ParameterSetName = 'Name')]
        [pscredential[]] $Credential,
        [Parameter(ParameterSetName = 'Name', Mandatory, Position = 0, ValueFromPipeline)]
        [Alias('VMName')]
        [string[]] $Name,
        [Parameter(ParameterSetName = 'Name', Position = 1)]
        [Parameter(ParameterSetName = 'VMObject', Position = 1)]
        [Alias('CheckpointName')]
        [string] $SnapshotName,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [switch] $AsJob,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [switch] $Passthru,
        [Parameter(ParameterSetName = 'VMObject', Mandatory, Position = 0, ValueFromPipeline)]
        [Microsoft.HyperV.PowerShell.VirtualMachine[]] $VM
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}

function Restore-VMSnapshot {
    [CmdletBinding(DefaultParameterSetName = 'SnapshotName', SupportsShouldProcess, ConfirmImpact = 'High', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VMSnapshot')]
    param(
        [Parameter(ParameterSetName = 'SnapshotName')]
        [CimSession[]] $CimSession,
        [Parameter(ParameterSetName = 'SnapshotName')]
        [string[]] $ComputerName,
        [Parameter(ParameterSetName = 'SnapshotName')]
        [pscredential[]] $Credential,
        [Parameter(ParameterSetName = 'SnapshotName', Mandatory, Position = 0)]
        [Parameter(ParameterSetName = 'VM', Mandatory)]
        [string] $Name,
        [Parameter(ParameterSetName = 'SnapshotName', Mandatory, Position = 1)]
        [string] $VMName,
        [Parameter(ParameterSetName = 'SnapshotName')]
        [Parameter(ParameterSetName = 'SnapshotObject')]
        [Parameter(ParameterSetName = 'VM')]
        [switch] $AsJob,
        [Parameter(ParameterSetName = 'SnapshotName')]
        [Parameter(ParameterSetName = 'SnapshotObject')]
        [Parameter(ParameterSetName = 'VM')]
        [switch] $Passthru,
        [Parameter(ParameterSetName = 'SnapshotObject', Mandatory, Position = 0, ValueFromPipeline)]
        [Alias('VMCheckpoint')]
        [Microsoft.HyperV.PowerShell.VMSnapshot] $VMSnapshot,
        [Parameter(ParameterSetName = 'VM', Mandatory, Position = 0, ValueFromPipeline)]
        [Microsoft.HyperV.PowerShell.VirtualMachine] $VM
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}
Set-Alias -Name 'Restore-VMCheckpoint' -Value 'Restore-VMSnapshot'

function Remove-VMSnapshot {
    [CmdletBinding(DefaultParameterSetName = 'SnapshotName', SupportsShouldProcess, ConfirmImpact = 'Medium', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VMSnapshot')]
    param(
        [Parameter(ParameterSetName = 'SnapshotName', Mandatory, Position = 0)]
        [string[]] $VMName,
        [Parameter(ParameterSetName = 'SnapshotName')]
        [CimSession[]] $CimSession,
        [Parameter(ParameterSetName = 'SnapshotName')]
        [string[]] $ComputerName,
        [Parameter(ParameterSetName = 'SnapshotName')]
        [pscredential[]] $Credential,
        [Parameter(ParameterSetName = 'SnapshotName', Position = 1, ValueFromPipeline)]
        [Parameter(ParameterSetName = 'VMObject', Position = 1)]
        [string[]] $Name,
        [Parameter(ParameterSetName = 'SnapshotName')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Parameter(ParameterSetName = 'SnapshotObject')]
        [Alias('IncludeAllChildCheckpoints')]
        [switch] $IncludeAllChildSnapshots,
        [Parameter(ParameterSetName = 'SnapshotName')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Parameter(ParameterSetName = 'SnapshotObject')]
        [switch] $AsJob,
        [Parameter(ParameterSetName = 'SnapshotName')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Parameter(ParameterSetName = 'SnapshotObject')]
        [switch] $Passthru,
        [Parameter(ParameterSetName = 'VMObject', Mandatory, Position = 0, ValueFromPipeline)]
        [Microsoft.HyperV.PowerShell.VirtualMachine[]] $VM,
        [Parameter(ParameterSetName = 'SnapshotObject', Mandatory, Position = 0, ValueFromPipeline)]
        [Alias('VMCheckpoint')]
        [Microsoft.HyperV.PowerShell.VMSnapshot[]] $VMSnapshot
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}
Set-Alias -Name 'Remove-VMCheckpoint' -Value 'Remove-VMSnapshot'

function Rename-VMSnapshot {
    [CmdletBinding(DefaultParameterSetName = 'SnapshotName', SupportsShouldProcess, ConfirmImpact = 'Medium', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VMSnapshot')]
    param(
        [Parameter(ParameterSetName = 'SnapshotName')]
        [CimSession[]] $CimSession,
        [Parameter(ParameterSetName = 'SnapshotName')]
        [string[]] $ComputerName,
        [Parameter(ParameterSetName = 'SnapshotName')]
        [pscredential[]] $Credential,
        [Parameter(ParameterSetName = 'SnapshotName', Mandatory, Position = 0)]
        [Parameter(ParameterSetName = 'VM', Mandatory)]
        [string] $Name,
        [Parameter(ParameterSetName = 'SnapshotName', Mandatory, Position = 1)]
        [string] $VMName,
        [Parameter(ParameterSetName = 'SnapshotName', Mandatory, Position = 2)]
        [Parameter(ParameterSetName = 'SnapshotObject', Mandatory, Position = 2)]
        [Parameter(ParameterSetName = 'VM', Mandatory, Position = 2)]
        [string] $NewName,
        [Parameter(ParameterSetName = 'SnapshotName')]
        [Parameter(ParameterSetName = 'SnapshotObject')]
        [Parameter(ParameterSetName = 'VM')]
        [switch] $Passthru,
        [Parameter(ParameterSetName = 'SnapshotObject', Mandatory, Position = 0, ValueFromPipeline)]
        [Alias('VMCheckpoint')]
        [Microsoft.HyperV.PowerShell.VMSnapshot] $VMSnapshot,
        [Parameter(ParameterSetName = 'VM', Mandatory, Position = 0, ValueFromPipeline)]
        [Microsoft.HyperV.PowerShell.VirtualMachine] $VM
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}
Set-Alias -Name 'Rename-VMCheckpoint' -Value 'Rename-VMSnapshot'

function Export-VMSnapshot {
    [CmdletBinding(DefaultParameterSetName = 'SnapshotName', SupportsShouldProcess, ConfirmImpact = 'Medium', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VMSnapshot')]
    param(
        [Parameter(ParameterSetName = 'SnapshotName')]
        [CimSession[]] $CimSession,
        [Parameter(ParameterSetName = 'SnapshotName')]
        [string[]] $ComputerName,
        [Parameter(ParameterSetName = 'SnapshotName')]
        [pscredential[]] $Credential,
        [Parameter(ParameterSetName = 'SnapshotName', Mandatory, Position = 0, ValueFromPipeline)]
        [Parameter(ParameterSetName = 'VMObject', Mandatory)]
        [string[]] $Name,
        [Parameter(ParameterSetName = 'SnapshotName', Mandatory, Position = 1)]
        [Parameter(ParameterSetName = 'VMObject', Mandatory, Position = 1)]
        [Parameter(ParameterSetName = 'SnapshotObject', Mandatory, Position = 1)]
        [string] $Path,
        [Parameter(ParameterSetName = 'SnapshotName', Mandatory)]
        [string[]] $VMName,
        [Parameter(ParameterSetName = 'SnapshotName')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Parameter(ParameterSetName = 'SnapshotObject')]
        [switch] $AsJob,
        [Parameter(ParameterSetName = 'SnapshotName')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Parameter(ParameterSetName = 'SnapshotObject')]
        [switch] $Passthru,
        [Parameter(ParameterSetName = 'VMObject', Mandatory, Position = 0, ValueFromPipeline)]
        [Microsoft.HyperV.PowerShell.VirtualMachine[]] $VM,
        [Parameter(ParameterSetName = 'SnapshotObject', Mandatory, Position = 0, ValueFromPipeline)]
        [Alias('VMCheckpoint')]
        [Microsoft.HyperV.PowerShell.VMSnapshot[]] $VMSnapshot
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}
Set-Alias -Name 'Export-VMCheckpoint' -Value 'Export-VMSnapshot'
