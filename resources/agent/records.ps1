# Records: a sketch as the wire's record of a VM, with checkpoints, drives, disk files and sizes.

# Gives the record of a VM as JSON, and the folders that its files are in.
function New-AgentEntryText {
    param([hashtable] $Inventory, [hashtable] $Sketch, $Extras)
    if ($Sketch.Road -eq 'cim') {
        $record = New-AgentCimRecord $Inventory $Sketch $Extras
    } else {
        $record = New-AgentCmdletRecord $Sketch
    }
    $record.disks = @(Get-AgentDiskRecords $Inventory (Get-AgentDrivePaths $Sketch))
    return ConvertTo-AgentJson $record
}

# Gives the record of a VM without its disk files.
function New-AgentCimRecord {
    param([hashtable] $Inventory, [hashtable] $Sketch, $Extras)
    $system = $Sketch.System
    $settings = $Sketch.Settings
    $record = [ordered] @{
        id = $Sketch.Id; name = [string] $system.ElementName; state = Get-AgentState $Inventory.Names $system
        status = Get-AgentStatus $system.StatusDescriptions
        replica = [int] $system.ReplicationMode -in 2, 3, 4 # replica, test replica, extended replica [D]
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
    if ($null -ne $type) { $record.checkpoint_type = $type }
    return $record
}

# Gives the records of a VM's checkpoints. Written flat, for there may be many.
function New-AgentCimCheckpoints {
    param([hashtable] $Inventory, [hashtable] $Sketch)
    $sizes = Get-AgentStateSizes $Inventory $Sketch
    foreach ($checkpoint in $Sketch.Checkpoints) {
        $one = $checkpoint.Settings
        $record = @{
            id = $checkpoint.Id; name = [string] $one.ElementName; created = ConvertTo-AgentStamp $one.CreationTime
            kind = Get-AgentKind $Inventory.Names ([string] $one.VirtualSystemType); saved = [bool] $one.IsSaved
            automatic = [bool] $one.IsAutomaticSnapshot; notes = [string]::Join("`n", @($one.Notes))
            drives = [string[]] @($Sketch.Drives[$checkpoint.Id]); state_size = [long] $sizes[$checkpoint.Id]
        }
        if ($checkpoint.Parent) { $record.parent = $checkpoint.Parent }
        $record
    }
}

# Gives the disk files of the VM and of its checkpoints, each once.
function Get-AgentDrivePaths {
    param([hashtable] $Sketch)
    $paths = [System.Collections.Generic.List[string]]::new()
    foreach ($list in $Sketch.Drives.Values) {
        foreach ($path in $list) { if (-not $paths.Contains($path)) { $paths.Add($path) } }
    }
    return $paths
}

# Gives the drives of a VM and its checkpoints by their ids, from the answer of the whole host or from the objects.
function Get-AgentSketchDrives {
    param([hashtable] $Sketch, $Extras)
    if ($Sketch.Road -ne 'cim') { return Get-AgentCmdletDrives $Sketch }
    $drives = @{ $Sketch.Id = @() }
    foreach ($id in @($Sketch.Id) + @(foreach ($one in $Sketch.Checkpoints) { $one.Id })) {
        $slots = $Extras.Drives[$id]
        if ($null -ne $slots) { $drives[$id] = [string[]] @($slots.Values) } else { $drives[$id] = @() }
    }
    return $drives
}

# Gives the bytes of configuration and saved state of each checkpoint. They don't change while it exists, unless its
# saved state is removed; so each is looked up once.
function Get-AgentStateSizes {
    param([hashtable] $Inventory, [hashtable] $Sketch)
    $sizes = @{}
    $asked = $null
    foreach ($checkpoint in $Sketch.Checkpoints) {
        $key = "$($checkpoint.Id)/$($checkpoint.Settings.IsSaved)"
        $size = $Inventory.StateSizes[$key]
        if ($null -eq $size) { $size = Get-AgentStateFiles $checkpoint }
        if ($null -eq $size) {
            if ($null -eq $asked) { $asked = Get-AgentModuleSizes $Sketch.Id }
            $size = [long] $asked[$checkpoint.Id]
        }
        $Inventory.StateSizes[$key] = $size
        $sizes[$checkpoint.Id] = $size
    }
    return $sizes
}

# Gives the bytes of a checkpoint's files, or nothing if we cannot see its configuration file.
#
# 2016 and later: <id>.vmcx, .vmrs, .vmgs; before: <id>.xml and <id>\<id>.bin, .vsv [D, O]. The saved state may lie in the
# folder of SuspendDataRoot [U].
function Get-AgentStateFiles {
    param([hashtable] $Checkpoint)
    $one = $Checkpoint.Settings
    if (-not $one.ConfigurationDataRoot -or -not $one.ConfigurationFile) { return $null }
    $configuration = [System.IO.FileInfo] ("$($one.ConfigurationDataRoot)".TrimEnd('\') + '\' + $one.ConfigurationFile)
    if (-not $configuration.Exists) { return $null }
    $size = $configuration.Length
    $stem = [System.IO.Path]::GetFileNameWithoutExtension($configuration.Name)
    $folders = @($configuration.DirectoryName)
    if ($one.SuspendDataRoot) {
        $root = "$($one.SuspendDataRoot)".TrimEnd('\')
        foreach ($folder in $root, "$root\Snapshots") { if ($folder -notin $folders) { $folders += $folder } }
    }
    foreach ($folder in $folders) {
        foreach ($name in "$stem.vmrs", "$stem.vmgs", "$stem\$stem.bin", "$stem\$stem.vsv") {
            $file = [System.IO.FileInfo] "$folder\$name"
            if ($file.Exists) { $size += $file.Length }
        }
    }
    return $size
}

# Gives the same from the module (SizeOfSystemFiles [U]), for files that lie where we may not look.
function Get-AgentModuleSizes {
    param([string] $VmId)
    $sizes = @{}
    try {
        Import-AgentModule
        foreach ($one in Get-VMSnapshot -VM (Get-AgentVm $VmId) -ErrorAction Stop) {
            $sizes[$one.Id.ToString()] = [long] $one.SizeOfSystemFiles
        }
    } catch {
        return $sizes # then the sizes stay unknown, and the tree is shown all the same
    }
    return $sizes
}
