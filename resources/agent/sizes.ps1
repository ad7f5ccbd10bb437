# Sizes: disk files and saved states of single VMs, which a client asks for once it has the tree (host.sizes).
#
# A place is what is kept of a VM for it: its disk files, and for each checkpoint where its files are. The last reading made it.

# Returns the places of all VMs by their ids.
function New-AgentPlaces {
    param($Sketches)
    $places = [hashtable]::new()
    foreach ($sketch in $Sketches.Values) {
        $checkpoints = [System.Collections.Generic.List[hashtable]]::new($sketch.Checkpoints.Count)
        foreach ($checkpoint in $sketch.Checkpoints) {
            $one = $checkpoint.Settings # none from the cmdlets: the module knows the sizes
            $checkpoints.Add(@{
                    Id = $checkpoint.Id; IsSaved = [bool] $one.IsSaved; Root = ([string] $one.ConfigurationDataRoot).TrimEnd('\')
                    File = [string] $one.ConfigurationFile; Suspend = ([string] $one.SuspendDataRoot).TrimEnd('\')
                })
        }
        $places[$sketch.Id] = @{ Id = $sketch.Id; Paths = $sketch.Paths.ToArray(); Checkpoints = $checkpoints }
    }
    return $places
}

# Answers requests for sizes, one after the other, so that no others wait for files. Runs until the agent ends.
function Invoke-AgentSizes {
    param([hashtable] $Shared)
    $ProgressPreference = 'SilentlyContinue'
    while ($true) {
        $request = $Shared.SizeRequests.Take()
        try {
            Send-AgentSizes $Shared $request
            $request.IsOver = $true # before the client hears of it: from then on it cannot be cancelled
            Send-AgentMessage $Shared ([ordered] @{ id = $request.id; ok = @{} })
        } catch {
            Send-AgentMessage $Shared ([ordered] @{ id = $request.id; error = ConvertTo-AgentError $_ })
        }
        $Shared.Inbox.Add(@{ kind = 'read'; id = $request.id })
    }
}

# Sends the sizes of the VMs that a request names, in its order, some files at a time; those that are gone are left out.
function Send-AgentSizes {
    param([hashtable] $Shared, [hashtable] $Request)
    $files = $Shared.Files
    $queue = @{
        Request = $Request; Places = @(@(foreach ($id in $Request.ids) { $Shared.Places[$id.ToLowerInvariant()] }) -ne $null)
        Next = 0; End = 0; Texts = [System.Collections.Generic.List[string]]::new(); Weight = 0
    }
    while ($queue.Next -lt $queue.Places.Count -and -not $Request.IsCancelled) {
        $isMine = $false
        try {
            [System.Threading.Monitor]::Enter($files.Lock, [ref] $isMine)
            if ($queue.Next -eq 0) { Reset-AgentFiles $files }
            $paths = Get-AgentNextPaths $queue (8 * $files.Pace.Files)
            Update-AgentStates $files $queue.Places[$queue.Next..($queue.End - 1)]
            Update-AgentDisks $files $paths $queue
            if (-not $Request.IsCancelled) { Add-AgentKnownSizes $files $queue $true }
        } finally {
            if ($isMine) { [System.Threading.Monitor]::Exit($files.Lock) }
        }
    }
    Send-AgentQueue $Shared $queue
}

# Returns the disk files of the next VMs, 100 or a few more, or as many as a quick host may be asked about at once; there is at
# least one VM.
function Get-AgentNextPaths {
    param([hashtable] $Queue, [int] $Wanted)
    $Wanted = [Math]::Max(100, $Wanted)
    $paths = [System.Collections.Generic.List[string]]::new()
    do {
        $paths.AddRange([string[]] $Queue.Places[$Queue.End].Paths)
        $Queue.End++
    } while ($Queue.End -lt $Queue.Places.Count -and $paths.Count -lt $Wanted)
    return , $paths
}

# Sends what is known by now, before or while Get-VHD is waited for.
function Send-AgentKnownSizes {
    param([hashtable] $Files, [hashtable] $Queue)
    Add-AgentKnownSizes $Files $Queue $false
    Send-AgentQueue $Files.Shared $Queue
}

# Takes the next VMs, as far as they are known, or all that have been asked about; sends them once they are many.
function Add-AgentKnownSizes {
    param([hashtable] $Files, [hashtable] $Queue, [bool] $IsAll)
    while ($Queue.Next -lt $Queue.End) {
        $place = $Queue.Places[$Queue.Next]
        if (-not $IsAll -and -not (Test-AgentDisksKnown $Files $place.Paths)) { return }
        $Queue.Texts.Add((ConvertTo-AgentJson @{
                    id = $place.Id; disks = @(Get-AgentDiskRecords $Files $place.Paths); states = $Files.States[$place.Id].Bytes
                }))
        $Queue.Next++
        $Queue.Weight += 1 + $place.Checkpoints.Count
        if ($Queue.Weight -ge 500) { Send-AgentQueue $Files.Shared $Queue }
    }
}

# Tells whether some files have been looked at in this round, with all their ancestors.
function Test-AgentDisksKnown {
    param([hashtable] $Files, $Paths)
    $seen = [System.Collections.Generic.HashSet[string]]::new([System.StringComparer]::OrdinalIgnoreCase)
    foreach ($path in $Paths) {
        while ($path -and $seen.Add($path)) {
            $disk = $Files.Disks[$path]
            if ($null -eq $disk -or $disk.Round -ne $Files.Round) { return $false }
            $path = $disk.Parent
        }
    }
    return $true
}

# Sends what waits to be sent.
function Send-AgentQueue {
    param([hashtable] $Shared, [hashtable] $Queue)
    if ($Queue.Texts.Count -eq 0) { return }
    Send-AgentPart $Shared $Queue.Request.id $Queue.Texts
    $Queue.Texts.Clear()
    $Queue.Weight = 0
}
