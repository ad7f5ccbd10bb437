"""What the reading cmdlets return."""

from __future__ import annotations

import re

import pytest

from hvtree.emulator.host.enums import CheckpointType, SnapshotType, VhdType, VMState
from hvtree.emulator.host.errors import CmdletError
from hvtree.emulator.host.quirks import Quirks
from hvtree.emulator.worlds.schema import DriveSpec
from tests.support.virtual_host import VirtualHost, guid, virtual_host, vm_spec


def three() -> VirtualHost:
    return virtual_host(vm_spec("web1", "base(child*)"), vm_spec("web2"), vm_spec("db"))


def test_get_vm_without_arguments_lists_every_vm() -> None:  # fact 1
    assert [vm.name for vm in three().host.get_vm()] == ["web1", "web2", "db"]


def test_get_vm_takes_several_names_and_wildcards_in_any_case() -> None:  # fact 1
    assert [vm.name for vm in three().host.get_vm(["WEB*", "db"])] == ["web1", "web2", "db"]


def test_a_name_that_no_vm_has_is_an_error_beside_the_vms_that_are_there() -> None:  # facts 1, 2
    output = three().host.get_vm(["db", "nope"])
    assert [vm.name for vm in output] == ["db"]
    (error,) = output.errors
    assert error.message == 'Hyper-V was unable to find a virtual machine with name "nope".'
    assert error.fully_qualified_error_id == "InvalidParameter,Microsoft.HyperV.PowerShell.Commands.GetVM"
    assert (error.category, error.target) == ("InvalidArgument", "nope")


IDE_CONTROLLER = "83F8638B-8DCA-4152-9EDA-2CA8B33039B4"


@pytest.mark.parametrize(("is_ide", "controller"), [(True, IDE_CONTROLLER), (False, "[0-9A-F-]{36}")])
def test_the_id_of_a_drive_names_its_owner_and_its_controller(
    is_ide: bool, controller: str
) -> None:  # fact 149
    drives = (DriveSpec("D:\\web.vhdx", virtual=1 << 30, size=1 << 20, ide=is_ide),)
    host = virtual_host(vm_spec("web", "base*", drives=drives)).host
    (now,) = host.get_vm_hard_disk_drive("web")
    (then,) = host.get_vm_hard_disk_drive(vm_snapshot=guid("web/base"))
    for drive, owner in ((now, guid("web")), (then, guid("web/base"))):
        assert re.fullmatch(rf"Microsoft:{owner.upper()}\\{controller}\\0\\0\\D", drive.id), drive.id
    assert now.id.split("\\")[1] == then.id.split("\\")[1]


def test_a_pattern_that_no_vm_matches_is_silent() -> None:  # fact 3
    output = three().host.get_vm("x*")
    assert (output.objects, output.errors) == ((), ())


def test_a_host_may_complain_of_a_pattern_that_no_vm_matches() -> None:  # fact 3, switched
    output = virtual_host("*", quirks=Quirks(missing_wildcard_fails=True)).host.get_vm("x*")
    assert len(output.errors) == 1


def test_get_vm_by_id_finds_the_vm_and_complains_of_an_unknown_id() -> None:
    host = three().host
    assert host.get_vm(id=guid("db").upper()).one().name == "db"
    with pytest.raises(CmdletError, match="unable to find"):
        host.get_vm(id=guid("other")).one()


def test_a_vm_carries_the_old_and_the_new_names_of_its_properties() -> None:  # fact 4
    vm = three().vm("web1")
    assert vm.parent_snapshot_id == vm.parent_checkpoint_id == guid("web1/child")
    assert vm.parent_snapshot_name == vm.parent_checkpoint_name == "child"
    assert (vm.vm_id, vm.vm_name) == (vm.id, vm.name)
    assert vm.checkpoint_file_location == vm.snapshot_file_location


def test_a_vm_without_checkpoints_has_no_parent_snapshot() -> None:  # fact 5
    assert three().vm("db").parent_snapshot_id is None


def test_several_checkpoints_of_one_name_are_all_given() -> None:  # fact 15
    host = virtual_host("a(b*)").host
    host.rename_vm_snapshot(vm_snapshot=guid("vm/b"), new_name="a")
    assert len(host.get_vm_snapshot("vm", name="a")) == 2


def test_a_checkpoint_name_that_is_not_there_is_object_not_found() -> None:  # fact 17
    output = virtual_host("base*").host.get_vm_snapshot("vm", name="missing")
    (error,) = output.errors
    assert error.message == "Unable to find a snapshot matching the given criteria."
    assert error.category == "ObjectNotFound"
    assert (
        error.fully_qualified_error_id == "ObjectNotFound,Microsoft.HyperV.PowerShell.Commands.GetVMSnapshot"
    )


def test_a_vm_without_checkpoints_gives_no_checkpoints_and_no_error() -> None:  # fact 18
    output = virtual_host("*").host.get_vm_snapshot("vm")
    assert (output.objects, output.errors) == ((), ())


def test_a_checkpoint_is_found_by_its_own_id() -> None:  # fact 20
    assert three().host.get_vm_snapshot(id=guid("web1/child")).one().name == "child"


def test_parent_of_and_child_of_go_one_level() -> None:  # fact 21
    lab = virtual_host("a(b(c(d*)) e)")
    assert [one.name for one in lab.host.get_vm_snapshot(parent_of=guid("vm/c"))] == ["b"]
    assert [one.name for one in lab.host.get_vm_snapshot(child_of=guid("vm/a"))] == ["b", "e"]
    assert [one.name for one in lab.host.get_vm_snapshot(parent_of=lab.vm())] == ["d"]
    assert lab.host.get_vm_snapshot(parent_of=guid("vm/a")).objects == ()


@pytest.mark.parametrize("kind", list(SnapshotType))
def test_the_snapshot_type_filters_by_all_seven_names(kind: SnapshotType) -> None:  # fact 22
    lab = virtual_host("a(b*)", details={"kind": kind.name})
    other = SnapshotType.Standard if kind is not SnapshotType.Standard else SnapshotType.Recovery
    assert len(lab.host.get_vm_snapshot("vm", snapshot_type=kind)) == 2
    assert len(lab.host.get_vm_snapshot("vm", snapshot_type=other)) == 0


def test_recovery_checkpoints_are_listed_without_a_filter() -> None:  # fact 22
    assert len(virtual_host("a(b*)", details={"kind": "Recovery"}).host.get_vm_snapshot("vm")) == 2


def test_a_host_may_hide_recovery_checkpoints_without_a_filter() -> None:  # fact 22, switched
    quirks = Quirks(lists_only_standard=True)
    lab = virtual_host("a(b*)", details={"kind": "Recovery"}, quirks=quirks)
    assert len(lab.host.get_vm_snapshot("vm")) == 0


def test_the_state_of_a_checkpoint_tells_whether_it_has_memory() -> None:  # fact 121
    assert virtual_host("a*", details={"memory": True}).checkpoint("a").state is VMState.Saved
    assert virtual_host("a*").checkpoint("a").state is VMState.Off


def test_the_drives_of_a_checkpoint_name_the_checkpoint() -> None:
    lab = virtual_host("a*")
    drive = lab.host.get_vm_hard_disk_drive(vm_snapshot=guid("vm/a")).one()
    assert (drive.path, drive.vm_snapshot_id, drive.name) == (
        "D:\\VMs\\vm\\vm.vhdx",
        guid("vm/a"),
        "SCSI 0:0",
    )
    assert lab.host.get_vm_hard_disk_drive("vm").one().vm_snapshot_id is None


def test_get_vhd_of_the_root_has_no_parent_and_finds_paths_in_any_case() -> None:  # facts 10, 11
    vhd = virtual_host("a*").host.get_vhd("d:\\vms\\VM\\vm.VHDX").one()
    assert (vhd.vhd_type, vhd.parent_path) == (VhdType.Dynamic, "")


def test_get_vhd_may_give_its_path_in_lower_case() -> None:  # fact 11, switched
    lab = virtual_host("a*", quirks=Quirks(lower_case_vhd_paths=True))
    assert lab.host.get_vhd(vm_id=guid("vm")).one().path.islower()


def test_get_vhd_of_a_missing_file_is_object_not_found() -> None:
    (error,) = virtual_host("a*").host.get_vhd("D:\\none.vhdx").errors
    assert (error.category, error.hresult) == ("ObjectNotFound", 0x80070002)


def test_a_vm_of_a_new_host_takes_production_checkpoints_by_default() -> None:  # fact 30
    lab = virtual_host(vm_spec("vm", checkpoint_type="Production"))
    assert lab.vm().checkpoint_type is CheckpointType.Production
    assert [kind.value for kind in CheckpointType] == [2, 3, 4, 5]
