"""What intentions on a group checkpoint have in common: which one is meant, as the operations name it."""

from __future__ import annotations

from hvtree.operations.group_target import GroupTarget
from hvtree.ui.known_groups import KnownGroups
from hvtree.ui.selection import Selection

UNFIT = "Select a group checkpoint, or a checkpoint of one."


def target(selection: Selection, known: KnownGroups | None) -> GroupTarget | None:
    """Return the group checkpoint that is selected, or that the one selected checkpoint is of; None if there is none."""
    found = known.checkpoint(selection) if known is not None else None
    if found is None or known is None:
        return None
    record = next((each for each in known.groups.records if each.id == found.id), None)
    return GroupTarget(found.id, record)
