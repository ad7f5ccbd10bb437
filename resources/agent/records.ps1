# Records: a sketch as the wire's record of a VM, with checkpoints, drives, disk files and sizes.

# Returns the record of a VM as JSON.
function New-AgentEntryText {
    param([hashtable] $Inventory, [hashtable] $Sketch, $Extras)
    if ($Sketch.Source -eq 'cim') {
        $record = New-AgentCimRecord $Inventory $Sketch $Extras
    } else {
        $record = New-AgentCmdletRecord $Sketch
    }
    $record.disks = @(Get-AgentDiskRecords $Inventory (Get-AgentDrivePaths $Sketch))
    return ConvertTo-AgentJson $record
}

# Returns the record of a VM without its disk files.
function New-AgentCimRecord {
    param([hashtable] $Inventory, [hashtable] $Sketch, $Extras)
    $system = $Sketch.System
    $settings = $Sketch.Settings
    $record = [ordered] @{
        id = $Sketch.Id; name = [string] $system.ElementName; state = Get-AgentState $Inventory.Names $system
        status = Get-AgentStatus $system.StatusDescriptions
        replica = [int] $system.ReplicationMode -in 2, 3, 4 # replica, test replica, extended replica
        notes = [string]::Join("`n", @($settings.Notes)); version = [string] $settings.Version
        generation = if ($settings.VirtualSystemSubType -like '*:SubType:2') { 2 } else { 1 }
        memory = [long] $Extras.Memory[$Sketch.Id]; memory_startup = [long] $Extras.Startup[$Sketch.Id]
        uptime_s = [long] [Math]::Floor($system.OnTimeInMilliseconds / 1000)
        drives = [string[]] @($Sketch.Drives[$Sketch.Id])
        checkpoints = @(New-AgentCimCheckpoints $Inventory $Sketch)
    }
    if (-not $Sketch.IsRunning) { $record.memory = 0 }
    if ($Sketch.Parent) { $record.parent = $Sketch.Parent }
    if ($null -ne $Sketch.Percent) { $record.percent = $Sketch.Percent }
    $activity = Get-AgentActivity $Inventory.Names $system.OperationalStatus
    if ($null -ne $activity) { $record.activity = $activity }
    $type = $Inventory.Names.CheckpointType[[int] $settings.UserSnapshotType]
    if ('UserSnapshotType' -notin $Inventory.YoungColumns) { $type = 'Standard' } # before 2016 (fact 95)
    if ($null -ne $type) { $record.checkpoint_type = $type }
    return $record
}

# Returns the records of a VM's checkpoints. Written flat, for there may be many.
function New-AgentCimCheckpoints {
    param([hashtable] $Inventory, [hashtable] $Sketch)
    $sizes = Get-AgentStateSizes $Inventory $Sketch
    $kinds = $Inventory.Names.Kind
    foreach ($checkpoint in $Sketch.Checkpoints) {
        $one = $checkpoint.Settings
        $kind = $kinds[[string] $one.VirtualSystemType]
        if ($null -eq $kind) { $kind = [string] $one.VirtualSystemType } # a newer one is told as it is
        $record = @{
            id = $checkpoint.Id; name = [string] $one.ElementName; created = ConvertTo-AgentStamp $one.CreationTime
            kind = $kind; saved = [bool] $one.IsSaved; automatic = [bool] $one.IsAutomaticSnapshot
            notes = [string]::Join("`n", @($one.Notes)); drives = $Sketch.Drives[$checkpoint.Id]
            state_size = $sizes[$checkpoint.Id]
        }
        if ($checkpoint.Parent) { $record.parent = $checkpoint.Parent }
        $record
    }
}

# Returns the disk files of the VM and of its checkpoints, each once.
function Get-AgentDrivePaths {
    param([hashtable] $Sketch)
    $paths = [System.Collections.Generic.List[string]]::new()
    foreach ($list in $Sketch.Drives.Values) {
        foreach ($path in $list) { if (-not $paths.Contains($path)) { $paths.Add($path) } }
    }
    return $paths
}

# Returns the drives of a VM and its checkpoints by their ids, from the answer of the whole host or from the objects.
function Get-AgentSketchDrives {
    param([hashtable] $Sketch, $Extras)
    if ($Sketch.Source -ne 'cim') { return Get-AgentCmdletDrives $Sketch }
    $drives = [ordered] @{ $Sketch.Id = @() }
    foreach ($id in @($Sketch.Id) + @(foreach ($one in $Sketch.Checkpoints) { $one.Id })) {
        $slots = $Extras.Drives[$id]
        if ($null -ne $slots) { $drives[$id] = [string[]] @($slots.Values) } else { $drives[$id] = @() }
    }
    return $drives
}

# Returns the bytes of configuration and saved state of each checkpoint. They don't change while it exists, unless its
# saved state is removed; so each is looked up once.
function Get-AgentStateSizes {
    param([hashtable] $Inventory, [hashtable] $Sketch)
    $sizes = @{}
    $asked = $null
    foreach ($checkpoint in $Sketch.Checkpoints) {
        $key = "$($checkpoint.Id)/$($checkpoint.Settings.IsSaved)"
        $size = $Inventory.StateSizes[$key]
        if ($null -eq $size) { $size = Get-AgentStateFiles $Inventory $checkpoint.Settings }
        if ($null -eq $size) {
            if ($null -eq $asked) { $asked = Get-AgentModuleSizes $Sketch.Id }
            $size = [long] $asked[$checkpoint.Id]
        }
        $Inventory.StateSizes[$key] = $size
        $sizes[$checkpoint.Id] = $size
    }
    return $sizes
}

# Returns the bytes of a checkpoint's files, or nothing if we cannot see its configuration file.
#
# 2016 and later: <id>.vmcx, .vmrs, .vmgs; before: <id>.xml and <id>\<id>.bin, .vsv (fact 81). The saved state may lie in
# the folder of SuspendDataRoot.
function Get-AgentStateFiles {
    param([hashtable] $Inventory, $Settings)
    if (-not $Settings.ConfigurationDataRoot -or -not $Settings.ConfigurationFile) { return $null }
    $path = "$($Settings.ConfigurationDataRoot)".TrimEnd('\') + '\' + $Settings.ConfigurationFile
    $folder = $path.Substring(0, $path.LastIndexOf('\'))
    $name = $path.Substring($folder.Length + 1)
    $size = (Get-AgentFolder $Inventory $folder)[$name]
    if ($null -eq $size) { return $null }
    $stem = $name.Substring(0, [Math]::Max(0, $name.LastIndexOf('.')))
    $folders = @($folder)
    $root = "$($Settings.SuspendDataRoot)".TrimEnd('\')
    if ($root) { $folders = @($folder, $root, "$root\Snapshots" | Select-Object -Unique) }
    foreach ($one in $folders) {
        $files = Get-AgentFolder $Inventory $one
        $size += $files["$stem.vmrs"] + $files["$stem.vmgs"]
        if ($name -notlike '*.vmcx') {
            $files = Get-AgentFolder $Inventory "$one\$stem"
            $size += $files["$stem.bin"] + $files["$stem.vsv"]
        }
    }
    return [long] $size
}

# Returns the sizes of the files in a folder by their names, once for each reading: many checkpoints share a folder.
function Get-AgentFolder {
    param([hashtable] $Inventory, [string] $Folder)
    $files = $Inventory.Folders[$Folder]
    if ($null -ne $files) { return $files }
    $files = @{}
    try {
        if (-not (Test-AgentSight $Inventory $Folder)) { throw 'out of sight' }
        foreach ($file in ([System.IO.DirectoryInfo] $Folder).EnumerateFiles()) { $files[$file.Name] = $file.Length }
    } catch {
        $files = @{} # missing, or not for us to see
    }
    $Inventory.Folders[$Folder] = $files
    return $files
}

# Returns the same from the module (SizeOfSystemFiles, fact 145), for files that lie where we may not look.
function Get-AgentModuleSizes {
    param([string] $VmId)
    $sizes = @{}
    try {
        Import-AgentModule
        foreach ($one in Hyper-V\Get-VMSnapshot -VM (Get-AgentVm $VmId) -ErrorAction Stop) {
            $sizes[$one.Id.ToString()] = [long] $one.SizeOfSystemFiles
        }
    } catch {
        return $sizes # then the sizes stay unknown, and the tree is shown all the same
    }
    return $sizes
}
