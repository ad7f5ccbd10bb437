# Work: requests that take time. Their ids are dealt to lanes in the pool, so that VMs don't wait for each other.

# Begins a request about VMs or checkpoints.
function Start-AgentWork {
    param([hashtable] $State, [hashtable] $Request)
    $problem = Test-AgentWork $Request
    if ($null -ne $problem) {
        Send-AgentFailure $State $Request.id $problem
        return
    }
    if ($State.Shared.Leases.IsOver) {
        Send-AgentFailure $State $Request.id (New-AgentLeaseOver $Request.verb)
        return
    }
    if ($null -ne $Request.args['lease'] -or $Request.verb -eq 'vm.ready') { Start-AgentKeeper $State }
    $work = New-AgentWork $State $Request
    $State.Running[$Request.id] = $work
    for ($number = 0; $number -lt $work.Deal.Count; $number++) { Start-AgentLane $State $work $number }
    if ($work.Lanes.Count -eq 0) { Complete-AgentWork $State $work }
}

# Returns the error of a request with arguments that make no sense, or nothing.
function Test-AgentWork {
    param([hashtable] $Request)
    if ($Request.args['ids'] -isnot [string[]]) {
        return New-AgentProtocolError "$($Request.verb) needs 'ids', a list of texts." 'ids'
    }
    $needs = @{
        'checkpoint.rename' = 'name'; 'checkpoint.export' = 'path'
        'vm.set_notes' = 'notes'
    }[$Request.verb]
    if ($null -ne $needs -and $Request.args[$needs] -isnot [string]) {
        return New-AgentProtocolError "$($Request.verb) needs the text '$needs'." $needs
    }
    if ($Request.verb -eq 'checkpoint.set_notes' -and -not (Test-AgentTexts $Request.args)) {
        return New-AgentProtocolError "$($Request.verb) needs 'notes', a text for each id." 'notes'
    }
    if ($null -ne $Request.args['lease']) { return Test-AgentLease $Request.args['lease'] }
    return $null
}

# Returns a request at work. Control is what the lanes share with the main runspace.
function New-AgentWork {
    param([hashtable] $State, [hashtable] $Request)
    $ids = [System.Collections.Generic.List[string]]::new()
    $seen = [System.Collections.Generic.HashSet[string]]::new()
    foreach ($id in $Request.args['ids']) {
        if ($seen.Add($id.ToLowerInvariant())) { $ids.Add($id.ToLowerInvariant()) }
    }
    $deal = @(Split-AgentIds $State $Request.verb $ids.ToArray())
    $control = [hashtable]::Synchronized(@{
            Results = [hashtable]::Synchronized(@{}); Current = [hashtable]::Synchronized(@{})
            IsCancelled = $false
        })
    if ($deal.Count -gt 1) { $control.Start = [System.Threading.CountdownEvent]::new($deal.Count) }
    return @{
        Id = $Request.id; Verb = $Request.verb; Given = $Request.args; Ids = $ids.ToArray(); Deal = $deal
        Control = $control; Lanes = @{}; Warnings = [System.Collections.Generic.List[string]]::new()
        Told = @{}; Broken = $null
    }
}

# Deals ids to lanes: those of one VM to one lane, in their order. At most eight lanes for checkpoints, which are worked on at
# leisure; 24 for VMs, which are to be paused, saved, taken back and started at one moment, and to stand still for as short as one
# of them.
function Split-AgentIds {
    param([hashtable] $State, [string] $Verb, [string[]] $Ids)
    $laneOf = @{}
    $most = if ($Verb.StartsWith('vm.') -or $Verb -eq 'checkpoint.apply') { 24 } else { 8 }
    $lanes = [System.Collections.Generic.List[object]]::new()
    foreach ($id in $Ids) {
        $vm = $id
        if ($Verb.StartsWith('checkpoint.')) { $vm = [string] $State.Shared.Owners[$id] }
        if (-not $laneOf.ContainsKey($vm)) {
            $laneOf[$vm] = $laneOf.Count % $most
            if ($laneOf[$vm] -eq $lanes.Count) { $lanes.Add([System.Collections.Generic.List[string]]::new()) }
        }
        $lanes[$laneOf[$vm]].Add($id)
    }
    return $lanes
}

# Starts one lane.
function Start-AgentLane {
    param([hashtable] $State, [hashtable] $Work, [int] $Number)
    $key = "$($Work.Id)/$Number"
    $Work.Lanes[$key] = Start-AgentTask $State.Shared $key 'Invoke-AgentLane' @{
        Control = $Work.Control; Verb = $Work.Verb; Ids = $Work.Deal[$Number].ToArray(); Given = $Work.Given
    }
    $State.Tasks[$key] = $Work
    if ($Work.Verb -eq 'vm.ready') { return } # it changes nothing that would have to be looked at
    $State.Shared.Working++
    $State.Shared.Reads.Add(@{ verb = 'wake' }) # the inventory runspace may wait for ever
}

# Lets the pool load the module in the meantime, so that the first action of a user need not wait for it.
function Start-AgentWarmUp {
    param([hashtable] $State)
    if ($State.WarmUp.Count -eq 0) {
        $State.WarmUp['warm-up'] = Start-AgentTask $State.Shared 'warm-up' 'Initialize-AgentLane' @{}
    }
}

# Takes the end of a lane; answers the request when it was the last one.
function Complete-AgentTask {
    param([hashtable] $State, [string] $Key)
    $work = $State.Tasks[$Key]
    if ($null -eq $work) {
        if ($State.WarmUp.ContainsKey($Key)) { $null = Complete-AgentPipeline $State.WarmUp[$Key] }
        return
    }
    $State.Tasks.Remove($Key)
    if ($work.Verb -ne 'vm.ready') { $State.Shared.Working-- }
    $lane = $work.Lanes[$Key]
    $work.Lanes.Remove($Key)
    foreach ($warning in @($lane.Shell.Streams.Warning)) {
        if (-not $work.Warnings.Contains($warning.Message)) { $work.Warnings.Add($warning.Message) }
    }
    $broken = Complete-AgentPipeline $lane
    if ($null -ne $broken) { $work.Broken = $broken }
    if ($work.Lanes.Count -eq 0) {
        Complete-AgentWork $State $work
        if ($work.Verb -ne 'vm.ready') { $State.Shared.Reads.Add(@{ verb = 'wake' }) } # what was done is to be seen soon
    }
}

# Answers a request whose lanes are done, and remembers the answer for a repeat.
function Complete-AgentWork {
    param([hashtable] $State, [hashtable] $Work)
    $State.Running.Remove($Work.Id)
    if ($Work.Verb -eq 'request.cancel') {
        Send-AgentAnswer $State $Work.Id @{ cancelled = $true -in $Work.Control.Results.Values }
        return
    }
    $results = [System.Collections.Generic.List[object]]::new()
    foreach ($id in $Work.Ids) {
        $result = $Work.Control.Results[$id]
        if ($null -eq $result) { $result = @{ id = $id; error = Get-AgentBreak $Work } }
        $results.Add($result)
    }
    $answer = @{ results = $results.ToArray(); warnings = $Work.Warnings.ToArray() }
    $line = Get-AgentLine (ConvertTo-AgentJson ([ordered] @{ id = $Work.Id; ok = $answer }))
    $State.Answered[$Work.Id] = $line
    if ($State.Answered.Count -gt 200) { $State.Answered.RemoveAt(0) }
    Send-AgentLine $State.Shared $line
}

# Returns the error for an id whose lane broke before it came to it.
function Get-AgentBreak {
    param([hashtable] $Work)
    if ($null -ne $Work.Broken) { return $Work.Broken }
    return @{ message = 'The agent has no answer for it.'; category = 'NotSpecified'; fqid = 'NoAnswer,HVTree' }
}

# Reports the progress of what is at work, as far as Hyper-V tells it.
function Send-AgentProgress {
    param([hashtable] $State)
    foreach ($work in @($State.Running.Values)) {
        foreach ($key in @($work.Lanes.Keys)) {
            $current = $work.Control.Current[$key]
            if ($null -eq $current) { continue }
            $percent = Get-AgentPercent $State $work.Lanes[$key] $current
            if ($null -eq $percent -or $work.Told[$current.Id] -eq $percent) { continue }
            $work.Told[$current.Id] = $percent
            $progress = @{ target = $current.Id; percent = $percent }
            Send-AgentMessage $State.Shared ([ordered] @{ id = $work.Id; progress = $progress })
        }
    }
}

# Returns the percent of what a lane is doing: from the cmdlet's own progress (fact 143), else from the host's job, but not
# from a job that was seen before the lane came to it.
function Get-AgentPercent {
    param([hashtable] $State, [hashtable] $Lane, [hashtable] $Current)
    $records = $Lane.Shell.Streams.Progress
    if ($records.Count -gt 0) {
        $percent = $records[$records.Count - 1].PercentComplete
        $records.Clear()
        if ($percent -ge 0) { return [int] $percent }
    }
    $jobs = $State.Shared.Jobs
    if ($jobs.At -lt $Current.Since) { return $null }
    return $jobs.Percents[$Current.Vm]
}

# Cancels a request: what has not begun is left, what the host can stop is stopped. Answers whether anything was.
function Invoke-AgentCancel {
    param([hashtable] $State, [hashtable] $Request)
    $id = Get-AgentText $State $Request 'request'
    if ($null -eq $id) { return }
    $work = $State.Running[$id]
    if ($null -eq $work) {
        $reading = $State.Readings[$id]
        $isSizing = $null -ne $reading -and $reading.verb -eq 'host.sizes' -and -not $reading.IsOver
        if ($isSizing) { $reading.IsCancelled = $true }
        Send-AgentAnswer $State $Request.id @{ cancelled = $isSizing }
        return
    }
    $waiting = $work.Ids.Count - $work.Control.Results.Count - $work.Control.Current.Count
    $work.Control.IsCancelled = $true
    $current = @(foreach ($key in @($work.Lanes.Keys)) { # by our own keys: the lanes change their table meanwhile
            $one = $work.Control.Current[$key]
            if ($null -ne $one) { $one }
        })
    if ($work.Verb -ne 'checkpoint.export' -or $current.Count -eq 0) {
        Send-AgentAnswer $State $Request.id @{ cancelled = $waiting -gt 0 }
        return
    }
    Start-AgentStop $State $Request $current ($waiting -gt 0)
}

# Lets the pool stop the host's jobs that export what the lanes are working on.
function Start-AgentStop {
    param([hashtable] $State, [hashtable] $Request, $Current, [bool] $IsAnything)
    $vms = foreach ($one in $Current) { $one.Vm }
    $control = [hashtable]::Synchronized(@{ Results = [hashtable]::Synchronized(@{ '' = $IsAnything }); Current = @{} })
    $work = @{
        Id = $Request.id; Verb = $Request.verb; Ids = @(); Control = $control; Lanes = @{}; Told = @{}
        Warnings = [System.Collections.Generic.List[string]]::new(); Broken = $null
    }
    $key = "$($Request.id)/0"
    $State.Running[$Request.id] = $work
    $State.Tasks[$key] = $work
    $State.Shared.Working++
    $State.Shared.Reads.Add(@{ verb = 'wake' })
    $work.Lanes[$key] = Start-AgentTask $State.Shared $key 'Stop-AgentExport' @{ Control = $control; Vms = @($vms) }
}
