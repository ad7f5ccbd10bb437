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
    $paths = [System.StringComparer]::OrdinalIgnoreCase # a table's own comparer follows the culture in 5.1
    return @{
        Shared = $Shared; Names = Get-AgentNames; Source = 'cim'; Refusal = 30.0 # s; without an answer 40
        First = $first; Revision = $first; Told = $first; Readings = 0
        NextPoll = [DateTime]::UtcNow; NextJobs = [DateTime]::UtcNow; Pause = 3.0; Taken = [double]::MaxValue # s
        Vms = [ordered] @{}; Gone = @{}; Disks = [hashtable]::new($paths); Busy = [hashtable]::new($paths)
        StateSizes = @{}; Folders = @{}; JobOwners = @{}; Shares = [hashtable]::Synchronized(@{})
        Stuck = [hashtable]::new($paths); VhdsEnd = [DateTime]::MaxValue
        Spaces = @(); NextSpaces = [DateTime]::MinValue
        SystemColumns = 'Name', 'ElementName', 'EnabledState', 'OtherEnabledState', 'HealthState', 'OperationalStatus',
        'StatusDescriptions', 'OnTimeInMilliseconds', 'ReplicationMode', 'TimeOfLastConfigurationChange'
        SettingColumns = 'InstanceID', 'ElementName', 'VirtualSystemIdentifier', 'VirtualSystemType', 'Parent',
        'CreationTime', 'Notes', 'IsSaved', 'VirtualSystemSubType', 'Version', 'ConfigurationDataRoot',
        'ConfigurationFile', 'SuspendDataRoot'
        YoungColumns = @('UserSnapshotType', 'IsAutomaticSnapshot'); IsClassAsked = $false # of 2016, of 1709 (fact 95)
    }
}

# Answers one request of the inventory runspace.
function Invoke-AgentInventoryRequest {
    param([hashtable] $Inventory, [hashtable] $Request)
    if ($Request.verb -eq 'wake') {
        Reset-AgentPoll $Inventory
        return
    }
    $shared = $Inventory.Shared
    try {
        if ($Request.verb -eq 'host.import') {
            $answer = Get-AgentFacts
        } else {
            $answer = Read-AgentInventory $Inventory $Request
        }
        Send-AgentMessage $shared ([ordered] @{ id = $Request.id; ok = $answer })
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
        if ($null -eq $entry) { $entry = @{ Mark = $null; Revision = $next; Text = $null; Drives = ''; Weight = 1 } }
        if ($entry.Mark -cne $sketch.Mark) {
            $entry.Mark = $sketch.Mark
            Reset-AgentEntry $entry $next
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

# Notes that a VM has changed: its record must be made again.
function Reset-AgentEntry {
    param([hashtable] $Entry, [long] $Revision)
    $Entry.Revision = $Revision
    $Entry.Text = $null
}

# Reads the host, sends the VMs that the client does not have, and returns the end of the answer.
function Read-AgentInventory {
    param([hashtable] $Inventory, [hashtable] $Request)
    $Inventory.Readings++
    $Inventory.Folders = @{}
    $Inventory.Source = 'cim' # a refusal may have been a passing one
    $taken = Get-AgentTime
    $sketches = Get-AgentSketches $Inventory
    $extras = if ($Inventory.Source -eq 'cim') { Get-AgentExtras $Inventory $sketches }
    Update-AgentMarks $Inventory $sketches
    Update-AgentDrives $Inventory $sketches $extras
    $isFull = $Request.since -lt $Inventory.First -or $Request.since -gt $Inventory.Revision
    if ($isFull) {
        $Inventory.Disks.Clear()
        $Inventory.StateSizes.Clear()
    }
    Update-AgentTexts $Inventory $sketches $extras $isFull
    Send-AgentParts $Inventory $Request $isFull
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

# Notes changes that the marks don't show: other disk files, and files that running VMs have written to.
function Update-AgentDrives {
    param([hashtable] $Inventory, $Sketches, $Extras)
    $next = $Inventory.Revision + 1
    $owners = @{}
    $Inventory.Busy.Clear()
    foreach ($sketch in $Sketches.Values) {
        $entry = $Inventory.Vms[$sketch.Id]
        $sketch.Drives = Get-AgentSketchDrives $sketch $Extras
        $drives = Get-AgentDriveMark $Inventory $sketch
        if ($entry.Drives -cne $drives) {
            $entry.Drives = $drives
            Reset-AgentEntry $entry $next
            $Inventory.Revision = $next
        }
        $entry.Weight = 1 + $sketch.Checkpoints.Count
        foreach ($one in $sketch.Checkpoints) { $owners[$one.Id] = $sketch.Id }
    }
    $Inventory.Shared.Owners = $owners
}

# Returns the text that changes with the disk files of a VM; those that a running VM writes to count with their length.
function Get-AgentDriveMark {
    param([hashtable] $Inventory, [hashtable] $Sketch)
    $mark = [string]::Join('|', [string[]] @(Get-AgentDrivePaths $Sketch))
    if ($Sketch.IsRunning) {
        foreach ($path in $Sketch.Drives[$Sketch.Id]) {
            $Inventory.Busy[$path] = $true
            $stamp = Get-AgentFileStamp $Inventory $path
            if ($null -ne $stamp) { $mark += "|$($stamp.Length)" }
        }
    }
    return $mark
}

# Makes the records that are missing; in a full reading all of them.
function Update-AgentTexts {
    param([hashtable] $Inventory, $Sketches, $Extras, [bool] $IsFull)
    $stale = @(foreach ($sketch in $Sketches.Values) {
            if ($IsFull -or $null -eq $Inventory.Vms[$sketch.Id].Text) { $sketch }
        })
    $paths = @(foreach ($sketch in $stale) { Get-AgentDrivePaths $sketch })
    Update-AgentDisks $Inventory $paths
    foreach ($sketch in $stale) {
        $Inventory.Vms[$sketch.Id].Text = New-AgentEntryText $Inventory $sketch $Extras
    }
}

# Sends the VMs that changed after the client's revision, or all, in parts of about 500 checkpoints.
function Send-AgentParts {
    param([hashtable] $Inventory, [hashtable] $Request, [bool] $IsFull)
    $head = (ConvertTo-AgentJson @{ id = $Request.id }).TrimEnd('}') + ',"part":{"vms":['
    $texts = [System.Collections.Generic.List[string]]::new()
    $weight = 0
    foreach ($entry in $Inventory.Vms.Values) {
        if (-not $IsFull -and $entry.Revision -le $Request.since) { continue }
        $texts.Add($entry.Text)
        $weight += $entry.Weight
        if ($weight -ge 500) {
            Send-AgentLine $Inventory.Shared (Get-AgentLine ($head + [string]::Join(',', $texts) + ']}}'))
            $texts.Clear()
            $weight = 0
        }
    }
    if ($texts.Count -gt 0) {
        Send-AgentLine $Inventory.Shared (Get-AgentLine ($head + [string]::Join(',', $texts) + ']}}'))
    }
}
