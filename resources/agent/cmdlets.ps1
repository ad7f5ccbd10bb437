# Cmdlets: the same sketches and records from the Hyper-V module, for a host whose WMI refuses our queries. Slower.

# Returns the sketches of all VMs: one call for the VMs, one for all their checkpoints.
function Get-AgentCmdletSketches {
    Import-AgentModule
    $sketches = [ordered] @{}
    $vms = @(Hyper-V\Get-VM -ErrorAction Stop)
    foreach ($vm in $vms) {
        $id = $vm.Id.ToString()
        $sketches[$id] = @{
            Id = $id; Source = 'cmdlets'; Vm = $vm; Parent = [string] $vm.ParentSnapshotId; Percent = $null
            Checkpoints = [System.Collections.Generic.List[hashtable]]::new(); Mark = ''
            IsRunning = [string] $vm.State -notin 'Off', 'Saved'
        }
    }
    if ($vms.Count -gt 0) { Add-AgentSnapshots $sketches (Hyper-V\Get-VMSnapshot -VM $vms -ErrorAction SilentlyContinue) }
    foreach ($sketch in $sketches.Values) { $sketch.Mark = Get-AgentCmdletMark $sketch }
    return $sketches
}

# Adds checkpoints to the sketches of their VMs.
function Add-AgentSnapshots {
    param($Sketches, $Snapshots)
    foreach ($one in @($Snapshots)) {
        $sketch = $Sketches[[string] $one.VMId]
        if ($null -eq $sketch) { continue }
        $sketch.Checkpoints.Add(@{ Id = $one.Id.ToString(); Parent = [string] $one.ParentSnapshotId; Snapshot = $one })
    }
}

# Returns the text that changes when something worth telling does.
function Get-AgentCmdletMark {
    param([hashtable] $Sketch)
    $parts = [System.Collections.Generic.List[string]]::new()
    $vm = $Sketch.Vm
    $parts.Add([string]::Join([char] 2, ($vm.Name, $vm.State, $vm.Status, $Sketch.Parent, $vm.CheckpointType,
                $vm.ReplicationMode, $vm.Notes, [string]::Join('/', @($vm.OperationalStatus)))))
    foreach ($checkpoint in $Sketch.Checkpoints) {
        $one = $checkpoint.Snapshot
        $parts.Add([string]::Join([char] 2, ($checkpoint.Id, $checkpoint.Parent, $one.Name, $one.SnapshotType,
                    $one.State, $one.Notes)))
    }
    return [string]::Join([char] 1, $parts)
}

# Returns the record of a VM without its disk files; with the sizes of its checkpoints if they are wanted.
function New-AgentCmdletRecord {
    param([hashtable] $Sketch, [bool] $IsSized)
    $vm = $Sketch.Vm
    $record = [ordered] @{
        id = $Sketch.Id; name = [string] $vm.Name; state = [string] $vm.State; status = [string] $vm.Status
        notes = [string] $vm.Notes; generation = [int] $vm.Generation; version = [string] $vm.Version
        memory = [long] $vm.MemoryAssigned; memory_startup = [long] $vm.MemoryStartup
        replica = [string] $vm.ReplicationMode -in 'Replica', 'TestReplica', 'ExtendedReplica'
        uptime_s = [long] [Math]::Floor(([TimeSpan] $vm.Uptime).TotalSeconds)
        drives = [string[]] @($Sketch.Drives[$Sketch.Id])
        checkpoints = @(foreach ($one in $Sketch.Checkpoints) { New-AgentCmdletCheckpoint $Sketch $one $IsSized })
    }
    if ($Sketch.Parent) { $record.parent = $Sketch.Parent }
    $type = [string] $vm.CheckpointType
    if ($null -eq $vm.PSObject.Properties['CheckpointType']) { $type = 'Standard' } # before 2016 (fact 95)
    if ($type) { $record.checkpoint_type = $type }
    $status = @($vm.OperationalStatus)
    if ($status.Count -gt 1) { $record.activity = [string] $status[1] }
    return $record
}

# Returns the record of a checkpoint.
function New-AgentCmdletCheckpoint {
    param([hashtable] $Sketch, [hashtable] $Checkpoint, [bool] $IsSized)
    $one = $Checkpoint.Snapshot
    $record = [ordered] @{
        id = $Checkpoint.Id; name = [string] $one.Name; created = ConvertTo-AgentStamp $one.CreationTime
        kind = [string] $one.SnapshotType; saved = [string] $one.State -eq 'Saved'
        automatic = [bool] $one.IsAutomaticCheckpoint; notes = [string] $one.Notes
        drives = [string[]] @($Sketch.Drives[$Checkpoint.Id])
    }
    if ($IsSized) { $record.state_size = [long] $one.SizeOfSystemFiles }
    if ($Checkpoint.Parent) { $record.parent = $Checkpoint.Parent }
    return $record
}

# Returns the disk files of a VM and of its checkpoints, from the objects.
function Get-AgentCmdletDrives {
    param([hashtable] $Sketch)
    $drives = [ordered] @{}
    $owners = @(@{ Id = $Sketch.Id; Disks = $Sketch.Vm.HardDrives })
    foreach ($one in $Sketch.Checkpoints) { $owners += @{ Id = $one.Id; Disks = $one.Snapshot.HardDrives } }
    foreach ($owner in $owners) {
        $drives[$owner.Id] = @(foreach ($drive in @($owner.Disks)) { if ($drive.Path) { [string] $drive.Path } })
    }
    return $drives
}
