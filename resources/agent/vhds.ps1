# Get-VHD: what it says about files, in the pool, where a call that hangs holds up nobody.
#
# At most two are asked at a time, for the host has more to do. While the host is quick, one call asks about several files, for a
# call costs PowerShell more than an answer; what such a call does not tell is asked alone (fact 246), and so is a file on a share.
#
# A call that has not ended within 5 s is left, with its runspace. If it was about one file, that one is not asked about again as
# long as the runspace hangs; if it was about several, each of them is asked alone. All files of a round have 30 s; those that
# were not asked are asked a minute later. When 12 calls hang no more are made: the pool, which has 48 runspaces, is there for
# the user's work first.

# Asks about some files, and keeps the answers as they come. $Queue, if there is one, sends what is known meanwhile.
function Read-AgentVhds {
    param([hashtable] $Files, $Paths, $Queue)
    Clear-AgentStuck $Files
    $asking = New-AgentAsking $Files $Paths
    $count = $asking.Todo.Count + $asking.Alone.Count
    $lanes = @(Start-AgentVhds $Files $asking ([Math]::Min(2, [Math]::Ceiling($count / 8))))
    while ($lanes.Count -gt 0) {
        if ($null -ne $Queue) { Send-AgentKnownSizes $Files $Queue }
        $handles = [System.Threading.WaitHandle[]] @(foreach ($lane in $lanes) { $lane.Task.Handle.AsyncWaitHandle })
        $null = [System.Threading.WaitHandle]::WaitAny($handles, 100)
        $isOver = [DateTime]::UtcNow -gt $Files.VhdsEnd -or ($null -ne $Queue -and $Queue.Request.IsCancelled)
        $lanes = @(foreach ($lane in $lanes) { Step-AgentVhds $Files $lane $asking $isOver })
        Add-AgentDisks $Files $asking.Answers
    }
    if ($null -ne $Queue -and $Queue.Request.IsCancelled) { return }
    foreach ($path in $Paths) { # those that were not asked, or hang
        if ($Files.Disks[$path].Round -ne $Files.Round) { $asking.Answers.Enqueue((New-AgentDisk $path)) }
    }
    Add-AgentDisks $Files $asking.Answers
}

# Returns what is to be asked: Todo, of which a call may ask several, and Alone, of which it may not. Pace tells how many at most.
function New-AgentAsking {
    param([hashtable] $Files, $Paths)
    $asking = @{
        Todo = [System.Collections.Concurrent.ConcurrentQueue[string]]::new()
        Alone = [System.Collections.Concurrent.ConcurrentQueue[string]]::new()
        Answers = [System.Collections.Concurrent.ConcurrentQueue[hashtable]]::new()
        Shares = $Files.Shares; Pace = $Files.Pace
    }
    foreach ($path in $Paths) {
        if ($Files.Stuck.ContainsKey($path)) { continue }
        if ($path.StartsWith('\\', [System.StringComparison]::Ordinal)) {
            $null = Test-AgentSight $Files $path # so that it is known
            $asking.Alone.Enqueue($path)
        } else {
            $asking.Todo.Enqueue($path)
        }
    }
    return $asking
}

# Forgets the calls that hang no longer in Get-VHD.
function Clear-AgentStuck {
    param([hashtable] $Files)
    foreach ($path in @($Files.Stuck.Keys)) {
        $task = $Files.Stuck[$path]
        if (-not $task.Handle.IsCompleted) { continue }
        $Files.Stuck.Remove($path)
        $null = Complete-AgentPipeline $task
    }
}

# Starts runspaces that ask about files, call after call. At is what such a runspace tells of itself. None while 12 calls hang.
function Start-AgentVhds {
    param([hashtable] $Files, [hashtable] $Asking, [int] $Count)
    for ($lane = 0; $lane -lt $Count -and $Files.Stuck.Count -lt 12; $lane++) {
        $at = [hashtable]::Synchronized(@{ Paths = @(); Count = 0; IsLeft = $false })
        $task = Start-AgentTask $Files.Shared 'disks' 'Get-AgentVhds' @{ Asking = $Asking; At = $at }
        @{ Task = $task; At = $at; Count = 0; Waits = 0 }
    }
}

# Looks after such a runspace, every tenth of a second. Returns it while it goes on; if it hangs, one that asks about the other files.
# The 5 s are counted in waits, not by the clock: time in which this process did not run is no fault of the file.
function Step-AgentVhds {
    param([hashtable] $Files, [hashtable] $Lane, [hashtable] $Asking, [bool] $IsOver)
    if ($Lane.Task.Handle.IsCompleted) {
        $null = Complete-AgentPipeline $Lane.Task
        return
    }
    if ($Lane.At.Count -ne $Lane.Count) { $Lane.Count = $Lane.At.Count; $Lane.Waits = 0 }
    $Lane.Waits++
    if (-not $IsOver -and ($Lane.Count -eq 0 -or $Lane.Waits -lt 50)) { return $Lane }
    $Lane.At.IsLeft = $true
    $paths = @($Lane.At.Paths)
    if ($paths.Count -gt 1) {
        foreach ($path in $paths) { $Asking.Alone.Enqueue($path) } # which of them hangs is not known
        $Files.Pace.Files = 1
        $paths = @("*$($paths[0])") # no file has such a name
    }
    $Files.Stuck[$paths[0]] = $Lane.Task
    if (-not $IsOver -and $Asking.Todo.Count + $Asking.Alone.Count -gt 0) { Start-AgentVhds $Files $Asking 1 }
}

# Asks Get-VHD about files until there are none left, and tells what it said. Runs in the pool.
function Get-AgentVhds {
    param([hashtable] $Asking, [hashtable] $At, $Shared, $Key)
    try {
        Import-AgentModule
    } catch {
        return # without the module there are no parents, but the sizes may still be seen
    }
    $path = ''
    while (-not $At.IsLeft) {
        if ($Asking.Alone.TryDequeue([ref] $path)) { Read-AgentVhd $Asking $At $path; continue }
        $paths = [System.Collections.Generic.List[string]]::new()
        $most = $Asking.Pace.Files
        while ($paths.Count -lt $most -and $Asking.Todo.TryDequeue([ref] $path)) { $paths.Add($path) }
        if ($paths.Count -eq 0) { return }
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        if ($paths.Count -eq 1) { Read-AgentVhd $Asking $At $paths[0] } else { Read-AgentVhdsTogether $Asking $At $paths }
        if ($watch.ElapsedMilliseconds -gt 1000) {
            $Asking.Pace.Files = [Math]::Max(1, [Math]::Floor($paths.Count / 2))
        } elseif ($watch.ElapsedMilliseconds -lt 250 -and $paths.Count -eq $most) {
            $Asking.Pace.Files = [Math]::Min(64, 2 * $most)
        }
    }
}

# Asks about one file. One that cannot be read is told without an answer; a share that refuses us is not asked again.
function Read-AgentVhd {
    param([hashtable] $Asking, [hashtable] $At, [string] $Path)
    $share = $null
    $said = $null
    if ($Path.StartsWith('\\', [System.StringComparison]::Ordinal)) { $share = $Asking.Shares[(Get-AgentShare $Path)] }
    if ($null -eq $share -or $share.IsAsked) {
        $At.Paths = @($Path)
        $At.Count++
        try {
            $said = @(Hyper-V\Get-VHD -Path $Path -ErrorAction Stop)[0]
        } catch {
            # missing, or in use by another host (fact 139): its size may still be seen
            $isDenied = [string] $_.CategoryInfo.Category -in 'PermissionDenied', 'SecurityError'
            if ($null -ne $share -and ($isDenied -or -not $share.IsSeen)) { $share.IsAsked = $false }
        }
    }
    $Asking.Answers.Enqueue((New-AgentDisk $Path $said))
}

# Asks about several files of this host in one call; those that it does not tell about are asked alone. Written flat, for there may
# be many.
function Read-AgentVhdsTogether {
    param([hashtable] $Asking, [hashtable] $At, $Paths)
    $told = [hashtable]::new([System.StringComparer]::OrdinalIgnoreCase)
    $At.Paths = $Paths.ToArray()
    $At.Count++
    try {
        foreach ($one in Hyper-V\Get-VHD -Path $At.Paths -ErrorAction SilentlyContinue) { $told[[string] $one.Path] = $one }
    } catch {
        $told.Clear()
    }
    if ($At.IsLeft) { return } # then all of them are asked alone
    foreach ($path in $Paths) {
        $said = $told[$path]
        if ($null -eq $said) { $Asking.Alone.Enqueue($path); continue }
        $Asking.Answers.Enqueue(@{ # as New-AgentDisk
                Path = $path; IsRead = $true; Parent = [string] $said.ParentPath; Virtual = [long] $said.Size
                Size = [long] $said.FileSize; Ticks = [long] 0
            })
    }
}
