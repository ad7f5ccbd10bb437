# Disks: sizes and parents of virtual disk files, and the space on the volumes that they lie on.
#
# Get-VHD opens a file and takes its time, so what it said is kept for as long as the file looks the same.

# Looks up files that are not known or have changed, and then their parents, up to the roots.
function Update-AgentDisks {
    param([hashtable] $Inventory, [string[]] $Paths)
    $Inventory.VhdsEnd = [DateTime]::UtcNow.AddSeconds(30)
    $seen = [hashtable]::new([System.StringComparer]::OrdinalIgnoreCase)
    $round = @($Paths)
    while ($round.Count -gt 0) {
        $unknown = [System.Collections.Generic.List[string]]::new()
        foreach ($path in $round) {
            $seen[$path] = $true
            if (-not (Test-AgentDisk $Inventory $path)) { $unknown.Add($path) }
        }
        Read-AgentVhds $Inventory $unknown
        $parents = @(foreach ($path in $round) { $Inventory.Disks[$path].Parent })
        $round = @($parents | Where-Object { $_ -and -not $seen.ContainsKey($_) } | Select-Object -Unique)
    }
}

# Tells whether what is known about a file still holds; keeps its size up to date.
#
# The file that a running VM writes to changes all the time, its parent and virtual size do not; unless its parent
# was merged away, and then that file is gone.
function Test-AgentDisk {
    param([hashtable] $Inventory, [string] $Path)
    $known = $Inventory.Disks[$Path]
    if ($null -eq $known) { return $false }
    if ($known.Reading -eq $Inventory.Readings) { return $true }
    if (-not $known.IsRead -and ([DateTime]::UtcNow - $known.Tried).TotalSeconds -gt 60) { return $false }
    $stamp = Get-AgentFileStamp $Inventory $Path
    if ($null -eq $stamp) { return $false } # out of our sight: Get-VHD knows
    $isSame = $stamp.Text -eq $known.Stamp
    if (-not $isSame -and -not $Inventory.Busy.ContainsKey($Path)) { return $false }
    if ($known.Parent -and (Test-AgentSight $Inventory $known.Parent) -and -not [System.IO.File]::Exists($known.Parent)) {
        return $false
    }
    $known.Size = $stamp.Length
    $known.Stamp = $stamp.Text
    $known.Reading = $Inventory.Readings
    return $true
}

# Tells whether we may look at a path: one of this host, or on a share that has answered within 5 s in this reading and has never
# refused to. A server that is gone would else take us half a minute for each file.
function Test-AgentSight {
    param([hashtable] $Inventory, [string] $Path)
    $root = Get-AgentShare $Path
    if (-not $root) { return $true }
    $share = $Inventory.Shares[$root]
    if ($null -eq $share) { $share = @{ IsSeen = $true; IsAsked = $true; Reading = -1 } }
    if ($share.IsSeen -and $share.Reading -ne $Inventory.Readings) {
        $share.Reading = $Inventory.Readings
        $answer = [hashtable]::Synchronized(@{ IsSeen = $false })
        $task = Start-AgentTask $Inventory.Shared 'share' 'Confirm-AgentShare' @{ Path = $Path; Answer = $answer }
        if ($task.Handle.AsyncWaitHandle.WaitOne(5000)) { $null = Complete-AgentPipeline $task } else { $share.IsAsked = $false }
        $share.IsSeen = $answer.IsSeen
    }
    $Inventory.Shares[$root] = $share
    return $share.IsSeen
}

# Notes whether a share lets us look at a path; that there is no such file is an answer, too. Runs in the pool.
function Confirm-AgentShare {
    param([string] $Path, [hashtable] $Answer, $Shared, $Key)
    try {
        $null = [System.IO.File]::GetAttributes($Path)
        $Answer.IsSeen = $true
    } catch [System.IO.FileNotFoundException], [System.IO.DirectoryNotFoundException] {
        $Answer.IsSeen = $true
    } catch {
        return # refused, or the server is gone
    }
}

# Returns \\server\share of a path on a share, in lower case; else an empty text.
function Get-AgentShare {
    param([string] $Path)
    return [regex]::Match($Path, '^\\\\[^\\?.][^\\]*\\[^\\]+').Value.ToLowerInvariant()
}

# Returns length and age of a file, or nothing if we cannot see it.
function Get-AgentFileStamp {
    param([hashtable] $Inventory, [string] $Path)
    if (-not (Test-AgentSight $Inventory $Path)) { return $null }
    try {
        $file = [System.IO.FileInfo] $Path
        if (-not $file.Exists) { return $null }
        return @{ Length = $file.Length; Text = "$($file.Length)/$($file.LastWriteTimeUtc.Ticks)" }
    } catch {
        return $null
    }
}

# Returns what is to be kept about a file: what Get-VHD said, if anything, and how the file looks now, if we can see it.
function New-AgentDisk {
    param([hashtable] $Inventory, [string] $Path, $Answer)
    $disk = @{
        Path = $Path; Parent = ''; Virtual = 0; Size = -1; Stamp = ''; Reading = $Inventory.Readings
        IsRead = $null -ne $Answer; Tried = [DateTime]::UtcNow
    }
    $stamp = Get-AgentFileStamp $Inventory $Path
    if ($null -ne $stamp) { $disk.Stamp = $stamp.Text; $disk.Size = $stamp.Length }
    if ($null -ne $Answer) {
        $disk.Parent = $Answer.Parent
        $disk.Virtual = $Answer.Virtual
        if ($disk.Size -lt 0) { $disk.Size = $Answer.Size }
    }
    return $disk
}

# Returns the wire's records of some files and all their ancestors, each once. A file that nobody can see has none.
function Get-AgentDiskRecords {
    param([hashtable] $Inventory, $Paths)
    $seen = [hashtable]::new([System.StringComparer]::OrdinalIgnoreCase)
    foreach ($path in $Paths) {
        $disk = $Inventory.Disks[$path]
        while ($null -ne $disk -and -not $seen.ContainsKey($disk.Path)) {
            $seen[$disk.Path] = $true
            if ($disk.Size -ge 0) {
                $record = @{ path = $disk.Path; size = $disk.Size; virtual = $disk.Virtual }
                if ($disk.Parent) { $record.parent = $disk.Parent }
                $record
            }
            $disk = if ($disk.Parent) { $Inventory.Disks[$disk.Parent] } else { $null }
        }
    }
}

# Returns the volumes of the host, by name: those with files of VMs, and those that an export may go to. Win32_Volume knows
# mounted ones, too (fact 144).
function Get-AgentVolumes {
    param([hashtable] $Inventory)
    foreach ($one in Get-AgentSpaces $Inventory | Sort-Object -Property { $_.Root }) {
        @{ name = $one.Root.TrimEnd('\'); total = $one.Total; free = $one.Free }
    }
}

# Returns all volumes with a place in the file system. If Windows doesn't tell within 5 s (a disk that sleeps, a tape), what it
# told before is taken, and it is not asked for a minute.
function Get-AgentSpaces {
    param([hashtable] $Inventory)
    if ([DateTime]::UtcNow -lt $Inventory.NextSpaces) { return $Inventory.Spaces }
    try {
        $found = Get-CimInstance -Namespace 'root\cimv2' -ClassName 'Win32_Volume' `
            -Property 'Name', 'Capacity', 'FreeSpace' -OperationTimeoutSec 5 -ErrorAction Stop
        $Inventory.Spaces = @(foreach ($one in @($found)) {
                if ($one.Name -like '?:\*' -and $null -ne $one.Capacity) {
                    @{ Root = $one.Name.TrimEnd('\') + '\'; Total = [long] $one.Capacity; Free = [long] $one.FreeSpace }
                }
            })
    } catch {
        $Inventory.NextSpaces = [DateTime]::UtcNow.AddSeconds(60)
        if ($Inventory.Spaces.Count -eq 0) { $Inventory.Spaces = @(Get-AgentDriveSpaces) }
    }
    return $Inventory.Spaces
}

# Returns the drives of this host as .NET knows them; not those of a network, which may keep us waiting.
function Get-AgentDriveSpaces {
    foreach ($drive in [System.IO.DriveInfo]::GetDrives()) {
        if ($drive.DriveType -ne 'Fixed' -or -not $drive.IsReady) { continue }
        @{ Root = $drive.Name; Total = $drive.TotalSize; Free = $drive.AvailableFreeSpace }
    }
}
