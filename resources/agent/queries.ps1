# Queries: the whole host in a few WMI queries (root\virtualization\v2), none of them about a single VM.
#
# What comes out is a sketch for each VM: a table with its id, a mark, a text that differs as soon as anything worth
# telling has changed, and what the record is made from when it is needed.

# Returns instances of a Hyper-V class.
function Get-AgentCim {
    param([string] $Class, [string[]] $Property)
    return Get-CimInstance -Namespace 'root\virtualization\v2' -ClassName $Class -Property $Property `
        -OperationTimeoutSec 40 -ErrorAction Stop
}

# Returns the sketches of all VMs, in the host's order.
function Get-AgentCimSketches {
    param([hashtable] $Inventory)
    $sketches = [ordered] @{}
    $index = [hashtable]::new() # not @{}, which compares by culture in 5.1 (fact 238)
    $systems = @(Get-AgentCim 'Msvm_ComputerSystem' $Inventory.SystemColumns)
    foreach ($system in $systems) {
        $id = ([string] $system.Name).ToLowerInvariant()
        if ($id.Length -eq 36 -and (Get-AgentGuid $id) -eq $id) { # the host itself has its name there
            $sketches[$id] = $index[$id] = New-AgentCimSketch $id $system
        }
    }
    $Inventory.Glance = Get-AgentGlance $systems
    Add-AgentSettings $Inventory $index
    Add-AgentPercent $Inventory $index
    foreach ($sketch in $sketches.Values) { $sketch.Mark = [string]::Join([char] 1, $sketch.Parts) }
    return $sketches
}

# Returns a sketch of a VM to which the settings are still to be added.
function New-AgentCimSketch {
    param([string] $Id, $System)
    $parts = [System.Collections.Generic.List[string]]::new()
    $parts.Add([string] $System.ElementName)
    $parts.Add("$($System.EnabledState)/$($System.OtherEnabledState)/$($System.HealthState)")
    $parts.Add("$($System.ReplicationMode)/" + [string]::Join('/', @($System.OperationalStatus)))
    $parts.Add([string]::Join('/', @($System.StatusDescriptions)))
    $parts.Add([string] $System.TimeOfLastConfigurationChange)
    return @{
        Id = $Id; Source = 'cim'; System = $System; Settings = $null; Parent = ''; Percent = $null; Parts = $parts
        Checkpoints = [System.Collections.Generic.List[hashtable]]::new(); Mark = ''
        IsRunning = [int] $System.EnabledState -notin 3, 6
    }
}

# Adds the settings of Now and of every checkpoint: one query for all of them. Written flat, for there may be many.
function Add-AgentSettings {
    param([hashtable] $Inventory, [hashtable] $Sketches)
    $guid = [regex] '[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}'
    $between = [string] [char] 2
    foreach ($one in Get-AgentSettings $Inventory) {
        $sketch = $Sketches[([string] $one.VirtualSystemIdentifier).ToLowerInvariant()]
        if ($null -eq $sketch) { continue } # of a planned VM, or of one that came just now
        $id = $guid.Match([string] $one.InstanceID).Value.ToLowerInvariant()
        $parent = $one.Parent
        if ($null -ne $parent -and $parent -isnot [string]) { $parent = $parent.InstanceID } # a reference (fact 146)
        if ($parent) { $parent = $guid.Match($parent).Value.ToLowerInvariant() } else { $parent = '' }
        $type = [string] $one.VirtualSystemType
        $notes = $one.Notes
        if ($null -ne $notes) { $notes = [string]::Join("`n", $notes) }
        $sketch.Parts.Add([string]::Join($between, ($id, $one.ElementName, $type, $parent,
                    $one.IsSaved, $one.UserSnapshotType, $one.IsAutomaticSnapshot, $notes)))
        if ($id -eq $sketch.Id) {
            $sketch.Settings = $one
            $sketch.Parent = $parent
        } elseif ($type -notlike '*:System:*') {
            $sketch.Checkpoints.Add(@{ Id = $id; Parent = $parent; Settings = $one; Notes = [string] $notes })
        }
    }
}

# Returns all settings. Two columns are younger than Server 2012 R2 and came one after the other (fact 95), so the class is asked
# once which it has. Where it doesn't tell, a query that is refused as invalid costs the younger one; no other failure costs any.
function Get-AgentSettings {
    param([hashtable] $Inventory)
    $class = 'Msvm_VirtualSystemSettingData'
    if (-not $Inventory.IsClassAsked) { Confirm-AgentColumns $Inventory $class }
    while ($true) {
        try {
            return Get-AgentCim $class ($Inventory.SettingColumns + $Inventory.YoungColumns)
        } catch {
            if ($Inventory.YoungColumns.Count -eq 0 -or -not (Test-AgentInvalidQuery $_)) { throw }
            $Inventory.YoungColumns = @($Inventory.YoungColumns -ne $Inventory.YoungColumns[-1])
        }
    }
}

# Leaves out the young columns that a class does not have.
function Confirm-AgentColumns {
    param([hashtable] $Inventory, [string] $Class)
    $Inventory.IsClassAsked = $true
    try {
        $names = @((Get-CimClass -Namespace 'root\virtualization\v2' -ClassName $Class -OperationTimeoutSec 10 `
                    -ErrorAction Stop).CimClassProperties | ForEach-Object { $_.Name })
    } catch {
        return # the queries will show
    }
    if ($names.Count -gt 0) { $Inventory.YoungColumns = @($Inventory.YoungColumns | Where-Object { $_ -in $names }) }
}

# Tells whether WMI refused a query as invalid, as it does for a column that the class does not have: 0x80041017.
function Test-AgentInvalidQuery {
    param($Record)
    if ($Record.FullyQualifiedErrorId -like 'HRESULT 0x80041017,*') { return $true }
    return [string] $Record.Exception.NativeErrorCode -eq 'InvalidQuery'
}

# Adds how far the jobs of the host are.
function Add-AgentPercent {
    param([hashtable] $Inventory, [hashtable] $Sketches)
    foreach ($job in Read-AgentJobs $Inventory) {
        $sketch = $Sketches[$job.Vm]
        if ($null -eq $sketch) { continue }
        $wanted = $Inventory.Names.Job[[string] (Get-AgentActivity $Inventory.Names $sketch.System.OperationalStatus)]
        if ($null -ne $wanted -and $job.Type -ne $wanted) { continue }
        $sketch.Percent = $job.Percent
        $sketch.Parts.Add("$($job.Type)=$($job.Percent)")
    }
}

# Reads the running jobs, and lets the main runspace know how far they are. A host that does not tell is read all the same.
function Read-AgentJobs {
    param([hashtable] $Inventory)
    $asked = [DateTime]::UtcNow
    try {
        $jobs = @(Get-AgentJobs $Inventory.JobOwners)
        Limit-AgentOwners $Inventory $jobs
    } catch {
        $jobs = @()
    }
    $percents = @{}
    foreach ($job in $jobs) { if ($job.Vm) { $percents[$job.Vm] = $job.Percent } }
    $Inventory.Shared.Jobs = @{ At = $asked; Percents = $percents }
    return $jobs
}

# Forgets whose jobs have ended.
function Limit-AgentOwners {
    param([hashtable] $Inventory, $Jobs)
    $owners = @{}
    foreach ($job in $Jobs) { $owners[$job.Id] = $job.Vm }
    $Inventory.JobOwners = $owners
}

# Returns the jobs that are running: VM, type, percent, whether they can be stopped. $Owners remembers whose they are.
function Get-AgentJobs {
    param([hashtable] $Owners = @{})
    $columns = 'InstanceID', 'JobState', 'JobType', 'PercentComplete', 'Cancellable'
    foreach ($job in Get-AgentCim 'Msvm_ConcreteJob' $columns) {
        if ([int] $job.JobState -notin 3, 4) { continue } # starting, running (fact 122)
        $key = [string] $job.InstanceID
        if (-not $Owners.ContainsKey($key)) { $Owners[$key] = Get-AgentJobOwner $job }
        @{
            Id = $key; Vm = $Owners[$key]; Type = [int] $job.JobType; Percent = [int] $job.PercentComplete
            IsCancellable = [bool] $job.Cancellable; Instance = $job
        }
    }
}

# Returns the id of the VM that a job is about: whatever it affects that is a VM, or the settings of one (fact 122).
function Get-AgentJobOwner {
    param($Job)
    $affected = Get-CimAssociatedInstance -InputObject $Job -Association 'Msvm_AffectedJobElement' `
        -OperationTimeoutSec 5 -ErrorAction SilentlyContinue
    foreach ($element in @($affected)) {
        $id = Get-AgentGuid ([string] $element.VirtualSystemIdentifier)
        if (-not $id) { $id = Get-AgentGuid ([string] $element.Name) }
        if ($id) { return $id }
    }
    return ''
}

# Returns what a full record needs besides the sketch: drives of all settings, memory. Asked at readings only.
function Get-AgentExtras {
    param([hashtable] $Inventory, $Sketches)
    $extras = @{ Drives = Get-AgentDrives; Startup = Get-AgentStartup; Memory = @{} }
    foreach ($sketch in $Sketches.Values) {
        if ($sketch.IsRunning) { $extras.Memory = Get-AgentMemory; break }
    }
    return $extras
}

# Returns the bytes with which each VM starts, by ids of settings; those of checkpoints are among them.
function Get-AgentStartup {
    $guid = [regex] '[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}'
    $startup = [hashtable]::new()
    foreach ($one in Get-AgentCim 'Msvm_MemorySettingData' 'InstanceID', 'VirtualQuantity') {
        $id = $guid.Match([string] $one.InstanceID).Value.ToLowerInvariant()
        $startup[$id] = [long] $one.VirtualQuantity * 1MB # "byte * 2^20" (fact 126)
    }
    return $startup
}

# Returns the memory that each VM has now (fact 125: 0 = name, 103 = memory in MB); without it, none.
function Get-AgentMemory {
    $memory = @{}
    try {
        $keys = 'CreationClassName', 'Name', 'SystemCreationClassName', 'SystemName'
        $service = @(Get-AgentCim 'Msvm_VirtualSystemManagementService' $keys)[0]
        $answer = Invoke-CimMethod -InputObject $service -MethodName 'GetSummaryInformation' -Arguments @{
            RequestedInformation = [uint32[]] (0, 103)
        } -OperationTimeoutSec 40 -ErrorAction Stop
        foreach ($one in @($answer.SummaryInformation)) {
            if ($null -ne $one.MemoryUsage) {
                $memory[([string] $one.Name).ToLowerInvariant()] = [long] $one.MemoryUsage * 1MB
            }
        }
    } catch {
        return @{}
    }
    return $memory
}

# Returns the virtual disk files of Now and of each checkpoint, in the order of controllers: IDE first, then as they come.
#
# InstanceID is Microsoft:<settings>\<controller>\<number>\<location>\L; the IDE controllers share one GUID (fact 123).
function Get-AgentDrives {
    $pattern = [regex] '^Microsoft:([0-9A-Fa-f-]{36})\\([0-9A-Fa-f-]{36})\\(\d+)\\(\d+)'
    $slots = [hashtable]::new()
    $controllers = [hashtable]::new()
    $controllers['83f8638b-8dca-4152-9eda-2ca8b33039b4'] = 0
    $columns = 'InstanceID', 'ResourceSubType', 'HostResource'
    foreach ($one in Get-AgentCim 'Msvm_StorageAllocationSettingData' $columns) {
        if ($one.ResourceSubType -ne 'Microsoft:Hyper-V:Virtual Hard Disk') { continue } # a DVD, a floppy (fact 123)
        $path = [string] @($one.HostResource)[0]
        $groups = $pattern.Match([string] $one.InstanceID).Groups
        if (-not $path -or -not $groups[0].Success) { continue }
        $controller = $groups[2].Value.ToLowerInvariant()
        if ($null -eq $controllers[$controller]) { $controllers[$controller] = $controllers.Count }
        $slot = 1000000 * (1000000 * [long] $controllers[$controller] + [long] $groups[3].Value) + [long] $groups[4].Value
        $owner = $groups[1].Value.ToLowerInvariant()
        if ($null -eq $slots[$owner]) { $slots[$owner] = [System.Collections.Generic.SortedList[long, string]]::new(1) }
        $slots[$owner][$slot] = $path
    }
    return $slots
}
