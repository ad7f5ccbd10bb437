"""New Group…, Edit Group… and Delete Group…: which VMs belong together, remembered on this computer."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog

from hvtree.app.workspace import Workspace
from hvtree.domain.errors import HVTreeError
from hvtree.domain.group import Group
from hvtree.ui.bridge import ask
from hvtree.ui.intents.intent import Context, KnownIntent
from hvtree.ui.known_groups import KnownGroups
from hvtree.ui.menu_names import Menu
from hvtree.ui.models.group_keys import group_key
from hvtree.ui.selection import Kind, Selection

if TYPE_CHECKING:
    from hvtree.ui.dialogs.group import GroupDialog
    from hvtree.ui.dialogs.member_source import MemberSource

SELECT_A_GROUP = "Select a group."


def why_no_group(selection: Selection, workspace: Workspace) -> str:
    """Return what to select; empty if a group is selected."""
    return "" if KnownGroups.of(workspace).group(selection) is not None else SELECT_A_GROUP


def _new(context: Context) -> None:
    from hvtree.ui.dialogs.member_source import MemberSource  # noqa: PLC0415  (see `start.DIALOGS`)
    from hvtree.ui.intents.member_sources import Finder  # noqa: PLC0415  (as above)

    fleet = context.workspace.fleet
    source = MemberSource(context.selection.value.targets, context.filter.value.text, fleet)
    Finder(source, context, fleet)
    context.tasks.start(_ask(context, "New Group", "Create Group", Group(str(uuid.uuid4()), ""), source))


def _edit(context: Context) -> None:
    group = KnownGroups.of(context.workspace).group(context.selection.value)
    if group is not None:
        context.tasks.start(_ask(context, "Edit Group", "Save Group", group))


async def _ask(
    context: Context, caption: str, button: str, group: Group, source: MemberSource | None = None
) -> None:
    """Show the dialog until the group can be kept or the user gives up, then show the group."""
    from hvtree.ui.dialogs.group import GroupDialog  # noqa: PLC0415  (as above)

    workspace = context.workspace
    dialog = GroupDialog(caption, button, group, workspace.fleet, context.window, source=source)
    dialog.save_wanted.connect(lambda wanted: context.tasks.start(_save(workspace, wanted, dialog)))
    if await ask(dialog) == QDialog.DialogCode.Accepted:
        context.left.show_groups(group_key(group.id))


async def _save(workspace: Workspace, group: Group, dialog: GroupDialog) -> None:
    try:
        await workspace.groups.save(group, workspace.fleet)
    except HVTreeError as problem:
        dialog.show_problem(problem)
    else:
        dialog.accept()


def _delete(context: Context) -> None:
    group = KnownGroups.of(context.workspace).group(context.selection.value)
    if group is not None:
        context.tasks.start(_ask_to_delete(context, group))


async def _ask_to_delete(context: Context, group: Group) -> None:
    from hvtree.ui.dialogs.delete_group import DeleteGroupDialog  # noqa: PLC0415  (as above)

    groups = context.workspace.groups
    taken = groups.checkpoints_of(group, context.workspace.fleet)
    dialog = DeleteGroupDialog(group, len(taken), context.window)
    if await ask(dialog) == QDialog.DialogCode.Accepted:
        await groups.delete(group.id)


NEW_GROUP = KnownIntent(
    id="group.new",
    text="&New Group…",
    tip="Make a group of VMs that belong together: of those that are selected, of a VM group of Hyper-V, or of what a filter finds.",
    icon="group",
    menu=Menu.GROUP,
    context=frozenset({Kind.VM}),
    do=_new,
    why_not=lambda _selection, workspace: "" if workspace.fleet.hosts else "Connect to a host first.",
)

EDIT_GROUP = KnownIntent(
    id="group.edit",
    text="&Edit Group…",
    tip="Change the name of a group, its members, their start order and delays, and its method.",
    icon="rename",
    menu=Menu.GROUP,
    context=frozenset({Kind.GROUP}),
    do=_edit,
    why_not=why_no_group,
)

DELETE_GROUP = KnownIntent(
    id="group.delete",
    text="Delete Grou&p…",
    tip="Remember a group no longer; its VMs and all checkpoints stay.",
    icon="delete",
    menu=Menu.GROUP,
    context=frozenset({Kind.GROUP}),
    do=_delete,
    why_not=why_no_group,
)
