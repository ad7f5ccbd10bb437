# Actions: what a lane does, one VM or checkpoint after the other. Objects and values go to cmdlets as parameters only.

# Carries out a verb for some ids, one after the other, and leaves a result for each in $Control. Runs in the pool.
function Invoke-AgentLane {
    param([hashtable] $Shared, [string] $Key, [hashtable] $Control, [string] $Verb, [string[]] $Ids, [hashtable] $Given)
    $ErrorActionPreference = 'Stop'
    $ConfirmPreference = 'None'
    try {
        $targets = Get-AgentTargets $Shared $Control $Verb $Ids
        Add-AgentHeld $Shared.Leases $Verb $Given['lease'] $targets
        $turns = @(foreach ($id in $Ids) { if ($null -ne $targets[$id]) { New-AgentTurn $Verb $id $targets[$id] } })
        Wait-AgentStart $Control # now all VMs are held, and none has been touched
        foreach ($turn in $turns) {
            $turn.Since = [DateTime]::UtcNow
            $Control.Current[$Key] = $turn
            $Shared.Leases.AtWork[$Key] = $turn.Vm
            $Control.Results[$turn.Id] = Invoke-AgentTarget $Shared.Leases $Control $Verb $turn $Given
            if ($null -eq $Control.Results[$turn.Id].error) { Update-AgentHeld $Shared.Leases $Verb $turn.Vm $Given['lease'] }
            $Shared.Leases.AtWork.Remove($Key)
            $null = $Shared.Leases.Moved.Set()
            $Control.Current.Remove($Key)
        }
    } finally {
        $Control.Current.Remove($Key)
        $Shared.Leases.AtWork.Remove($Key)
        $Shared.Inbox.Add(@{ kind = 'done'; key = $Key })
    }
}

# Makes a runspace of the pool ready for work.
function Initialize-AgentLane {
    param([hashtable] $Shared, [string] $Key)
    try { Import-AgentModule } finally { $Shared.Inbox.Add(@{ kind = 'done'; key = $Key }) }
}

# Finds what the ids stand for, before anything is done, so that little time passes between two VMs.
function Get-AgentTargets {
    param([hashtable] $Shared, [hashtable] $Control, [string] $Verb, [string[]] $Ids)
    $targets = @{}
    $isVm = $Verb.StartsWith('vm.')
    foreach ($id in $Ids) {
        try {
            Import-AgentModule
            if ($isVm) { $target = Get-AgentVm $id } else { $target = Get-AgentCheckpoint $Shared $id }
            if ($null -ne $target) { $targets[$id] = $target; continue }
            $problem = New-AgentNotFound $id
        } catch {
            $problem = ConvertTo-AgentError $_
        }
        $now = Get-AgentTime
        $Control.Results[$id] = @{ id = $id; error = $problem; began = $now; ended = $now }
    }
    return $targets
}

# Returns what a lane is at work on while it is: one target, its VM, and since when.
function New-AgentTurn {
    param([string] $Verb, [string] $Id, $Target)
    return @{ Id = $Id; Target = $Target; Vm = Get-AgentTargetVm $Verb $Id $Target; Since = [DateTime]::MaxValue }
}

# Returns the id of the VM that a target is or belongs to.
function Get-AgentTargetVm {
    param([string] $Verb, [string] $Id, $Target)
    if ($Verb.StartsWith('vm.')) { return $Id }
    return [string] $Target.VMId
}

# Waits until every lane has found its targets, so that all VMs of a group are paused at nearly one moment.
function Wait-AgentStart {
    param([hashtable] $Control)
    if ($null -eq $Control.Start) { return }
    $null = $Control.Start.Signal()
    # by its handle, which wakes all at once: who waits by the event itself waits for a lock as well, one after the other
    $null = $Control.Start.WaitHandle.WaitOne(60000) # runspaces load the module one after the other
}

# Carries out a verb for one target. Returns its result, with the host's clock around the cmdlet. Its time is put into words
# afterwards: between the start of all lanes and their cmdlets as little is done as can be.
function Invoke-AgentTarget {
    param([hashtable] $Leases, [hashtable] $Control, [string] $Verb, [hashtable] $Turn, [hashtable] $Given)
    $result = @{ id = $Turn.Id }
    if ($Leases.IsOver) {
        $result.error = New-AgentLeaseOver $Turn.Id
        return $result
    }
    if ($Control.IsCancelled) {
        $result.error = New-AgentCancelled $Turn.Id
        return $result
    }
    $began = [DateTime]::UtcNow
    try {
        if ($Verb -eq 'checkpoint.delete_subtree' -and (Test-AgentOthersBelow $Turn.Target $Given['only'])) {
            $result.error = New-AgentSubtreeChanged $Turn.Id
        } else {
            $made = Invoke-AgentAction $Verb $Turn.Target $Given
            if ($made -is [string]) { $result.checkpoint = $made }
        }
    } catch {
        $result.error = ConvertTo-AgentError $_
    }
    $result.ended = Get-AgentTime
    $result.began = ConvertTo-AgentTime $began
    return $result
}

# Calls the cmdlet of a verb. Returns the id of the checkpoint that was made, if one was.
#
# -Confirm:$false everywhere: Restore-VMSnapshot asks by default (fact 31), and a question is an error without a person (fact 52).
# No -Force: it would turn off a guest that does not answer, and one that somebody is using.
# -ErrorAction Stop everywhere: whatever fails ends up in the result of its id, even a non-terminating error.
function Invoke-AgentAction {
    param([string] $Verb, $Target, [hashtable] $Given)
    switch ($Verb) {
        'vm.ready' { $null = Hyper-V\Suspend-VM -VM $Target -WhatIf -ErrorAction Stop } # loads what a pause needs
        'vm.start' { $null = Hyper-V\Start-VM -VM $Target -Confirm:$false -ErrorAction Stop }
        'vm.save' { $null = Hyper-V\Save-VM -VM $Target -Confirm:$false -ErrorAction Stop }
        'vm.suspend' { $null = Hyper-V\Suspend-VM -VM $Target -Confirm:$false -ErrorAction Stop }
        'vm.resume' { $null = Hyper-V\Resume-VM -VM $Target -Confirm:$false -ErrorAction Stop }
        'vm.shut_down' { $null = Hyper-V\Stop-VM -VM $Target -Confirm:$false -ErrorAction Stop }
        'vm.turn_off' { $null = Hyper-V\Stop-VM -VM $Target -TurnOff -Confirm:$false -ErrorAction Stop }
        'vm.checkpoint' { return New-AgentCheckpoint $Target $Given['name'] }
        'checkpoint.apply' { $null = Hyper-V\Restore-VMSnapshot -VMSnapshot $Target -Confirm:$false -ErrorAction Stop }
        'checkpoint.delete' { $null = Hyper-V\Remove-VMSnapshot -VMSnapshot $Target -Confirm:$false -ErrorAction Stop }
        'checkpoint.delete_subtree' {
            $null = Hyper-V\Remove-VMSnapshot -VMSnapshot $Target -IncludeAllChildSnapshots -Confirm:$false -ErrorAction Stop
        }
        'checkpoint.rename' {
            $null = Hyper-V\Rename-VMSnapshot -VMSnapshot $Target -NewName $Given['name'] -Confirm:$false -ErrorAction Stop
        }
        'vm.set_notes' { $null = Hyper-V\Set-VM -VM $Target -Notes $Given['notes'] -Confirm:$false -ErrorAction Stop }
        'checkpoint.set_notes' { $null = Set-AgentNotes $Target (Get-AgentGivenNotes $Given $Target.Id) }
        'checkpoint.export' {
            $null = Hyper-V\Export-VMSnapshot -VMSnapshot $Target -Path $Given['path'] -Confirm:$false -ErrorAction Stop
        }
    }
}

# Returns whether a checkpoint has others below it than -Only names. Without -Only none counts.
function Test-AgentOthersBelow {
    param($Target, $Only)
    if ($null -eq $Only) { return $false }
    $below = @{}
    foreach ($one in @(Hyper-V\Get-VMSnapshot -VM (Get-AgentVm $Target.VMId.ToString()) -ErrorAction Stop)) {
        $parent = "$($one.ParentSnapshotId)"
        if (-not $below.ContainsKey($parent)) { $below[$parent] = [System.Collections.Generic.List[string]]::new() }
        $below[$parent].Add($one.Id.ToString())
    }
    $waiting = [System.Collections.Generic.Queue[string]]::new()
    $waiting.Enqueue($Target.Id.ToString())
    while ($waiting.Count -gt 0) {
        $id = $waiting.Dequeue()
        if (@($Only) -notcontains $id) { return $true }
        if ($below.ContainsKey($id)) { foreach ($child in $below[$id]) { $waiting.Enqueue($child) } }
    }
    return $false
}

# Takes a checkpoint and returns its id. -Passthru writes it (fact 6); else it is what the VM stands on afterwards (fact 7).
function New-AgentCheckpoint {
    param($Vm, $Name)
    if ($Name -is [string] -and $Name -ne '') {
        $made = Hyper-V\Checkpoint-VM -VM $Vm -SnapshotName $Name -Passthru -Confirm:$false -ErrorAction Stop
    } else {
        $made = Hyper-V\Checkpoint-VM -VM $Vm -Passthru -Confirm:$false -ErrorAction Stop
    }
    foreach ($one in @($made)) {
        if ($one.Id -is [guid]) { return $one.Id.ToString() }
    }
    return (Get-AgentVm $Vm.Id.ToString()).ParentSnapshotId.ToString()
}

# Loads the Hyper-V module into this runspace, once. Runspaces wait for each other: imports side by side are slow, and may fail.
function Import-AgentModule {
    if (Get-Module -Name 'Hyper-V') { return }
    $isMine = $false
    try {
        [System.Threading.Monitor]::Enter($AgentImport, [ref] $isMine)
        Import-Module -Name 'Hyper-V' -ErrorAction Stop -WarningAction SilentlyContinue
    } finally {
        if ($isMine) { [System.Threading.Monitor]::Exit($AgentImport) }
    }
}

# Returns a VM by its id.
function Get-AgentVm {
    param([string] $Id)
    return Hyper-V\Get-VM -Id ([guid] $Id) -ErrorAction Stop
}

# Returns a checkpoint by its id.
#
# The help says that -Id is the VM's; public programs pass the checkpoint's and get it (fact 20). So the answer
# is checked, and if it is something else the VM's checkpoints are searched.
function Get-AgentCheckpoint {
    param([hashtable] $Shared, [string] $Id)
    $problem = $null
    try {
        $found = @(Hyper-V\Get-VMSnapshot -Id ([guid] $Id) -ErrorAction Stop)
    } catch {
        $problem = $_
        $found = @()
    }
    $owner = $Shared.Owners[$Id]
    if ($null -ne $owner -and -not ($found | Where-Object { $_.Id -eq [guid] $Id })) {
        $found = @(Hyper-V\Get-VMSnapshot -VM (Get-AgentVm $owner) -ErrorAction Stop)
    }
    foreach ($one in $found) {
        if ($one.Id -eq [guid] $Id) { return $one }
    }
    if ($null -ne $problem) { throw $problem }
}

# Stops the exports of some VMs: RequestStateChange of Msvm_ConcreteJob, 4 = Terminate (fact 122). Runs in the pool.
function Stop-AgentExport {
    param([hashtable] $Shared, [string] $Key, [hashtable] $Control, [string[]] $Vms)
    try {
        foreach ($job in Get-AgentJobs) {
            if ($job.Type -ne 62 -or -not $job.IsCancellable -or $job.Vm -notin $Vms) { continue }
            $answer = Invoke-CimMethod -InputObject $job.Instance -MethodName 'RequestStateChange' -Arguments @{
                RequestedState = [uint16] 4
            } -OperationTimeoutSec 40 -ErrorAction Stop
            $Control.Results[$job.Vm] = $answer.ReturnValue -in 0, 4096
        }
    } finally {
        $Shared.Inbox.Add(@{ kind = 'done'; key = $Key })
    }
}
