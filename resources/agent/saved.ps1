# Saved: the bytes of configuration and saved state of checkpoints.
#
# They don't change while a checkpoint exists, unless its saved state is removed; so each is looked up once.

# Looks up the bytes of the checkpoints of some places that are not known: in their folders, else in the module.
function Update-AgentStates {
    param([hashtable] $Files, $Places)
    $hidden = [System.Collections.Generic.List[hashtable]]::new()
    foreach ($place in $Places) {
        $known = $Files.States[$place.Id]
        $state = @{ Bytes = [hashtable]::new(); Saved = [hashtable]::new() }
        $unknown = [System.Collections.Generic.List[hashtable]]::new()
        foreach ($one in $place.Checkpoints) {
            $id = $one.Id
            $state.Saved[$id] = $one.IsSaved
            if ($null -ne $known -and $known.Saved[$id] -eq $one.IsSaved) {
                $state.Bytes[$id] = $known.Bytes[$id]
            } else {
                $unknown.Add($one)
            }
        }
        if ($unknown.Count -gt 0) { Add-AgentStateFiles $Files $unknown $state.Bytes }
        if ($state.Bytes.Count -lt $state.Saved.Count) { $hidden.Add($place) }
        $Files.States[$place.Id] = $state
    }
    if ($hidden.Count -gt 0) { Add-AgentModuleSizes $Files $hidden }
}

# Adds the bytes of those checkpoints whose configuration files we can see. Written flat, for there may be many.
#
# 2016 and later: <id>.vmcx, .vmrs, .vmgs; before: <id>.xml and <id>\<id>.bin, .vsv (fact 81). The saved state may lie in
# the folder of SuspendDataRoot.
function Add-AgentStateFiles {
    param([hashtable] $Files, $Checkpoints, [hashtable] $Bytes)
    $folders = $Files.Folders
    foreach ($one in $Checkpoints) {
        if (-not $one.Root -or -not $one.File) { continue }
        $path = $one.Root + '\' + $one.File
        $slash = $path.LastIndexOf('\')
        $folder = $path.Substring(0, $slash)
        $name = $path.Substring($slash + 1)
        $sizes = $folders[$folder]
        if ($null -eq $sizes) { $sizes = Get-AgentFolder $Files $folder }
        $size = $sizes[$name]
        if ($null -eq $size) { continue }
        $stem = $name.Substring(0, [Math]::Max(0, $name.LastIndexOf('.')))
        $size += $sizes["$stem.vmrs"] + $sizes["$stem.vmgs"]
        $others = @()
        if ($one.Suspend) { $others = @($one.Suspend, "$($one.Suspend)\Snapshots") -ne $folder }
        foreach ($other in $others) {
            $sizes = $folders[$other]
            if ($null -eq $sizes) { $sizes = Get-AgentFolder $Files $other }
            $size += $sizes["$stem.vmrs"] + $sizes["$stem.vmgs"]
        }
        if ($name -notlike '*.vmcx') {
            foreach ($other in @($folder) + $others) {
                $sizes = Get-AgentFolder $Files "$other\$stem"
                $size += $sizes["$stem.bin"] + $sizes["$stem.vsv"]
            }
        }
        $Bytes[$one.Id] = [long] $size
    }
}

# Adds the bytes of the other checkpoints of some places from the module (SizeOfSystemFiles, fact 145). It is asked for these VMs
# alone, unless they are most of the host: a large host is measured some VMs at a time, and must not be listed each time.
function Add-AgentModuleSizes {
    param([hashtable] $Files, $Places)
    $sizes = [hashtable]::new()
    try {
        Import-AgentModule
        if (2 * $Places.Count -le $Files.Shared.Places.Count) {
            $vms = @(foreach ($place in $Places) { Get-AgentVm $place.Id })
        } else {
            $ids = [System.Collections.Generic.HashSet[string]]::new([string[]] @(foreach ($place in $Places) { $place.Id }))
            $vms = @(foreach ($vm in Hyper-V\Get-VM -ErrorAction Stop) { if ($ids.Contains($vm.Id.ToString())) { $vm } })
        }
        foreach ($one in Hyper-V\Get-VMSnapshot -VM $vms -ErrorAction SilentlyContinue) {
            $sizes[$one.Id.ToString()] = [long] $one.SizeOfSystemFiles
        }
    } catch {
        $sizes.Clear() # then the sizes stay unknown, and the tree is shown all the same
    }
    foreach ($place in $Places) {
        $bytes = $Files.States[$place.Id].Bytes
        foreach ($one in $place.Checkpoints) {
            if ($null -eq $bytes[$one.Id]) { $bytes[$one.Id] = [long] $sizes[$one.Id] }
        }
    }
}
