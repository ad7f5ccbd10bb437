"""Rename…: another name for a checkpoint, asked in a dialog, or typed in place in the tree (F2)."""

from __future__ import annotations

from hvtree.app.workspace import Workspace
from hvtree.domain.address import CheckpointAddress
from hvtree.operations.rename import RenameCheckpoint
from hvtree.ui.dialogs.approval import Always
from hvtree.ui.dialogs.name_field import NameField, NameForm
from hvtree.ui.intents.operation_intent import SAMPLE_NAME, Draft, OperationIntent
from hvtree.ui.menu_names import Menu
from hvtree.ui.selection import Kind, Selection


def operation(selection: Selection, *, name: str = SAMPLE_NAME) -> RenameCheckpoint | None:
    """Return another name for one checkpoint."""
    checkpoint = selection.only_checkpoint
    return RenameCheckpoint(checkpoint, name) if checkpoint is not None else None


def form(draft: Draft) -> NameForm:
    """Return the form: the new name of a checkpoint."""
    checkpoint = draft.selection.only_checkpoint
    assert checkpoint is not None
    field = NameField("New &name", draft.fleet.checkpoint(checkpoint).name)
    return NameForm("Rename Checkpoint", "Rename", field, draft.named)


def rename_in_place(workspace: Workspace, checkpoint: CheckpointAddress, name: str) -> int:
    """Rename a checkpoint as it was typed into the tree; return the job's id, raise if it cannot be done."""
    renaming = operation(Selection(checkpoints=(checkpoint,)), name=name)
    assert renaming is not None
    return workspace.submit(workspace.plan(renaming), Always())


RENAME = OperationIntent(
    id="checkpoint.rename",
    text="Re&name…",
    tip="Give the checkpoint another name.",
    icon="rename",
    tree_keys=("F2",),
    menu=Menu.CHECKPOINT,
    context=frozenset({Kind.CHECKPOINT}),
    unfit="Select one checkpoint.",
    operation=operation,
    form=form,
)
