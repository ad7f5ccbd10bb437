"""What each action would start on a selection: its operation, made to ask whether it can be planned."""

from __future__ import annotations

from hvtree.app.host_view import HostView
from hvtree.operations.apply import ApplyCheckpoint, RevertVm
from hvtree.operations.base import Operation
from hvtree.operations.create import CreateCheckpoint
from hvtree.operations.delete import DeleteCheckpoints, DeleteCheckpointSubtree
from hvtree.operations.export import ExportCheckpoint
from hvtree.operations.group import CheckpointGroup
from hvtree.operations.rename import RenameCheckpoint
from hvtree.ui.selection import Selection

SAMPLE_NAME = "\N{EM DASH}"
"""Stands for the name that nobody has typed yet; a name that no checkpoint is likely to have."""
SAMPLE_FOLDER = "C:\\"
"""Stands for the folder that nobody has chosen yet when it is asked whether an export can be planned."""


def create(selection: Selection, _view: HostView) -> Operation | None:
    """Return a checkpoint of the VMs that the selection is about."""
    return CreateCheckpoint(selection.targets) if selection.targets else None


def group(selection: Selection, _view: HostView) -> Operation | None:
    """Return a group checkpoint, if there are several VMs."""
    return CheckpointGroup(selection.targets, SAMPLE_NAME) if len(selection.targets) > 1 else None


def revert(selection: Selection, _view: HostView) -> Operation | None:
    """Return the way back of one VM; without a safety checkpoint, which must not decide whether there is a way."""
    if len(selection.targets) != 1:
        return None
    return RevertVm(selection.targets[0], safety=False)


def apply(selection: Selection, _view: HostView) -> Operation | None:
    """Return the way to one checkpoint; without a safety checkpoint, see `revert`."""
    ref = selection.only_checkpoint
    return ApplyCheckpoint(ref, safety=False) if ref is not None else None


def export(selection: Selection, _view: HostView) -> Operation | None:
    """Return the export of one checkpoint."""
    ref = selection.only_checkpoint
    return ExportCheckpoint(ref, SAMPLE_FOLDER) if ref is not None else None


def rename(selection: Selection, view: HostView) -> Operation | None:
    """Return another name for one checkpoint."""
    ref = selection.only_checkpoint
    if ref is None or view.state is None:
        return None
    return RenameCheckpoint(ref, SAMPLE_NAME)


def delete(selection: Selection, _view: HostView) -> Operation | None:
    """Return the deletion of the selected checkpoints."""
    return DeleteCheckpoints(selection.refs) if selection.has_only_checkpoints else None


def delete_subtree(selection: Selection, _view: HostView) -> Operation | None:
    """Return the deletion of one checkpoint with all below it."""
    ref = selection.only_checkpoint
    return DeleteCheckpointSubtree(ref) if ref is not None else None
