# A tiny Hyper-V for the tests of the agent: its cmdlets, as far as the agent calls them, on a world in memory (world.ps1).

. (Join-Path $PSScriptRoot '../world.ps1')

if ((Get-TestWorld).slow_import) {
    Write-TestCall 'import begins'
    Start-Sleep -Milliseconds 100
    Write-TestCall 'import ends'
}

function Find-TestVm {
    param($Id)
    foreach ($vm in (Get-TestWorld).vms) { if ($vm.id -eq "$Id") { return $vm } }
}

function New-TestError {
    param([string] $Message, [string] $Id, [System.Management.Automation.ErrorCategory] $Category, $Target)
    return [System.Management.Automation.ErrorRecord]::new([Exception]::new($Message), $Id, $Category, $Target)
}

$States = @{ 2 = 'Running'; 3 = 'Off'; 6 = 'Saved'; 9 = 'Paused'; 32773 = 'Saving' }

function New-TestVmObject {
    param($Vm)
    return [pscustomobject] @{
        Id = [guid] $Vm.id; Name = $Vm.name; State = if ($Vm.module_state) { $Vm.module_state } else { $States[[int] $Vm.state] }
        Status = $Vm.texts[-1]; Uptime = [TimeSpan]::FromSeconds(90)
        ParentSnapshotId = if ($Vm.parent) { [guid] $Vm.parent }; OperationalStatus = @('Ok'); CheckpointType = 'Standard'
        ReplicationMode = 'None'; Notes = $Vm.notes -join "`n"; Generation = 2; Version = '9.0'; MemoryAssigned = 0
        MemoryStartup = $Vm.memory * 1MB; HardDrives = @(foreach ($path in $Vm.drives) { @{ Path = $path } })
    }
}

function New-TestSnapshotObject {
    param($Vm, $Checkpoint)
    return [pscustomobject] @{
        Id = [guid] $Checkpoint.id; Name = $Checkpoint.name; VMId = [guid] $Vm.id; VMName = $Vm.name; SnapshotType = 'Standard'
        State = if ($Checkpoint.saved) { 'Saved' } else { 'Off' }; CreationTime = [DateTime] $Checkpoint.created
        ParentSnapshotId = if ($Checkpoint.parent) { [guid] $Checkpoint.parent }; IsAutomaticCheckpoint = $false
        Notes = ''; HardDrives = @(foreach ($path in $Checkpoint.drives) { @{ Path = $path } })
        SizeOfSystemFiles = $Checkpoint.size
    }
}

function Get-VM {
    [CmdletBinding(DefaultParameterSetName = 'Name')]
    param([Parameter(ParameterSetName = 'Name')] [string[]] $Name, [Parameter(ParameterSetName = 'Id')] [Nullable[guid]] $Id)
    Write-TestCall "Get-VM $Id".TrimEnd()
    if ($null -eq $Id) { foreach ($vm in (Get-TestWorld).vms) { New-TestVmObject $vm }; return }
    $vm = Find-TestVm $Id
    if ($null -ne $vm) { return New-TestVmObject $vm }
    $PSCmdlet.WriteError((New-TestError 'No such VM.' 'InvalidParameter' 'InvalidArgument' "$Id"))
}

function Get-VMSnapshot {
    [CmdletBinding(DefaultParameterSetName = 'VMObject')]
    param([Parameter(ParameterSetName = 'VMObject')] $VM, [Parameter(ParameterSetName = 'Id')] [Nullable[guid]] $Id)
    Write-TestCall 'Get-VMSnapshot'
    $wanted = @($VM | ForEach-Object { "$($_.Id)" })
    if ((Get-TestWorld).snapshot_id_is_vm -and $Id) { $wanted = @("$Id") }
    $found = foreach ($one in (Get-TestWorld).vms) {
        foreach ($checkpoint in $one.checkpoints) {
            if ($checkpoint.id -eq "$Id" -and -not (Get-TestWorld).snapshot_id_is_vm -or $one.id -in $wanted) {
                New-TestSnapshotObject $one $checkpoint
            }
        }
    }
    if ($found -or -not $Id) { return $found }
    $PSCmdlet.WriteError((New-TestError 'No such checkpoint.' 'ObjectNotFound' 'ObjectNotFound' "$Id"))
}

# Does what every changing cmdlet may be told to do by the world: wait, warn, write noise, fail, report progress.
function Invoke-TestMischief {
    param([string] $Cmdlet, [string] $VmId, $Caller)
    Write-TestCall "$Cmdlet $VmId"
    $world = Get-TestWorld
    if ($world.noise) {
        Write-Host 'noise'; Write-Output 'noise'; Write-Warning "$Cmdlet warns"; [Console]::Out.WriteLine('console noise')
        Write-Progress -Activity 'Working' -PercentComplete 40
    }
    if ($world.seconds.$Cmdlet) {
        foreach ($job in $world.jobs) { if ($job.vm -eq $VmId) { $job.state = 4 } }
        $end = [DateTime]::UtcNow.AddSeconds($world.seconds.$Cmdlet)
        while ([DateTime]::UtcNow -lt $end -and (Get-TestWorld).seconds.$Cmdlet) { # a new world ends the wait
            Start-Sleep -Milliseconds 20
            foreach ($job in $world.jobs) {
                if ($job.vm -eq $VmId -and $job.state -eq 8) {
                    $Caller.ThrowTerminatingError((New-TestError 'Stopped.' 'OperationStopped' 'OperationStopped' $VmId))
                }
            }
        }
    }
    if ($world.fail.$Cmdlet) {
        $record = New-TestError $world.fail.$Cmdlet 'InvalidState' 'InvalidOperation' ([pscustomobject] @{ Name = 'web' })
        $Caller.WriteError($record)
    }
    return -not $world.fail.$Cmdlet
}

function Set-TestState {
    param($VM, [int] $State, [string] $Cmdlet, $Caller)
    foreach ($one in $VM) {
        if (-not $Caller.ShouldProcess($one.Name)) { continue }
        $isWell = Invoke-TestMischief $Cmdlet $one.Id $Caller
        if (@($isWell)[-1]) { (Find-TestVm $one.Id).state = $State }
    }
}

function Start-VM { [CmdletBinding(SupportsShouldProcess)] param($VM) Set-TestState $VM 2 'Start-VM' $PSCmdlet }
function Save-VM { [CmdletBinding(SupportsShouldProcess)] param($VM) Set-TestState $VM 6 'Save-VM' $PSCmdlet }
function Suspend-VM { [CmdletBinding(SupportsShouldProcess)] param($VM) Set-TestState $VM 9 'Suspend-VM' $PSCmdlet }
function Resume-VM { [CmdletBinding(SupportsShouldProcess)] param($VM) Set-TestState $VM 2 'Resume-VM' $PSCmdlet }
function Stop-VM {
    [CmdletBinding(SupportsShouldProcess)] param($VM, [switch] $TurnOff)
    Set-TestState $VM 3 'Stop-VM' $PSCmdlet
}

function Checkpoint-VM {
    [CmdletBinding(SupportsShouldProcess)] param($VM, [string] $SnapshotName, [switch] $Passthru)
    $isWell = Invoke-TestMischief 'Checkpoint-VM' $VM.Id $PSCmdlet
    if (-not @($isWell)[-1]) { return }
    $one = Find-TestVm $VM.Id
    $made = [pscustomobject] @{
        id = [guid]::NewGuid().ToString(); name = $SnapshotName; parent = $one.parent; created = '2026-10-01T12:00:00Z'
        kind = 'Realized'; saved = $false; automatic = $false; notes = @(); drives = $one.drives; size = 1
    }
    $one.checkpoints = @($one.checkpoints) + $made
    $one.parent = $made.id
    if ($Passthru) { New-TestSnapshotObject $one $made }
}

function Rename-VMSnapshot {
    [CmdletBinding(SupportsShouldProcess)] param($VMSnapshot, [string] $NewName)
    $isWell = Invoke-TestMischief 'Rename-VMSnapshot' $VMSnapshot.VMId $PSCmdlet
    foreach ($one in (Find-TestVm $VMSnapshot.VMId).checkpoints) {
        if ($one.id -eq "$($VMSnapshot.Id)" -and @($isWell)[-1]) { $one.name = $NewName }
    }
}

function Restore-VMSnapshot {
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param($VMSnapshot)
    if (-not $PSCmdlet.ShouldProcess('checkpoint')) { return }
    $null = Invoke-TestMischief 'Restore-VMSnapshot' $VMSnapshot.VMId $PSCmdlet
    (Find-TestVm $VMSnapshot.VMId).parent = "$($VMSnapshot.Id)"
}

function Remove-VMSnapshot {
    [CmdletBinding(SupportsShouldProcess)] param($VMSnapshot, [switch] $IncludeAllChildSnapshots)
    $null = Invoke-TestMischief 'Remove-VMSnapshot' $VMSnapshot.VMId $PSCmdlet
    $vm = Find-TestVm $VMSnapshot.VMId
    $gone = @("$($VMSnapshot.Id)")
    if ($IncludeAllChildSnapshots) {
        foreach ($one in $vm.checkpoints) { if ($one.parent -in $gone) { $gone += $one.id } }
    }
    $vm.checkpoints = @(foreach ($one in $vm.checkpoints) { if ($one.id -notin $gone) { $one } })
}

function Export-VMSnapshot {
    [CmdletBinding(SupportsShouldProcess)] param($VMSnapshot, [string] $Path)
    $null = Invoke-TestMischief 'Export-VMSnapshot' $VMSnapshot.VMId $PSCmdlet
    Write-TestCall "exported to $Path"
}

# Notes how many are in Get-VHD at a time.
function Write-TestCrowd {
    Write-TestCall "crowd of $(Add-TestCrowd 1)"
    Start-Sleep -Milliseconds 20
    $null = Add-TestCrowd -1
}

function Get-VHD {
    [CmdletBinding()] param([string[]] $Path)
    Write-TestCall "Get-VHD $Path"
    $world = Get-TestWorld
    if ($world.tells_crowds) { Write-TestCrowd }
    foreach ($one in $Path) {
        $refused = (Get-TestWorld).refused_share
        if ($refused -and $one.StartsWith($refused)) {
            $PSCmdlet.WriteError((New-TestError 'Access is denied.' 'AccessDenied' 'PermissionDenied' $one))
            continue
        }
        if ($world.hung_disk -and $one -like $world.hung_disk) { Start-Sleep -Seconds 600 }
        $disk = (Get-TestWorld).disks[$one]
        if ($null -eq $disk -and $world.first_error_ends) { throw 'No such file.' }
        if ($null -eq $disk) { $PSCmdlet.WriteError((New-TestError 'No such file.' 'OperationFailed' 'NotSpecified' $one)); continue }
        [pscustomobject] @{ Path = $one.ToUpperInvariant(); ParentPath = $disk.parent; Size = $disk.virtual; FileSize = $disk.size }
    }
}

Export-ModuleMember -Function '*-VM*', 'Get-VHD'
