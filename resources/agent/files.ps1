# Files: what is known of the files of VMs, and which of them we may look at. Shared by the runspaces that ask; who uses it
# holds its lock (Enter-AgentFiles).

# Returns what is known of files: nothing yet.
function New-AgentFiles {
    param([hashtable] $Shared)
    $paths = [System.StringComparer]::OrdinalIgnoreCase # a table's own comparer follows the culture in 5.1 (fact 238)
    return @{
        Shared = $Shared; Lock = New-Object System.Object
        Round = 0 # what was looked at in this round is not looked at again
        Disks = [hashtable]::new($paths) # path -> what is known of a virtual disk
        Busy = [hashtable]::new($paths) # what running VMs write to
        States = [hashtable]::new() # VM id -> checkpoint -> bytes of its files
        Folders = [hashtable]::new($paths); Shares = [hashtable]::Synchronized([hashtable]::new())
        Stuck = [hashtable]::new($paths); VhdsEnd = [DateTime]::MaxValue
        Pace = [hashtable]::Synchronized(@{ Files = 1 }) # how many files a call of Get-VHD may be about
        Limit = 1000 # of what is kept: then what belongs to no VM any more is forgotten
    }
}

# Begins a round of looking at files.
function Reset-AgentFiles {
    param([hashtable] $Files)
    $Files.Round++
    $Files.Folders.Clear()
    $Files.VhdsEnd = [DateTime]::UtcNow.AddSeconds(30)
    if ($Files.Disks.Count + $Files.States.Count -gt $Files.Limit) { Limit-AgentFiles $Files $Files.Shared.Places }
}

# Forgets the files that belong to no VM any more. Without this an agent would grow with each checkpoint that comes and goes.
function Limit-AgentFiles {
    param([hashtable] $Files, [hashtable] $Places)
    foreach ($id in @($Files.States.Keys)) { if (-not $Places.ContainsKey($id)) { $Files.States.Remove($id) } }
    $wanted = [System.Collections.Generic.HashSet[string]]::new([System.StringComparer]::OrdinalIgnoreCase)
    foreach ($place in $Places.Values) {
        foreach ($path in $place.Paths) {
            while ($path -and $wanted.Add($path)) { $path = $Files.Disks[$path].Parent }
        }
    }
    foreach ($path in @($Files.Disks.Keys)) { if (-not $wanted.Contains($path)) { $Files.Disks.Remove($path) } }
    $Files.Limit = 1000 + 2 * ($Files.Disks.Count + $Files.States.Count)
}

# Returns the file information of those of some paths that are files and that we may see, by path. Written flat: there may be many.
function Get-AgentFileInfo {
    param([hashtable] $Files, $Paths)
    $found = [hashtable]::new([System.StringComparer]::OrdinalIgnoreCase)
    foreach ($path in $Paths) {
        if ($path.StartsWith('\\', [System.StringComparison]::Ordinal) -and -not (Test-AgentSight $Files $path)) { continue }
        try {
            $file = [System.IO.FileInfo]::new($path)
            if ($file.Exists) { $found[$path] = $file }
        } catch {
            continue # a path that is none
        }
    }
    return $found
}

# Returns the sizes of the files in a folder by their names, once for each round: many checkpoints share a folder.
function Get-AgentFolder {
    param([hashtable] $Files, [string] $Folder)
    $sizes = $Files.Folders[$Folder]
    if ($null -ne $sizes) { return $sizes }
    $sizes = [hashtable]::new([System.StringComparer]::OrdinalIgnoreCase)
    try {
        if (Test-AgentSight $Files $Folder) {
            foreach ($file in [System.IO.DirectoryInfo]::new($Folder).EnumerateFiles()) { $sizes[$file.Name] = $file.Length }
        }
    } catch {
        $sizes.Clear() # missing, or not for us to see
    }
    $Files.Folders[$Folder] = $sizes
    return $sizes
}

# Tells whether we may look at a path: one of this host, or on a share that has answered within 5 s in this round and has never
# refused to. A server that is gone would else take us half a minute for each file.
function Test-AgentSight {
    param([hashtable] $Files, [string] $Path)
    $root = Get-AgentShare $Path
    if (-not $root) { return $true }
    $share = $Files.Shares[$root]
    if ($null -eq $share) { $share = @{ IsSeen = $true; IsAsked = $true; Round = -1 } }
    if ($share.IsSeen -and $share.Round -ne $Files.Round) {
        $share.Round = $Files.Round
        $answer = [hashtable]::Synchronized(@{ IsSeen = $false })
        $task = Start-AgentTask $Files.Shared 'share' 'Confirm-AgentShare' @{ Path = $Path; Answer = $answer }
        if ($task.Handle.AsyncWaitHandle.WaitOne(5000)) { $null = Complete-AgentPipeline $task } else { $share.IsAsked = $false }
        $share.IsSeen = $answer.IsSeen
    }
    $Files.Shares[$root] = $share
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
