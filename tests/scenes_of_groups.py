"""Scenes about groups and group checkpoints, for `scenes`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QSplitter

from hvtree.domain.group import Group, Member
from hvtree.domain.group_checkpoint import GroupRecord, RecordedPart
from hvtree.domain.group_mark import GroupMark
from hvtree.domain.passport import Passport
from hvtree.emulator.host.enums import GroupType
from hvtree.ui.models.group_keys import checkpoint_key, group_key
from hvtree.values import replace
from tests.support import trees
from tests.support.pictures import Scene, window, with_dialog
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


async def group_of_vm_group(user: WindowUser) -> QPixmap:
    """A group is made of a VM group of Hyper-V's own, one that holds others; one of its VMs is not on the host any more."""
    await user.open_host()
    _keep_vm_groups(user)
    user.select("WEB-FRONT-01")
    user.choose("New Group…")
    dialog = await user.dialog()
    dialog.type("SharePoint farm")
    dialog.radio("A VM group of Hyper-V")
    await user.quiet()
    dialog.choose("All of SharePoint on xHost16, 3 VMs")
    return await with_dialog(user)


async def group_of_filter(user: WindowUser) -> QPixmap:
    """A group is made of what the window's filter finds, in a small window."""
    await user.open_host()
    user.window.resize(1024, 700)
    user.filter("state:running")
    user.window.bench.left.show_groups()
    await user.quiet()
    user.window.bench.left.groups.first_button.click()
    (await user.dialog()).type("All that runs")
    await user.quiet()
    return await with_dialog(user)


async def group_without_vm_groups(user: WindowUser) -> QPixmap:
    """No host has VM groups: a sentence says so, in the dark."""
    await user.open_host()
    user.choose("New Group…")
    (await user.dialog()).radio("A VM group of Hyper-V")
    await user.quiet()
    return await with_dialog(user)


def _keep_vm_groups(user: WindowUser) -> None:
    """Let the host have VM groups of its own."""
    hyperv = user.host.hyperv
    tiers = {"Front ends": SHAREPOINT[:2], "Search": SHAREPOINT[2:]}
    for name, vms in tiers.items():
        hyperv.new_vm_group(name, GroupType.VMCollectionType)
        hyperv.add_vm_group_member(name, vm=[user.vm(each).id for each in vms])
    inner = [each.instance_id for each in hyperv.get_vm_group().objects]
    hyperv.new_vm_group("All of SharePoint", GroupType.ManagementCollectionType)
    hyperv.add_vm_group_member("All of SharePoint", group=inner)


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


async def group_plan(user: WindowUser) -> QPixmap:
    """The plan of a group checkpoint: how it is taken, each member now, meanwhile and afterwards."""
    await _with_groups(user)
    user.window.bench.left.show_groups(group_key(FARM))
    await user.quiet()
    user.choose("Checkpoint Group…")
    dialog = await user.dialog()
    dialog.type("Before CU14")
    dialog.widget.resize(700, 860)
    return await with_dialog(user)


async def group_refused(user: WindowUser) -> QPixmap:
    """Two members cannot take part: nothing is stopped, and the table says which, and why."""
    await user.open_host()
    names = ("SQL-PROD-01", "WEB-FRONT-01", "LEGACY-ERP", "LOGCOLLECT-01")
    members = tuple(Member(user.vm_address(name), name) for name in names)
    await user.workspace.groups.save(Group(FARM, "Shop", members), user.workspace.fleet)
    user.window.bench.left.show_groups(group_key(FARM))
    await user.quiet()
    user.choose("Checkpoint Group…")
    dialog = await user.dialog()
    dialog.type("Before CU14")
    dialog.widget.resize(700, 700)
    return await with_dialog(user)


async def group_runs(user: WindowUser) -> QPixmap:
    """While it runs: which VM is how far."""
    await _with_groups(user)
    await _begin(user)
    user.host.hold("vm.checkpoint")
    (await user.dialog()).press("Checkpoint 3 VMs")
    await user.host.asked("vm.checkpoint")
    await user.quiet()
    return await window(user)


async def group_verdict(user: WindowUser) -> QPixmap:
    """Afterwards: how far apart the VMs were stopped, and for how long each."""
    await _with_groups(user)
    await _begin(user)
    (await user.dialog()).press("Checkpoint 3 VMs")
    await user.job_ended()
    user.window.bench.left.show_groups(group_key(FARM))
    user.window.activity.select(1)
    return await window(user)


async def group_notes(user: WindowUser) -> QPixmap:
    """The notes of a group checkpoint, of which one part is locked and the others are not; in a small window."""
    await _with_groups(user)
    user.window.resize(1024, 700)
    user.select("SSTest1", "Before patching")
    user.choose("Lock")
    await user.job_ended()
    user.window.bench.left.show_groups(checkpoint_key("before"))
    await user.quiet()
    user.choose("Edit Notes of Group Checkpoint…")
    (await user.dialog()).type("Before the cumulative update, with the new certificates")
    return await with_dialog(user)


async def group_apply_moved(user: WindowUser) -> QPixmap:
    """One VM has moved to another host since: the table says so before anything stops."""
    await _with_groups(user)
    await user.open_another(trees.lab("vHost18", **{"SP-SEARCH-01": ""}))
    await user.workspace.groups.record(_record(user, moved="v-2012R2-TW01", was="vHost18"))
    user.window.bench.left.show_groups(checkpoint_key("before"))
    await user.quiet()
    user.choose("Apply Group Checkpoint…")
    (await user.dialog()).widget.resize(720, 800)
    return await with_dialog(user)


def _record(user: WindowUser, moved: str, was: str) -> GroupRecord:
    """Return what this computer has kept of the first group checkpoint, when one of the VMs was on another host."""
    found = user.workspace.groups.checkpoints(user.workspace.fleet)["before"]
    parts = [
        RecordedPart(each.address, each.vm_name, each.host, each.checkpoint.parent_id, each.stopped_ms)
        for each in found.there
        if each.checkpoint is not None
    ]
    as_then = tuple(
        replace(each, address=replace(each.address, host_id=was), host=was) if each.vm_name == moved else each
        for each in parts
    )
    return GroupRecord(found.id, found.name, found.at_utc, as_then, found.size, FARM, "SharePoint farm")


async def groups_none(user: WindowUser) -> QPixmap:
    """There is no group yet, in a small window."""
    await user.open_host()
    user.window.resize(1024, 700)
    user.window.bench.left.show_groups()
    return await window(user)


async def _begin(user: WindowUser) -> None:
    """Ask for a group checkpoint of the farm, with the jobs below."""
    user.window.bench.left.show_groups(group_key(FARM))
    user.choose("Checkpoint Group…")
    (await user.dialog()).type("Before CU14")
    for splitter in user.window.findChildren(QSplitter):
        if splitter.orientation() == Qt.Orientation.Vertical:
            splitter.setSizes([430, 340])


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


GROUP_SCENES: Mapping[str, tuple[Scene, bool]] = {
    "groups": (groups, False),
    "groups-none": (groups_none, False),
    "group-new": (group_new, False),
    "group-of-vm-group": (group_of_vm_group, False),
    "group-of-filter": (group_of_filter, False),
    "group-without-vm-groups-dark": (group_without_vm_groups, True),
    "group-siblings": (group_siblings, False),
    "group-whole-dark": (group_whole, True),
    "group-plan": (group_plan, False),
    "group-refused": (group_refused, False),
    "group-runs": (group_runs, False),
    "group-verdict-dark": (group_verdict, True),
    "group-notes-dark": (group_notes, True),
    "group-apply-moved": (group_apply_moved, False),
}
"""Each scene with its story, and whether it is played in the dark."""
