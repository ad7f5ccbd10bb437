"""Export-VM, Export-VMSnapshot and Import-VM."""

from __future__ import annotations

import pytest

from hvtree.emulator.cmdlets.imports import Import
from hvtree.emulator.cmdlets.lifecycle import NewVm
from hvtree.emulator.host.enums import VMState
from hvtree.emulator.host.errors import CmdletError
from hvtree.emulator.host.quirks import Quirks
from hvtree.emulator.worlds.schema import DriveSpec, VolumeSpec
from tests.support.narrowing import not_none
from tests.support.virtual_host import GIB, VirtualHost, guid, virtual_host, vm_spec

VMCX = f"D:\\out\\vm\\Virtual Machines\\{guid('vm').upper()}.vmcx"


def export_checkpoint(lab: VirtualHost, name: str, path: str = "D:\\out") -> None:
    lab.do(lab.host.export_vm_snapshot(vm_snapshot=guid(f"vm/{name}"), path=path))


def export_vm(lab: VirtualHost, path: str = "D:\\out") -> None:
    lab.do(lab.host.export_vm("vm", path=path))


def test_an_export_has_a_folder_of_the_vms_name_with_configuration_and_disks() -> None:  # fact 60
    lab = virtual_host("a*", details={"memory": True})
    export_vm(lab)
    inside = {
        path.removeprefix("D:\\out\\vm\\").split("\\")[0] for path in lab.host.get_child_item("D:\\out")
    }
    assert inside == {"Snapshots", "Virtual Hard Disks", "Virtual Machines"}
    assert VMCX in lab.host.get_child_item("D:\\out")


def test_an_exported_checkpoint_is_one_flat_disk_without_checkpoints() -> None:  # facts 62, 118
    lab = virtual_host("a(b*)", details={"writes": "5 GB"})
    export_checkpoint(lab, "b")
    assert lab.files("D:\\out") == ["D:\\out\\vm\\Virtual Hard Disks\\vm.vhdx"]
    lab.do(lab.host.remove_vm("vm"))
    lab.do(lab.host.import_vm(Import(VMCX)))
    assert lab.host.get_vhd(vm_id=guid("vm")).one().file_size == 25 * GIB
    assert lab.tree() == "*"


def test_an_export_over_existing_files_fails() -> None:  # fact 61
    lab = virtual_host("a*")
    export_vm(lab)
    with pytest.raises(CmdletError) as caught:
        export_vm(lab)
    assert caught.value.hresult == 0x80070050
    assert "The file exists. (0x80070050)." in caught.value.message
    assert (
        caught.value.fully_qualified_error_id
        == "OperationFailed,Microsoft.HyperV.PowerShell.Commands.ExportVM"
    )


def test_an_exported_vm_comes_back_with_its_checkpoints() -> None:  # fact 63
    lab = virtual_host("a(b(c*) d)")
    export_vm(lab)
    lab.do(lab.host.remove_vm("vm"))
    lab.do(lab.host.import_vm(Import(VMCX)))
    assert lab.tree() == "a(b(c*) d)"
    assert lab.vm().hard_drives[0].path.startswith("D:\\out\\vm\\Virtual Hard Disks\\vm_")


def test_an_export_to_a_share_goes_by_the_rights_of_the_hosts_account() -> None:  # fact 64
    lab = virtual_host("a*")
    export_checkpoint(lab, "a", "\\\\nas\\exports\\today")
    for share, code in (("\\\\nas\\readonly", 0x80070005), ("\\\\other\\share", 0x80070035)):
        with pytest.raises(CmdletError) as caught:
            export_checkpoint(lab, "a", share)
        assert caught.value.hresult == code


def test_registering_an_import_keeps_the_id_and_refuses_one_that_is_there() -> None:  # fact 65
    lab = virtual_host("a*")
    export_vm(lab)
    with pytest.raises(CmdletError, match="same identifier"):
        lab.do(lab.host.import_vm(Import(VMCX)))
    lab.do(lab.host.remove_vm("vm"))
    assert lab.do(lab.host.import_vm(Import(VMCX))).id == guid("vm")


def test_a_copy_with_a_new_id_may_be_a_second_vm_of_the_name() -> None:  # fact 66
    lab = virtual_host("a(b*)")
    export_vm(lab)
    wanted = Import(
        VMCX,
        copy=True,
        generate_new_id=True,
        vhd_destination_path="D:\\clone\\disks",
        virtual_machine_path="D:\\clone",
    )
    clone = lab.do(lab.host.import_vm(wanted))
    assert clone.id != guid("vm")
    assert [vm.name for vm in lab.host.get_vm("vm")] == ["vm", "vm"]
    assert len({one.id for one in lab.host.get_vm_snapshot("vm")}) == 4
    assert len(lab.files("D:\\clone\\disks")) == 3


def test_a_copy_does_not_write_over_disks() -> None:  # fact 119
    lab = virtual_host("*")
    export_vm(lab)
    wanted = Import(VMCX, copy=True, generate_new_id=True, vhd_destination_path="D:\\VMs\\vm")
    with pytest.raises(CmdletError) as caught:
        lab.do(lab.host.import_vm(wanted))
    assert caught.value.hresult == 0x80070050


def test_a_copy_to_the_exports_own_disk_folder_uses_the_disks_where_they_lie() -> None:  # fact 152
    lab = virtual_host("a(b*)")
    export_vm(lab)
    disks = "D:\\out\\vm\\Virtual Hard Disks"
    exported, free = lab.host.get_child_item(disks), lab.host.get_volume()[-1].size_remaining
    wanted = Import(
        VMCX, copy=True, generate_new_id=True, vhd_destination_path="D:\\OUT\\vm\\Virtual Hard Disks\\"
    )
    clone = lab.do(lab.host.import_vm(wanted))
    assert clone.hard_drives[0].path.lower().startswith(disks.lower())
    assert sorted(path.lower() for path in lab.files(disks)) == sorted(path.lower() for path in exported)
    assert free - lab.host.get_volume()[-1].size_remaining < GIB
    again = lab.host.import_vm(wanted)
    assert again.errors[0].hresult == 0x80070050


def test_importing_what_is_no_configuration_fails() -> None:
    with pytest.raises(CmdletError, match="configuration errors"):
        virtual_host("*").do(virtual_host("*").host.import_vm(Import("D:\\none.vmcx")))


def test_an_export_takes_time_and_can_be_cancelled_without_leftovers() -> None:  # fact 117
    lab = virtual_host("a*")
    call = lab.host.export_vm_snapshot("vm", "a", path="D:\\out")
    lab.clock.advance(20)
    assert 0 < not_none(lab.reading().percent) < 100
    assert lab.vm().operational_status[1] == 32773
    assert call.cancel()
    assert lab.host.get_child_item("D:\\out") == ()
    assert lab.vm().status == "Operating normally"


def test_a_cancelled_export_may_leave_its_files() -> None:  # fact 117, switched
    lab = virtual_host("a*", quirks=Quirks(failed_export_leaves_files=True))
    call = lab.host.export_vm_snapshot("vm", "a", path="D:\\out")
    call.cancel()
    assert len(lab.host.get_child_item("D:\\out")) > 0


def test_an_export_blocks_other_changes_of_its_vm() -> None:  # fact 116
    lab = virtual_host("a*")
    lab.host.export_vm_snapshot("vm", "a", path="D:\\out")
    assert "another operation" in lab.host.checkpoint_vm("vm").errors[0].message


def test_a_running_vm_can_be_exported() -> None:  # fact 115
    lab = virtual_host("a*", vm={"state": "Running"})
    export_checkpoint(lab, "a")
    assert lab.vm().state is VMState.Running


@pytest.mark.parametrize(
    ("path", "code"),
    [("relative\\path", None), ("", None), ("Q:\\none", 0x80070003), ("C:\\out", 0x80070070)],
)
def test_an_export_to_an_impossible_place_fails_with_nothing_written(path: str, code: int | None) -> None:
    lab = virtual_host("a*", volumes=(VolumeSpec("C:", "10 GB"), VolumeSpec("D:", "1 TB")))
    with pytest.raises(CmdletError) as caught:
        export_checkpoint(lab, "a", path)
    assert caught.value.hresult == code
    assert lab.files() == [*lab.files("D:\\VMs")]


def test_an_exported_checkpoint_may_be_named_after_the_checkpoint() -> None:  # fact 118, switched
    lab = virtual_host("a*", quirks=Quirks(exported_checkpoint_named_after="checkpoint"))
    export_checkpoint(lab, "a")
    lab.do(lab.host.remove_vm("vm"))
    assert lab.do(lab.host.import_vm(Import(VMCX))).name == "a"


def test_an_exported_checkpoint_with_memory_comes_back_saved() -> None:
    lab = virtual_host("a*", details={"memory": True})
    export_checkpoint(lab, "a")
    lab.do(lab.host.remove_vm("vm"))
    assert lab.do(lab.host.import_vm(Import(VMCX))).state is VMState.Saved


def test_a_missing_checkpoint_cannot_be_exported() -> None:  # fact 96
    with pytest.raises(CmdletError) as caught:
        export_checkpoint(virtual_host("a*", details={"kind": "Missing"}), "a")
    assert caught.value.category == "ObjectNotFound"


def test_a_new_vm_is_off_and_has_its_new_disk() -> None:
    lab = virtual_host(vm_spec("old"))
    wanted = NewVm(
        "new", generation=2, path="D:\\VMs", new_vhd_path="D:\\VMs\\new\\n.vhdx", new_vhd_size_bytes=GIB
    )
    made = lab.do(lab.host.new_vm(wanted))
    assert (made.state, made.generation, made.hard_drives[0].path) == (VMState.Off, 2, "D:\\VMs\\new\\n.vhdx")
    again = lab.host.new_vm(wanted)
    assert again.errors[0].hresult == 0x80070050


@pytest.mark.parametrize(
    "wanted",
    [
        NewVm(" "),
        NewVm("x", generation=3),
        NewVm("x", vhd_path="D:\\none.vhdx"),
        NewVm("x", vhd_path="D:\\VMs\\old\\old.vhdx"),
        NewVm("x", new_vhd_path="Q:\\a.vhdx", new_vhd_size_bytes=GIB),
        NewVm("x", new_vhd_path="D:\\a.txt", new_vhd_size_bytes=GIB),
    ],
)
def test_an_impossible_new_vm_is_refused(wanted: NewVm) -> None:
    lab = virtual_host(vm_spec("old"))
    assert len(lab.host.new_vm(wanted).errors) == 1
    assert len(lab.host.get_vm()) == 1


@pytest.mark.parametrize(("place", "code"), [("Q:\\none", 0x80070003), ("C:\\small", 0x80070070)])
def test_a_copy_needs_a_volume_with_room(place: str, code: int) -> None:
    lab = virtual_host("*", volumes=(VolumeSpec("C:", "10 GB"), VolumeSpec("D:", "1 TB")))
    export_vm(lab)
    wanted = Import(VMCX, copy=True, generate_new_id=True, vhd_destination_path=place)
    assert lab.host.import_vm(wanted).errors[0].hresult == code


def test_an_existing_disk_can_be_used_by_a_new_vm() -> None:
    lab = virtual_host("*")
    lab.do(lab.host.remove_vm("vm"))
    made = lab.do(lab.host.new_vm(NewVm("again", vhd_path="D:\\VMs\\vm\\vm.vhdx")))
    assert made.hard_drives[0].path == "D:\\VMs\\vm\\vm.vhdx"


def test_an_imported_vm_has_its_drives_on_the_same_controllers() -> None:
    drives = (
        DriveSpec("D:\\a.vhdx", virtual=1 << 30, size=1 << 20, ide=True),
        DriveSpec("D:\\b.vhdx", virtual=1 << 30, size=1 << 20),
    )
    host = virtual_host("base*", vm={"generation": 1, "drives": drives})
    before = [drive.name for drive in host.vm().hard_drives]
    host.do(host.host.export_vm("vm", path="D:\\out"))
    path = f"D:\\out\\vm\\Virtual Machines\\{host.vm().id.upper()}.vmcx"
    copy = host.do(host.host.import_vm(Import(path, copy=True, generate_new_id=True)))
    assert [drive.name for drive in copy.hard_drives] == before == ["IDE 0:0", "SCSI 0:1"]
    (base,) = host.host.get_vm_snapshot(vm=copy.id)
    assert [drive.name for drive in base.hard_drives] == before
