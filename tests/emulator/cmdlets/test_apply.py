"""Restore-VMSnapshot."""

from __future__ import annotations

import pytest

from hvtree.emulator.cmdlets.settings import VmChange
from hvtree.emulator.host.enums import CheckpointType, JobState, JobType, VMState
from hvtree.emulator.host.errors import CmdletError
from hvtree.emulator.host.quirks import Quirks
from tests.support.virtual_host import GIB, VirtualHost, guid, virtual_host, vm_spec


def apply(lab: VirtualHost, name: str) -> None:
    lab.do(lab.host.restore_vm_snapshot(vm_snapshot=guid(f"vm/{name}"), confirm=False))


def test_without_confirm_false_it_asks_and_nothing_changes() -> None:  # fact 31
    lab = virtual_host("base(child*)")
    call = lab.finish(lab.host.restore_vm_snapshot("vm", "base"))
    assert call.errors[0].message == (
        "Windows PowerShell is in NonInteractive mode. Read and Prompt functionality is not available."
    )
    assert lab.tree() == "base(child*)"


@pytest.mark.parametrize(("memory", "state"), [(True, VMState.Saved), (False, VMState.Off)])
@pytest.mark.parametrize("before", ["Off", "Saved", "Paused", "Running"])
def test_the_vm_is_saved_after_a_checkpoint_with_memory_and_off_otherwise(
    memory: bool, state: VMState, before: str
) -> None:
    # facts 32, 33, 37, 38
    lab = virtual_host("base(child*)", details={"memory": memory}, vm={"state": before})
    apply(lab, "base")
    assert lab.vm().state is state


def test_a_saved_vm_goes_on_from_the_applied_memory() -> None:  # fact 32
    lab = virtual_host("base*", details={"memory": True})
    apply(lab, "base")
    lab.do(lab.host.start_vm("vm"))
    assert lab.vm().state is VMState.Running


def test_a_host_may_refuse_memory_checkpoints_on_a_running_vm() -> None:  # fact 38, switched
    quirks = Quirks(restore_running_with_memory="InvalidState")
    lab = virtual_host("base*", details={"memory": True}, vm={"state": "Running"}, quirks=quirks)
    with pytest.raises(CmdletError) as caught:
        apply(lab, "base")
    assert caught.value.identifier == "InvalidState"
    assert lab.vm().state is VMState.Running


def test_now_stands_on_the_applied_checkpoint_and_all_others_remain() -> None:  # fact 34
    lab = virtual_host("base(one(two*) three)")
    apply(lab, "three")
    assert lab.tree() == "base(one(two) three*)"
    assert lab.vm().parent_snapshot_id == guid("vm/three")


def test_the_old_disk_of_now_goes_and_a_new_child_of_the_checkpoints_disk_comes() -> None:  # fact 35
    lab = virtual_host("base(child*)")
    old = lab.vm().hard_drives[0].path
    apply(lab, "base")
    new = lab.host.get_vhd(vm_id=guid("vm")).one()
    assert old not in lab.files()
    assert new.path != old
    assert new.parent_path == lab.checkpoint("base").hard_drives[0].path


def test_the_next_checkpoint_opens_a_branch() -> None:  # fact 36
    lab = virtual_host("base(child*)")
    apply(lab, "base")
    lab.do(lab.host.checkpoint_vm("vm", "branch"))
    assert lab.tree() == "base(child branch*)"


def test_applying_brings_the_settings_back_but_neither_name_nor_notes() -> None:  # fact 82
    lab = virtual_host("*")
    lab.do(lab.host.checkpoint_vm("vm", "before"))
    change = VmChange(memory_startup_bytes=8 * GIB, processor_count=6, notes="changed")
    lab.do(lab.host.set_vm("vm", change=change))
    lab.do(lab.host.rename_vm("vm", new_name="renamed"))
    lab.do(lab.host.restore_vm_snapshot("renamed", "before", confirm=False))
    vm = lab.vm("renamed")
    assert (vm.memory_startup, vm.processor_count, vm.notes) == (2 * GIB, 2, "changed")


def test_a_host_may_bring_name_and_notes_back() -> None:  # fact 82, switched
    quirks = Quirks(restore_brings_name_back=True, restore_brings_notes_back=True)
    lab = virtual_host("*", quirks=quirks)
    lab.do(lab.host.checkpoint_vm("vm", "before"))
    lab.do(lab.host.set_vm("vm", change=VmChange(notes="changed", new_vm_name="renamed")))
    lab.do(lab.host.restore_vm_snapshot("renamed", "before", confirm=False))
    assert lab.vm("vm").notes == ""


@pytest.mark.parametrize(
    ("is_brought_back", "after"), [(False, CheckpointType.Disabled), (True, CheckpointType.Standard)]
)
def test_applying_leaves_or_brings_back_the_type_of_checkpoints(
    is_brought_back: bool, after: CheckpointType
) -> None:  # fact 150 and fact 150, switched
    lab = virtual_host("*", quirks=Quirks(restore_brings_checkpoint_type_back=is_brought_back))
    lab.do(lab.host.checkpoint_vm("vm", "before"))
    lab.do(lab.host.set_vm("vm", change=VmChange(checkpoint_type=CheckpointType.Disabled)))
    lab.do(lab.host.restore_vm_snapshot("vm", "before", confirm=False))
    assert lab.vm("vm").checkpoint_type is after


def test_a_disk_that_was_added_later_is_detached_and_stays() -> None:
    lab = virtual_host("base*")
    lab.do(lab.host.checkpoint_vm("vm", "later"))
    apply(lab, "base")
    lab.settle()
    assert lab.vm().hard_drives[0].path in lab.files()


def test_the_name_of_several_checkpoints_is_ambiguous() -> None:  # fact 16
    lab = virtual_host("a(b*)")
    lab.host.rename_vm_snapshot("vm", "b", new_name="a")
    call = lab.finish(lab.host.restore_vm_snapshot("vm", "a", confirm=False))
    assert len(call.errors) == 2
    assert lab.tree() == "a(a*)"


def test_a_host_may_take_the_first_of_several_checkpoints_of_a_name() -> None:  # fact 16, switched
    lab = virtual_host("a(b*)", quirks=Quirks(ambiguous_restore="takes first"))
    lab.host.rename_vm_snapshot("vm", "b", new_name="a")
    lab.finish(lab.host.restore_vm_snapshot("vm", "a", confirm=False))
    assert lab.vm().parent_snapshot_id == guid("vm/a")


@pytest.mark.parametrize("kind", ["Missing", "Planned"])
def test_a_checkpoint_without_its_definition_cannot_be_applied(kind: str) -> None:  # fact 96
    lab = virtual_host("base*", details={"kind": kind})
    with pytest.raises(CmdletError) as caught:
        apply(lab, "base")
    assert caught.value.category == "ObjectNotFound"


def test_a_stuck_vm_cannot_be_applied_to() -> None:
    lab = virtual_host("base*", vm={"state": "Stopping"})
    with pytest.raises(CmdletError) as caught:
        apply(lab, "base")
    assert caught.value.identifier == "InvalidState"


def test_a_checkpoint_whose_memory_does_not_fit_is_not_applied() -> None:
    lab = virtual_host("base*", details={"memory": True})
    lab.host.fill_volume("D:", free=GIB)
    old = lab.vm().hard_drives[0].path
    with pytest.raises(CmdletError) as caught:
        apply(lab, "base")
    assert caught.value.hresult == 0x80070070
    assert lab.vm().hard_drives[0].path == old


def test_without_its_saved_state_a_checkpoint_leaves_the_vm_off() -> None:  # fact 93
    lab = virtual_host("base*", details={"memory": True})
    lab.do(lab.host.remove_vm_saved_state(vm_snapshot=guid("vm/base")))
    apply(lab, "base")
    assert lab.vm().state is VMState.Off


def test_a_checkpoint_that_is_gone_is_not_found() -> None:
    lab = virtual_host(vm_spec("vm", "base*"))
    call = lab.host.restore_vm_snapshot(vm_snapshot=guid("nothing"), confirm=False)
    assert call.errors[0].category == "ObjectNotFound"


def test_applying_is_a_job_that_ends_completed() -> None:  # fact 76
    lab = virtual_host("base*")
    call = lab.host.restore_vm_snapshot("vm", "base", confirm=False)
    (job,) = lab.host.get_jobs()
    assert (job.job_type, job.job_state, job.cancellable) == (JobType.ApplySnapshot, JobState.Running, False)
    lab.finish(call)
    (job,) = lab.host.get_jobs()
    assert (job.job_state, job.percent_complete) == (JobState.Completed, 100)
