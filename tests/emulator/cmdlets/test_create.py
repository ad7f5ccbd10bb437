"""Checkpoint-VM."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hvtree.emulator.host.enums import JobType, SnapshotType, VhdType, VMOperationalStatus, VMState
from hvtree.emulator.host.errors import CmdletError
from hvtree.emulator.host.invocation import Invocation
from hvtree.emulator.host.objects import VMSnapshot
from hvtree.emulator.host.quirks import Quirks
from hvtree.emulator.worlds.schema import DriveSpec, GuestSpec, HostSpec, VolumeSpec
from tests.support.virtual_host import GIB, VirtualHost, guid, virtual_host, vm_spec

STATES = ("Running", "Off", "Saved", "Paused")


def take(lab: VirtualHost, name: str | None = "new", **given: Any) -> VMSnapshot:
    made = lab.do(lab.host.checkpoint_vm(vm=guid("vm"), snapshot_name=name, **given))
    assert isinstance(made, VMSnapshot)
    return made


def checkpoints(call: Invocation) -> list[VMSnapshot]:
    return [each for each in call.objects if isinstance(each, VMSnapshot)]


def test_checkpoint_vm_gives_one_checkpoint_per_vm() -> None:  # fact 6
    lab = virtual_host(vm_spec("a"), vm_spec("b"))
    call = lab.finish(lab.host.checkpoint_vm(["a", "b"], "both"))
    assert [one.vm_name for one in checkpoints(call)] == ["a", "b"]


@pytest.mark.parametrize("state", STATES)
def test_a_new_checkpoint_comes_between_now_and_its_old_parent(state: str) -> None:  # fact 7
    lab = virtual_host("base(old*)", vm={"state": state})
    take(lab)
    assert lab.tree() == "base(old(new*))"
    assert lab.vm().state is VMState[state]


def test_a_new_checkpoint_freezes_the_disk_that_was_current() -> None:  # fact 8
    lab = virtual_host("base*")
    before = lab.vm().hard_drives[0].path
    new = take(lab)
    assert new.hard_drives[0].path == before


def test_now_moves_to_a_new_disk_named_after_the_root_beside_its_parent() -> None:  # fact 8
    lab = virtual_host("*")
    take(lab, "one")
    take(lab, "two")
    path = lab.vm().hard_drives[0].path
    assert re.fullmatch(r"D:\\VMs\\vm\\vm_[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\.avhdx", path)


def test_a_vhd_root_gets_avhd_children_and_a_vhdx_root_avhdx_children() -> None:  # fact 9
    drives = (
        DriveSpec("D:\\VMs\\vm\\old.vhd", virtual="40 GB", size="4 GB"),
        DriveSpec("D:\\VMs\\vm\\new.vhdx", virtual="40 GB", size="4 GB"),
    )
    lab = virtual_host(vm_spec("vm", drives=drives))
    take(lab)
    assert [drive.path.rsplit(".", 1)[1] for drive in lab.vm().hard_drives] == ["avhd", "avhdx"]


def test_the_new_disk_is_a_small_differencing_child_of_the_same_virtual_size() -> None:  # fact 10
    lab = virtual_host("*")
    root = lab.host.get_vhd(vm_id=guid("vm")).one()
    take(lab)
    new = lab.host.get_vhd(vm_id=guid("vm")).one()
    assert (new.vhd_type, new.parent_path, new.size) == (VhdType.Differencing, root.path, root.size)
    assert new.file_size < 0.01 * root.file_size


def test_a_checkpoint_without_a_name_is_named_after_vm_and_local_time() -> None:  # fact 12
    lab = virtual_host("*", host=HostSpec("HOST", utc_offset="-04:00"))
    assert take(lab, None).name == "vm - (1/15/2026 - 5:00:00 AM)"


def test_two_checkpoints_of_a_vm_may_have_the_same_name() -> None:  # fact 14
    lab = virtual_host("*")
    take(lab, "same")
    take(lab, "same")
    assert lab.tree() == "same(same*)"


@pytest.mark.parametrize("name", ["x" * 100, "a: b/c (d)", "名前 🧪", "it's $(x) `\"\n"])
def test_any_name_of_up_to_100_characters_is_taken_as_it_is(name: str) -> None:  # facts 24, 25
    assert take(virtual_host("*"), name).name == name


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_a_blank_or_too_long_name_is_refused(name: str) -> None:  # fact 24
    lab = virtual_host("base*")
    with pytest.raises(CmdletError) as caught:
        take(lab, name)
    assert caught.value.identifier == "InvalidParameter"
    assert lab.tree() == "base*"


def test_the_51st_checkpoint_of_a_vm_fails() -> None:  # fact 26
    tree = "c0*"
    for number in range(1, 49):
        tree = f"c{number}({tree})"
    lab = virtual_host(tree)
    take(lab, "fifty")
    with pytest.raises(CmdletError, match="maximum number"):
        take(lab, "fifty-one")


def test_recovery_checkpoints_do_not_count_against_the_limit() -> None:  # fact 26: "user checkpoints"
    lab = virtual_host("a(b*)", details={"kind": "Recovery"}, quirks=Quirks(checkpoint_limit=1))
    assert take(lab).snapshot_type is SnapshotType.Standard


def test_disabled_checkpoints_are_refused_with_the_id_in_upper_case() -> None:  # fact 27
    lab = virtual_host("*", vm={"checkpoint_type": "Disabled"})
    with pytest.raises(CmdletError) as caught:
        take(lab)
    vm_id = guid("vm").upper()
    assert caught.value.message.splitlines() == [
        "Checkpoint operation failed.",
        "Checkpoints have been disabled.",
        f"Checkpoint operation for 'vm' failed. (Virtual machine ID {vm_id})",
        f"Checkpoints have been disabled for 'vm'. (Virtual machine ID {vm_id})",
    ]
    assert caught.value.identifier == "OperationFailed"


def test_production_only_without_vss_in_the_guest_fails() -> None:  # fact 28
    lab = virtual_host(
        "*", vm={"state": "Running", "checkpoint_type": "ProductionOnly", "guest": GuestSpec(vss=False)}
    )
    with pytest.raises(CmdletError) as caught:
        take(lab)
    assert caught.value.message == ("Checkpoint operation failed.\nProduction checkpoints cannot be created.")


def test_production_without_vss_falls_back_to_a_standard_checkpoint() -> None:  # fact 29
    lab = virtual_host(
        "*", vm={"state": "Running", "checkpoint_type": "Production", "guest": GuestSpec(vss=False)}
    )
    call = lab.finish(lab.host.checkpoint_vm("vm"))
    assert checkpoints(call)[0].state is VMState.Saved
    assert call.warnings == []


def test_the_fallback_may_warn() -> None:  # fact 29, switched
    lab = virtual_host(
        "*",
        vm={"state": "Running", "checkpoint_type": "Production", "guest": GuestSpec(vss=False)},
        quirks=Quirks(fallback_warns=True),
    )
    assert len(lab.finish(lab.host.checkpoint_vm("vm")).warnings) == 1


@pytest.mark.parametrize(
    ("state", "kind", "has_memory"),
    [
        ("Running", "Standard", True),
        ("Running", "Production", False),
        ("Paused", "Standard", True),
        ("Saved", "Production", True),
        ("Off", "Standard", False),
        ("Off", "ProductionOnly", False),
    ],
)
def test_only_what_is_in_memory_or_saved_makes_a_checkpoint_with_memory(
    state: str, kind: str, has_memory: bool
) -> None:  # facts 83, 99
    lab = virtual_host("*", vm={"state": state, "checkpoint_type": kind})
    assert (take(lab).state is VMState.Saved) == has_memory


def test_a_checkpoint_with_memory_takes_the_space_of_the_memory() -> None:  # facts 81, 84
    lab = virtual_host("*", vm={"state": "Running"})
    before = next(volume.size_remaining for volume in lab.host.get_volume() if volume.name == "D:")
    new = take(lab)
    after = next(volume.size_remaining for volume in lab.host.get_volume() if volume.name == "D:")
    assert before - after > new.size_of_system_files > 2 * GIB
    assert any(path.endswith(f"Snapshots\\{new.id.upper()}.vmrs") for path in lab.host.get_child_item("D:"))


@pytest.mark.parametrize("state", ["Stopping", "PausedCritical", "Saving"])
def test_a_vm_in_passing_takes_no_checkpoint(state: str) -> None:  # fact 101
    volumes = (VolumeSpec("D:", "30 GB", other_files=10 * GIB),)
    with pytest.raises(CmdletError) as caught:
        take(virtual_host("*", vm={"state": state}, volumes=volumes))
    assert (
        caught.value.fully_qualified_error_id
        == "InvalidState,Microsoft.HyperV.PowerShell.Commands.CheckpointVM"
    )


def test_a_second_change_of_a_busy_vm_is_refused() -> None:  # fact 102
    lab = virtual_host("*", vm={"state": "Running"})
    first = lab.host.checkpoint_vm("vm", "first")
    second = lab.host.checkpoint_vm("vm", "second")
    assert "is being modified by another operation" in second.errors[0].message
    lab.finish(first)
    assert lab.tree() == "first*"


def test_while_it_is_taken_the_vm_says_so() -> None:
    lab = virtual_host("*", vm={"state": "Running"})
    call = lab.host.checkpoint_vm("vm", "new")
    assert lab.vm().operational_status == (
        VMOperationalStatus.InService,
        VMOperationalStatus.CreatingSnapshot,
    )
    assert [job.job_type for job in lab.host.get_jobs()] == [JobType.TakeSnapshot]
    lab.finish(call)
    assert lab.vm().operational_status == (VMOperationalStatus.Ok,)


def test_a_cancelled_creation_leaves_no_checkpoint() -> None:
    lab = virtual_host("base*", vm={"state": "Running", "memory": "16 GB"})
    call = lab.host.checkpoint_vm("vm", "new")
    lab.clock.advance(2)
    assert call.cancel()
    assert call.errors[0].category == "OperationStopped"
    lab.settle()
    assert lab.tree() == "base*"
    assert lab.vm().status == "Operating normally"


def test_a_full_volume_refuses_the_checkpoint_in_hyper_v_s_words() -> None:  # fact 70
    lab = virtual_host("*", vm={"state": "Running"})
    lab.host.fill_volume("D:", free=1 * GIB)
    with pytest.raises(CmdletError) as caught:
        take(lab)
    lines = caught.value.message.splitlines()
    assert lines[0] == "Checkpoint operation failed."
    assert lines[1] == "'vm' could not initiate a checkpoint operation."
    assert lines[2].endswith("There is not enough space on the disk. (0x80070070).")
    assert lines[3] == f"{lines[1]} (Virtual machine ID {guid('vm').upper()})"
    assert caught.value.hresult == 0x80070070


def test_a_replica_takes_no_checkpoints_unless_the_host_lets_it() -> None:  # fact 97, switched
    with pytest.raises(CmdletError):
        take(virtual_host("*", vm={"replication": "Replica"}))
    quirks = Quirks(replicas_take_checkpoints=True)
    assert take(virtual_host("*", vm={"replication": "Replica"}, quirks=quirks)).name == "new"


def test_an_automatic_checkpoint_is_taken_at_start_and_merged_after_shutdown() -> None:  # fact 13
    lab = virtual_host("*", vm={"automatic_checkpoints": True})
    lab.do(lab.host.start_vm("vm"))
    (one,) = lab.host.get_vm_snapshot("vm")
    assert one.is_automatic_checkpoint
    assert one.name.startswith("Automatic Checkpoint - vm - (")
    lab.do(lab.host.stop_vm("vm"))
    lab.settle()
    assert lab.tree() == "*"
    assert lab.files() == ["D:\\VMs\\vm\\vm.vhdx"]


def test_a_vm_with_checkpoints_takes_no_automatic_one() -> None:  # fact 13
    lab = virtual_host("own*", vm={"automatic_checkpoints": True})
    lab.do(lab.host.start_vm("vm"))
    assert lab.tree() == "own*"


@pytest.mark.parametrize(
    ("system", "count"),
    [
        ("Microsoft Windows Server 2016 Standard", 0),
        ("Microsoft Windows Server 2019 Standard", 1),
        ("Microsoft Windows 11 Pro", 1),
    ],
)
def test_automatic_checkpoints_came_with_windows_10_1709(system: str, count: int) -> None:  # fact 95
    lab = virtual_host("*", vm={"automatic_checkpoints": True}, host=HostSpec("HOST", os=system))
    lab.do(lab.host.start_vm("vm"))
    assert len(lab.host.get_vm_snapshot("vm").objects) == count


@pytest.mark.parametrize("turned_off", [True, False])
def test_an_automatic_checkpoint_lasts_until_a_clean_shutdown(turned_off: bool) -> None:  # fact 13
    """Turned off, or saved, the VM keeps it, and the next start takes no other."""
    lab = virtual_host("*", vm={"automatic_checkpoints": True})
    lab.do(lab.host.start_vm("vm"))
    (first,) = lab.host.get_vm_snapshot("vm")
    lab.do(lab.host.stop_vm("vm", turn_off=turned_off, save=not turned_off))
    lab.do(lab.host.start_vm("vm"))
    assert [each.id for each in lab.host.get_vm_snapshot("vm")] == [first.id]


def test_rename_changes_the_name_and_nothing_else() -> None:  # fact 48
    lab = virtual_host("base(old*)")
    before = lab.checkpoint("old")
    call = lab.host.rename_vm_snapshot(vm_snapshot=before.id, new_name="new")
    assert call.is_done
    after = lab.checkpoint("new")
    assert (after.id, after.creation_time, after.hard_drives[0].path) == (
        before.id,
        before.creation_time,
        before.hard_drives[0].path,
    )


def test_a_checkpoint_cannot_be_renamed_to_nothing() -> None:  # fact 24
    call = virtual_host("base*").host.rename_vm_snapshot("vm", "base", new_name=" ")
    assert call.errors[0].identifier == "InvalidParameter"
