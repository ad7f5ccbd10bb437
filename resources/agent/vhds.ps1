# Get-VHD: what it says about files, in the pool, where a call that hangs holds up nobody.
#
# A file that has not answered within 5 s is left, with the runspace that asks for it, and is not asked about again as long as that
# runspace hangs. All files of a reading have 30 s; those that were not asked are asked by a reading a minute later. When 12
# files hang no others are asked about: the pool, which has 32 runspaces, is there for the user's work first.

# Asks about some files; about many in several runspaces at a time.
function Read-AgentVhds {
    param([hashtable] $Inventory, $Paths)
    if ($Paths.Count -eq 0) { return }
    foreach ($path in $Paths) { $null = Test-AgentSight $Inventory $path } # so that shares are known
    $asked = @(foreach ($path in $Paths) { if (-not (Test-AgentStuck $Inventory $path)) { $path } })
    if ($Inventory.Stuck.Count -ge 12) { $asked = @() }
    $found = [hashtable]::Synchronized(@{})
    $count = [int] [Math]::Min(6, [Math]::Ceiling($asked.Count / 8))
    $lanes = @(for ($lane = 0; $lane -lt $count; $lane++) {
            $share = [string[]] @(for ($at = $lane; $at -lt $asked.Count; $at += $count) { $asked[$at] })
            Start-AgentVhds $Inventory $share $found
        })
    foreach ($lane in $lanes) { Wait-AgentVhds $Inventory $lane $found }
    foreach ($path in $Paths) { $Inventory.Disks[$path] = New-AgentDisk $Inventory $path $found[$path] }
}

# Tells whether a file hangs in Get-VHD since an earlier question.
function Test-AgentStuck {
    param([hashtable] $Inventory, [string] $Path)
    $task = $Inventory.Stuck[$Path]
    if ($null -eq $task) { return $false }
    if (-not $task.Handle.IsCompleted) { return $true }
    $Inventory.Stuck.Remove($Path)
    $null = Complete-AgentPipeline $task
    return $false
}

# Starts a runspace that asks about some files, one after the other. At is what it tells of itself.
function Start-AgentVhds {
    param([hashtable] $Inventory, [string[]] $Paths, [hashtable] $Found)
    $at = [hashtable]::Synchronized(@{ Index = -1; IsLeft = $false })
    $task = Start-AgentTask $Inventory.Shared 'disks' 'Get-AgentVhds' @{
        Paths = $Paths; Found = $Found; Shares = $Inventory.Shares; At = $at
    }
    return @{ Task = $task; At = $at; Paths = $Paths }
}

# Waits for the answers of such a runspace. One that hangs is left, and another one asks about the files behind the one that hangs.
# The 5 s are counted in waits, not by the clock: time in which this process did not run is no fault of the file.
function Wait-AgentVhds {
    param([hashtable] $Inventory, [hashtable] $Lane, [hashtable] $Found)
    $index = -1
    $waits = 0
    while (-not $Lane.Task.Handle.AsyncWaitHandle.WaitOne(100)) {
        if ($Lane.At.Index -ne $index) { $index = $Lane.At.Index; $waits = 0 }
        $waits++
        $isOver = [DateTime]::UtcNow -gt $Inventory.VhdsEnd
        if (-not $isOver -and ($index -lt 0 -or $waits -lt 50)) { continue }
        $Lane.At.IsLeft = $true
        $Inventory.Stuck[$Lane.Paths[[Math]::Max(0, $index)]] = $Lane.Task
        if ($isOver -or $index -ge $Lane.Paths.Count - 1 -or $Inventory.Stuck.Count -ge 12) { return }
        $rest = [string[]] @($Lane.Paths[($index + 1)..($Lane.Paths.Count - 1)])
        $Lane = Start-AgentVhds $Inventory $rest $Found
        $index = -1
        $waits = 0
    }
    $null = Complete-AgentPipeline $Lane.Task
}

# Puts what Get-VHD says about some files into $Found, by their paths. A file that it cannot read is left out; a share that
# refuses us is not asked again. Runs in the pool.
function Get-AgentVhds {
    param([string[]] $Paths, [hashtable] $Found, [hashtable] $Shares, [hashtable] $At, $Shared, $Key)
    try {
        Import-AgentModule
    } catch {
        return # without the module there are no parents, but the sizes may still be seen
    }
    for ($index = 0; $index -lt $Paths.Count -and -not $At.IsLeft; $index++) {
        $path = $Paths[$index]
        $share = $Shares[(Get-AgentShare $path)]
        if ($null -ne $share -and -not $share.IsAsked) { continue }
        $At.Index = $index
        try {
            $disk = @(Hyper-V\Get-VHD -Path $path -ErrorAction Stop)[0]
            $Found[$path] = @{
                Parent = [string] $disk.ParentPath; Virtual = [long] $disk.Size; Size = [long] $disk.FileSize
            }
        } catch {
            # missing, or in use by another host (fact 139): its size may still be seen
            $isDenied = [string] $_.CategoryInfo.Category -in 'PermissionDenied', 'SecurityError'
            if ($null -ne $share -and ($isDenied -or -not $share.IsSeen)) { $share.IsAsked = $false }
        }
    }
}
