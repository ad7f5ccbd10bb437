# Makes, changes and removes scratch VMs on a Hyper-V host, for HVTree's live tests. Windows PowerShell 5.1 and 7.
#
# It gets one JSON object per line, {"id", "verb", "args"}, and answers with one, as HVTree's agent does. Values go to
# cmdlets as parameters only. It touches nothing but VMs whose names begin with $Prefix, and folders whose names do.
param([System.IO.TextReader] $Reader, [System.IO.TextWriter] $Writer)

$ErrorActionPreference = 'Stop'
$ConfirmPreference = 'None'
$ProgressPreference = 'SilentlyContinue'
$WarningPreference = 'SilentlyContinue'
$Prefix = 'hvtree-live-'
$DiskBytes = 64MB
$MemoryBytes = 128MB
$WaitS = 120

# Tells whether a name is one that these tests give.
function Test-ScratchName {
    param([string] $Name)
    return $Name -cmatch "^$Prefix[0-9a-f]{8}(-[0-9]{1,4}[a-z]?)?\z"
}

# Gives a VM by its id; throws unless it is a scratch VM.
function Get-ScratchVm {
    param([string] $Id)
    $vm = Get-VM -Id ([guid] $Id)
    if (-not (Test-ScratchName $vm.Name)) { throw "The VM $Id is no scratch VM." }
    return $vm
}

# Gives a checkpoint by its id; throws unless it is one of a scratch VM.
function Get-ScratchCheckpoint {
    param([string] $VmId, [string] $Id)
    foreach ($one in Get-VMSnapshot -VM (Get-ScratchVm $VmId)) {
        if ($one.Id -eq [guid] $Id) { return $one }
    }
    throw "The scratch VM $VmId has no checkpoint $Id."
}

# Gives the folder in which Hyper-V makes new VMs.
function Get-ScratchHome {
    return @{ folder = [string] (Get-VMHost).VirtualMachinePath }
}

# Gives what is left of these tests, this run's own VMs included. That no name matches may be an error (fact 3), and is none here.
function Find-Scratch {
    $found = @(foreach ($vm in Get-VM -Name "$Prefix*" -ErrorAction SilentlyContinue) {
            if (Test-ScratchName $vm.Name) {
                @{ id = $vm.Id.ToString(); name = $vm.Name; state = [string] $vm.State; folder = [string] $vm.Path }
            }
        })
    return @{ vms = $found }
}

# Makes a VM in a folder of its own: base(p1(p2*) side), where `side` has memory and the others have none.
function New-Scratch {
    param([hashtable] $Given)
    $name = [string] $Given.name
    if (-not (Test-ScratchName $name)) { throw "'$name' is no name of a scratch VM." }
    $folder = "$($Given.folder)\$name"
    if ([System.IO.Path]::IsPathRooted($folder)) { $null = [System.IO.Directory]::CreateDirectory($folder) }
    $vm = New-VM -Name $name -Path $Given.folder -Generation 2 -MemoryStartupBytes $MemoryBytes `
        -NewVHDPath "$folder\$name.vhdx" -NewVHDSizeBytes $DiskBytes
    $settings = @{ Notes = 'Made by the live tests of HVTree; may be removed.' }
    $known = (Get-Command -Name 'Set-VM').Parameters
    if ($known.ContainsKey('CheckpointType')) { $settings.CheckpointType = 'Standard' }
    if ($known.ContainsKey('AutomaticCheckpointsEnabled')) { $settings.AutomaticCheckpointsEnabled = $false }
    Set-VM -VM $vm @settings
    if ($Given.tree) { Add-ScratchTree $vm }
    switch ($Given.state) {
        'Running' { Start-VM -VM $vm }
        'Saved' { Start-VM -VM $vm; Save-VM -VM $vm }
        'Paused' { Start-VM -VM $vm; Suspend-VM -VM $vm }
    }
    return @{ id = $vm.Id.ToString() }
}

# Gives a VM that is Off its tree; leaves it Off.
function Add-ScratchTree {
    param($Vm)
    $base = Checkpoint-VM -VM $Vm -SnapshotName 'base' -Passthru
    Start-VM -VM $Vm
    Checkpoint-VM -VM $Vm -SnapshotName 'side'
    Stop-VM -VM $Vm -TurnOff
    Restore-VMSnapshot -VMSnapshot $base -Confirm:$false
    Checkpoint-VM -VM $Vm -SnapshotName 'p1'
    Checkpoint-VM -VM $Vm -SnapshotName 'p2'
}

# Gives how a scratch VM is, by the cmdlets.
function Get-ScratchLook {
    param([hashtable] $Given)
    $vm = Get-ScratchVm $Given.vm
    $disks = @(foreach ($drive in Get-VMHardDiskDrive -VM $vm) { [string] $drive.Path })
    return @{
        name = $vm.Name; state = [string] $vm.State; notes = [string] $vm.Notes; status = [string] $vm.Status
        operational = @(foreach ($one in $vm.OperationalStatus) { "$one ($([int] $one))" }); disks = $disks
        parent = [string] $vm.ParentSnapshotId
    }
}

# Changes something beside HVTree's agent, as a colleague would.
function Set-Scratch {
    param([hashtable] $Given)
    $vm = Get-ScratchVm $Given.vm
    if ($null -ne $Given.name) {
        if (-not (Test-ScratchName $Given.name)) { throw "'$($Given.name)' is no name of a scratch VM." }
        Rename-VM -VM $vm -NewName $Given.name
    }
    if ($null -ne $Given.notes) { Set-VM -VM $vm -Notes $Given.notes }
    if ($null -ne $Given.type) { Set-VM -VM $vm -CheckpointType $Given.type }
    if ($null -ne $Given.checkpoint) {
        Rename-VMSnapshot -VMSnapshot (Get-ScratchCheckpoint $Given.vm $Given.checkpoint) -NewName $Given.text
    }
    return @{}
}

# Waits until nothing is merged any more; gives the file that the VM then writes to.
function Wait-ScratchMerge {
    param($Vm)
    $until = [DateTime]::UtcNow.AddSeconds($WaitS)
    while ([DateTime]::UtcNow -lt $until) {
        $paths = @((Get-VMHardDiskDrive -VM $Vm).Path)
        if (-not ($paths -match '\.avhdx?$')) { return }
        Start-Sleep -Milliseconds 50
    }
}

# Removes scratch VMs with all they have. Gives what went wrong with each; nothing else stays behind.
function Remove-Scratch {
    param([hashtable] $Given)
    $problems = @{}
    foreach ($id in $Given.vms) {
        try {
            $vm = Get-ScratchVm $id
            $folder = [string] $vm.Path
            if ([string] $vm.State -notin 'Off', 'Saved') { Stop-VM -VM $vm -TurnOff }
            Get-VMSnapshot -VM $vm | Remove-VMSnapshot
            Wait-ScratchMerge $vm
            Remove-VM -VM $vm -Force
            Remove-ScratchFolder $folder
        } catch {
            $problems[$id] = $_.Exception.Message
        }
    }
    return @{ problems = $problems }
}

# Removes a folder of these tests; leaves every other one alone, and what only leads to one, too.
function Remove-ScratchFolder {
    param([string] $Folder)
    $leaf = $Folder.TrimEnd('\').Split('\')[-1]
    if (-not (Test-ScratchName $leaf)) { throw "'$Folder' is no folder of a scratch VM." }
    if (-not [System.IO.Path]::IsPathRooted($Folder) -or -not [System.IO.Directory]::Exists($Folder)) { return }
    $isLink = ([System.IO.FileAttributes]::ReparsePoint -band [System.IO.File]::GetAttributes($Folder)) -ne 0
    if ($isLink) { throw "'$Folder' is a link." }
    [System.IO.Directory]::Delete($Folder, $true)
}

# Gives the wire's record of an error.
function Get-ScratchError {
    param($Record)
    $exception = $Record.Exception
    return [ordered] @{
        message = $exception.Message; category = [string] $Record.CategoryInfo.Category
        fqid = [string] $Record.FullyQualifiedErrorId; exception = $exception.GetType().FullName
        hresult = '0x{0:X8}' -f $exception.HResult
    }
}

# Calls one of a few cmdlets on a scratch VM or checkpoint. Gives what it wrote, warned and complained of, in kind.
function Invoke-ScratchTrial {
    param([hashtable] $Given)
    $more = @{ WarningVariable = 'warned'; WarningAction = 'SilentlyContinue'; ErrorAction = 'Stop'; Confirm = $false }
    $vm = Get-ScratchVm $Given.vm
    $one = $null
    if ($null -ne $Given.checkpoint) { $one = Get-ScratchCheckpoint $Given.vm $Given.checkpoint }
    $began = [DateTime]::UtcNow
    $problem = $null
    $made = @()
    $warned = @()
    try {
        $made = @(switch ($Given.cmdlet) {
                'Start-VM' { Start-VM -VM $vm -Passthru @more }
                'Save-VM' { Save-VM -VM $vm -Passthru @more }
                'Suspend-VM' { Suspend-VM -VM $vm -Passthru @more }
                'Resume-VM' { Resume-VM -VM $vm -Passthru @more }
                'Stop-VM -TurnOff' { Stop-VM -VM $vm -TurnOff -Passthru @more }
                'Checkpoint-VM' { Checkpoint-VM -VM $vm -Passthru @more }
                'Checkpoint-VM -SnapshotName' { Checkpoint-VM -VM $vm -SnapshotName $Given.text -Passthru @more }
                'Restore-VMSnapshot' { Restore-VMSnapshot -VMSnapshot $one -Passthru @more }
                'Rename-VMSnapshot' { Rename-VMSnapshot -VMSnapshot $one -NewName $Given.text -Passthru @more }
                'Remove-VMSnapshot' { Remove-VMSnapshot -VMSnapshot $one -Passthru @more }
                'Get-VMSnapshot -Id' { Get-VMSnapshot -Id $one.Id -ErrorAction Stop }
                'Get-VMSnapshot -Id of the VM' { Get-VMSnapshot -Id $vm.Id -ErrorAction Stop }
                'Get-VMSnapshot -Name' { Get-VMSnapshot -VM $vm -Name $Given.text -ErrorAction Stop }
                'Get-VM -Id' { Get-VM -Id ([guid] $Given.text) -ErrorAction Stop }
                'Remove-VM of one that runs' { if ([string] $vm.State -eq 'Running') { Remove-VM -VM $vm -Force @more } }
                default { throw "'$($Given.cmdlet)' is not tried here." }
            })
    } catch {
        $problem = Get-ScratchError $_
    }
    $types = @(foreach ($each in $made) { if ($null -ne $each) { $each.GetType().FullName } })
    $names = @(foreach ($each in $made) { if ($null -ne $each) { [string] $each.Name } })
    return @{
        output = $types; names = $names; warnings = @(foreach ($each in $warned) { $each.Message }); error = $problem
        took_s = [Math]::Round(([DateTime]::UtcNow - $began).TotalSeconds, 3); state = [string] (Get-ScratchVm $Given.vm).State
    }
}
