# Glances: looks at little, for a host at rest. VMs with their states and the time when their configuration was last changed
# (fact 240), and the jobs that are running; only if something in it differs is the whole host looked at.
#
# What a glance may miss, such as the new name of a checkpoint, is found by the next look at everything. On a host of usual size
# every look is one; on a large one they come so seldom that they take a four hundredth of a processor.

# Tells whether all is as it was at the last look at everything. Where WMI refuses there are no glances.
function Test-AgentGlance {
    param([hashtable] $Inventory)
    if ($Inventory.Source -ne 'cim' -or $null -eq $Inventory.Glance) { return $false }
    $systems = Get-AgentCim 'Msvm_ComputerSystem' $Inventory.GlanceColumns
    $isSame = (Get-AgentGlance $systems) -ceq $Inventory.Glance
    return $isSame -and @(Read-AgentJobs $Inventory).Count -eq 0
}

# Returns the text that differs when a glance should lead to a look. Written flat, for there may be many VMs.
function Get-AgentGlance {
    param($Systems)
    $text = [System.Text.StringBuilder]::new()
    foreach ($one in $Systems) {
        $null = $text.Append($one.Name).Append($one.ElementName).Append($one.EnabledState).Append('/').Append($one.HealthState)
        foreach ($status in $one.OperationalStatus) { $null = $text.Append('/').Append($status) }
        $changed = $one.TimeOfLastConfigurationChange
        if ($changed -is [DateTime]) { $null = $text.Append('/').Append($changed.Ticks) } else { $null = $text.Append($changed) }
        $null = $text.Append("`n")
    }
    return $text.ToString()
}

# Returns the seconds of a processor that this process has used.
function Get-AgentProcessorTime {
    $process = [System.Diagnostics.Process]::GetCurrentProcess()
    try { return $process.TotalProcessorTime.TotalSeconds } finally { $process.Dispose() }
}

# Gives back the memory that readings and looks have used, once it is much. .NET would keep it on a host with memory to spare, also
# what nothing lives in any more, and WinRM ends a shell whose processes have too much. What the last poll has used is free for the
# next one each time, which takes some ms; looking at all that lives takes hundreds.
function Clear-AgentMemory {
    param([hashtable] $Inventory)
    $Error.Clear() # each error holds what it is about
    [GC]::Collect(1)
    if ((Get-AgentWorkingSet) -lt $Inventory.Kept + 32MB) { return }
    [System.Runtime.GCSettings]::LargeObjectHeapCompactionMode = 'CompactOnce'
    try {
        [GC]::Collect(2, 'Aggressive', $true, $true)
    } catch {
        [GC]::Collect() # the .NET of Windows PowerShell has no such mode (fact 241)
    }
    $Inventory.Kept = Get-AgentWorkingSet
}

# Returns the bytes of memory that this process holds.
function Get-AgentWorkingSet {
    $process = [System.Diagnostics.Process]::GetCurrentProcess()
    try { return $process.WorkingSet64 } finally { $process.Dispose() }
}
