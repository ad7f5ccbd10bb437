"""Paths as people and scripts write them: with slashes, doubled backslashes, dots."""

from __future__ import annotations

import pytest

from hvtree.emulator.cmdlets.imports import Import
from hvtree.emulator.cmdlets.lifecycle import NewVm
from hvtree.emulator.cmdlets.settings import VmChange
from tests.support.virtual_host import GIB, guid, virtual_host, vm_spec

WRITTEN = pytest.mark.parametrize(
    "folder", ["D:/out", "D:\\\\out", "D:\\out\\", "D:\\.\\x\\..\\out", "d:\\OUT/"]
)


@WRITTEN
def test_an_export_and_its_import_find_one_folder(folder: str) -> None:  # fact 151
    lab = virtual_host("a*")
    lab.do(lab.host.export_vm("vm", path=folder))
    vmcx = f"vm\\Virtual Machines\\{guid('vm').upper()}.vmcx"
    assert f"D:\\out\\{vmcx}".lower() in [path.lower() for path in lab.host.get_child_item("D:\\out")]
    lab.do(lab.host.remove_vm("vm"))
    lab.do(lab.host.import_vm(Import(f"{folder}/{vmcx}")))
    assert lab.tree() == "a*"


@WRITTEN
def test_a_copy_is_imported_to_normal_paths(folder: str) -> None:  # fact 151
    lab = virtual_host("a*")
    lab.do(lab.host.export_vm("vm", path="D:\\exports"))
    wanted = Import(
        f"D:\\exports\\vm\\Virtual Machines\\{guid('vm').upper()}.vmcx",
        copy=True,
        generate_new_id=True,
        vhd_destination_path=folder,
        virtual_machine_path=folder,
    )
    made = lab.do(lab.host.import_vm(wanted))
    assert made.hard_drives[0].path.lower().startswith("d:\\out\\vm")
    assert made.path.lower() == "d:\\out"


@WRITTEN
def test_a_new_disk_is_found_however_its_path_is_written(folder: str) -> None:  # fact 151
    lab = virtual_host(vm_spec("old"))
    wanted = NewVm("new", path=folder, new_vhd_path=f"{folder}/n.vhdx", new_vhd_size_bytes=GIB)
    made = lab.do(lab.host.new_vm(wanted))
    assert (made.path.lower(), made.hard_drives[0].path.lower()) == ("d:\\out\\new", "d:\\out\\n.vhdx")
    assert lab.host.get_vhd("D:\\out\\n.vhdx").one().path == made.hard_drives[0].path
    assert lab.host.get_vhd(f"{folder}/./n.vhdx").one().path == made.hard_drives[0].path
    lab.do(lab.host.resize_vhd(f"{folder}/n.vhdx", 2 * GIB))
    assert lab.host.get_vhd("D:\\out\\n.vhdx").one().size == 2 * GIB


@WRITTEN
def test_a_folder_for_checkpoints_is_kept_as_a_normal_path(folder: str) -> None:  # fact 151
    lab = virtual_host("*")
    lab.do(lab.host.set_vm("vm", change=VmChange(snapshot_file_location=folder)))
    assert lab.vm("vm").snapshot_file_location.lower() == "d:\\out"
