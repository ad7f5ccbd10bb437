# Start: hello, then events from the inbox until the client ends the agent, or has been silent for too long.

# Says hello, and serves. Returns nothing; standard output belongs to the wire alone.
function Start-Agent {
    param([System.IO.TextReader] $Reader, [System.IO.TextWriter] $Writer, [double] $SilenceLimit)
    $shared = [hashtable]::Synchronized(@{ Reader = $Reader; Writer = $Writer; Lock = New-Object System.Object })
    Send-AgentHello $shared
    if ($PSVersionTable.PSVersion -lt [version] '5.1') {
        Deny-Agent $shared
        return
    }
    Add-AgentTools $shared
    $null = Start-AgentRunspace $shared 'Read-AgentLines'
    Invoke-AgentLoop (New-AgentState $shared) $SilenceLimit
}

# Says which agent this is, and where.
function Send-AgentHello {
    param([hashtable] $Shared)
    $hello = [ordered] @{
        v = 1; host = Get-AgentHostName; agent = 'agent.ps1 1'
        powershell = [string] $PSVersionTable.PSVersion
    }
    Send-AgentMessage $Shared ([ordered] @{ ev = 'hello'; data = $hello })
}

# Answers every request with the reason why this agent cannot work here. Nothing in it is newer than PowerShell 4.
function Deny-Agent {
    param([hashtable] $Shared)
    while ($null -ne ($line = $Shared.Reader.ReadLine())) {
        try { $request = ConvertFrom-AgentLine $line } catch { continue } # packed, or damaged
        if ($request.verb -eq 'hello') {
            Send-AgentHello $Shared
            Send-AgentMessage $Shared ([ordered] @{ id = $request.id; ok = @{} })
            continue
        }
        $text = "The host has PowerShell $($PSVersionTable.PSVersion); HVTree needs Windows PowerShell 5.1 (WMF 5.1)."
        $problem = @{ message = $text; category = 'NotInstalled'; fqid = 'OldPowerShell,HVTree' }
        Send-AgentMessage $Shared ([ordered] @{ id = $request.id; error = $problem })
    }
}

# Adds what the runspaces share: queues, and tables that are replaced as a whole or only read by others.
function Add-AgentTools {
    param([hashtable] $Shared)
    $Shared.Inbox = [System.Collections.Concurrent.BlockingCollection[object]]::new()
    $Shared.Reads = [System.Collections.Concurrent.BlockingCollection[object]]::new()
    $Shared.SizeRequests = [System.Collections.Concurrent.BlockingCollection[object]]::new()
    $Shared.Files = New-AgentFiles $Shared
    $Shared.Places = $null # where the files of each VM are, of the last reading
    $Shared.Owners = @{} # checkpoint id -> VM id, of the last reading
    $Shared.Jobs = @{ At = [DateTime]::MinValue; Percents = @{} } # when they were asked for, VM id -> percent of its job
    $Shared.IsWatching = $false
    $Shared.Working = 0 # lanes at work
    $Shared.Leases = New-AgentLeases
    $Shared.SessionState = New-AgentSessionState
    $Shared.Pool = $null
}

# Returns what only the main runspace knows.
function New-AgentState {
    param([hashtable] $Shared)
    return @{
        Shared = $Shared; Verbs = Get-AgentVerbs; Inventory = $null; Sizes = $null; Keeper = $null; IsEnding = $false; IsDraining = $false
        Answered = New-Object System.Collections.Specialized.OrderedDictionary # request id -> line
        Running = @{} # request id -> work
        Tasks = @{} # lane key -> work
        WarmUp = @{} # 'warm-up' -> pipeline
        Readings = @{} # request id -> request that another runspace answers
        LastLine = [DateTime]::UtcNow
    }
}

# Waits for lines, in a runspace of its own: a blocking read leaves its runspace no time for anything else. After a cut this very
# text may come once more; it is passed over.
function Read-AgentLines {
    param([hashtable] $Shared)
    $isText = $false
    try {
        while ($null -ne ($line = $Shared.Reader.ReadLine())) {
            $Shared.Leases.Heard = $Shared.Leases.Watch.Elapsed.TotalSeconds
            if ($line.StartsWith('#hvtree-begin', [System.StringComparison]::Ordinal)) { $isText = $true }
            if (-not $isText) { $Shared.Inbox.Add(@{ kind = 'line'; line = $line }) }
            if ($line.StartsWith('#hvtree-end', [System.StringComparison]::Ordinal)) { $isText = $false }
        }
    } finally {
        Stop-AgentLeases $Shared.Leases
        $Shared.Inbox.Add(@{ kind = 'end' })
    }
}

# Takes events until the end: "exit" ends at once; the end of the input, or a long silence, when all is answered. But nothing ends
# it while VMs are held, which are brought back then.
function Invoke-AgentLoop {
    param([hashtable] $State, [double] $SilenceLimit)
    while (-not $State.IsEnding) {
        $news = $null
        if ($State.Shared.Inbox.TryTake([ref] $news, (Get-AgentRest $State $SilenceLimit))) { Receive-AgentNews $State $news }
        if ($State.Running.Count -gt 0) { Send-AgentProgress $State }
        if (([DateTime]::UtcNow - $State.LastLine).TotalSeconds -gt $SilenceLimit) {
            Stop-AgentLeases $State.Shared.Leases
            $State.IsDraining = $true
        }
        $isIdle = $State.Running.Count + $State.Readings.Count + $State.Shared.Leases.Held.Count -eq 0
        if ($State.IsDraining -and $isIdle) { $State.IsEnding = $true }
    }
}

# Returns for how many milliseconds the loop may wait for an event: it sleeps unless it has progress to report.
function Get-AgentRest {
    param([hashtable] $State, [double] $SilenceLimit)
    if ($State.Running.Count -gt 0) { return 500 }
    $left = $SilenceLimit - ([DateTime]::UtcNow - $State.LastLine).TotalSeconds
    return [int] [Math]::Max(20, [Math]::Min(60000, 1000 * $left + 20))
}

# Takes one event.
function Receive-AgentNews {
    param([hashtable] $State, [hashtable] $News)
    switch ($News.kind) {
        'line' {
            $State.LastLine = [DateTime]::UtcNow
            $State.IsDraining = $State.Shared.Leases.IsOver
            Receive-AgentLine $State $News.line
        }
        'done' { Complete-AgentTask $State $News.key }
        'read' { $State.Readings.Remove($News.id) }
        'end' { $State.IsDraining = $true }
    }
}

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$WarningPreference = 'SilentlyContinue'
if (-not ('System.Runtime.Serialization.Json.JsonReaderWriterFactory' -as [type])) {
    Add-Type -AssemblyName 'System.Runtime.Serialization' # Windows PowerShell does not load it by itself
}
[Console]::SetOut([System.IO.TextWriter]::Null) # what others print by the console must not get between our lines
try {
    $null = Start-Agent $Reader $Writer $SilenceLimit
} catch {
    [Console]::Error.WriteLine("HVTree's agent has failed: $_ $($_.ScriptStackTrace)")
    [Environment]::Exit(1)
}
[Environment]::Exit(0) # at once: the listener may be blocked in a read that nothing else can end
