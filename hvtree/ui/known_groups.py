"""The groups and group checkpoints that are known, and which of them is meant by a selection."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from hvtree.app.groups import Groups
from hvtree.app.workspace import Workspace
from hvtree.domain.fleet import Fleet
from hvtree.domain.group import Group
from hvtree.domain.group_checkpoint import GroupCheckpoint
from hvtree.ui.selection import Selection


class KnownGroups(Struct, frozen=True):
    """What is known at each moment."""

    groups: Groups
    present: Callable[[], Fleet]
    """Returns the last reading of each host by now."""

    @classmethod
    def of(cls, workspace: Workspace) -> KnownGroups:
        """Return what a workspace knows."""
        return cls(workspace.groups, lambda: workspace.fleet)

    def group(self, selection: Selection) -> Group | None:
        """Return the group that is selected; None if none is, or it is gone."""
        return next((each for each in self.groups.definitions if each.id == selection.group), None)

    def checkpoint(self, selection: Selection) -> GroupCheckpoint | None:
        """Return the group checkpoint that is selected, or of which the one selected checkpoint is a part."""
        if selection.group_checkpoint:
            return self.groups.checkpoints(self.present()).get(selection.group_checkpoint)
        checkpoint, fleet = selection.only_checkpoint, self.present()
        vm = fleet.find_vm(checkpoint.vm) if checkpoint is not None else None
        if checkpoint is None or vm is None:
            return None
        mark = vm.group_marks.get(checkpoint.checkpoint_id)
        return self.groups.checkpoints(fleet).get(mark.id) if mark is not None else None
