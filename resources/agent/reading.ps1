# Reading: the inventory of the host, what changed since a revision, and events about changes. All in a runspace of its own.

# Answers readings, one after the other, and looks for changes in between. Runs until the agent ends.
function Invoke-AgentInventory {
    param([hashtable] $Shared)
    $ProgressPreference = 'SilentlyContinue'
    $inventory = New-AgentInventory $Shared
    while ($true) {
        $request = $null
        if ($Shared.Reads.TryTake([ref] $request, (Get-AgentPollWait $inventory))) {
            Invoke-AgentInventoryRequest $inventory $request
        } else {
            Watch-AgentHost $inventory
        }
    }
}

# Returns an inventory that has read nothing yet. Revisions begin high, so that those of an earlier agent are all older.
function New-AgentInventory {
    param([hashtable] $Shared)
    $first = [long] ([DateTime]::UtcNow - [DateTime] '2020-01-01').TotalSeconds
    return @{
        Shared = $Shared; Files = $Shared.Files; Names = Get-AgentNames; Source = 'cim'; Refusal = 30.0 # s; without an answer 40
        First = $first; Revision = $first; Told = $first; Readings = 0
        NextPoll = [DateTime]::UtcNow; NextJobs = [DateTime]::UtcNow; NextLook = [DateTime]::UtcNow; Pause = 3.0 # s
        Costs = @{ # seconds that the last ones took, on the clock and of a processor
            Look = @{ Taken = [double]::MaxValue; Used = [double]::MaxValue }
            Glance = @{ Taken = [double]::MaxValue; Used = [double]::MaxValue }
        }
        Spent = 0.0; Kept = [long] 0; Glance = $null
        Vms = [ordered] @{}; Gone = @{}; JobOwners = @{}; Spaces = @(); NextSpaces = [DateTime]::MinValue
        SystemColumns = 'Name', 'ElementName', 'EnabledState', 'OtherEnabledState', 'HealthState', 'OperationalStatus',
        'StatusDescriptions', 'OnTimeInMilliseconds', 'ReplicationMode', 'TimeOfLastConfigurationChange'
        GlanceColumns = 'Name', 'ElementName', 'EnabledState', 'HealthState', 'OperationalStatus',
        'TimeOfLastConfigurationChange'
        SettingColumns = 'InstanceID', 'ElementName', 'VirtualSystemIdentifier', 'VirtualSystemType', 'Parent',
        'CreationTime', 'Notes', 'IsSaved', 'VirtualSystemSubType', 'Version', 'ConfigurationDataRoot',
        'ConfigurationFile', 'SuspendDataRoot'
        YoungColumns = @('UserSnapshotType', 'IsAutomaticSnapshot'); IsClassAsked = $false # of 2016, of 1709 (fact 95)
    }
}

# Answers one request of the inventory runspace; hands those for sizes on.
function Invoke-AgentInventoryRequest {
    param([hashtable] $Inventory, [hashtable] $Request)
    if ($Request.verb -eq 'wake') {
        Reset-AgentPoll $Inventory
        return
    }
    $shared = $Inventory.Shared
    try {
        if ($Request.verb -eq 'host.sizes') {
            if ($null -eq $shared.Places) { $null = Read-AgentHost $Inventory } # it is the client of an earlier agent
            $shared.SizeRequests.Add($Request)
            return
        }
        if ($Request.verb -eq 'host.import') {
            $answer = Get-AgentFacts
        } elseif ($Request.verb -eq 'host.vmgroups') {
            $answer = Get-AgentVmGroups
        } else {
            $answer = Read-AgentInventory $Inventory $Request
        }
        Send-AgentMessage $shared ([ordered] @{ id = $Request.id; ok = $answer })
        Clear-AgentMemory $Inventory
    } catch {
        Send-AgentMessage $shared ([ordered] @{ id = $Request.id; error = ConvertTo-AgentError $_ })
    }
    $shared.Inbox.Add(@{ kind = 'read'; id = $Request.id })
}

# Returns sketches of all VMs, by WMI, or by the cmdlets once WMI has refused. The cmdlets ask WMI as well, and without a limit: a
# host that has not answered in time has refused nothing, and would hold them up.
function Get-AgentSketches {
    param([hashtable] $Inventory)
    if ($Inventory.Source -eq 'cmdlets') { return Get-AgentCmdletSketches }
    $began = [Diagnostics.Stopwatch]::StartNew()
    try {
        return Get-AgentCimSketches $Inventory
    } catch {
        $refusal = $_
        if ($began.Elapsed.TotalSeconds -ge $Inventory.Refusal) { throw $refusal }
        try {
            $sketches = Get-AgentCmdletSketches
        } catch {
            throw $refusal
        }
        $Inventory.Source = 'cmdlets'
        return $sketches
    }
}

# Notes which VMs came, changed and went: each gets the number of the revision in which it did.
function Update-AgentMarks {
    param([hashtable] $Inventory, $Sketches)
    $next = $Inventory.Revision + 1
    $vms = [ordered] @{}
    foreach ($sketch in $Sketches.Values) {
        $entry = $Inventory.Vms[$sketch.Id]
        if ($null -eq $entry) { $entry = @{ Mark = $null; Revision = $next; Drives = ''; Lengths = '' } }
        if ($entry.Mark -cne $sketch.Mark) {
            $entry.Mark = $sketch.Mark
            $entry.Revision = $next
        }
        $vms[$sketch.Id] = $entry
        $Inventory.Gone.Remove($sketch.Id)
        if ($entry.Revision -eq $next) { $Inventory.Revision = $next }
    }
    foreach ($id in @($Inventory.Vms.Keys)) {
        if (-not $vms.Contains($id)) {
            $Inventory.Gone[$id] = $next
            $Inventory.Revision = $next
        }
    }
    $Inventory.Vms = $vms
}

# Reads the host, sends the VMs that the client does not have, and returns the end of the answer.
function Read-AgentInventory {
    param([hashtable] $Inventory, [hashtable] $Request)
    $taken = Get-AgentTime
    $news = Read-AgentHost $Inventory
    $Inventory.Readings++
    $isFull = $Request.since -lt $Inventory.First -or $Request.since -gt $Inventory.Revision
    if ($Request.sizes) {
        Send-AgentSizedRecords $Inventory $Request $news $isFull
    } else {
        Send-AgentRecords $Inventory $Request $news $isFull
    }
    $Inventory.Told = $Inventory.Revision
    $Inventory.NextPoll = [DateTime]::UtcNow.AddSeconds($Inventory.Pause) # this was a look, too
    $gone = @(foreach ($id in $Inventory.Gone.Keys) {
            if (-not $isFull -and $Inventory.Gone[$id] -gt $Request.since) { $id }
        })
    return [ordered] @{
        host = Get-AgentHostName; taken_at = $taken; revision = $Inventory.Revision; full = $isFull
        volumes = @(Get-AgentVolumes $Inventory); removed = $gone
        utc_offset = [int] [TimeZoneInfo]::Local.GetUtcOffset([DateTime]::UtcNow).TotalMinutes
        zone = [TimeZoneInfo]::Local.Id
    }
}

# Looks at the host. Returns the sketches of its VMs and what their records need besides; notes what has changed.
function Read-AgentHost {
    param([hashtable] $Inventory)
    $Inventory.Source = 'cim' # a refusal may have been a passing one
    $sketches = Get-AgentSketches $Inventory
    $extras = if ($Inventory.Source -eq 'cim') { Get-AgentExtras $Inventory $sketches }
    Update-AgentMarks $Inventory $sketches
    Update-AgentDrives $Inventory $sketches $extras
    return @{ Sketches = $sketches; Extras = $extras }
}

# Notes VMs that have other disk files now, which the marks don't show, and where the files of all are.
function Update-AgentDrives {
    param([hashtable] $Inventory, $Sketches, $Extras)
    Add-AgentDrives $Sketches $Extras
    $next = $Inventory.Revision + 1
    $owners = [hashtable]::new()
    $busy = [hashtable]::new([System.StringComparer]::OrdinalIgnoreCase)
    foreach ($sketch in $Sketches.Values) {
        $entry = $Inventory.Vms[$sketch.Id]
        $drives = [string]::Join('|', $sketch.Paths)
        if ($entry.Drives -cne $drives) {
            $entry.Drives = $drives
            $entry.Revision = $Inventory.Revision = $next
        }
        foreach ($one in $sketch.Checkpoints) { $owners[$one.Id] = $sketch.Id }
        if ($sketch.IsRunning) { foreach ($path in $sketch.Drives[$sketch.Id]) { $busy[$path] = $true } }
    }
    $Inventory.Shared.Owners = $owners
    $Inventory.Shared.Places = New-AgentPlaces $Sketches
    $Inventory.Files.Busy = $busy
}

# Notes running VMs that have written to their files, for a client that gets sizes with its readings.
function Update-AgentLengths {
    param([hashtable] $Inventory, $Sketches)
    $next = $Inventory.Revision + 1
    $seen = Get-AgentFileInfo $Inventory.Files $Inventory.Files.Busy.Keys
    foreach ($sketch in $Sketches.Values) {
        $lengths = ''
        if ($sketch.IsRunning) {
            foreach ($path in $sketch.Drives[$sketch.Id]) { if ($null -ne $seen[$path]) { $lengths += "|$($seen[$path].Length)" } }
        }
        $entry = $Inventory.Vms[$sketch.Id]
        if ($entry.Lengths -cne $lengths) {
            $entry.Lengths = $lengths
            $entry.Revision = $Inventory.Revision = $next
        }
    }
}

# Sends the records with sizes and disk files; in a full reading these are looked up as if nothing were known.
function Send-AgentSizedRecords {
    param([hashtable] $Inventory, [hashtable] $Request, [hashtable] $News, [bool] $IsFull)
    $files = $Inventory.Files
    $isMine = $false
    try {
        [System.Threading.Monitor]::Enter($files.Lock, [ref] $isMine)
        Reset-AgentFiles $files
        if ($IsFull) { $files.Disks.Clear(); $files.States.Clear() }
        Update-AgentLengths $Inventory $News.Sketches
        $places = @(foreach ($sketch in Get-AgentWanted $Inventory $Request $News $IsFull) {
                $Inventory.Shared.Places[$sketch.Id]
            })
        if ($Inventory.Source -eq 'cim') { Update-AgentStates $files $places }
        Update-AgentDisks $files @(foreach ($place in $places) { $place.Paths })
        Send-AgentRecords $Inventory $Request $News $IsFull
    } finally {
        if ($isMine) { [System.Threading.Monitor]::Exit($files.Lock) }
    }
}

# Returns the sketches of the VMs that a client does not have.
function Get-AgentWanted {
    param([hashtable] $Inventory, [hashtable] $Request, [hashtable] $News, [bool] $IsFull)
    foreach ($sketch in $News.Sketches.Values) {
        if ($IsFull -or $Inventory.Vms[$sketch.Id].Revision -gt $Request.since) { $sketch }
    }
}

# Sends the records that a client does not have, in parts of about 500 checkpoints, each as soon as it is made.
function Send-AgentRecords {
    param([hashtable] $Inventory, [hashtable] $Request, [hashtable] $News, [bool] $IsFull)
    $shared = $Inventory.Shared
    $texts = [System.Collections.Generic.List[string]]::new()
    $weight = 0
    foreach ($sketch in Get-AgentWanted $Inventory $Request $News $IsFull) {
        $place = if ($Request.sizes) { $shared.Places[$sketch.Id] }
        $texts.Add((New-AgentRecordText $Inventory $sketch $News.Extras $place))
        $weight += 1 + $sketch.Checkpoints.Count
        if ($weight -lt 500) { continue }
        Send-AgentPart $shared $Request.id $texts
        $texts.Clear()
        $weight = 0
    }
    if ($texts.Count -gt 0) { Send-AgentPart $shared $Request.id $texts }
}
