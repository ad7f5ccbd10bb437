"""What is uncertain is a switch of the world: the other side of each one that no other file shows."""

from __future__ import annotations

import pytest

from hvtree.emulator.cmdlets.imports import Import
from hvtree.emulator.cmdlets.settings import VmChange
from hvtree.emulator.host.errors import CmdletError
from hvtree.emulator.host.faults import Fault
from hvtree.emulator.host.quirks import Quirks
from tests.support.virtual_host import VirtualHost, guid, virtual_host

OTHER_WORDS = "Other words than ours."


def delete(lab: VirtualHost, name: str, *, subtree: bool = False) -> None:
    call = lab.host.remove_vm_snapshot(vm_snapshot=guid(f"vm/{name}"), include_all_child_snapshots=subtree)
    lab.do(call)


def test_a_host_may_give_only_one_of_several_checkpoints_of_a_name() -> None:  # fact 15, switched
    lab = virtual_host("*", quirks=Quirks(duplicate_names="first"))
    for name in ("same", "SAME", "other"):
        lab.do(lab.host.checkpoint_vm("vm", name))
    assert [one.name for one in lab.host.get_vm_snapshot("vm", name="same").objects] == ["same"]
    assert [one.name for one in lab.host.get_vm_snapshot("vm", name="*").objects] == ["same", "other"]
    assert len(lab.host.get_vm_snapshot("vm").objects) == 3


def test_a_new_checkpoint_may_have_no_notes() -> None:  # fact 243, switched
    lab = virtual_host("*", quirks=Quirks(checkpoint_takes_notes=False))
    lab.do(lab.host.set_vm("vm", change=VmChange(notes="of the VM")))
    lab.do(lab.host.checkpoint_vm("vm", "new"))
    assert lab.host.get_vm_snapshot("vm").objects[0].notes == ""


def test_a_host_may_say_that_there_are_too_many_checkpoints_in_other_words() -> None:  # fact 26, switched
    lab = virtual_host("*", quirks=Quirks(checkpoint_limit=0))
    lab.host.faults.add(Fault("Checkpoint-VM", error="OperationFailed", message=OTHER_WORDS))
    assert lab.host.checkpoint_vm("vm").errors[0].message == OTHER_WORDS


def test_a_host_may_let_the_disk_that_applying_replaced_linger() -> None:  # fact 35, switched
    lab = virtual_host("base(child*)", quirks=Quirks(replaced_disk_lingers=True))
    old = lab.vm().hard_drives[0].path
    lab.do(lab.host.restore_vm_snapshot("vm", "base", confirm=False))
    assert old in lab.files()
    lab.settle()
    assert old not in lab.files()


def test_a_disk_that_lingers_holds_up_a_merge_and_no_longer() -> None:  # fact 35, switched
    lab = virtual_host("base(child*)", quirks=Quirks(replaced_disk_lingers=True))
    lab.do(lab.host.restore_vm_snapshot("vm", "child", confirm=False))
    delete(lab, "child")
    lab.settle()
    assert lab.tree() == "base*"
    assert len(lab.files()) == 2


def test_a_host_may_make_roots_of_the_children_of_a_deleted_checkpoint() -> None:  # fact 44, switched
    lab = virtual_host("a(b(c d*))", quirks=Quirks(orphans_become_roots=True))
    delete(lab, "b")
    assert lab.tree() == "a c d*"


def test_a_host_may_refuse_to_delete_a_subtree_that_now_stands_in() -> None:  # fact 46, switched
    lab = virtual_host("a(b(c*) d)", quirks=Quirks(subtree_with_now="InvalidState"))
    with pytest.raises(CmdletError) as caught:
        delete(lab, "b", subtree=True)
    assert caught.value.identifier == "InvalidState"
    delete(lab, "d", subtree=True)
    assert lab.tree() == "a(b(c*))"


@pytest.mark.parametrize("method", ["save_vm", "suspend_vm"])
def test_a_host_may_pass_over_a_vm_that_is_off(method: str) -> None:  # fact 54, switched
    lab = virtual_host("*", quirks=Quirks(saving_off="warning"))
    call = getattr(lab.host, method)("vm")
    assert (call.errors, len(call.warnings), lab.vm().state.name) == ((), 1, "Off")


def test_a_host_may_refuse_an_import_in_other_words() -> None:  # fact 65, switched
    lab = virtual_host("a*")
    lab.do(lab.host.export_vm("vm", path="D:\\out"))
    lab.host.faults.add(Fault("Import-VM", error="InvalidState", message=OTHER_WORDS))
    call = lab.host.import_vm(Import(f"D:\\out\\vm\\Virtual Machines\\{guid('vm').upper()}.vmcx"))
    assert call.errors[0].message == OTHER_WORDS


def test_a_host_may_let_a_vm_be_changed_while_it_migrates() -> None:  # fact 80, switched
    quirks = Quirks(migrating_refuses_changes=False)
    lab = virtual_host("*", vm={"activity": "MigratingVirtualMachine"}, quirks=quirks)
    lab.do(lab.host.checkpoint_vm("vm", "on the way"))
    assert lab.tree() == "on the way*"
    assert lab.vm().operational_status[1] == 32774
