"""Apply…: take a VM back to a checkpoint, with Hyper-V Manager's three buttons."""

from __future__ import annotations

from hvtree.operations.apply import ApplyCheckpoint
from hvtree.ui.intents.going_back import GoingBackForm
from hvtree.ui.intents.intent import Menu
from hvtree.ui.intents.operation_intent import Draft, OperationIntent
from hvtree.ui.selection import Kind, Selection


def operation(selection: Selection, *, safety: bool = False, start: bool = False) -> ApplyCheckpoint | None:
    """Return the way to one checkpoint; without a safety checkpoint, which must not decide whether there is a way."""
    checkpoint = selection.only_checkpoint
    return ApplyCheckpoint(checkpoint, safety=safety, start=start) if checkpoint is not None else None


def form(draft: Draft) -> GoingBackForm:
    """Return the form: Create Checkpoint and Apply (default), Apply, Cancel."""
    return GoingBackForm("Apply Checkpoint", "Apply", draft)


APPLY = OperationIntent(
    id="checkpoint.apply",
    text="&Apply…",
    tip="Take the VM back to this checkpoint.",
    icon="apply",
    menu=Menu.CHECKPOINT,
    tool_bar=(2, 0),
    context=frozenset({Kind.CHECKPOINT}),
    unfit="Select one checkpoint.",
    operation=operation,
    form=form,
)
