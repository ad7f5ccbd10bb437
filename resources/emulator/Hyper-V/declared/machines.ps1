# The cmdlets of the part ‘machines’: what they take.
# Written by packaging/devtools/hyperv_module.py from hyperv_facts.json: change those, not this.

function Export-VM {
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
        [Parameter(ParameterSetName = 'Name', Mandatory, Position = 1)]
        [Parameter(ParameterSetName = 'VMObject', Mandatory, Position = 1)]
        [string] $Path,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [switch] $AsJob,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [switch] $Passthru,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Nullable[Microsoft.HyperV.PowerShell.CaptureLiveState]] $CaptureLiveState,
        [Parameter(ParameterSetName = 'VMObject', Mandatory, Position = 0, ValueFromPipeline)]
        [Microsoft.HyperV.PowerShell.VirtualMachine[]] $VM
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}

function Import-VM {
    [CmdletBinding(DefaultParameterSetName = 'Register', SupportsShouldProcess, ConfirmImpact = 'Medium', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VirtualMachine')]
    param(
        [Parameter(ParameterSetName = 'Register')]
        [Parameter(ParameterSetName = 'Copy')]
        [CimSession[]] $CimSession,
        [Parameter(ParameterSetName = 'Register')]
        [Parameter(ParameterSetName = 'Copy')]
        [string[]] $ComputerName,
        [Parameter(ParameterSetName = 'Register')]
        [Parameter(ParameterSetName = 'Copy')]
        [pscredential[]] $Credential,
        [Parameter(ParameterSetName = 'Register', Mandatory, Position = 0, ValueFromPipeline)]
        [Parameter(ParameterSetName = 'Copy', Mandatory, Position = 0, ValueFromPipeline)]
        [string] $Path,
        [Parameter(ParameterSetName = 'Register')]
        [switch] $Register,
        [Parameter(ParameterSetName = 'Register')]
        [Parameter(ParameterSetName = 'Copy')]
        [Parameter(ParameterSetName = 'CompatibilityReport')]
        [switch] $AsJob,
        [Parameter(ParameterSetName = 'Copy', Position = 1)]
        [string] $VhdDestinationPath,
        [Parameter(ParameterSetName = 'Copy', Mandatory)]
        [switch] $Copy,
        [Parameter(ParameterSetName = 'Copy')]
        [string] $VirtualMachinePath,
        [Parameter(ParameterSetName = 'Copy')]
        [Alias('CheckpointFileLocation', 'SnapshotFileLocation')]
        [string] $SnapshotFilePath,
        [Parameter(ParameterSetName = 'Copy')]
        [string] $SmartPagingFilePath,
        [Parameter(ParameterSetName = 'Copy')]
        [string] $VhdSourcePath,
        [Parameter(ParameterSetName = 'Copy')]
        [switch] $GenerateNewId,
        [Parameter(ParameterSetName = 'CompatibilityReport', Mandatory, Position = 0, ValueFromPipeline)]
        [Microsoft.HyperV.PowerShell.VMCompatibilityReport] $CompatibilityReport
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}

function Compare-VM {
    [CmdletBinding(DefaultParameterSetName = 'NameSingleDestination', SupportsShouldProcess, ConfirmImpact = 'Medium', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VMCompatibilityReport')]
    param(
        [Parameter(ParameterSetName = 'NameSingleDestination')]
        [Parameter(ParameterSetName = 'Register')]
        [Parameter(ParameterSetName = 'Copy')]
        [Parameter(ParameterSetName = 'NameMultipleDestinations')]
        [string[]] $ComputerName,
        [Parameter(ParameterSetName = 'NameSingleDestination')]
        [Parameter(ParameterSetName = 'Register')]
        [Parameter(ParameterSetName = 'Copy')]
        [Parameter(ParameterSetName = 'NameMultipleDestinations')]
        [pscredential[]] $Credential,
        [Parameter(ParameterSetName = 'NameSingleDestination')]
        [Parameter(ParameterSetName = 'NameMultipleDestinationsAndCimSession')]
        [Parameter(ParameterSetName = 'NameSingleDestinationAndCimSession')]
        [Parameter(ParameterSetName = 'Register')]
        [Parameter(ParameterSetName = 'Copy')]
        [Parameter(ParameterSetName = 'NameMultipleDestinations')]
        [Parameter(ParameterSetName = 'VMMultipleDestinations')]
        [Parameter(ParameterSetName = 'VMMultipleDestinationsAndCimSession')]
        [Parameter(ParameterSetName = 'CompatibilityReport')]
        [Parameter(ParameterSetName = 'VMSingleDestination')]
        [Parameter(ParameterSetName = 'VMSingleDestinationAndCimSession')]
        [switch] $AsJob,
        [Parameter(ParameterSetName = 'NameSingleDestination', Mandatory, Position = 0, ValueFromPipeline)]
        [Parameter(ParameterSetName = 'NameMultipleDestinationsAndCimSession', Mandatory, Position = 0, ValueFromPipeline)]
        [Parameter(ParameterSetName = 'NameSingleDestinationAndCimSession', Mandatory, Position = 0, ValueFromPipeline)]
        [Parameter(ParameterSetName = 'NameMultipleDestinations', Mandatory, Position = 0, ValueFromPipeline)]
        [string] $Name,
        [Parameter(ParameterSetName = 'NameSingleDestination', Mandatory, Position = 1)]
        [Parameter(ParameterSetName = 'NameMultipleDestinations', Mandatory, Position = 1)]
        [Parameter(ParameterSetName = 'VMMultipleDestinations', Mandatory, Position = 1)]
        [Parameter(ParameterSetName = 'VMSingleDestination', Mandatory, Position = 1)]
        [string] $DestinationHost,
        [Parameter(ParameterSetName = 'NameSingleDestination')]
        [Parameter(ParameterSetName = 'NameMultipleDestinations')]
        [Parameter(ParameterSetName = 'VMMultipleDestinations')]
        [Parameter(ParameterSetName = 'VMSingleDestination')]
        [pscredential] $DestinationCredential,
        [Parameter(ParameterSetName = 'NameSingleDestination')]
        [Parameter(ParameterSetName = 'NameSingleDestinationAndCimSession')]
        [Parameter(ParameterSetName = 'VMSingleDestination')]
        [Parameter(ParameterSetName = 'VMSingleDestinationAndCimSession')]
        [switch] $IncludeStorage,
        [Parameter(ParameterSetName = 'NameSingleDestination')]
        [Parameter(ParameterSetName = 'NameSingleDestinationAndCimSession')]
        [Parameter(ParameterSetName = 'VMSingleDestination')]
        [Parameter(ParameterSetName = 'VMSingleDestinationAndCimSession')]
        [string] $DestinationStoragePath,
        [Parameter(ParameterSetName = 'NameSingleDestination')]
        [Parameter(ParameterSetName = 'NameMultipleDestinationsAndCimSession')]
        [Parameter(ParameterSetName = 'NameSingleDestinationAndCimSession')]
        [Parameter(ParameterSetName = 'NameMultipleDestinations')]
        [Parameter(ParameterSetName = 'VMMultipleDestinations')]
        [Parameter(ParameterSetName = 'VMMultipleDestinationsAndCimSession')]
        [Parameter(ParameterSetName = 'VMSingleDestination')]
        [Parameter(ParameterSetName = 'VMSingleDestinationAndCimSession')]
        [string] $ResourcePoolName,
        [Parameter(ParameterSetName = 'NameSingleDestination')]
        [Parameter(ParameterSetName = 'NameMultipleDestinationsAndCimSession')]
        [Parameter(ParameterSetName = 'NameSingleDestinationAndCimSession')]
        [Parameter(ParameterSetName = 'NameMultipleDestinations')]
        [Parameter(ParameterSetName = 'VMMultipleDestinations')]
        [Parameter(ParameterSetName = 'VMMultipleDestinationsAndCimSession')]
        [Parameter(ParameterSetName = 'VMSingleDestination')]
        [Parameter(ParameterSetName = 'VMSingleDestinationAndCimSession')]
        [switch] $RetainVhdCopiesOnSource,
        [Parameter(ParameterSetName = 'NameMultipleDestinationsAndCimSession')]
        [Parameter(ParameterSetName = 'NameSingleDestinationAndCimSession')]
        [Parameter(ParameterSetName = 'Register')]
        [Parameter(ParameterSetName = 'Copy')]
        [CimSession[]] $CimSession,
        [Parameter(ParameterSetName = 'NameMultipleDestinationsAndCimSession', Mandatory)]
        [Parameter(ParameterSetName = 'Copy')]
        [Parameter(ParameterSetName = 'NameMultipleDestinations')]
        [Parameter(ParameterSetName = 'VMMultipleDestinations')]
        [Parameter(ParameterSetName = 'VMMultipleDestinationsAndCimSession', Mandatory)]
        [string] $VirtualMachinePath,
        [Parameter(ParameterSetName = 'NameMultipleDestinationsAndCimSession')]
        [Parameter(ParameterSetName = 'Copy')]
        [Parameter(ParameterSetName = 'NameMultipleDestinations')]
        [Parameter(ParameterSetName = 'VMMultipleDestinations')]
        [Parameter(ParameterSetName = 'VMMultipleDestinationsAndCimSession')]
        [Alias('CheckpointFileLocation', 'SnapshotFileLocation')]
        [string] $SnapshotFilePath,
        [Parameter(ParameterSetName = 'NameMultipleDestinationsAndCimSession')]
        [Parameter(ParameterSetName = 'Copy')]
        [Parameter(ParameterSetName = 'NameMultipleDestinations')]
        [Parameter(ParameterSetName = 'VMMultipleDestinations')]
        [Parameter(ParameterSetName = 'VMMultipleDestinationsAndCimSession')]
        [string] $SmartPagingFilePath,
        [Parameter(ParameterSetName = 'NameMultipleDestinationsAndCimSession', Mandatory, Position = 1)]
        [Parameter(ParameterSetName = 'NameSingleDestinationAndCimSession', Mandatory, Position = 1)]
        [Parameter(ParameterSetName = 'VMMultipleDestinationsAndCimSession', Mandatory, Position = 1)]
        [Parameter(ParameterSetName = 'VMSingleDestinationAndCimSession', Mandatory, Position = 1)]
        [CimSession] $DestinationCimSession,
        [Parameter(ParameterSetName = 'NameMultipleDestinationsAndCimSession')]
        [Parameter(ParameterSetName = 'NameMultipleDestinations')]
        [Parameter(ParameterSetName = 'VMMultipleDestinations')]
        [Parameter(ParameterSetName = 'VMMultipleDestinationsAndCimSession')]
        [hashtable[]] $Vhds,
        [Parameter(ParameterSetName = 'Register', Mandatory, Position = 0, ValueFromPipeline)]
        [Parameter(ParameterSetName = 'Copy', Mandatory, Position = 0, ValueFromPipeline)]
        [string] $Path,
        [Parameter(ParameterSetName = 'Register')]
        [switch] $Register,
        [Parameter(ParameterSetName = 'Copy', Position = 1)]
        [string] $VhdDestinationPath,
        [Parameter(ParameterSetName = 'Copy', Mandatory)]
        [switch] $Copy,
        [Parameter(ParameterSetName = 'Copy')]
        [string] $VhdSourcePath,
        [Parameter(ParameterSetName = 'Copy')]
        [switch] $GenerateNewId,
        [Parameter(ParameterSetName = 'VMMultipleDestinations', Mandatory, Position = 0, ValueFromPipeline)]
        [Parameter(ParameterSetName = 'VMMultipleDestinationsAndCimSession', Mandatory, Position = 0, ValueFromPipeline)]
        [Parameter(ParameterSetName = 'VMSingleDestination', Mandatory, Position = 0, ValueFromPipeline)]
        [Parameter(ParameterSetName = 'VMSingleDestinationAndCimSession', Mandatory, Position = 0, ValueFromPipeline)]
        [Microsoft.HyperV.PowerShell.VirtualMachine] $VM,
        [Parameter(ParameterSetName = 'CompatibilityReport', Mandatory, Position = 0, ValueFromPipeline)]
        [Microsoft.HyperV.PowerShell.VMCompatibilityReport] $CompatibilityReport
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}

function New-VM {
    [CmdletBinding(DefaultParameterSetName = 'No VHD', SupportsShouldProcess, ConfirmImpact = 'Medium', PositionalBinding = $false)]
    [OutputType('Microsoft.HyperV.PowerShell.VirtualMachine')]
    param(
        [Parameter(ParameterSetName = 'No VHD', Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [Parameter(ParameterSetName = 'New VHD', Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [Parameter(ParameterSetName = 'Existing VHD', Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [Alias('VMName')]
        [string] $Name,
        [Parameter(ParameterSetName = 'No VHD', Position = 1)]
        [Parameter(ParameterSetName = 'New VHD', Position = 1)]
        [Parameter(ParameterSetName = 'Existing VHD', Position = 1)]
        [Nullable[long]] $MemoryStartupBytes,
        [Parameter(ParameterSetName = 'No VHD')]
        [Parameter(ParameterSetName = 'New VHD')]
        [Parameter(ParameterSetName = 'Existing VHD')]
        [Nullable[Microsoft.HyperV.PowerShell.BootDevice]] $BootDevice,
        [Parameter(ParameterSetName = 'No VHD')]
        [switch] $NoVHD,
        [Parameter(ParameterSetName = 'No VHD')]
        [Parameter(ParameterSetName = 'New VHD')]
        [Parameter(ParameterSetName = 'Existing VHD')]
        [string] $SwitchName,
        [Parameter(ParameterSetName = 'No VHD')]
        [Parameter(ParameterSetName = 'New VHD')]
        [Parameter(ParameterSetName = 'Existing VHD')]
        [string] $Path,
        [Parameter(ParameterSetName = 'No VHD')]
        [Parameter(ParameterSetName = 'New VHD')]
        [Parameter(ParameterSetName = 'Existing VHD')]
        [version] $Version,
        [Parameter(ParameterSetName = 'No VHD')]
        [Parameter(ParameterSetName = 'New VHD')]
        [Parameter(ParameterSetName = 'Existing VHD')]
        [switch] $Prerelease,
        [Parameter(ParameterSetName = 'No VHD')]
        [Parameter(ParameterSetName = 'New VHD')]
        [Parameter(ParameterSetName = 'Existing VHD')]
        [switch] $Experimental,
        [Parameter(ParameterSetName = 'No VHD', Position = 2)]
        [Parameter(ParameterSetName = 'New VHD', Position = 2)]
        [Parameter(ParameterSetName = 'Existing VHD', Position = 2)]
        [ValidateSet('1','2')]
        [Nullable[short]] $Generation,
        [Parameter(ParameterSetName = 'No VHD')]
        [Parameter(ParameterSetName = 'New VHD')]
        [Parameter(ParameterSetName = 'Existing VHD')]
        [switch] $Force,
        [Parameter(ParameterSetName = 'No VHD')]
        [Parameter(ParameterSetName = 'New VHD')]
        [Parameter(ParameterSetName = 'Existing VHD')]
        [switch] $AsJob,
        [Parameter(ParameterSetName = 'No VHD')]
        [Parameter(ParameterSetName = 'New VHD')]
        [Parameter(ParameterSetName = 'Existing VHD')]
        [CimSession[]] $CimSession,
        [Parameter(ParameterSetName = 'No VHD')]
        [Parameter(ParameterSetName = 'New VHD')]
        [Parameter(ParameterSetName = 'Existing VHD')]
        [string[]] $ComputerName,
        [Parameter(ParameterSetName = 'No VHD')]
        [Parameter(ParameterSetName = 'New VHD')]
        [Parameter(ParameterSetName = 'Existing VHD')]
        [pscredential[]] $Credential,
        [Parameter(ParameterSetName = 'No VHD')]
        [Parameter(ParameterSetName = 'New VHD')]
        [Parameter(ParameterSetName = 'Existing VHD')]
        [string] $SourceGuestStatePath,
        [Parameter(ParameterSetName = 'No VHD')]
        [Parameter(ParameterSetName = 'New VHD')]
        [Parameter(ParameterSetName = 'Existing VHD')]
        [string] $GuestStateIsolationType,
        [Parameter(ParameterSetName = 'New VHD', Mandatory)]
        [string] $NewVHDPath,
        [Parameter(ParameterSetName = 'New VHD', Mandatory)]
        [ulong] $NewVHDSizeBytes,
        [Parameter(ParameterSetName = 'Existing VHD', Mandatory)]
        [string] $VHDPath
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}

function Remove-VM {
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

function Rename-VM {
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
        [Parameter(ParameterSetName = 'Name', Mandatory, Position = 1)]
        [Parameter(ParameterSetName = 'VMObject', Mandatory, Position = 1)]
        [string] $NewName,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [switch] $Passthru,
        [Parameter(ParameterSetName = 'VMObject', Mandatory, Position = 0, ValueFromPipeline)]
        [Microsoft.HyperV.PowerShell.VirtualMachine[]] $VM
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}

function Set-VM {
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
        [bool] $GuestControlledCacheTypes,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [uint] $LowMemoryMappedIoSpace,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [ulong] $HighMemoryMappedIoSpace,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [bool] $BatteryPassthroughEnabled,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Nullable[long]] $ProcessorCount,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [switch] $DynamicMemory,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [switch] $StaticMemory,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Nullable[long]] $MemoryMinimumBytes,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Nullable[long]] $MemoryMaximumBytes,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Nullable[long]] $MemoryStartupBytes,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Nullable[Microsoft.HyperV.PowerShell.StartAction]] $AutomaticStartAction,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Nullable[Microsoft.HyperV.PowerShell.StopAction]] $AutomaticStopAction,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Nullable[int]] $AutomaticStartDelay,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Nullable[Microsoft.HyperV.PowerShell.CriticalErrorAction]] $AutomaticCriticalErrorAction,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Nullable[int]] $AutomaticCriticalErrorActionTimeout,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Nullable[bool]] $AutomaticCheckpointsEnabled,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Nullable[Microsoft.HyperV.PowerShell.OnOffState]] $LockOnDisconnect,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [string] $Notes,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [string] $NewVMName,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [string] $SnapshotFileLocation,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [string] $SmartPagingFilePath,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Nullable[Microsoft.HyperV.PowerShell.CheckpointType]] $CheckpointType,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [Nullable[Microsoft.HyperV.PowerShell.EnhancedSessionTransportType]] $EnhancedSessionTransportType,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [switch] $Passthru,
        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'VMObject')]
        [switch] $AllowUnverifiedPaths,
        [Parameter(ParameterSetName = 'VMObject', Mandatory, Position = 0, ValueFromPipeline)]
        [Microsoft.HyperV.PowerShell.VirtualMachine[]] $VM
    )
    begin { . Use-CallerPreference }
    process { Invoke-Stage $PSCmdlet $PSBoundParameters }
}
