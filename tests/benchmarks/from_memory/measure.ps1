# Measures the agent's own work: its functions, with answers of WMI and Get-VHD from memory. Prints a line of JSON for each round.
param([string] $Agent, [int] $Vms, [int] $Each, [int] $Rounds)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
foreach ($part in [System.IO.Directory]::GetFiles($Agent, '*.ps1')) {
    if ([System.IO.Path]::GetFileName($part) -notin 'agent.ps1', 'start.ps1') { . $part }
}

$answers = @{ 'Msvm_ConcreteJob' = @(); 'Msvm_VirtualSystemManagementService' = @([pscustomobject] @{ Name = 'vmms' }) }
$answers['Win32_Volume'] = @([pscustomobject] @{ Name = 'C:\'; Capacity = [uint64] 100; FreeSpace = [uint64] 10 })
foreach ($class in 'Msvm_ComputerSystem', 'Msvm_VirtualSystemSettingData', 'Msvm_StorageAllocationSettingData', 'Msvm_MemorySettingData') {
    $answers[$class] = [System.Collections.Generic.List[object]]::new()
}
$created = [DateTime]::new(2026, 1, 2, 3, 4, 5, [DateTimeKind]::Local)
foreach ($number in 1..$Vms) {
    $vm = 'AAAAAAAA-0000-0000-0000-{0:d12}' -f $number
    $answers['Msvm_ComputerSystem'].Add([pscustomobject] @{
            Name = $vm; ElementName = "vm$number"; EnabledState = [uint16] (2 + $number % 2); OtherEnabledState = $null
            HealthState = [uint16] 5; OperationalStatus = [uint16[]] @(2); StatusDescriptions = [string[]] @('Operating normally')
            OnTimeInMilliseconds = [uint64] 90500; ReplicationMode = [uint16] 0; TimeOfLastConfigurationChange = $created
        })
    foreach ($place in 0..$Each) {
        $checkpoint = 'CCCCCCCC-0000-0000-{0:d4}-{1:d12}'
        $id = if ($place -gt 0) { $checkpoint -f $number, $place } else { $vm }
        $above = if ($place -eq 0) { $Each } else { $place - 1 }
        $kind = if ($place -gt 0) { 'Snapshot:Realized' } else { 'System:Realized' }
        $path = "\\HOST\root\virtualization\v2:Msvm_VirtualSystemSettingData.InstanceID=`"Microsoft:$($checkpoint -f $number, $above)`""
        $answers['Msvm_VirtualSystemSettingData'].Add([pscustomobject] @{
                InstanceID = "Microsoft:$id"; ElementName = "checkpoint $place of `"$number`""; VirtualSystemIdentifier = $vm
                VirtualSystemType = "Microsoft:Hyper-V:$kind"; Parent = if ($above -gt 0) { $path }
                CreationTime = $created.AddMinutes($number + $place); Notes = [string[]] @('a note'); IsSaved = [bool] ($place % 2)
                VirtualSystemSubType = 'Microsoft:Hyper-V:SubType:2'; Version = '9.0'; ConfigurationDataRoot = "D:\VMs\$number"
                ConfigurationFile = "Snapshots\$id.vmcx"; SuspendDataRoot = "D:\VMs\$number"; UserSnapshotType = [uint16] 3
                IsAutomaticSnapshot = $false
            })
        $answers['Msvm_StorageAllocationSettingData'].Add([pscustomobject] @{
                InstanceID = "Microsoft:$id\83F8638B-8DCA-4152-9EDA-2CA8B33039B4\0\0\L"
                ResourceSubType = 'Microsoft:Hyper-V:Virtual Hard Disk'; HostResource = [string[]] @("D:\VMs\$number\$place.vhdx")
            })
        $answers['Msvm_MemorySettingData'].Add([pscustomobject] @{ InstanceID = "Microsoft:$id\x"; VirtualQuantity = [uint64] 1024 })
    }
}

function Get-CimInstance { param($Namespace, $ClassName, $Property, $OperationTimeoutSec, $ErrorAction) return $answers[$ClassName] }
function Get-CimClass { param($Namespace, $ClassName, $OperationTimeoutSec, $ErrorAction) throw 'not told' }
function Invoke-CimMethod { param($InputObject, $MethodName, $Arguments, $OperationTimeoutSec, $ErrorAction) }

# The same questions as a reading with sizes, and nothing made of the answers.
function Invoke-Asking {
    foreach ($class in $answers.Keys) { foreach ($one in Get-CimInstance -ClassName $class) { $null = $one } }
    foreach ($one in $answers['Msvm_StorageAllocationSettingData']) {
        try { $null = @(Hyper-V\Get-VHD -Path $one.HostResource[0] -ErrorAction Stop)[0] } catch { continue }
    }
}

function Measure-Work {
    param([string] $Name, [hashtable] $Figures, [double] $Used, [double] $Began)
    $Figures[$Name] = @(((Get-AgentProcessorTime) - $Used), ($watch.Elapsed.TotalSeconds - $Began))
}

Import-Module Hyper-V
$text = [System.IO.StringWriter]::new()
$shared = [hashtable]::Synchronized(@{
        Writer = $text; Lock = New-Object System.Object; Inbox = [System.Collections.Concurrent.BlockingCollection[object]]::new()
        SessionState = New-AgentSessionState; Pool = $null; Working = 0; IsWatching = $false
    })
$shared.Files = New-AgentFiles $shared
$inventory = New-AgentInventory $shared
$watch = [System.Diagnostics.Stopwatch]::StartNew()
foreach ($round in 1..$Rounds) {
    $figures = @{}
    $used = Get-AgentProcessorTime; $began = $watch.Elapsed.TotalSeconds
    Invoke-Asking
    Measure-Work 'asking' $figures $used $began
    foreach ($kind in 'picture', 'whole') {
        $null = $text.GetStringBuilder().Clear()
        $used = Get-AgentProcessorTime; $began = $watch.Elapsed.TotalSeconds
        $null = Read-AgentInventory $inventory @{ id = '1'; since = 0; sizes = $kind -eq 'whole' }
        Measure-Work $kind $figures $used $began
    }
    $used = Get-AgentProcessorTime; $began = $watch.Elapsed.TotalSeconds
    Update-AgentMarks $inventory (Get-AgentSketches $inventory)
    Measure-Work 'look' $figures $used $began
    $used = Get-AgentProcessorTime; $began = $watch.Elapsed.TotalSeconds
    $null = Test-AgentGlance $inventory
    Measure-Work 'glance' $figures $used $began
    [Console]::Out.WriteLine((ConvertTo-Json -InputObject $figures -Compress))
}
[Environment]::Exit(0)
