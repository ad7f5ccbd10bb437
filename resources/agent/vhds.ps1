# Get-VHD: what it says about files, in the pool, where a call that hangs holds up nobody.
#
# At most two are asked at a time, for the host has more to do. A file that has not answered within 5 s is left, with the
# runspace that asks for it, and is not asked about again as long as that runspace hangs. All files of a round have 30 s; those
# that were not asked are asked a minute later. When 12 files hang no others are asked about: the pool, which has 48
# runspaces, is there for the user's work first.

# Asks about some files, and keeps the answers as they come. $Queue, if there is one, sends what is known meanwhile.
function Read-AgentVhds {
    param([hashtable] $Files, $Paths, $Queue)
    Clear-AgentStuck $Files
    $asking = @{
        Todo = [System.Collections.Concurrent.ConcurrentQueue[string]]::new()
        Answers = [System.Collections.Concurrent.ConcurrentQueue[hashtable]]::new()
    }
    foreach ($path in $Paths) {
        if ($path.StartsWith('\\', [System.StringComparison]::Ordinal)) { $null = Test-AgentSight $Files $path } # so that it is known
        if (-not $Files.Stuck.ContainsKey($path)) { $asking.Todo.Enqueue($path) }
    }
    $lanes = @(Start-AgentVhds $Files $asking ([Math]::Min(2, [Math]::Ceiling($asking.Todo.Count / 8))))
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

# Forgets the files that hang no longer in Get-VHD.
function Clear-AgentStuck {
    param([hashtable] $Files)
    foreach ($path in @($Files.Stuck.Keys)) {
        $task = $Files.Stuck[$path]
        if (-not $task.Handle.IsCompleted) { continue }
        $Files.Stuck.Remove($path)
        $null = Complete-AgentPipeline $task
    }
}

# Starts runspaces that ask about files, one after the other. At is what such a runspace tells of itself. None while 12 files hang.
function Start-AgentVhds {
    param([hashtable] $Files, [hashtable] $Asking, [int] $Count)
    for ($lane = 0; $lane -lt $Count -and $Files.Stuck.Count -lt 12; $lane++) {
        $at = [hashtable]::Synchronized(@{ Path = ''; Count = 0; IsLeft = $false })
        $task = Start-AgentTask $Files.Shared 'disks' 'Get-AgentVhds' @{
            Todo = $Asking.Todo; Answers = $Asking.Answers; Shares = $Files.Shares; At = $at
        }
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
    $Files.Stuck[$Lane.At.Path] = $Lane.Task
    if (-not $IsOver -and $Asking.Todo.Count -gt 0) { Start-AgentVhds $Files $Asking 1 }
}

# Asks Get-VHD about files until there are none left, and tells what it said. A file that it cannot read is told without; a share
# that refuses us is not asked again. Runs in the pool.
function Get-AgentVhds {
    param($Todo, $Answers, [hashtable] $Shares, [hashtable] $At, $Shared, $Key)
    try {
        Import-AgentModule
    } catch {
        return # without the module there are no parents, but the sizes may still be seen
    }
    $path = ''
    while (-not $At.IsLeft -and $Todo.TryDequeue([ref] $path)) {
        $share = $null
        $said = $null
        if ($path.StartsWith('\\', [System.StringComparison]::Ordinal)) { $share = $Shares[(Get-AgentShare $path)] }
        if ($null -eq $share -or $share.IsAsked) {
            $At.Path = $path
            $At.Count++
            try {
                $said = @(Hyper-V\Get-VHD -Path $path -ErrorAction Stop)[0]
            } catch {
                # missing, or in use by another host (fact 139): its size may still be seen
                $isDenied = [string] $_.CategoryInfo.Category -in 'PermissionDenied', 'SecurityError'
                if ($null -ne $share -and ($isDenied -or -not $share.IsSeen)) { $share.IsAsked = $false }
            }
        }
        $Answers.Enqueue((New-AgentDisk $path $said))
    }
}
