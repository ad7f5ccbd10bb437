# Polling: when the host is looked at for changes between two readings. A guest on somebody else's machine is a quiet one.
#
# A look costs the host time, our process and its WMI together, so no more than a twentieth of the time is spent on looks
# (Get-AgentPause). While nothing changes they come every 3 to 5 s; soon after own work there is one more. At rest they may take
# no more than a hundredth of a processor, and most of them are glances (glances.ps1).

# Returns for how many milliseconds the inventory runspace may wait for requests: until the next look is due; for ever (-1)
# while there is nothing to look for.
function Get-AgentPollWait {
    param([hashtable] $Inventory)
    $due = [DateTime]::MaxValue
    if ($Inventory.Shared.IsWatching -and $Inventory.Readings -gt 0) { $due = $Inventory.NextPoll }
    if ($Inventory.Shared.Working -gt 0 -and $Inventory.NextJobs -lt $due) { $due = $Inventory.NextJobs }
    if ($due -eq [DateTime]::MaxValue) { return -1 }
    return [int] [Math]::Max(0, [Math]::Min(60000, ($due - [DateTime]::UtcNow).TotalMilliseconds))
}

# Does what is due: looks for changes and announces them, or, each second, only at the jobs of own work, for their percents.
function Watch-AgentHost {
    param([hashtable] $Inventory)
    $began = [DateTime]::UtcNow
    if ($Inventory.Shared.IsWatching -and $Inventory.Readings -gt 0 -and $began -ge $Inventory.NextPoll) {
        Find-AgentNews $Inventory $began
    } elseif ($Inventory.Shared.Working -gt 0 -and $began -ge $Inventory.NextJobs) {
        $null = Read-AgentJobs $Inventory
        $Inventory.NextJobs = $began.AddSeconds((Get-AgentPause 1 ([DateTime]::UtcNow - $began).TotalSeconds))
    }
}

# Looks for changes, announces them, and settles when to look again: in 3 s after a change or during own work, else half a
# second later each time, up to 5 s.
function Find-AgentNews {
    param([hashtable] $Inventory, [DateTime] $Began)
    $known = $Inventory.Revision
    $isAtRest = $Inventory.Pause -ge 5.0 -and $Inventory.Shared.Working -eq 0
    $kind = 'Look'
    try {
        if ($isAtRest -and $Began -lt $Inventory.NextLook -and (Test-AgentGlance $Inventory)) {
            $kind = 'Glance'
        } else {
            Update-AgentMarks $Inventory (Get-AgentSketches $Inventory)
        }
        Send-AgentNews $Inventory
    } catch {
        $Inventory.Pause = 5.0 # the next reading will say what is wrong
    }
    $isLively = $Inventory.Revision -ne $known -or $Inventory.Shared.Working -gt 0
    if ($isLively) { $Inventory.Pause = 3.0 }
    Clear-AgentMemory $Inventory # before the count: it is a part of what the poll costs
    Set-AgentNextPoll $Inventory $Began $kind ($isAtRest -and -not $isLively)
    if (-not $isLively) { $Inventory.Pause = [Math]::Min(5.0, $Inventory.Pause + 0.5) }
}

# Settles when the host is looked at again. A single slow look is no rule: of two of a kind the quicker one counts.
function Set-AgentNextPoll {
    param([hashtable] $Inventory, [DateTime] $Began, [string] $Kind, [bool] $IsAtRest)
    $spent = Get-AgentProcessorTime
    $last = @{ Taken = ([DateTime]::UtcNow - $Began).TotalSeconds; Used = $spent - $Inventory.Spent }
    $before = $Inventory.Costs[$Kind]
    $Inventory.Costs[$Kind] = $last
    $Inventory.Spent = $spent
    $taken = [Math]::Min($last.Taken, $before.Taken)
    $used = [Math]::Min($last.Used, $before.Used)
    $pause = Get-AgentPause $Inventory.Pause $taken
    if ($IsAtRest -and $Kind -eq 'Glance') { $pause = [Math]::Max($pause, 150 * $used) }
    if ($Kind -eq 'Look') { $Inventory.NextLook = $Began.AddSeconds([Math]::Max($pause, 400 * $used)) }
    $Inventory.NextPoll = $Began.AddSeconds($pause)
    $Inventory.NextJobs = $Began.AddSeconds((Get-AgentPause 1 $taken)) # it was a look at the jobs, too
}

# Returns the seconds between the beginnings of two looks: those wanted, but at least 20 times what a look takes.
function Get-AgentPause {
    param([double] $Wanted, [double] $Taken)
    return [Math]::Max($Wanted, 20 * $Taken)
}

# Has the host looked at soon, because of own work or a client that begins to watch. Not at once: a client reads after its own
# work, and that reading saves the look; and it would hold up the VMs of a group, which are just being begun together.
function Reset-AgentPoll {
    param([hashtable] $Inventory)
    $now = [DateTime]::UtcNow
    $soon = $now.AddSeconds(0.5)
    if ($soon -lt $Inventory.NextPoll) { $Inventory.NextPoll = $soon }
    $isLongAgo = $Inventory.NextJobs -lt $now # nobody looks at jobs while nothing is at work
    if ($isLongAgo -or $soon -lt $Inventory.NextJobs) { $Inventory.NextJobs = $soon }
    $Inventory.Pause = 3.0
}

# Announces the current revision, once.
function Send-AgentNews {
    param([hashtable] $Inventory)
    if ($Inventory.Revision -eq $Inventory.Told) { return }
    $Inventory.Told = $Inventory.Revision
    Send-AgentMessage $Inventory.Shared ([ordered] @{ ev = 'changed'; data = @{ revision = $Inventory.Revision } })
}
