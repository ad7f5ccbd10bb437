# Leases: what brings VMs back that a client has stopped, once nothing is heard of it any more.
#
# A request that stops VMs carries a lease: where each of them belongs, and for how long the client may be silent. A lane puts its
# VMs into the table of those that are held before anything is done with any VM. The keeper waits in a runspace of its own: neither
# a client that takes no output nor a long cmdlet holds it up. It goes by a stopwatch, not by the host's clock, which may be set.

# Returns what the runspaces share about leases. Lanes, listener and keeper change it; each entry is replaced as a whole.
function New-AgentLeases {
    return [hashtable]::Synchronized(@{
            Held = [hashtable]::Synchronized(@{}) # VM id -> where it belongs, the lease, whether we have started it
            AtWork = [hashtable]::Synchronized(@{}) # lane key -> id of the VM that it is at work on
            Watch = [System.Diagnostics.Stopwatch]::StartNew()
            Heard = 0.0 # when a line has come last, by that watch
            Wake = [System.Threading.AutoResetEvent]::new($false) # for the keeper: look again
            Moved = [System.Threading.AutoResetEvent]::new($false) # a lane has done its work on a VM
            IsEnding = $false # nothing more will come from the client
            IsOver = $false # nothing more may be done for the client: its VMs are brought back
        })
}

# Returns what is wrong with the lease of a request, or nothing.
function Test-AgentLease {
    param($Lease)
    $isSound = $Lease -is [hashtable] -and $Lease['id'] -is [string] -and $Lease['seconds'] -is [decimal]
    if ($isSound) { $isSound = $Lease['seconds'] -ge 1 -and $Lease['seconds'] -le 240 }
    foreach ($name in 'running', 'paused') {
        if ($isSound -and $Lease.ContainsKey($name)) { $isSound = $Lease[$name] -is [string[]] }
    }
    if (-not $isSound) { return New-AgentProtocolError "A lease needs 'id', and 'seconds' from 1 to 240." 'lease' }
}

# Returns the state in which a lease says that a VM belongs, or nothing.
function Get-AgentGoal {
    param($Lease, [string] $Vm)
    if ($null -eq $Lease) { return $null }
    if ($Vm -in $Lease['running']) { return 'Running' }
    if ($Vm -in $Lease['paused']) { return 'Paused' }
}

# Holds those VMs of a lane that are where they belong. One that somebody else has stopped is none of ours.
function Add-AgentHeld {
    param([hashtable] $Leases, [string] $Verb, $Lease, [hashtable] $Targets)
    if ($null -eq $Lease) { return }
    foreach ($id in $Targets.Keys) {
        $vm = Get-AgentTargetVm $Verb $id $Targets[$id]
        $goal = Get-AgentGoal $Lease $vm
        if ($null -eq $goal -or $Leases.Held.ContainsKey($vm)) { continue }
        $state = if ($Verb.StartsWith('vm.')) { $Targets[$id].State } else { (Get-AgentVm $vm).State }
        if ([string] $state -eq $goal) {
            $Leases.Held[$vm] = @{
                Goal = $goal; Lease = $Lease['id']; Seconds = [double] $Lease['seconds']; IsStarted = $false; IsTouched = $false
            }
        }
    }
    $null = $Leases.Wake.Set()
}

# Notes what a VM that is held has come to by a cmdlet that went well: it may be let go.
function Update-AgentHeld {
    param([hashtable] $Leases, [string] $Verb, [string] $Vm, $Lease)
    $held = $Leases.Held[$Vm]
    if ($null -eq $held) { return }
    $goal = if ($null -eq $Lease) { $held.Goal } else { Get-AgentGoal $Lease $Vm }
    $reached = @{ 'vm.start' = 'Running'; 'vm.resume' = 'Running'; 'vm.suspend' = 'Paused' }[$Verb]
    if ($null -eq $goal -or ($null -eq $Lease -and $goal -eq $reached)) {
        $Leases.Held.Remove($Vm)
        return
    }
    $held = $held.Clone()
    $held.Goal = $goal
    $held.IsTouched = $true
    if ($reached -eq 'Running') { $held.IsStarted = $true }
    $Leases.Held[$Vm] = $held
}

# Notes that nothing more will come from the client: what is held is brought back now.
function Stop-AgentLeases {
    param([hashtable] $Leases)
    $Leases.IsEnding = $true
    $null = $Leases.Wake.Set()
}

# Lets go what is held under a lease.
function Invoke-AgentLeaseEnd {
    param([hashtable] $State, [hashtable] $Request)
    $lease = Get-AgentText $State $Request 'lease'
    if ($null -eq $lease) { return }
    $held = $State.Shared.Leases.Held
    if (-not $State.Shared.Leases.IsOver) {
        foreach ($vm in @($held.Clone().Keys)) {
            if ($held[$vm].Lease -eq $lease) { $held.Remove($vm) }
        }
    }
    Send-AgentAnswer $State $Request.id @{}
}

# Starts the keeper, once.
function Start-AgentKeeper {
    param([hashtable] $State)
    if ($null -eq $State.Keeper) { $State.Keeper = Start-AgentRunspace $State.Shared 'Invoke-AgentKeeper' }
}

# Waits until a lease has run out, or nothing more can come; then brings back what is held, and lets the agent end.
function Invoke-AgentKeeper {
    param([hashtable] $Shared)
    $leases = $Shared.Leases
    $names = Get-AgentNames
    do {
        $left = Get-AgentLeaseLeft $leases
        if ($left -gt 1000) { $left = 1000 }
        $isWoken = $left -ne 0 -and $leases.Wake.WaitOne($left) # by a lane that is about to begin: it is not held up by a query
        if ($left -gt 0 -and -not $isWoken) { Find-AgentReturned $leases $names }
    } until ($left -eq 0)
    $leases.IsOver = $true # from now on lanes begin nothing; what they had begun before is in AtWork
    while ($leases.Held.Count -gt 0) {
        $tasks = @{}
        foreach ($vm in @($leases.Held.Clone().Keys)) {
            $tasks[$vm] = Start-AgentTask $Shared "lease/$vm" 'Restore-AgentVm' @{ Vm = $vm }
        }
        foreach ($vm in $tasks.Keys) {
            $null = Complete-AgentPipeline $tasks[$vm]
            $leases.Held.Remove($vm)
        }
    }
    $Shared.Inbox.Add(@{ kind = 'end' })
}

# Lets go what somebody else has brought back: another HVTree, after ours was killed, may by now be at work on it. Asked each
# second while something is held, in one query. An answer is about what was held when it was asked for, and idle, and still is.
function Find-AgentReturned {
    param([hashtable] $Leases, [hashtable] $Names)
    $before = $Leases.Held.Clone()
    $busy = $Leases.AtWork.Clone()
    try {
        $systems = Get-CimInstance -Namespace 'root\virtualization\v2' -ClassName 'Msvm_ComputerSystem' `
            -Property 'Name', 'EnabledState' -OperationTimeoutSec 5 -ErrorAction Stop
    } catch {
        return # where WMI refuses, states are only looked at in the end
    }
    foreach ($system in $systems) {
        $vm = ([string] $system.Name).ToLowerInvariant()
        $held = $before[$vm]
        if ($null -eq $held -or -not $held.IsTouched -or $busy.ContainsValue($vm)) { continue }
        if ($Leases.AtWork.ContainsValue($vm) -or -not [object]::ReferenceEquals($held, $Leases.Held[$vm])) { continue }
        if ($Names.State[[int] $system.EnabledState] -eq $held.Goal) { $Leases.Held.Remove($vm) }
    }
}

# Returns for how many milliseconds the keeper may wait: for ever (-1) while nothing is held, not at all (0) when it is time.
function Get-AgentLeaseLeft {
    param([hashtable] $Leases)
    $shortest = [double]::MaxValue
    foreach ($held in @($Leases.Held.Clone().Values)) { $shortest = [Math]::Min($shortest, $held.Seconds) }
    if ($shortest -eq [double]::MaxValue) { return -1 }
    if ($Leases.IsEnding) { return 0 }
    $left = $shortest - ($Leases.Watch.Elapsed.TotalSeconds - $Leases.Heard)
    return [int] [Math]::Max(0, [Math]::Ceiling(1000 * $left))
}

# Brings one VM back to where it belongs, from whatever state it is in, unless the host refuses five times. Runs in the pool.
function Restore-AgentVm {
    param([hashtable] $Shared, [string] $Key, [string] $Vm)
    $ErrorActionPreference = 'Stop'
    $ConfirmPreference = 'None'
    $leases = $Shared.Leases
    $until = $leases.Watch.Elapsed.TotalSeconds + 240
    $refusals = 0
    while ($leases.Watch.Elapsed.TotalSeconds -lt $until -and $refusals -lt 5) {
        if ($leases.AtWork.ContainsValue($Vm)) {
            $null = $leases.Moved.WaitOne(200)
            continue
        }
        try {
            if (Move-AgentVm $leases $Vm) { return }
        } catch {
            $refusals++
            $null = $leases.Moved.WaitOne(2000)
        }
    }
}

# Takes a VM that is held one step nearer to where it belongs. Returns whether it is there, or to be left where it is: one that
# somebody else has started is not paused.
function Move-AgentVm {
    param([hashtable] $Leases, [string] $Vm)
    $held = $Leases.Held[$Vm]
    if ($null -eq $held) { return $true }
    Import-AgentModule
    $target = Get-AgentVm $Vm
    $state = [string] $target.State
    if ($state -eq $held.Goal -or ($state -eq 'Running' -and -not $held.IsStarted)) { return $true }
    $verb = switch ($state) {
        'Running' { 'vm.suspend' }
        'Paused' { 'vm.resume' }
        'Saved' { 'vm.start' }
        'Off' { 'vm.start' }
    }
    if ($null -eq $verb) { # between two states, or in trouble
        $null = $Leases.Moved.WaitOne(500)
        return $false
    }
    $null = Invoke-AgentAction $verb $target @{}
    if ($verb -ne 'vm.suspend') {
        $moved = $held.Clone()
        $moved.IsStarted = $true
        $Leases.Held[$Vm] = $moved
    }
    return $false
}

# Returns the record of what is not done any more because the lease has run out.
function New-AgentLeaseOver {
    param([string] $Target)
    $text = 'HVTree was not heard of for too long, and the host brings its VMs back by itself. Nothing more is done with them.'
    return @{ message = $text; category = 'OperationStopped'; fqid = 'LeaseOver,HVTree'; target = $Target }
}
