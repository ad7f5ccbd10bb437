"""Scenes about groups and group checkpoints, for `scenes`."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QPixmap

from hvtree.domain.group import Group, Member
from hvtree.domain.group_mark import GroupMark
from hvtree.domain.passport import Passport
from hvtree.ui.models.group_keys import checkpoint_key
from tests.support.pictures import window, with_dialog
from tests.support.window import WindowUser

FARM = "0b7e9f1c-54d2-4f7a-9a59-0d8f2b6f7a11"
SHAREPOINT = ("SSTest1", "V-2012R2-Test1", "v-2012R2-TW01")


async def group_new(user: WindowUser) -> QPixmap:
    """A group is made of what is selected; other VMs can be ticked."""
    await user.open_host()
    _select(user, SHAREPOINT)
    user.choose("New Group…")
    (await user.dialog()).type("SharePoint farm")
    return await with_dialog(user)


async def groups(user: WindowUser) -> QPixmap:
    """Two groups with their checkpoints and members; one checkpoint is not whole, and the details say why."""
    await _with_groups(user)
    user.window.bench.left.show_groups(checkpoint_key("after"))
    return await window(user)


async def group_whole(user: WindowUser) -> QPixmap:
    """A group checkpoint that is whole, in the dark."""
    await _with_groups(user)
    user.window.bench.left.show_groups(checkpoint_key("before"))
    return await window(user)


async def group_siblings(user: WindowUser) -> QPixmap:
    """In the tree a part of a group checkpoint leads to its siblings and to its group."""
    await _with_groups(user)
    user.show_at_top("SSTest1")
    user.select("V-2012R2-Test1", "Before patching")
    return await window(user)


async def groups_none(user: WindowUser) -> QPixmap:
    """There is no group yet, in a small window."""
    await user.open_host()
    user.window.resize(1024, 700)
    user.window.bench.left.show_groups()
    return await window(user)


def _select(user: WindowUser, vms: Sequence[str]) -> None:
    for number, name in enumerate(vms):
        user.select(name, more=number > 0)


async def _with_groups(user: WindowUser) -> None:
    """Make two groups of the lab's VMs, and checkpoints as another admin's HVTree has taken them."""
    await user.open_host()
    farm = tuple(
        Member(user.vm_address(name), name, order, delay_s)
        for (name, order, delay_s) in zip(SHAREPOINT, (1, 2, 3), (30, 60, 0), strict=True)
    )
    shop = tuple(Member(user.vm_address(name), name) for name in ("SQL-PROD-01", "WEB-FRONT-01"))
    for group in (Group(FARM, "SharePoint farm", farm), Group(FARM.replace("1", "2"), "Shop", shop)):
        await user.workspace.groups.save(group, user.workspace.fleet)
    await _taken(user, "before", "Before patching", SHAREPOINT)
    await _taken(user, "after", "After the cumulative update", SHAREPOINT[:2])


async def _taken(user: WindowUser, mark_id: str, name: str, vms: Sequence[str]) -> None:
    ids = [user.vm(vm).id for vm in vms]
    user.host.hyperv.checkpoint_vm(vm=ids, snapshot_name=name)
    await user.until(
        lambda: all(any(each.name == name for each in user.vm(vm).checkpoints) for vm in vms), "it is taken"
    )
    for number, vm in enumerate(vms):
        mark = GroupMark(mark_id, 3, FARM, "SharePoint farm", spread_ms=38, stopped_ms=4213 + 170 * number)
        note = Passport("Patch day", "CHG-4711", author="CORP\\anna", group=mark).line
        user.host.hyperv.set_vm_snapshot_notes({user.ref(vm, name).checkpoint_id: note})
    await user.until(
        lambda: all(mark_id in {each.id for each in user.vm(vm).group_marks.values()} for vm in vms), "noted"
    )
    await user.measured()
