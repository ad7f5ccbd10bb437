"""Remove-VMSnapshot and the merges after it."""

from __future__ import annotations

from typing import Any

import pytest

from hvtree.emulator.host.enums import JobState, JobType, VMOperationalStatus, VMState
from hvtree.emulator.host.quirks import Quirks, Timings
from hvtree.emulator.worlds.schema import VolumeSpec
from tests.support.narrowing import not_none
from tests.support.virtual_host import GIB, VirtualHost, guid, virtual_host, vm_spec

ROOT = "D:\\VMs\\vm\\vm.vhdx"


def delete(lab: VirtualHost, name: str, **given: Any) -> None:
    lab.do(lab.host.remove_vm_snapshot(vm_snapshot=guid(f"vm/{name}"), **given))


def path_of(lab: VirtualHost, name: str) -> str:
    return lab.checkpoint(name).hard_drives[0].path


def merging(lab: VirtualHost) -> bool:
    return lab.vm().status == "Merging disks"


def test_the_entry_goes_at_once_and_the_merge_comes_later() -> None:  # fact 39
    lab = virtual_host("a(b(c*))")
    delete(lab, "b")
    assert lab.tree() == "a(c*)"
    assert not merging(lab)
    lab.clock.run_until(lambda: merging(lab), limit_s=10)


def test_a_merge_shows_in_status_and_operational_status_and_then_ends() -> None:  # fact 40
    lab = virtual_host("a(b(c*))")
    delete(lab, "b")
    lab.clock.run_until(lambda: merging(lab))
    assert lab.vm().operational_status == (VMOperationalStatus.Ok, VMOperationalStatus.MergingDisks)
    lab.settle()
    assert lab.vm().operational_status == (VMOperationalStatus.Ok,)
    assert lab.vm().status == "Operating normally"


def test_a_leaf_of_another_branch_is_deleted_without_a_merge() -> None:  # fact 41
    lab = virtual_host("a(b* leaf)")
    leaf = path_of(lab, "leaf")
    delete(lab, "leaf")
    assert leaf not in lab.files()
    lab.settle()
    assert [job.job_type for job in lab.host.get_jobs() if job.job_type is JobType.MergeDisks] == []


def test_the_parents_file_survives_a_merge_and_its_dependent_points_at_it() -> None:  # fact 42
    lab = virtual_host("a(b(c*))")
    kept, swallowed = path_of(lab, "b"), path_of(lab, "c")
    delete(lab, "b")
    lab.settle()
    assert path_of(lab, "c") == kept
    assert swallowed not in lab.files()
    assert lab.host.get_vhd(vm_id=guid("vm")).one().parent_path == kept


def test_deleting_the_root_merges_its_child_into_the_root_disk() -> None:  # fact 42
    lab = virtual_host("a(b*)")
    delete(lab, "a")
    lab.settle()
    assert path_of(lab, "b") == ROOT


def test_deleting_nows_parent_merges_now_into_it_while_the_vm_runs() -> None:  # facts 42, 45
    lab = virtual_host("a(b*)", vm={"state": "Running"})
    kept = path_of(lab, "b")
    delete(lab, "b")
    lab.settle()
    assert lab.tree() == "a*"
    assert lab.vm().hard_drives[0].path == kept
    assert lab.vm().state is VMState.Running


def test_deleting_the_only_checkpoint_brings_the_vm_back_to_its_root_disk() -> None:  # fact 45
    lab = virtual_host("a*", vm={"state": "Running"})
    delete(lab, "a")
    lab.settle()
    assert lab.vm().hard_drives[0].path == ROOT
    assert lab.files() == [ROOT]
    assert lab.vm().parent_snapshot_id is None


def test_a_checkpoint_with_two_dependents_leaves_its_file_until_one_is_left() -> None:  # fact 43
    lab = virtual_host("top(a(b* leaf))")
    waiting = path_of(lab, "a")
    delete(lab, "a")
    lab.settle()
    assert lab.tree() == "top(b* leaf)"
    assert waiting in lab.files()
    delete(lab, "leaf")
    lab.settle()
    assert path_of(lab, "b") == waiting


def test_the_children_of_a_deleted_checkpoint_move_up_to_its_parent() -> None:  # fact 44
    lab = virtual_host("a(b(c d*))")
    delete(lab, "b")
    assert lab.tree() == "a(c d*)"


def test_a_deleted_root_with_two_children_leaves_two_roots() -> None:  # facts 43, 44
    lab = virtual_host("a(b* c)")
    delete(lab, "a")
    lab.settle()
    assert lab.tree() == "b* c"
    assert ROOT in lab.files()


def test_a_subtree_goes_as_a_whole() -> None:  # fact 46
    lab = virtual_host("a(b(c d(e)) f*)")
    delete(lab, "b", include_all_child_snapshots=True)
    lab.settle()
    assert lab.tree() == "a(f*)"
    assert len(lab.files()) == 3


def test_now_inside_a_deleted_subtree_is_kept_and_merged_upwards() -> None:  # fact 46
    lab = virtual_host("a(b(c(d*)) e)")
    delete(lab, "b", include_all_child_snapshots=True)
    assert lab.tree() == "a*(e)"
    lab.settle()
    now = lab.host.get_vhd(vm_id=guid("vm")).one()
    assert now.parent_path == ROOT
    assert len(lab.files()) == 3


def test_all_checkpoints_of_several_vms_go_by_name_of_the_vm() -> None:  # step 4 of HVTree's first post
    lab = virtual_host(vm_spec("x", "a(b*)"), vm_spec("y", "c*"))
    lab.finish(lab.host.remove_vm_snapshot(["x", "y"], include_all_child_snapshots=True))
    lab.settle()
    assert (lab.tree("x"), lab.tree("y")) == ("*", "*")
    assert len(lab.files()) == 2


def test_a_name_that_no_checkpoint_has_is_silent() -> None:  # fact 19
    call = virtual_host("a*").host.remove_vm_snapshot("vm", "none")
    assert call.is_done
    assert call.errors == ()


def test_an_id_that_is_gone_is_not_found() -> None:
    call = virtual_host("a*").host.remove_vm_snapshot(vm_snapshot=guid("vm/none"))
    assert call.errors[0].category == "ObjectNotFound"


@pytest.mark.parametrize("kind", ["Recovery", "Missing", "Replica"])
def test_every_kind_of_checkpoint_can_be_deleted(kind: str) -> None:  # fact 49
    lab = virtual_host("a*", details={"kind": kind})
    delete(lab, "a")
    assert lab.tree() == "*"


def test_several_deletions_in_one_call_merge_together_afterwards() -> None:
    lab = virtual_host("a(b(c(d*)))")
    call = lab.finish(lab.host.remove_vm_snapshot(vm_snapshot=[guid(f"vm/{one}") for one in "bac"]))
    assert call.errors == ()
    lab.settle()
    assert lab.tree() == "d*"
    assert path_of(lab, "d") == ROOT
    merges = [job for job in lab.host.get_jobs() if job.job_type is JobType.MergeDisks]
    assert [job.job_state for job in merges] == [JobState.Completed]


def test_deleting_while_disks_merge_is_accepted() -> None:  # fact 86
    lab = virtual_host("a(b(c(d*)))")
    delete(lab, "b")
    lab.clock.run_until(lambda: merging(lab))
    delete(lab, "c")
    lab.settle()
    assert lab.tree() == "a(d*)"
    assert len(lab.files()) == 3


def test_a_branch_can_be_deleted_while_it_is_being_merged() -> None:
    lab = virtual_host("a(b(c) d*)")
    delete(lab, "b")
    lab.clock.run_until(lambda: merging(lab))
    delete(lab, "c")
    lab.settle()
    assert lab.tree() == "a(d*)"
    assert len(lab.files()) == 3
    assert lab.vm().status == "Operating normally"


def test_creating_applying_and_exporting_are_refused_while_disks_merge() -> None:  # fact 87
    lab = virtual_host("a(b(c*))")
    delete(lab, "b")
    lab.clock.run_until(lambda: merging(lab))
    calls = (
        lab.host.checkpoint_vm("vm"),
        lab.host.restore_vm_snapshot("vm", "a", confirm=False),
        lab.host.export_vm_snapshot("vm", "a", path="D:\\out"),
    )
    assert [call.errors[0].identifier for call in calls] == ["InvalidState"] * 3


def test_a_host_may_accept_changes_while_disks_merge() -> None:  # fact 87, switched
    lab = virtual_host("a(b(c*))", quirks=Quirks(merging_refuses_changes=False))
    delete(lab, "c")
    lab.clock.run_until(lambda: merging(lab))
    lab.do(lab.host.restore_vm_snapshot("vm", "a", confirm=False))
    lab.settle()
    assert lab.tree() == "a*(b)"
    assert len(lab.files()) == 3


def test_power_works_while_disks_merge() -> None:  # fact 88
    lab = virtual_host("a(b*)", vm={"state": "Running"})
    delete(lab, "b")
    lab.clock.run_until(lambda: merging(lab))
    lab.do(lab.host.stop_vm("vm", turn_off=True))
    assert lab.vm().state is VMState.Off
    assert merging(lab)


def test_a_merge_takes_time_by_its_bytes_and_tells_how_far_it_is() -> None:  # fact 89
    lab = virtual_host("a(b*)", details={"writes": "20 GB"})
    delete(lab, "a")
    lab.clock.run_until(lambda: merging(lab))
    seen: set[int] = set()
    began = lab.clock.now()
    while merging(lab):
        seen.add(not_none(lab.reading().percent))
        lab.clock.advance(1)
    assert 95 < (lab.clock.now() - began).total_seconds() < 115
    assert len(seen) > 80
    assert max(seen) <= 99


def test_on_refs_a_merge_takes_no_time_by_bytes() -> None:  # fact 90
    lab = virtual_host(
        "a(b*)", details={"writes": "60 GB"}, volumes=(VolumeSpec("D:", "1 TB", file_system="ReFS"),)
    )
    delete(lab, "a")
    lab.clock.run_until(lambda: merging(lab))
    lab.clock.advance(2)
    assert not merging(lab)


def test_a_merge_needs_room_and_waits_for_it() -> None:  # fact 91
    lab = virtual_host("a(b*)", details={"writes": "20 GB"})
    lab.host.fill_volume("D:", free=GIB)
    delete(lab, "a")
    lab.clock.advance(30)
    (job,) = [job for job in lab.host.get_jobs() if job.job_type is JobType.MergeDisks]
    assert job.job_state is JobState.Exception
    assert job.error is not None
    assert job.error.hresult == 0x80070070
    lab.host.fill_volume("D:", free=100 * GIB)
    lab.clock.advance(300)
    assert path_of(lab, "b") == ROOT


def test_a_merge_gives_the_childs_space_back_at_its_end() -> None:
    lab = virtual_host("a(b*)", details={"writes": "20 GB"}, timings=Timings(merge_overlap=0.5))

    def free() -> int:
        return next(volume.size_remaining for volume in lab.host.get_volume() if volume.name == "D:")

    before = free()
    delete(lab, "a")
    lab.settle()
    assert free() - before == pytest.approx(10 * GIB, rel=0.01)


def test_an_old_host_merges_only_when_the_vm_is_off() -> None:  # fact 47, switched
    lab = virtual_host(
        "a(b*)",
        vm={"state": "Running"},
        details={"writes": "20 GB"},
        quirks=Quirks(merges_only_when_off=True),
    )
    delete(lab, "b")
    lab.settle()
    assert len(lab.files()) == 3
    lab.do(lab.host.stop_vm("vm", turn_off=True))
    lab.clock.run_until(lambda: merging(lab))
    lab.do(lab.host.start_vm("vm"))
    assert not merging(lab)
    lab.settle()
    assert len(lab.files()) == 3
    lab.do(lab.host.stop_vm("vm"))
    lab.settle()
    assert len(lab.files()) == 2


def test_a_shared_base_disk_is_never_merged_into() -> None:
    from hvtree.emulator.worlds.schema import BaseDiskSpec, DriveSpec

    base = BaseDiskSpec("D:\\base\\golden.vhdx", virtual="60 GB", size="10 GB")
    drives = (DriveSpec("D:\\VMs\\vm\\vm.vhdx", virtual="60 GB", size="2 GB", base=base.path),)
    lab = virtual_host(vm_spec("vm", "a*", drives=drives), base_disks=(base,))
    delete(lab, "a")
    lab.settle()
    assert lab.vm().hard_drives[0].path == ROOT
    assert lab.host.get_vhd(ROOT).one().parent_path == base.path
