# States: numbers and strings of WMI as the names of the Hyper-V module's enums.

# Returns the tables, made once for each runspace that reads.
function Get-AgentNames {
    return @{
        # EnabledState: 2 to 10 and 32773 to 32784 are the module's own numbers; Microsoft's page of
        # Msvm_ComputerSystem also names 32768 (paused) and 32769 (saved), which are those of the old namespace (fact 120).
        State = @{
            2 = 'Running'; 3 = 'Off'; 4 = 'Stopping'; 6 = 'Saved'; 9 = 'Paused'; 10 = 'Starting'; 11 = 'Reset'
            32768 = 'Paused'; 32769 = 'Saved'; 32770 = 'Starting'; 32773 = 'Saving'; 32774 = 'Stopping'
            32776 = 'Pausing'; 32777 = 'Resuming'; 32779 = 'FastSaved'; 32780 = 'FastSaving'
            32781 = 'ForceShutdown'; 32782 = 'ForceReboot'; 32783 = 'Hibernated'; 32784 = 'ComponentServicing'
        }
        # OperationalStatus[1]; applying is 32769 in WMI and 23769 in the module (fact 127).
        Activity = @{
            32768 = 'CreatingSnapshot'; 32769 = 'ApplyingSnapshot'; 23769 = 'ApplyingSnapshot'
            32770 = 'DeletingSnapshot'; 32771 = 'WaitingToStart'; 32772 = 'MergingDisks'
            32773 = 'ExportingVirtualMachine'; 32774 = 'MigratingVirtualMachine'; 32776 = 'BackingUpVirtualMachine'
            32777 = 'ModifyingUpVirtualMachine'; 32778 = 'StorageMigrationPhaseOne'
            32779 = 'StorageMigrationPhaseTwo'; 32780 = 'MigratingPlannedVm'; 32781 = 'CheckingCompatibility'
        }
        # VirtualSystemType (fact 94).
        Kind = @{
            'Microsoft:Hyper-V:Snapshot:Realized' = 'Standard'; 'Microsoft:Hyper-V:Snapshot:Recovery' = 'Recovery'
            'Microsoft:Hyper-V:Snapshot:Planned' = 'Planned'; 'Microsoft:Hyper-V:Snapshot:Missing' = 'Missing'
            'Microsoft:Hyper-V:Snapshot:Replica:Standard' = 'Replica'
            'Microsoft:Hyper-V:Snapshot:Replica:ApplicationConsistent' = 'AppConsistentReplica'
            'Microsoft:Hyper-V:Snapshot:Replica:PlannedFailover' = 'SyncedReplica'
        }
        # UserSnapshotType, from 2016 on; before, every checkpoint is a standard one (facts 30 and 95).
        CheckpointType = @{ 2 = 'Disabled'; 3 = 'Production'; 4 = 'ProductionOnly'; 5 = 'Standard' }
        # JobType of Msvm_ConcreteJob (fact 122) that belongs to an activity.
        Job = @{
            'CreatingSnapshot' = 70; 'ApplyingSnapshot' = 71; 'DeletingSnapshot' = 72; 'MergingDisks' = 50
            'ExportingVirtualMachine' = 62
        }
    }
}

# Returns the state of a VM. Where the numbers do not tell (in transition, or after a failure), the module is asked.
function Get-AgentState {
    param([hashtable] $Names, $System)
    $name = $Names.State[[int] $System.EnabledState]
    $isHealthy = $null -eq $System.HealthState -or [int] $System.HealthState -eq 5
    if ($null -ne $name -and $isHealthy) { return $name }
    if ($null -eq $name -and $Names.State.ContainsValue([string] $System.OtherEnabledState)) {
        return [string] $System.OtherEnabledState # fact 120, though its page says that it is always empty
    }
    try {
        Import-AgentModule
        return [string] (Get-AgentVm $System.Name).State
    } catch {
        if ($null -eq $name) { return 'Other' }
        if ([int] $System.HealthState -ge 20) { return "${name}Critical" } # 20 and 25: no space, or no storage (fact 124)
        return $name
    }
}

# Returns what Hyper-V is doing with a VM, or nothing: from OperationalStatus, as numbers (fact 86).
function Get-AgentActivity {
    param([hashtable] $Names, $Status)
    $numbers = @($Status)
    for ($index = $numbers.Count - 1; $index -ge 0; $index--) {
        $name = $Names.Activity[[int] $numbers[$index]]
        if ($null -ne $name) { return $name }
    }
    if ($numbers.Count -gt 0 -and [int] $numbers[0] -eq 11) { return 'InService' }
    return $null
}

# Returns the host's words about a VM: those of what it is doing, else those of how it is (as Get-VM's Status).
function Get-AgentStatus {
    param($Texts)
    $all = @(foreach ($text in @($Texts)) { if ($text) { [string] $text } })
    if ($all.Count -eq 0) { return '' }
    return $all[$all.Count - 1]
}

# Returns the first GUID in a text, in lower case; empty if there is none.
function Get-AgentGuid {
    param([string] $Text)
    return [regex]::Match($Text, '[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}').Value.ToLowerInvariant()
}

# Returns a time of WMI or of a cmdlet as the wire has it. CIM gives local times (fact 146); one without a zone counts as local,
# too, so that both come out right. A missing time is a very old one.
function ConvertTo-AgentStamp {
    param($Time)
    if ($Time -is [DateTime]) { return ConvertTo-AgentTime $Time }
    $digits = [regex]::Match([string] $Time, '^(\d{14})\.(\d{6})([+-]\d{3})$')
    if (-not $digits.Success) { return '1601-01-01T00:00:00Z' }
    $culture = [System.Globalization.CultureInfo]::InvariantCulture
    $style = [System.Globalization.DateTimeStyles]::AssumeUniversal -bor
    [System.Globalization.DateTimeStyles]::AdjustToUniversal
    $text = $digits.Groups[1].Value + $digits.Groups[2].Value
    $local = [DateTime]::ParseExact($text, 'yyyyMMddHHmmssffffff', $culture, $style)
    return ConvertTo-AgentTime $local.AddMinutes(-[int] $digits.Groups[3].Value)
}
