"""Edit Notes of Group Checkpoint…: what HVTree keeps in the notes, said in all parts of a group checkpoint at once."""

from __future__ import annotations

from hvtree.domain.passport import Passport
from hvtree.domain.passport_change import PassportChange
from hvtree.operations.group_notes import EditGroupNotes
from hvtree.ui.dialogs.group_notes_form import GroupNotesForm
from hvtree.ui.intents.group_target import UNFIT, target
from hvtree.ui.intents.operation_intent import SAMPLE_NAME, Draft, OperationIntent
from hvtree.ui.known_groups import KnownGroups
from hvtree.ui.menu_names import Menu
from hvtree.ui.selection import Kind, Selection

_SAMPLE = PassportChange.to(reason=SAMPLE_NAME)


def operation(
    selection: Selection,
    *,
    change: PassportChange = _SAMPLE,
    author: str = "",
    known: KnownGroups | None = None,
) -> EditGroupNotes | None:
    """Return other notes of a group checkpoint."""
    wanted = target(selection, known)
    return EditGroupNotes(wanted, change, author=author) if wanted is not None else None


def form(draft: Draft) -> GroupNotesForm:
    """Return the form with what the parts say now."""
    found = draft.known.checkpoint(draft.selection)
    assert found is not None, "a form is made for a selection that fits only"
    there = [each.checkpoint.passport for each in found.there if each.checkpoint is not None]
    passports = [each or Passport() for each in there]
    return GroupNotesForm(passports, lambda change: draft.operation(change=change), draft.now_utc.date())


EDIT_GROUP_NOTES = OperationIntent(
    id="group_checkpoint.notes",
    text="Edit No&tes of Group Checkpoint…",
    tip="Say in all checkpoints of a group checkpoint why it was taken, for which ticket and until when it is wanted; or lock them.",
    icon="notes",
    menu=Menu.GROUP,
    section=2,
    context=frozenset({Kind.GROUP_CHECKPOINT, Kind.CHECKPOINT}),
    unfit=UNFIT,
    operation=operation,
    form=form,
    signature=lambda signer: {"author": signer.author},
    knows_groups=True,
)
