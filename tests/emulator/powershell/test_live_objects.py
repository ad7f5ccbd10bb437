"""Objects that a script holds: they tell what is so now, so that loops which wait on one of them end."""

from __future__ import annotations

from collections.abc import Callable

from hvtree.emulator.cmdlets.hyperv import HyperV
from tests.support.scripts import Said

Run = Callable[[str], Said]
Take = Callable[..., str]


def test_a_vm_tells_its_state_after_a_change(run: Run, take: Take) -> None:  # fact 147
    script = f"""
        $vm = Get-VM {take("Off")}
        $same = Get-VM $vm.Name
        Start-VM $vm; "$($vm.State) $($same.State) $($vm.Heartbeat)"
        Save-VM $vm.Name; "$($vm.State) $($same.State)"
    """
    assert run(script).values == ["Running Running OkApplicationsHealthy", "Saved Saved"]


def test_a_loop_that_waits_on_one_object_ends_when_somebody_else_changes_the_vm(
    run: Run, take: Take
) -> None:  # fact 147
    script = f"""
        $vm = Get-VM {take("Running")}
        $job = Stop-VM $vm -TurnOff -AsJob
        $until = [DateTime]::UtcNow.AddSeconds(30)
        while ($vm.State -ne 'Off' -and [DateTime]::UtcNow -lt $until) {{ Start-Sleep -Milliseconds 20 }}
        $null = $job | Wait-Job
        "$($vm.State)"
    """
    assert run(script).values == ["Off"]


def test_a_vm_tells_where_it_stands_and_its_name_after_a_change(run: Run, take: Take) -> None:  # fact 147
    name = take()
    script = f"""
        $vm = Get-VM {name}
        Checkpoint-VM $vm -SnapshotName new
        $vm.ParentSnapshotName; $vm.ParentCheckpointName
        $vm.ParentSnapshotId -eq (Get-VMSnapshot $vm new).Id
        $vm.HardDrives[0].Path -eq (Get-VMHardDiskDrive -VM $vm).Path
        Rename-VM $vm other-{name}
        $vm.Name; $vm.VMName
    """
    assert run(script).values == ["new", "new", True, True, f"other-{name}", f"other-{name}"]


def test_a_checkpoint_tells_its_name_and_parent_after_a_change(run: Run, take: Take) -> None:  # fact 147
    script = f"""
        $base, $middle, $leaf = 'base', 'p1', 'p2' | ForEach-Object {{ Get-VMSnapshot {take()} $_ }}
        Rename-VMSnapshot $middle -NewName second
        "$($middle.Name), child of it: $($leaf.ParentSnapshotName) $($leaf.ParentCheckpointName)"
        Remove-VMSnapshot $middle
        "$($middle.IsDeleted) $($leaf.IsDeleted) $($leaf.ParentSnapshotName) $($leaf.ParentSnapshotId -eq $base.Id)"
    """
    assert run(script).values == ["second, child of it: second second", "True False base True"]


def test_a_vm_that_is_gone_says_that_it_is_deleted(run: Run, take: Take) -> None:  # fact 147
    script = f"$vm = Get-VM {take()}; $vm.IsDeleted; Remove-VM $vm -Force; $vm.IsDeleted"
    assert run(script).values == [False, True]


def test_a_caller_who_lost_the_right_to_ask_is_not_told_that_a_vm_is_gone(
    run: Run, take: Take, host: HyperV
) -> None:
    held = f"$global:held = Get-VM {take()}"
    assert run(held).words == []
    host.faults.is_access_denied = True
    try:
        assert run('Start-Sleep -Milliseconds 150; $held.IsDeleted; "$($held.State)"').values == [
            False,
            "Off",
        ]
    finally:
        host.faults.clear()
