"""Start-, Stop-, Save-, Suspend- and Resume-VM, and what depends on the state of a VM."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hvtree.emulator.cmdlets.settings import VmChange
from hvtree.emulator.host.enums import VMState
from hvtree.emulator.host.errors import CmdletError
from hvtree.emulator.host.quirks import Quirks
from hvtree.emulator.worlds.schema import DriveSpec, GuestSpec, HostSpec
from tests.support.virtual_host import GIB, VirtualHost, guid, virtual_host, vm_spec

ALREADY = "The virtual machine is already in the specified state."


def in_state(state: str, **given: Any) -> VirtualHost:
    return virtual_host("base*", vm={"state": state, **given.pop("vm", {})}, **given)


def saved_state_files(lab: VirtualHost) -> list[str]:
    return [
        path for path in lab.host.get_child_item("D:\\VMs\\vm\\Virtual Machines") if path.endswith(".vmrs")
    ]


@pytest.mark.parametrize("state", ["Off", "Saved", "Paused"])
def test_start_brings_a_vm_to_running(state: str) -> None:  # facts 100, 108
    lab = in_state(state)
    lab.do(lab.host.start_vm("vm"))
    assert lab.vm().state is VMState.Running


def test_starting_a_paused_vm_may_be_refused() -> None:  # fact 108, switched
    lab = in_state("Paused", quirks=Quirks(start_on_paused="InvalidState"))
    with pytest.raises(CmdletError):
        lab.do(lab.host.start_vm("vm"))


def test_start_passes_through_starting() -> None:
    lab = in_state("Off")
    call = lab.host.start_vm("vm")
    assert lab.vm().state is VMState.Starting
    lab.finish(call)
    assert lab.vm().memory_assigned == 2 * GIB


def test_start_on_running_and_stop_on_off_warn_and_succeed() -> None:  # fact 50
    for state, method in (("Running", "start_vm"), ("Off", "stop_vm")):
        lab = in_state(state)
        call = getattr(lab.host, method)("vm")
        assert (call.errors, call.warnings) == ((), [ALREADY])
        assert lab.vm().state is VMState[state]


def test_stop_without_contact_to_the_guest_asks_and_leaves_it_running() -> None:  # fact 52
    lab = in_state("Running", vm={"guest": GuestSpec(contact=False)})
    call = lab.finish(lab.host.stop_vm("vm"))
    assert call.errors[0].fully_qualified_error_id == (
        "InvalidOperation,Microsoft.HyperV.PowerShell.Commands.StopVM"
    )
    assert lab.vm().state is VMState.Running


def test_stop_with_force_waits_five_minutes_for_a_silent_guest() -> None:  # fact 105
    lab = in_state("Running", vm={"guest": GuestSpec(contact=False)})
    call = lab.host.stop_vm("vm", force=True)
    lab.clock.advance(299)
    assert lab.vm().state is VMState.Stopping
    lab.clock.advance(2)
    assert call.is_done
    assert lab.vm().state is VMState.Off


def test_a_locked_guest_is_only_shut_down_by_force() -> None:  # fact 106
    lab = in_state("Running", vm={"guest": GuestSpec(locked=True)})
    with pytest.raises(CmdletError):
        lab.do(lab.host.stop_vm("vm"))
    lab.do(lab.host.stop_vm("vm", force=True))
    assert lab.vm().state is VMState.Off


@pytest.mark.parametrize("state", ["Running", "Paused", "Stopping", "PausedCritical"])
def test_turn_off_pulls_the_plug_of_anything_in_memory(state: str) -> None:  # fact 107
    lab = in_state(state)
    lab.do(lab.host.stop_vm("vm", turn_off=True))
    assert lab.vm().state is VMState.Off


@pytest.mark.parametrize("state", ["Running", "Paused"])
@pytest.mark.parametrize(
    "call", [lambda host: host.save_vm("vm"), lambda host: host.stop_vm("vm", save=True)]
)
def test_saving_writes_a_file_of_about_the_memory(state: str, call: Callable[..., Any]) -> None:  # fact 53
    lab = in_state(state)
    work = call(lab.host)
    assert lab.vm().state is VMState.Saving
    assert saved_state_files(lab) == []
    lab.finish(work)
    assert lab.vm().state is VMState.Saved
    assert len(saved_state_files(lab)) == 1
    assert lab.vm().size_of_system_files == pytest.approx(2 * GIB, rel=0.01)
    assert lab.vm().memory_assigned == 0


def test_saving_on_a_full_volume_fails_and_the_vm_goes_on() -> None:  # fact 112
    lab = in_state("Running")
    lab.host.fill_volume("D:", free=GIB)
    with pytest.raises(CmdletError) as caught:
        lab.do(lab.host.save_vm("vm"))
    assert caught.value.hresult == 0x80070070
    assert lab.vm().state is VMState.Running


def test_a_cancelled_save_leaves_the_vm_running() -> None:
    lab = in_state("Running", vm={"memory": "16 GB"})
    call = lab.host.save_vm("vm")
    lab.clock.advance(3)
    assert call.cancel()
    assert lab.vm().state is VMState.Running
    assert call.errors[0].hresult == 0x800704C7


@pytest.mark.parametrize("method", ["save_vm", "suspend_vm", "resume_vm"])
def test_save_suspend_and_resume_of_an_off_vm_are_invalid(method: str) -> None:  # fact 54
    lab = in_state("Off")
    call = getattr(lab.host, method)("vm")
    assert call.errors[0].identifier == "InvalidState"
    assert call.errors[0].category == "InvalidOperation"


def test_a_paused_vm_keeps_its_memory_and_resumes() -> None:  # fact 55
    lab = in_state("Running")
    lab.do(lab.host.suspend_vm("vm"))
    assert (lab.vm().state, lab.vm().memory_assigned) == (VMState.Paused, 2 * GIB)
    lab.do(lab.host.resume_vm("vm"))
    assert lab.vm().state is VMState.Running


def test_a_paused_vm_can_be_checkpointed() -> None:  # fact 55
    lab = in_state("Paused")
    lab.do(lab.host.checkpoint_vm("vm", "new"))
    assert lab.tree() == "base(new*)"
    assert lab.vm().state is VMState.Paused


def test_starting_a_saved_vm_consumes_the_saved_state() -> None:  # fact 56
    lab = in_state("Saved")
    assert len(saved_state_files(lab)) == 1
    lab.do(lab.host.start_vm("vm"))
    assert saved_state_files(lab) == []


@pytest.mark.parametrize(
    ("state", "method"), [("Saved", "save_vm"), ("Paused", "suspend_vm"), ("Running", "resume_vm")]
)
def test_a_vm_that_is_there_already_warns(state: str, method: str) -> None:  # fact 109
    call = getattr(in_state(state).host, method)("vm")
    assert (call.errors, call.warnings) == ((), [ALREADY])


@pytest.mark.parametrize(
    ("state", "method"), [("Saved", "save_vm"), ("Paused", "suspend_vm"), ("Running", "resume_vm")]
)
def test_a_vm_that_is_there_already_may_be_an_error(state: str, method: str) -> None:  # fact 109, switched
    quirks = Quirks(already_saved_or_paused="InvalidState", resume_when_not_paused="InvalidState")
    call = getattr(in_state(state, quirks=quirks).host, method)("vm")
    assert call.errors[0].identifier == "InvalidState"


def test_removing_the_saved_state_leaves_the_vm_off() -> None:  # fact 110
    lab = in_state("Saved")
    lab.do(lab.host.remove_vm_saved_state("vm"))
    assert lab.vm().state is VMState.Off
    assert saved_state_files(lab) == []


@pytest.mark.parametrize("state", ["Off", "Saved"])
def test_an_off_or_saved_vm_can_be_removed_and_its_disks_stay(state: str) -> None:  # fact 57
    lab = in_state(state)
    files = lab.files()
    lab.do(lab.host.remove_vm("vm"))
    assert lab.host.get_vm().objects == ()
    assert lab.files() == files


@pytest.mark.parametrize("state", ["Running", "Paused"])
def test_a_running_or_paused_vm_cannot_be_removed(state: str) -> None:  # fact 57
    lab = in_state(state)
    call = lab.host.remove_vm("vm")
    assert "in its current state" in call.errors[0].message
    assert lab.vm().state is VMState[state]


@pytest.mark.parametrize("state", ["Running", "Saved", "Paused"])
def test_memory_and_processors_are_fixed_unless_the_vm_is_off(state: str) -> None:  # fact 58
    call = in_state(state).host.set_vm("vm", change=VmChange(memory_startup_bytes=GIB))
    assert (
        call.errors[0].fully_qualified_error_id == "InvalidState,Microsoft.HyperV.PowerShell.Commands.SetVM"
    )


def test_notes_and_checkpoint_type_can_be_set_while_running() -> None:  # fact 30
    lab = in_state("Running")
    change = VmChange(notes="hello", checkpoint_type=lab.vm().checkpoint_type.Disabled)
    lab.do(lab.host.set_vm("vm", change=change))
    assert (lab.vm().notes, lab.vm().checkpoint_type.name) == ("hello", "Disabled")


def test_the_checkpoint_folder_is_fixed_while_there_are_checkpoints() -> None:  # fact 59
    change = VmChange(snapshot_file_location="C:\\elsewhere")
    assert in_state("Off").host.set_vm("vm", change=change).errors[0].identifier == "InvalidState"
    lab = virtual_host("*")
    lab.do(lab.host.set_vm("vm", change=change))
    assert lab.vm().checkpoint_file_location == "C:\\elsewhere"


def test_a_disk_cannot_be_resized_while_there_are_checkpoints() -> None:  # fact 59
    path = "D:\\VMs\\vm\\vm.vhdx"
    assert len(in_state("Off").host.resize_vhd(path, 200 * GIB).errors) == 1
    lab = virtual_host("*")
    lab.do(lab.host.resize_vhd(path, 200 * GIB))
    assert lab.host.get_vhd(path).one().size == 200 * GIB


def test_a_vm_does_not_start_without_memory_on_the_host() -> None:
    lab = virtual_host(
        vm_spec("a", memory="3 GB", state="Running"), vm_spec("b"), host=HostSpec("H", memory="4 GB")
    )
    call = lab.host.start_vm("b")
    assert call.errors[0].message.startswith("'b' failed to start.")
    assert (
        call.errors[0].fully_qualified_error_id
        == "OperationFailed,Microsoft.HyperV.PowerShell.Commands.StartVM"
    )
    assert lab.vm("b").state is VMState.Off


def test_uptime_counts_from_the_start_and_ends_with_it() -> None:
    lab = in_state("Off")
    lab.do(lab.host.start_vm("vm"))
    lab.clock.advance(100)
    assert lab.vm().uptime_s == pytest.approx(100)
    lab.do(lab.host.stop_vm("vm", turn_off=True))
    assert lab.vm().uptime_s == 0


def test_the_recipe_of_the_first_post_works_as_it_is_shown() -> None:  # see powershell/test_seed_post.py
    names = ["SSTest1", "V-2012R2-Test1", "v-2012R2-TW01"]
    lab = virtual_host(*(vm_spec(name, state="Running") for name in names))
    lab.finish(lab.host.stop_vm(names, save=True))
    assert {lab.vm(name).state for name in names} == {VMState.Saved}
    lab.finish(lab.host.checkpoint_vm(names))
    assert len(lab.host.get_vm_snapshot(names)) == 3
    lab.finish(lab.host.start_vm(names))
    assert {lab.vm(name).state for name in names} == {VMState.Running}
    lab.finish(lab.host.remove_vm_snapshot(names, include_all_child_snapshots=True))
    assert len(lab.host.get_vm_snapshot(names)) == 0


def test_a_vm_that_something_else_holds_is_busy_for_good() -> None:  # fact 80
    lab = in_state("Running", vm={"activity": "MigratingVirtualMachine"})
    assert lab.vm().operational_status[1] == 32774
    assert "another operation" in lab.host.checkpoint_vm("vm").errors[0].message
    assert guid("vm") == lab.vm().id


def test_turning_off_and_saving_at_once_makes_no_sense() -> None:
    with pytest.raises(CmdletError) as caught:
        in_state("Running").host.stop_vm("vm", turn_off=True, save=True)
    assert caught.value.category == "InvalidArgument"


@pytest.mark.parametrize("method", ["start_vm", "stop_vm", "save_vm"])
def test_a_vm_that_is_not_there_is_an_error_of_each_cmdlet(method: str) -> None:
    call = getattr(in_state("Running").host, method)("nobody")
    assert call.errors[0].target == "nobody"


@pytest.mark.parametrize(
    ("method", "state"), [("start_vm", "Stopping"), ("stop_vm", "Paused"), ("save_vm", "Stopping")]
)
def test_what_the_state_does_not_allow_is_invalid(method: str, state: str) -> None:  # facts 100, 111
    assert getattr(in_state(state).host, method)("vm").errors[0].identifier == "InvalidState"


def test_a_vm_can_be_renamed_but_not_to_nothing() -> None:
    lab = in_state("Running")
    assert lab.host.rename_vm("vm", new_name=" ").errors[0].identifier == "InvalidParameter"
    lab.do(lab.host.rename_vm("vm", new_name="other"))
    assert lab.vm("other").id == guid("vm")


def test_a_checkpoint_folder_must_be_on_a_volume() -> None:
    change = VmChange(snapshot_file_location="Q:\\none")
    assert virtual_host("*").host.set_vm("vm", change=change).errors[0].hresult == 0x80070003


def test_a_fixed_disk_grows_with_its_size_or_not_at_all() -> None:
    path = "D:\\VMs\\vm\\vm.vhdx"
    drive = DriveSpec(path, virtual="20 GB", size="20 GB", fixed=True)
    lab = virtual_host(vm_spec("vm", drives=(drive,)))
    lab.do(lab.host.resize_vhd(path, 30 * GIB))
    assert lab.host.get_vhd(path).one().file_size == 30 * GIB
    assert lab.host.resize_vhd(path, 4000 * GIB).errors[0].hresult == 0x80070070
    assert lab.host.resize_vhd("D:\\none.vhdx", GIB).errors[0].hresult == 0x80070002


def test_a_vm_that_is_removed_while_its_disks_merge_is_gone_for_good() -> None:
    lab = virtual_host("a(b*)", details={"writes": "20 GB"})
    lab.do(lab.host.remove_vm_snapshot("vm", "a"))
    lab.clock.run_until(lambda: lab.vm().status == "Merging disks")
    before = lab.host.revision
    lab.do(lab.host.remove_vm("vm"))
    lab.settle()
    news = lab.host.changed_since(before)
    assert (news.changed, news.removed) == ((), (guid("vm"),))
