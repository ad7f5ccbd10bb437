# The cmdlets of the part ‘disks’: what they take.
# Written by packaging/devtools/hyperv_module.py from hyperv_facts.json: change those, not this.

function Get-VHD {
    [CmdletBinding(DefaultParameterSetName = 'Path', PositionalBinding = $false)]
    [OutputType('Microsoft.Vhd.PowerShell.VirtualHardDisk')]
    param(
        [Parameter(ParameterSetName = 'Path', Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [Alias('FullName')]
        [string[]] $Path,
        [Parameter(ParameterSetName = 'Path')]
        [Parameter(ParameterSetName = 'Disk')]
        [Parameter(ParameterSetName = 'VMId')]
        [CimSession[]] $CimSession,
        [Parameter(ParameterSetName = 'Path')]
        [Parameter(ParameterSetName = 'Disk')]
        [Parameter(ParameterSetName = 'VMId')]
        [string[]] $ComputerName,
        [Parameter(ParameterSetName = 'Path')]
        [Parameter(ParameterSetName = 'Disk')]
        [Parameter(ParameterSetName = 'VMId')]
        [pscredential[]] $Credential,
        [Parameter(ParameterSetName = 'Disk', Mandatory, Position = 0, ValueFromPipelineByPropertyName)]
        [Alias('Number')]
        [uint] $DiskNumber,
        [Parameter(ParameterSetName = 'VMId', Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [Alias('Id')]
        [guid[]] $VMId
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}

function Test-VHD {
    [CmdletBinding(DefaultParameterSetName = 'ExistingVHD', PositionalBinding = $false)]
    [OutputType('System.Boolean')]
    param(
        [Parameter(ParameterSetName = 'ExistingVHD', Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [Parameter(ParameterSetName = 'SharedDisk', Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [Alias('FullName')]
        [string[]] $Path,
        [Parameter(ParameterSetName = 'ExistingVHD')]
        [Parameter(ParameterSetName = 'SharedDisk')]
        [CimSession[]] $CimSession,
        [Parameter(ParameterSetName = 'ExistingVHD')]
        [Parameter(ParameterSetName = 'SharedDisk')]
        [string[]] $ComputerName,
        [Parameter(ParameterSetName = 'ExistingVHD')]
        [Parameter(ParameterSetName = 'SharedDisk')]
        [pscredential[]] $Credential,
        [Parameter(ParameterSetName = 'SharedDisk', Mandatory)]
        [Alias('ShareVirtualDisk')]
        [switch] $SupportPersistentReservations
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}

function Resize-VHD {
    [CmdletBinding(DefaultParameterSetName = 'Size', SupportsShouldProcess, ConfirmImpact = 'Medium', PositionalBinding = $false)]
    [OutputType('Microsoft.Vhd.PowerShell.VirtualHardDisk')]
    param(
        [Parameter(ParameterSetName = 'Size', Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [Parameter(ParameterSetName = 'MinimumSize', Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [Alias('FullName')]
        [string[]] $Path,
        [Parameter(ParameterSetName = 'Size', Mandatory, Position = 1)]
        [ulong] $SizeBytes,
        [Parameter(ParameterSetName = 'Size')]
        [Parameter(ParameterSetName = 'MinimumSize')]
        [switch] $AsJob,
        [Parameter(ParameterSetName = 'Size')]
        [Parameter(ParameterSetName = 'MinimumSize')]
        [switch] $Passthru,
        [Parameter(ParameterSetName = 'Size')]
        [Parameter(ParameterSetName = 'MinimumSize')]
        [CimSession[]] $CimSession,
        [Parameter(ParameterSetName = 'Size')]
        [Parameter(ParameterSetName = 'MinimumSize')]
        [string[]] $ComputerName,
        [Parameter(ParameterSetName = 'Size')]
        [Parameter(ParameterSetName = 'MinimumSize')]
        [pscredential[]] $Credential,
        [Parameter(ParameterSetName = 'MinimumSize', Mandatory)]
        [switch] $ToMinimumSize
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}
