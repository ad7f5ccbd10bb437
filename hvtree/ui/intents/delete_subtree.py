"""Delete Checkpoint Subtree…: a checkpoint with everything below it."""

from __future__ import annotations

from hvtree.domain.address import CheckpointAddress
from hvtree.operations.delete import DeleteCheckpointSubtree
from hvtree.ui.intents.delete import DeleteForm
from hvtree.ui.intents.intent import Menu
from hvtree.ui.intents.operation_intent import Draft, OperationIntent
from hvtree.ui.selection import Kind, Selection


def operation(selection: Selection) -> DeleteCheckpointSubtree | None:
    """Return the deletion of one checkpoint with all below it."""
    checkpoint = selection.only_checkpoint
    return DeleteCheckpointSubtree(checkpoint) if checkpoint is not None else None


def form(draft: Draft) -> DeleteForm:
    """Return the form, with the list of all that go."""
    top = draft.selection.only_checkpoint
    assert top is not None
    ids = draft.fleet.vm(top.vm).tree.subtree(top.checkpoint_id)
    below = tuple(CheckpointAddress(top.host_id, top.vm_id, checkpoint_id) for checkpoint_id in ids)
    return DeleteForm("Delete Checkpoint Subtree", draft, below)


DELETE_SUBTREE = OperationIntent(
    id="checkpoint.delete_subtree",
    text="Delete Checkpoint &Subtree…",
    tip="Delete the checkpoint with everything below it.",
    icon="delete-subtree",
    menu=Menu.CHECKPOINT,
    section=1,
    context=frozenset({Kind.CHECKPOINT}),
    unfit="Select one checkpoint.",
    operation=operation,
    form=form,
)
