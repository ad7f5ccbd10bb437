"""Lock and Unlock: checkpoints that HVTree is not to delete; done at once, since each leads back to the other."""

from __future__ import annotations

from datetime import datetime

from hvtree.operations.notes import LockCheckpoints, UnlockCheckpoints
from hvtree.ui.dialogs.form import Choice, Form
from hvtree.ui.intents.operation_intent import Draft, OperationIntent
from hvtree.ui.menu_names import Menu
from hvtree.ui.selection import Kind, Selection


def locked(
    selection: Selection, *, at_utc: datetime | None = None, author: str = ""
) -> LockCheckpoints | None:
    """Return the lock of the selected checkpoints."""
    return LockCheckpoints(selection.checkpoints, author, at_utc) if selection.has_only_checkpoints else None


def unlocked(selection: Selection, **_time: datetime) -> UnlockCheckpoints | None:
    """Return the unlocking of the selected checkpoints; it has no time."""
    return UnlockCheckpoints(selection.checkpoints) if selection.has_only_checkpoints else None


def form(draft: Draft) -> Form:
    """Return the form, which asks for nothing."""
    return Form("Notes", "Continue", Choice(draft.operation()))


LOCK = OperationIntent(
    id="checkpoint.lock",
    text="&Lock",
    tip="Refuse to delete the checkpoint until it is unlocked; its notes say so.",
    icon="lock",
    menu=Menu.CHECKPOINT,
    section=2,
    context=frozenset({Kind.CHECKPOINT, Kind.GROUP_CHECKPOINT}),
    unfit="Select one or more checkpoints.",
    operation=locked,
    form=form,
    to_decide=lambda _plan: (),
    signature=lambda signer: {"author": signer.author},
)

UNLOCK = OperationIntent(
    id="checkpoint.unlock",
    text="&Unlock",
    tip="Let the checkpoint be deleted again.",
    icon="unlock",
    menu=Menu.CHECKPOINT,
    section=2,
    context=frozenset({Kind.CHECKPOINT, Kind.GROUP_CHECKPOINT}),
    unfit="Select one or more checkpoints.",
    operation=unlocked,
    form=form,
    to_decide=lambda _plan: (),
)
