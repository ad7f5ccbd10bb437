# WMI for the tests of the agent: the classes that it asks, made from the world that the tiny Hyper-V shows (world.ps1).

. (Join-Path $PSScriptRoot '../world.ps1')

function Get-TestSystems {
    [pscustomobject] @{ Name = 'HOST'; ElementName = 'HOST'; EnabledState = 2 }
    foreach ($vm in (Get-TestWorld).vms) {
        [pscustomobject] @{
            Name = $vm.id.ToUpperInvariant(); ElementName = $vm.name; EnabledState = $vm.state; OtherEnabledState = $null
            HealthState = $vm.health; OperationalStatus = @($vm.status); StatusDescriptions = @($vm.texts)
            OnTimeInMilliseconds = 90500; ReplicationMode = $vm.replication; TimeOfLastConfigurationChange = $vm.changed
        }
    }
}

function New-TestSettings {
    param($Vm, $One, [string] $Type, [string[]] $Property)
    $made = [ordered] @{
        InstanceID = "Microsoft:$($One.id.ToUpperInvariant())"; ElementName = $One.name
        VirtualSystemIdentifier = $Vm.id.ToUpperInvariant(); VirtualSystemType = "Microsoft:Hyper-V:$Type"
        Parent = if ($One.parent) {
            "\\HOST\root\virtualization\v2:Msvm_VirtualSystemSettingData.InstanceID=`"Microsoft:$($One.parent.ToUpperInvariant())`""
        }
        CreationTime = if ($One.created) { ([DateTime] $One.created).ToLocalTime() }; Notes = @($One.notes)
        IsSaved = $One.saved; VirtualSystemSubType = 'Microsoft:Hyper-V:SubType:2'; Version = '9.0'
        ConfigurationDataRoot = $null; ConfigurationFile = $null; SuspendDataRoot = $null
    }
    if ('UserSnapshotType' -in $Property) { $made.UserSnapshotType = $Vm.type }
    if ('IsAutomaticSnapshot' -in $Property) { $made.IsAutomaticSnapshot = [bool] $One.automatic }
    return [pscustomobject] $made
}

# Returns the columns that came after the world's release: 2012, 2016, or by default one that has both.
function Get-TestMissing {
    $release = (Get-TestWorld).release
    if ($release -and $release -lt 2016) { 'UserSnapshotType' }
    if ($release -and $release -lt 2019) { 'IsAutomaticSnapshot' }
}

function New-TestRefusal {
    param([string] $Message, [string] $Id)
    $id = "$Id,Microsoft.Management.Infrastructure.CimCmdlets.GetCimInstanceCommand"
    return [System.Management.Automation.ErrorRecord]::new([Exception]::new($Message), $id, 'NotSpecified', $null)
}

function Get-CimClass {
    [CmdletBinding()]
    param([string] $Namespace, [string] $ClassName, [uint32] $OperationTimeoutSec)
    Write-TestCall "Get-CimClass $ClassName"
    if ((Get-TestWorld).hides_classes) { throw (New-TestRefusal 'Access denied' 'HRESULT 0x80041003') }
    $all = 'InstanceID', 'ElementName', 'UserSnapshotType', 'IsAutomaticSnapshot'
    $names = $all | Where-Object { $_ -notin @(Get-TestMissing) }
    [pscustomobject] @{ CimClassProperties = @($names | ForEach-Object { [pscustomobject] @{ Name = $_ } }) }
}

function Get-TestSettings {
    param([string[]] $Property)
    $world = Get-TestWorld
    if ($world.slow) { throw (New-TestRefusal 'Timed out' 'HRESULT 0x8007274c') }
    foreach ($one in Get-TestMissing) {
        if ($one -in $Property) { throw (New-TestRefusal 'Invalid query' 'HRESULT 0x80041017') }
    }
    foreach ($vm in $world.vms) {
        New-TestSettings $vm $vm 'System:Realized' $Property
        foreach ($one in $vm.checkpoints) { New-TestSettings $vm $one "Snapshot:$($one.kind)" $Property }
    }
}

function Get-TestStorage {
    $number = 0
    foreach ($vm in (Get-TestWorld).vms) {
        foreach ($one in @($vm) + @($vm.checkpoints)) {
            $slot = 0
            foreach ($path in $one.drives) {
                [pscustomobject] @{
                    InstanceID = "Microsoft:$($one.id.ToUpperInvariant())\83F8638B-8DCA-4152-9EDA-2CA8B33039B4\0\$slot\L"
                    ResourceType = 31; ResourceSubType = 'Microsoft:Hyper-V:Virtual Hard Disk'; HostResource = @($path)
                }
                $slot++
            }
        }
    }
}

function Get-CimInstance {
    [CmdletBinding()]
    param([string] $Namespace, [string] $ClassName, [string[]] $Property, [uint32] $OperationTimeoutSec)
    Write-TestCall "Get-CimInstance $ClassName"
    $world = Get-TestWorld
    if ($world.refuse -and $Namespace -eq 'root\virtualization\v2') { throw 'Access denied' }
    switch ($ClassName) {
        'Msvm_ComputerSystem' { Get-TestSystems }
        'Msvm_VirtualSystemSettingData' { Get-TestSettings $Property }
        'Msvm_StorageAllocationSettingData' { Get-TestStorage }
        'Msvm_MemorySettingData' {
            foreach ($vm in $world.vms) {
                [pscustomobject] @{ InstanceID = "Microsoft:$($vm.id)\x"; VirtualQuantity = $vm.memory }
            }
        }
        'Msvm_ConcreteJob' {
            foreach ($job in $world.jobs) {
                [pscustomobject] @{
                    InstanceID = $job.id; JobState = $job.state; JobType = $job.type; PercentComplete = $job.percent
                    Cancellable = $job.cancellable
                }
            }
        }
        'Msvm_VirtualSystemManagementService' { [pscustomobject] @{ Name = 'vmms' } }
        'Win32_Volume' {
            if ($world.slow_volumes) { throw (New-TestRefusal 'Timed out' 'HRESULT 0x8007274c') }
            foreach ($one in $world.volumes) {
                [pscustomobject] @{ Name = $one.name; Capacity = $one.capacity; FreeSpace = $one.free }
            }
        }
        'Win32_OperatingSystem' { [pscustomobject] @{ Caption = 'Windows Server 2022'; Version = '10.0.20348' } }
    }
}

function Get-CimAssociatedInstance {
    [CmdletBinding()]
    param($InputObject, [string] $Association, [uint32] $OperationTimeoutSec)
    foreach ($job in (Get-TestWorld).jobs) {
        if ($job.id -eq $InputObject.InstanceID) { [pscustomobject] @{ Name = $job.vm.ToUpperInvariant() } }
    }
}

function Invoke-CimMethod {
    [CmdletBinding()]
    param($InputObject, [string] $MethodName, [hashtable] $Arguments, [uint32] $OperationTimeoutSec)
    Write-TestCall "Invoke-CimMethod $MethodName $($Arguments.RequestedState)"
    $world = Get-TestWorld
    if ($MethodName -eq 'GetSummaryInformation') {
        $all = foreach ($vm in $world.vms) {
            [pscustomobject] @{ Name = $vm.id.ToUpperInvariant(); MemoryUsage = if ($vm.state -eq 2) { 2048 } }
        }
        return [pscustomobject] @{ ReturnValue = 0; SummaryInformation = @($all) }
    }
    foreach ($job in $world.jobs) { if ($job.id -eq $InputObject.InstanceID) { $job.state = 8 } }
    return [pscustomobject] @{ ReturnValue = 0 }
}

Export-ModuleMember -Function 'Get-CimInstance', 'Get-CimClass', 'Get-CimAssociatedInstance', 'Invoke-CimMethod'
