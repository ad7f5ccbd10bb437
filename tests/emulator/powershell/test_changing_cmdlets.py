"""The cmdlets that change something: parameter sets, pipeline, -Passthru, -WhatIf and -Confirm, warnings, errors, jobs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hvtree.emulator.cmdlets.hyperv import HyperV
from tests.support.scripts import Said

Run = Callable[[str], Said]
Take = Callable[..., str]
COMMANDS = "Microsoft.HyperV.PowerShell.Commands."


def state(host: HyperV, name: str) -> str:
    return host.get_vm(name).one().state.name


def names(host: HyperV, vm: str) -> list[str]:
    return sorted(one.name for one in host.get_vm_snapshot(vm).objects)


@pytest.mark.parametrize(
    ("command", "states"),
    [
        ("Start-VM", ("Off", "Running")),
        ("Stop-VM -TurnOff", ("Running", "Off")),
        ("Stop-VM -Save", ("Running", "Saved")),
        ("Stop-VM -Force", ("Running", "Off")),
        ("Save-VM", ("Running", "Saved")),
        ("Suspend-VM", ("Running", "Paused")),
        ("Resume-VM", ("Paused", "Running")),
        ("Restart-VM -Force", ("Running", "Running")),
        ("Remove-VMSavedState", ("Saved", "Off")),
    ],
)
def test_power_cmdlets_change_the_state_and_write_nothing(
    run: Run, take: Take, host: HyperV, command: str, states: tuple[str, str]
) -> None:
    before, after = states
    vm = take(before)
    assert run(f"{command} {vm}").words == []
    assert state(host, vm) == after


def test_waiting_ends_when_the_guest_is_there_or_when_time_is_up(run: Run, take: Take) -> None:
    on, off = take("Running"), take("Off")
    assert run(f"(Wait-VM {on} -For Heartbeat -Passthru).Name").values == [on]
    assert run(f"Wait-VM {off} -Timeout 0").error["category"] == "OperationTimeout"


def test_vms_come_through_the_pipeline_and_passthru_writes_them(run: Run, take: Take) -> None:
    first, second = take("Paused"), take("Paused")
    script = f'Get-VM {first}, {second} | Resume-VM -Passthru | ForEach-Object {{ "$($_.Name) $($_.State)" }}'
    assert run(script).values == [f"{first} Running", f"{second} Running"]


def test_one_failure_does_not_stop_the_others_unless_asked(run: Run, take: Take, host: HyperV) -> None:
    off, on, other = take("Off"), take("Running"), take("Running")
    error = run(f"Save-VM {off}, {on}").error
    assert (error["fqid"], error["target"]) == (f"InvalidState,{COMMANDS}SaveVM", off)
    assert state(host, on) == "Saved"
    assert run(f"Save-VM {off}, {other} -ErrorAction Stop").thrown is not None
    assert state(host, other) == "Running"


def test_nothing_to_do_is_a_warning(run: Run, take: Take) -> None:
    vm = take("Off")
    assert run(f"Stop-VM {vm} -TurnOff").words == [
        {"warning": "The virtual machine is already in the specified state."}
    ]
    assert run(f"Stop-VM {vm} -TurnOff -WarningAction SilentlyContinue").words == []
    assert run(f"$WarningPreference = 'SilentlyContinue'; Stop-VM {vm} -TurnOff").words == []


def test_turning_off_and_saving_exclude_each_other(run: Run, take: Take, host: HyperV) -> None:
    vm = take("Running")
    assert run(f"Stop-VM {vm} -TurnOff -Save").error["category"] == "InvalidArgument"
    assert state(host, vm) == "Running"


def test_what_if_changes_nothing(run: Run, take: Take, host: HyperV) -> None:
    vm = take("Off")
    run(f"Start-VM {vm} -WhatIf; Checkpoint-VM {vm} -WhatIf; Remove-VMSnapshot {vm} -WhatIf")
    run(f"$WhatIfPreference = $true; Start-VM {vm}")
    assert (state(host, vm), names(host, vm)) == ("Off", ["base", "p1", "p2", "side"])


def test_a_question_that_nobody_answers_is_an_error_and_changes_nothing(
    run: Run, take: Take, host: HyperV
) -> None:
    vm = take("Off")
    for command in (
        f"Restore-VMSnapshot -VMName {vm} -Name side",
        f"Start-VM {vm} -Confirm",
        f"Remove-VM {vm}",
    ):
        error = run(command).error
        cmdlet = command.split()[0].replace("-", "")
        assert (error["category"], error["fqid"]) == (
            "InvalidOperation",
            f"InvalidOperation,{COMMANDS}{cmdlet}",
        )
    assert host.get_vm(vm).one().parent_snapshot_name == "p2"
    assert state(host, vm) == "Off"


def test_no_question_is_asked_if_the_caller_says_so(run: Run, take: Take, host: HyperV) -> None:  # fact 114
    first, second = take("Off"), take("Off")
    assert run(f"Restore-VMSnapshot -VMName {first} -Name side -Confirm:$false").words == []
    assert run(f"$ConfirmPreference = 'None'; Restore-VMSnapshot side {second}").words == []
    assert [host.get_vm(vm).one().parent_snapshot_name for vm in (first, second)] == ["side", "side"]


def test_a_guest_that_cannot_be_asked_to_shut_down_is_an_error(run: Run, take: Take, host: HyperV) -> None:
    vm = take("Running")
    host._core.machines[host.get_vm(vm).one().id].guest.has_contact = False
    error = run(f"Stop-VM {vm} -Confirm:$false").error
    assert error["fqid"] == f"InvalidOperation,{COMMANDS}StopVM"
    assert state(host, vm) == "Running"


def test_checkpoint_vm_writes_a_checkpoint_with_passthru_only(run: Run, take: Take, host: HyperV) -> None:
    vm = take("Off")
    assert run(f"Checkpoint-VM {vm} 'first [1]'").words == []
    script = (
        f"$one = Checkpoint-VM -Name {vm} -CheckpointName second -Passthru; $one.GetType().Name, $one.Name"
    )
    assert run(script).values == ["VMSnapshot", "second"]
    assert names(host, vm) == ["base", "first [1]", "p1", "p2", "second", "side"]


def test_a_checkpoint_without_a_name_gets_the_default_one(run: Run, take: Take) -> None:
    vm = take("Off")
    (name,) = run(f"(Checkpoint-VM {vm} -Passthru).Name").values
    assert name.startswith(f"{vm} - (")


def test_checkpoints_are_renamed_by_name_object_and_vm(run: Run, take: Take, host: HyperV) -> None:
    vm = take("Off")
    run(f"Rename-VMSnapshot p1 {vm} one")
    run(f"Get-VMSnapshot {vm} p2 | Rename-VMSnapshot -NewName two")
    run(f"Rename-VMCheckpoint -VM (Get-VM {vm}) -Name side -NewName three")
    assert names(host, vm) == ["base", "one", "three", "two"]


def test_removing_takes_names_with_wildcards_and_says_nothing_of_those_that_are_not_there(
    run: Run, take: Take, host: HyperV
) -> None:
    vm = take("Off")
    assert run(f"Remove-VMSnapshot -VMName {vm} -Name nosuch").words == []
    assert run(f"Remove-VMSnapshot {vm} p*, nothing").words == []
    assert names(host, vm) == ["base", "side"]


def test_removing_a_subtree_takes_the_children_along(run: Run, take: Take, host: HyperV) -> None:
    vm = take("Off")
    assert run(f"Get-VMSnapshot {vm} p1 | Remove-VMSnapshot -IncludeAllChildSnapshots").words == []
    assert names(host, vm) == ["base", "side"]


def test_removing_all_checkpoints_of_a_vm_that_is_not_there_is_an_error(run: Run) -> None:
    assert (
        run("Remove-VMSnapshot -VMName nosuch").error["fqid"]
        == f"InvalidParameter,{COMMANDS}RemoveVMSnapshot"
    )


def test_restoring_by_a_name_that_two_checkpoints_have_is_an_error(
    run: Run, take: Take, host: HyperV
) -> None:
    vm = take("Off")
    run(f"Checkpoint-VM {vm} side")
    error = run(f"Restore-VMSnapshot -VMName {vm} -Name side -Confirm:$false").error
    assert error["fqid"] == f"InvalidParameter,{COMMANDS}RestoreVMSnapshot"


def test_a_setting_that_needs_the_vm_off_is_refused_while_it_runs(run: Run, take: Take, host: HyperV) -> None:
    vm = take("Running")
    error = run(f"Set-VM {vm} -ProcessorCount 4").error
    assert (error["category"], error["fqid"]) == ("InvalidOperation", f"InvalidState,{COMMANDS}SetVM")
    assert run(f"Set-VM {vm} -Notes 'seen' -CheckpointType ProductionOnly").words == []
    assert host.get_vm(vm).one().notes == "seen"
    assert run(f"(Get-VM {vm}).CheckpointType.ToString()").values == ["ProductionOnly"]


def test_what_is_not_modelled_is_said(run: Run, take: Take) -> None:
    error = run(f"Set-VM {take('Off')} -AutomaticStartDelay 5").error
    assert (error["category"], error["message"]) == (
        "NotImplemented",
        "The emulated host does not model Set-VM -AutomaticStartDelay.",
    )


def test_a_checkpoint_becomes_a_second_vm(run: Run, take: Take, host: HyperV) -> None:
    vm = take("Off")
    script = f"""
        Export-VMSnapshot -Name p1 -VMName {vm} -Path D:\\Clones
        $file = 'D:\\Clones\\{vm}\\Virtual Machines\\' + (Get-VM {vm}).Id.ToString().ToUpper() + '.vmcx'
        $made = Import-VM -Path $file -Copy -GenerateNewId -VirtualMachinePath D:\\New -VhdDestinationPath D:\\New
        Rename-VM $made.Name -NewName other -ErrorAction SilentlyContinue
        $made.Id -ne (Get-VM -Id $made.Id | Where-Object Name -eq '{vm}-x').Id; $made.GetType().Name
    """
    assert run(script).values == [True, "VirtualMachine"]
    assert host.get_vm("other").errors or len(host.get_vm("other").objects) in (1, 2)


def test_an_export_over_existing_files_has_the_systems_code(run: Run, take: Take) -> None:
    vm = take("Off")
    run(f"Export-VM {vm} D:\\Once")
    error = run(f"Export-VM {vm} D:\\Once").error
    assert error["fqid"] == f"OperationFailed,{COMMANDS}ExportVM"
    assert error["hresult"] & 0xFFFFFFFF == 0x80070050


def test_a_vm_is_made_and_removed(run: Run, host: HyperV) -> None:
    script = "(New-VM scratch -MemoryStartupBytes 512MB -NewVHDPath D:\\s.vhdx -NewVHDSizeBytes 1GB -Generation 2).State.ToString()"
    assert run(script).values == ["Off"]
    assert run("Remove-VM scratch -Force").words == []
    assert host.get_vm("scratch").errors


def test_groups_hold_vms_and_go_when_they_are_empty(run: Run, take: Take) -> None:
    vm = take("Off")
    script = f"""
        $group = New-VMGroup farm VMCollectionType
        Add-VMGroupMember farm (Get-VM {vm})
        (Get-VMGroup farm).VMMembers.Name
        (Get-VM {vm}).Groups.Name
        Rename-VMGroup farm -NewName stand
        Remove-VMGroup stand -Force
        Remove-VMGroupMember stand (Get-VM {vm})
        Remove-VMGroup stand -Force
        @(Get-VMGroup).Count
    """
    said = run(script)
    assert said.values == [vm, "farm", 0]
    assert said.error["fqid"] == f"InvalidState,{COMMANDS}RemoveVMGroup"


def test_groups_hold_groups(run: Run, take: Take) -> None:
    vm = take("Off")
    script = f"""
        $farm = New-VMGroup farm VMCollectionType
        New-VMGroup all ManagementCollectionType | Out-Null
        Add-VMGroupMember farm (Get-VM {vm})
        Add-VMGroupMember all -VMGroupMember $farm
        (Get-VMGroup all).VMGroupMembers.Name; @((Get-VMGroup all).VMMembers).Count
        Remove-VMGroupMember all -VMGroupMember $farm
        @((Get-VMGroup all).VMGroupMembers).Count
        Remove-VMGroup all -Force
        Add-VMGroupMember farm -VMGroupMember $farm
    """
    said = run(script)
    assert said.values == ["farm", 0, 0]
    assert said.error["message"].endswith("holds VMs, not groups.")


# -- jobs ---------------------------------------------------------------------------------------------------------


def test_a_job_does_the_same_and_keeps_what_was_written(run: Run, take: Take, host: HyperV) -> None:
    vm = take("Running")
    script = f"""
        $job = Save-VM {vm} -AsJob -Passthru
        $job.PSJobTypeName; $null = Wait-Job $job; $job.State.ToString(); $job.HasMoreData
        "$((Receive-Job $job).State)"; $job.HasMoreData
    """
    assert run(script).values == ["VirtualizationJob", "Completed", True, "Saved", False]
    assert state(host, vm) == "Saved"


def test_the_error_of_a_job_comes_when_it_is_received(run: Run, take: Take) -> None:
    vm = take("Off")
    said = run(f"$job = Save-VM {vm} -AsJob; $null = Wait-Job $job; Receive-Job $job")
    assert said.error["fqid"] == f"InvalidState,{COMMANDS}SaveVM"


def test_stopping_a_job_stops_the_work_on_the_host(run: Run, take: Take, host: HyperV) -> None:
    vm = take("Off")
    script = f"""
        $job = Export-VM {vm} -Path D:\\Stopped -AsJob
        while ($job.Progress.Count -eq 0) {{ Start-Sleep -Milliseconds 20 }}
        Stop-Job $job; $job.State.ToString()
    """
    assert run(script).values == ["Stopped"]
    assert host.get_child_item("D:\\Stopped") == ()
