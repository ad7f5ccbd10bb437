# Disks: sizes and parents of virtual disk files.
#
# Get-VHD opens a file and takes its time, so what it said is kept for as long as the file looks the same.

# Looks up files that are not known or have changed, and then their parents, up to the roots. $Queue, if there is one, is told
# meanwhile what is known (sizes.ps1).
function Update-AgentDisks {
    param([hashtable] $Files, $Paths, $Queue)
    $seen = [System.Collections.Generic.HashSet[string]]::new([System.StringComparer]::OrdinalIgnoreCase)
    $level = [System.Collections.Generic.List[string]]::new()
    foreach ($path in $Paths) { if ($seen.Add($path)) { $level.Add($path) } }
    while ($level.Count -gt 0) {
        $unknown = Find-AgentNewDisks $Files $level
        if ($unknown.Count -gt 0) { Read-AgentVhds $Files $unknown $Queue }
        if ($null -ne $Queue -and $Queue.Request.IsCancelled) { return }
        $parents = [System.Collections.Generic.List[string]]::new()
        foreach ($path in $level) {
            $parent = $Files.Disks[$path].Parent
            if ($parent -and $seen.Add($parent)) { $parents.Add($parent) }
        }
        $level = $parents
    }
}

# Returns those of some files about which Get-VHD must be asked; keeps the sizes of the others up to date. Written flat, for there
# may be many.
#
# The file that a running VM writes to changes all the time, its parent and virtual size do not; unless its parent
# was merged away, and then that file is gone.
function Find-AgentNewDisks {
    param([hashtable] $Files, $Paths)
    $unknown = [System.Collections.Generic.List[string]]::new()
    $known = [System.Collections.Generic.List[string]]::new()
    $again = [DateTime]::UtcNow.AddSeconds(-60)
    foreach ($path in $Paths) {
        $disk = $Files.Disks[$path]
        if ($null -eq $disk) { $unknown.Add($path); continue }
        if ($disk.Round -eq $Files.Round) { continue }
        if ($disk.IsRead -or $disk.Tried -ge $again) { $known.Add($path) } else { $unknown.Add($path) }
    }
    if ($known.Count -eq 0) { return , $unknown }
    $seen = Get-AgentFileInfo $Files $known
    foreach ($path in $known) {
        $disk = $Files.Disks[$path]
        $file = $seen[$path]
        if ($null -eq $file) { $unknown.Add($path); continue } # out of our sight: Get-VHD knows
        $ticks = $file.LastWriteTimeUtc.Ticks
        $isSame = $file.Length -eq $disk.Size -and $ticks -eq $disk.Ticks
        if (-not $isSame -and -not $Files.Busy.ContainsKey($path)) { $unknown.Add($path); continue }
        if ($disk.Parent -and (Test-AgentGone $Files $disk.Parent)) { $unknown.Add($path); continue }
        $disk.Size = $file.Length
        $disk.Ticks = $ticks
        $disk.Round = $Files.Round
    }
    return , $unknown
}

# Tells whether a file that we may look at is not there.
function Test-AgentGone {
    param([hashtable] $Files, [string] $Path)
    return -not [System.IO.File]::Exists($Path) -and (Test-AgentSight $Files $Path)
}

# Keeps what Get-VHD said about files, and how they look now, if we can see them. Written flat, for there may be many.
function Add-AgentDisks {
    param([hashtable] $Files, $Answers)
    $told = [System.Collections.Generic.List[hashtable]]::new()
    $answer = $null
    while ($Answers.TryDequeue([ref] $answer)) { $told.Add($answer) }
    if ($told.Count -eq 0) { return }
    $seen = Get-AgentFileInfo $Files @(foreach ($disk in $told) { $disk.Path })
    $now = [DateTime]::UtcNow
    foreach ($disk in $told) {
        $file = $seen[$disk.Path]
        if ($null -ne $file) {
            $disk.Size = $file.Length
            $disk.Ticks = $file.LastWriteTimeUtc.Ticks
        }
        $disk.Round = $Files.Round
        $disk.Tried = $now
        $Files.Disks[$disk.Path] = $disk
    }
}

# Returns what is kept of a file: what Get-VHD said, if it said anything.
function New-AgentDisk {
    param([string] $Path, $Said)
    if ($null -eq $Said) {
        return @{ Path = $Path; IsRead = $false; Parent = ''; Virtual = [long] 0; Size = [long] -1; Ticks = [long] 0 }
    }
    return @{
        Path = $Path; IsRead = $true; Parent = [string] $Said.ParentPath; Virtual = [long] $Said.Size
        Size = [long] $Said.FileSize; Ticks = [long] 0
    }
}

# Returns the wire's records of some files and all their ancestors, each once. A file that nobody can see has none.
function Get-AgentDiskRecords {
    param([hashtable] $Files, $Paths)
    $disks = $Files.Disks
    $seen = [System.Collections.Generic.HashSet[string]]::new([System.StringComparer]::OrdinalIgnoreCase)
    foreach ($path in $Paths) {
        $disk = $disks[$path]
        while ($null -ne $disk -and $seen.Add($disk.Path)) {
            $parent = $disk.Parent
            if ($disk.Size -ge 0) {
                if ($parent) {
                    @{ path = $disk.Path; size = $disk.Size; virtual = $disk.Virtual; parent = $parent }
                } else {
                    @{ path = $disk.Path; size = $disk.Size; virtual = $disk.Virtual }
                }
            }
            if (-not $parent) { break }
            $disk = $disks[$parent]
        }
    }
}
