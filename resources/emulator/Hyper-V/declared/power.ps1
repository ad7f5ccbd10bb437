# The cmdlets of the part ‘power’: what they take.
# Written by packaging/devtools/hyperv_module.py from hyperv_facts.json: change those, not this.

function Start-VM {
    [CmdletBinding(DefaultParameterSetName = 'Name', SupportsShouldProcess, ConfirmImpact = 'Medium', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VirtualMachine')]
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

function Stop-VM {
    [CmdletBinding(DefaultParameterSetName = 'Name', SupportsShouldProcess, ConfirmImpact = 'Medium', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VirtualMachine')]
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
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [switch] $Save,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [switch] $TurnOff,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [switch] $Force,
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

function Save-VM {
    [CmdletBinding(DefaultParameterSetName = 'Name', SupportsShouldProcess, ConfirmImpact = 'Medium', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VirtualMachine')]
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

function Suspend-VM {
    [CmdletBinding(DefaultParameterSetName = 'Name', SupportsShouldProcess, ConfirmImpact = 'Medium', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VirtualMachine')]
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

function Resume-VM {
    [CmdletBinding(DefaultParameterSetName = 'Name', SupportsShouldProcess, ConfirmImpact = 'Medium', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VirtualMachine')]
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

function Restart-VM {
    [CmdletBinding(DefaultParameterSetName = 'Name', SupportsShouldProcess, ConfirmImpact = 'Medium', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VirtualMachine')]
    param(
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'NameWait')]
        [CimSession[]] $CimSession,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'NameWait')]
        [string[]] $ComputerName,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'NameWait')]
        [pscredential[]] $Credential,
        [Parameter(ParameterSetName = 'Name', Mandatory, Position = 0, ValueFromPipeline)]
        [Parameter(ParameterSetName = 'NameWait', Mandatory, Position = 0, ValueFromPipeline)]
        [Alias('VMName')]
        [string[]] $Name,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'NameWait')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Parameter(ParameterSetName = 'VMObjectWait')]
        [switch] $Force,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'NameWait')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Parameter(ParameterSetName = 'VMObjectWait')]
        [switch] $AsJob,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'NameWait')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Parameter(ParameterSetName = 'VMObjectWait')]
        [switch] $Passthru,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'NameWait')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Parameter(ParameterSetName = 'VMObjectWait')]
        [Microsoft.HyperV.PowerShell.Commands.RestartType] $Type,
        [Parameter(ParameterSetName = 'NameWait', Mandatory)]
        [Parameter(ParameterSetName = 'VMObjectWait', Mandatory)]
        [switch] $Wait,
        [Parameter(ParameterSetName = 'NameWait')]
        [Parameter(ParameterSetName = 'VMObjectWait')]
        [Microsoft.HyperV.PowerShell.Commands.RestartVMWaitVMTypes] $For,
        [Parameter(ParameterSetName = 'NameWait')]
        [Parameter(ParameterSetName = 'VMObjectWait')]
        [ValidateRange(1, 65535)]
        [ushort] $Delay,
        [Parameter(ParameterSetName = 'NameWait')]
        [Parameter(ParameterSetName = 'VMObjectWait')]
        [Alias('TimeoutSec')]
        [ValidateRange(-1, 2147483647)]
        [Nullable[int]] $Timeout,
        [Parameter(ParameterSetName = 'VMObject', Mandatory, Position = 0, ValueFromPipeline)]
        [Parameter(ParameterSetName = 'VMObjectWait', Mandatory, Position = 0, ValueFromPipeline)]
        [Microsoft.HyperV.PowerShell.VirtualMachine[]] $VM
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}

function Wait-VM {
    [CmdletBinding(DefaultParameterSetName = 'Name', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VirtualMachine')]
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
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [switch] $AsJob,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [switch] $Passthru,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Microsoft.HyperV.PowerShell.WaitVMTypes] $For,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [ValidateRange(1, 65535)]
        [ushort] $Delay,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Alias('TimeoutSec')]
        [ValidateRange(-1, 2147483647)]
        [int] $Timeout,
        [Parameter(ParameterSetName = 'VMObject', Mandatory, Position = 0, ValueFromPipeline)]
        [Microsoft.HyperV.PowerShell.VirtualMachine[]] $VM
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}

function Remove-VMSavedState {
    [CmdletBinding(DefaultParameterSetName = 'VMName', SupportsShouldProcess, ConfirmImpact = 'Medium', PositionalBinding = $false)]
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
