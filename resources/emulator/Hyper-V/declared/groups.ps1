# The cmdlets of the part ‘groups’: what they take.
# Written by packaging/devtools/hyperv_module.py from hyperv_facts.json: change those, not this.

function Get-VMGroup {
    [CmdletBinding(DefaultParameterSetName = 'Name', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VMGroup')]
    param(
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'Id')]
        [CimSession[]] $CimSession,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'Id')]
        [string[]] $ComputerName,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'Id')]
        [pscredential[]] $Credential,
        [Parameter(ParameterSetName = 'Name', Position = 0)]
        [string[]] $Name,
        [Parameter(ParameterSetName = 'Id', Position = 0)]
        [guid] $Id
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}

function New-VMGroup {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VMGroup')]
    param(
        [Parameter(Mandatory, Position = 0)]
        [string] $Name,
        [Parameter(Mandatory, Position = 1)]
        [Microsoft.HyperV.PowerShell.GroupType] $GroupType,
        [Parameter(Position = 2)]
        [guid] $Id,
        [Parameter()]
        [CimSession[]] $CimSession,
        [Parameter()]
        [string[]] $ComputerName,
        [Parameter()]
        [pscredential[]] $Credential
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}

function Remove-VMGroup {
    [CmdletBinding(DefaultParameterSetName = 'Name', PositionalBinding = $false)]
    [OutputType('System.Object')]
    param(
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'Id')]
        [CimSession[]] $CimSession,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'Id')]
        [string[]] $ComputerName,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'Id')]
        [pscredential[]] $Credential,
        [Parameter(ParameterSetName = 'Name', Mandatory, Position = 0)]
        [string] $Name,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'Id')]
        [Parameter(ParameterSetName = 'InputObject')]
        [switch] $Force,
        [Parameter(ParameterSetName = 'Id', Mandatory, Position = 0)]
        [guid] $Id,
        [Parameter(ParameterSetName = 'InputObject', Mandatory, Position = 0, ValueFromPipeline)]
        [Microsoft.HyperV.PowerShell.VMGroup] $VMGroup
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}

function Rename-VMGroup {
    [CmdletBinding(DefaultParameterSetName = 'Name', SupportsShouldProcess, ConfirmImpact = 'Medium', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VMGroup')]
    param(
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'Id')]
        [CimSession[]] $CimSession,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'Id')]
        [string[]] $ComputerName,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'Id')]
        [pscredential[]] $Credential,
        [Parameter(ParameterSetName = 'Name', Mandatory, Position = 0)]
        [string[]] $Name,
        [Parameter(ParameterSetName = 'Name', Mandatory, Position = 1)]
        [Parameter(ParameterSetName = 'Id', Mandatory, Position = 1)]
        [Parameter(ParameterSetName = 'InputObject', Mandatory, Position = 1)]
        [string] $NewName,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'Id')]
        [Parameter(ParameterSetName = 'InputObject')]
        [switch] $Passthru,
        [Parameter(ParameterSetName = 'Id', Mandatory, Position = 0)]
        [guid] $Id,
        [Parameter(ParameterSetName = 'InputObject', Mandatory, Position = 0)]
        [Microsoft.HyperV.PowerShell.VMGroup[]] $VMGroup
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}

function Add-VMGroupMember {
    [CmdletBinding(DefaultParameterSetName = 'VM Using Name', SupportsShouldProcess, ConfirmImpact = 'Medium', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VMGroup')]
    param(
        [Parameter(ParameterSetName = 'VM Using Name')]
        [Parameter(ParameterSetName = 'VMGroup Using ID')]
        [Parameter(ParameterSetName = 'VMGroup Using Name')]
        [Parameter(ParameterSetName = 'VM Using ID')]
        [CimSession[]] $CimSession,
        [Parameter(ParameterSetName = 'VM Using Name')]
        [Parameter(ParameterSetName = 'VMGroup Using ID')]
        [Parameter(ParameterSetName = 'VMGroup Using Name')]
        [Parameter(ParameterSetName = 'VM Using ID')]
        [string[]] $ComputerName,
        [Parameter(ParameterSetName = 'VM Using Name')]
        [Parameter(ParameterSetName = 'VMGroup Using ID')]
        [Parameter(ParameterSetName = 'VMGroup Using Name')]
        [Parameter(ParameterSetName = 'VM Using ID')]
        [pscredential[]] $Credential,
        [Parameter(ParameterSetName = 'VM Using Name', Mandatory, Position = 0)]
        [Parameter(ParameterSetName = 'VMGroup Using Name', Mandatory, Position = 0)]
        [string] $Name,
        [Parameter(ParameterSetName = 'VM Using Name', Mandatory, Position = 1)]
        [Parameter(ParameterSetName = 'VM Using ID', Mandatory, Position = 1)]
        [Parameter(ParameterSetName = 'VM Using InputObject', Mandatory, Position = 1)]
        [Microsoft.HyperV.PowerShell.VirtualMachine[]] $VM,
        [Parameter(ParameterSetName = 'VM Using Name')]
        [Parameter(ParameterSetName = 'VMGroup Using ID')]
        [Parameter(ParameterSetName = 'VMGroup Using Name')]
        [Parameter(ParameterSetName = 'VM Using ID')]
        [Parameter(ParameterSetName = 'VMGroup Using InputObject')]
        [Parameter(ParameterSetName = 'VM Using InputObject')]
        [switch] $Passthru,
        [Parameter(ParameterSetName = 'VMGroup Using ID', Mandatory, Position = 0)]
        [Parameter(ParameterSetName = 'VM Using ID', Mandatory, Position = 0)]
        [guid] $Id,
        [Parameter(ParameterSetName = 'VMGroup Using ID', Mandatory, Position = 1)]
        [Parameter(ParameterSetName = 'VMGroup Using Name', Mandatory, Position = 1)]
        [Parameter(ParameterSetName = 'VMGroup Using InputObject', Mandatory, Position = 1)]
        [Microsoft.HyperV.PowerShell.VMGroup[]] $VMGroupMember,
        [Parameter(ParameterSetName = 'VMGroup Using InputObject', Mandatory, Position = 0)]
        [Parameter(ParameterSetName = 'VM Using InputObject', Mandatory, Position = 0)]
        [Microsoft.HyperV.PowerShell.VMGroup] $VMGroup
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}

function Remove-VMGroupMember {
    [CmdletBinding(DefaultParameterSetName = 'VM Using Name', SupportsShouldProcess, ConfirmImpact = 'Medium', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VMGroup')]
    param(
        [Parameter(ParameterSetName = 'VM Using Name')]
        [Parameter(ParameterSetName = 'VMGroup Using ID')]
        [Parameter(ParameterSetName = 'VMGroup Using Name')]
        [Parameter(ParameterSetName = 'VM Using ID')]
        [CimSession[]] $CimSession,
        [Parameter(ParameterSetName = 'VM Using Name')]
        [Parameter(ParameterSetName = 'VMGroup Using ID')]
        [Parameter(ParameterSetName = 'VMGroup Using Name')]
        [Parameter(ParameterSetName = 'VM Using ID')]
        [string[]] $ComputerName,
        [Parameter(ParameterSetName = 'VM Using Name')]
        [Parameter(ParameterSetName = 'VMGroup Using ID')]
        [Parameter(ParameterSetName = 'VMGroup Using Name')]
        [Parameter(ParameterSetName = 'VM Using ID')]
        [pscredential[]] $Credential,
        [Parameter(ParameterSetName = 'VM Using Name', Mandatory, Position = 0)]
        [Parameter(ParameterSetName = 'VMGroup Using Name', Mandatory, Position = 0)]
        [string] $Name,
        [Parameter(ParameterSetName = 'VM Using Name', Mandatory, Position = 1)]
        [Parameter(ParameterSetName = 'VM Using ID', Mandatory, Position = 1)]
        [Parameter(ParameterSetName = 'VM Using InputObject', Mandatory, Position = 1)]
        [Microsoft.HyperV.PowerShell.VirtualMachine[]] $VM,
        [Parameter(ParameterSetName = 'VM Using Name')]
        [Parameter(ParameterSetName = 'VMGroup Using ID')]
        [Parameter(ParameterSetName = 'VMGroup Using Name')]
        [Parameter(ParameterSetName = 'VM Using ID')]
        [Parameter(ParameterSetName = 'VM Using InputObject')]
        [Parameter(ParameterSetName = 'VMGroup Using InputObject')]
        [switch] $Passthru,
        [Parameter(ParameterSetName = 'VMGroup Using ID', Mandatory, Position = 0)]
        [Parameter(ParameterSetName = 'VM Using ID', Mandatory, Position = 0)]
        [guid] $Id,
        [Parameter(ParameterSetName = 'VMGroup Using ID', Mandatory, Position = 1)]
        [Parameter(ParameterSetName = 'VMGroup Using Name', Mandatory, Position = 1)]
        [Parameter(ParameterSetName = 'VMGroup Using InputObject', Mandatory, Position = 1)]
        [Microsoft.HyperV.PowerShell.VMGroup[]] $VMGroupMember,
        [Parameter(ParameterSetName = 'VM Using InputObject', Mandatory, Position = 0)]
        [Parameter(ParameterSetName = 'VMGroup Using InputObject', Mandatory, Position = 0)]
        [Microsoft.HyperV.PowerShell.VMGroup] $VMGroup
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}
