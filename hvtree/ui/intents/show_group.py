"""Checkpoints and Groups, the two tabs; Show Group and Select Siblings, the ways between them."""

from __future__ import annotations

from hvtree.app.workspace import Workspace
from hvtree.ui.intents.intent import Context, KnownIntent, WindowIntent
from hvtree.ui.known_groups import KnownGroups
from hvtree.ui.menu_names import Menu
from hvtree.ui.models.group_keys import checkpoint_key
from hvtree.ui.selection import Kind, Selection
from hvtree.ui.views.details_groups import belonging


def _row_key(selection: Selection, workspace: Workspace) -> str:
    """Return the key of the row that the selection belongs to; empty if it belongs to none."""
    if selection.group_checkpoint:
        return checkpoint_key(selection.group_checkpoint)
    found = belonging(selection, workspace.groups, workspace.fleet)
    return found[0].row_key if found else ""


def _why_no_group(selection: Selection, workspace: Workspace) -> str:
    if len(selection.targets) == 1 and not selection.is_of_groups:
        return "" if _row_key(selection, workspace) else "It belongs to no group."
    return "Select one VM, or one checkpoint of a group."


def _why_no_siblings(selection: Selection, workspace: Workspace) -> str:
    if not selection.group_checkpoint and selection.only_checkpoint is None:
        return "Select one checkpoint."
    found = KnownGroups.of(workspace).checkpoint(selection)
    return "" if found is not None and found.there else "It is not part of a group checkpoint."


def _show_group(context: Context) -> None:
    context.left.show_groups(_row_key(context.selection.value, context.workspace))


def _select_siblings(context: Context) -> None:
    """Select all checkpoints of the same group checkpoint in the tree."""
    found = KnownGroups.of(context.workspace).checkpoint(context.selection.value)
    if found is not None:
        context.left.show_tree()
        context.selection.set(Selection(checkpoints=found.addresses))


SHOW_CHECKPOINTS = WindowIntent(
    id="view.checkpoints",
    text="&Checkpoints",
    tip="Show hosts, VMs and their checkpoints as a tree.",
    icon="checkpoint",
    keys=("Ctrl+1",),
    menu=Menu.VIEW,
    do=lambda context: context.left.show_tree(),
)

SHOW_GROUPS = WindowIntent(
    id="view.groups",
    text="G&roups",
    tip="Show VMs that belong together, and their group checkpoints.",
    icon="group",
    keys=("Ctrl+2",),
    menu=Menu.VIEW,
    do=lambda context: context.left.show_groups(),
)

SHOW_GROUP = KnownIntent(
    id="group.show",
    text="Sho&w Group",
    tip="Show the group that this belongs to.",
    icon="group",
    menu=Menu.GROUP,
    section=4,
    context=frozenset({Kind.VM, Kind.CHECKPOINT}),
    do=_show_group,
    why_not=_why_no_group,
)

SELECT_SIBLINGS = KnownIntent(
    id="checkpoint.siblings",
    text="Select Si&blings",
    tip="Select all checkpoints that were taken together with this one.",
    icon="checkpoint-group",
    menu=Menu.GROUP,
    section=4,
    context=frozenset({Kind.CHECKPOINT, Kind.GROUP_CHECKPOINT}),
    do=_select_siblings,
    why_not=_why_no_siblings,
)
