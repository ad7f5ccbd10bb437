# Records: a sketch as the wire's record of a VM, with checkpoints and drives. Sizes and disk files come from saved.ps1 and disks.ps1.
#
# Written flat: what is done for each checkpoint calls no function of ours, for a call costs more than what such a function
# does (fact 239).

# Returns the record of a VM as JSON. With its place (sizes.ps1), whose files are known, it has sizes and disk files, too.
function New-AgentRecordText {
    param([hashtable] $Inventory, [hashtable] $Sketch, $Extras, $Place)
    if ($Sketch.Source -eq 'cim') {
        $sizes = $null
        if ($null -ne $Place) { $sizes = $Inventory.Files.States[$Place.Id].Bytes }
        $record = New-AgentCimRecord $Inventory $Sketch $Extras $sizes
    } else {
        $record = New-AgentCmdletRecord $Sketch ($null -ne $Place)
    }
    if ($null -ne $Place) { $record.disks = @(Get-AgentDiskRecords $Inventory.Files $Place.Paths) }
    return ConvertTo-AgentJson $record
}

# Returns the record of a VM without its disk files.
function New-AgentCimRecord {
    param([hashtable] $Inventory, [hashtable] $Sketch, $Extras, $Sizes)
    $system = $Sketch.System
    $settings = $Sketch.Settings
    $record = @{
        id = $Sketch.Id; name = [string] $system.ElementName; state = Get-AgentState $Inventory.Names $system
        status = Get-AgentStatus $system.StatusDescriptions
        replica = [int] $system.ReplicationMode -in 2, 3, 4 # replica, test replica, extended replica
        notes = [string]::Join("`n", @($settings.Notes)); version = [string] $settings.Version
        generation = if ($settings.VirtualSystemSubType -like '*:SubType:2') { 2 } else { 1 }
        memory = [long] $Extras.Memory[$Sketch.Id]; memory_startup = [long] $Extras.Startup[$Sketch.Id]
        uptime_s = [long] [Math]::Floor($system.OnTimeInMilliseconds / 1000)
        drives = $Sketch.Drives[$Sketch.Id]
        checkpoints = @(New-AgentCimCheckpoints $Inventory $Sketch $Sizes)
    }
    if (-not $Sketch.IsRunning) { $record.memory = [long] 0 }
    if ($Sketch.Parent) { $record.parent = $Sketch.Parent }
    if ($null -ne $Sketch.Percent) { $record.percent = $Sketch.Percent }
    $activity = Get-AgentActivity $Inventory.Names $system.OperationalStatus
    if ($null -ne $activity) { $record.activity = $activity }
    $type = $Inventory.Names.CheckpointType[[int] $settings.UserSnapshotType]
    if ('UserSnapshotType' -notin $Inventory.YoungColumns) { $type = 'Standard' } # before 2016 (fact 95)
    if ($null -ne $type) { $record.checkpoint_type = $type }
    return $record
}

# Returns the records of a VM's checkpoints.
function New-AgentCimCheckpoints {
    param([hashtable] $Inventory, [hashtable] $Sketch, $Sizes)
    $kinds = $Inventory.Names.Kind
    $drives = $Sketch.Drives
    $pattern = Get-AgentTimePattern
    $culture = [System.Globalization.CultureInfo]::InvariantCulture
    foreach ($checkpoint in $Sketch.Checkpoints) {
        $one = $checkpoint.Settings
        $kind = $kinds[[string] $one.VirtualSystemType]
        if ($null -eq $kind) { $kind = [string] $one.VirtualSystemType } # a newer one is told as it is
        $created = $one.CreationTime
        if ($created -is [DateTime]) {
            $created = $created.ToUniversalTime().ToString($pattern, $culture)
        } else {
            $created = ConvertTo-AgentStamp $created
        }
        $record = @{
            id = $checkpoint.Id; name = [string] $one.ElementName; created = $created; kind = $kind
            saved = [bool] $one.IsSaved; automatic = [bool] $one.IsAutomaticSnapshot; notes = $checkpoint.Notes
            drives = $drives[$checkpoint.Id]
        }
        if ($null -ne $Sizes) { $record['state_size'] = $Sizes[$checkpoint.Id] }
        if ($checkpoint.Parent) { $record['parent'] = $checkpoint.Parent }
        $record
    }
}

# Gives each sketch its drives by the ids of Now and of its checkpoints, and Paths: the files of all of them, each once.
function Add-AgentDrives {
    param($Sketches, $Extras)
    $none = [string[]] @()
    foreach ($sketch in $Sketches.Values) {
        if ($sketch.Source -eq 'cim') {
            $drives = [hashtable]::new()
            $slots = $Extras.Drives[$sketch.Id]
            if ($null -ne $slots) { $drives[$sketch.Id] = [string[]] $slots.Values } else { $drives[$sketch.Id] = $none }
            foreach ($one in $sketch.Checkpoints) {
                $slots = $Extras.Drives[$one.Id]
                if ($null -ne $slots) { $drives[$one.Id] = [string[]] $slots.Values } else { $drives[$one.Id] = $none }
            }
        } else {
            $drives = Get-AgentCmdletDrives $sketch
        }
        $paths = [System.Collections.Generic.List[string]]::new()
        $seen = [System.Collections.Generic.HashSet[string]]::new()
        foreach ($path in $drives[$sketch.Id]) { if ($seen.Add($path)) { $paths.Add($path) } }
        foreach ($one in $sketch.Checkpoints) {
            foreach ($path in $drives[$one.Id]) { if ($seen.Add($path)) { $paths.Add($path) } }
        }
        $sketch.Drives = $drives
        $sketch.Paths = $paths
    }
}
