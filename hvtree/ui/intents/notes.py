"""Edit Notes…: the notes of a checkpoint or of a VM, with what HVTree keeps in those of checkpoints."""

from __future__ import annotations

from functools import partial

from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.operations.notes import EditNotes, Written
from hvtree.ui.dialogs.notes_form import NotesForm
from hvtree.ui.intents.operation_intent import SAMPLE_NAME, Draft, OperationIntent
from hvtree.ui.menu_names import Menu
from hvtree.ui.selection import Kind, Selection


def of_checkpoint(selection: Selection, *, notes: str = SAMPLE_NAME) -> EditNotes | None:
    """Return other notes of one checkpoint."""
    checkpoint = selection.only_checkpoint
    return EditNotes((Written(checkpoint, notes),)) if checkpoint is not None else None


def of_vm(selection: Selection, *, notes: str = SAMPLE_NAME) -> EditNotes | None:
    """Return other notes of one VM."""
    only = selection.targets if len(selection.targets) == 1 else ()
    return EditNotes((Written(only[0], notes),)) if only else None


def form(draft: Draft, *, is_vm: bool) -> NotesForm:
    """Return the form with the notes as they are."""
    notes = _present(draft, draft.selection.targets[0] if is_vm else draft.selection.only_checkpoint)
    return NotesForm(
        notes,
        lambda text: draft.operation(notes=text),
        author=draft.signer.author,
        now_utc=draft.now_utc,
        has_passport=not is_vm,
    )


def _present(draft: Draft, target: VmAddress | CheckpointAddress | None) -> str:
    if isinstance(target, VmAddress):
        return draft.fleet.vm(target).notes
    assert target is not None, "a form is made for a selection that fits only"
    return draft.fleet.checkpoint(target).notes


EDIT_NOTES = OperationIntent(
    id="checkpoint.notes",
    text="Edit No&tes…",
    tip="Say why the checkpoint was taken, for which ticket and until when it is wanted.",
    icon="notes",
    menu=Menu.CHECKPOINT,
    section=2,
    context=frozenset({Kind.CHECKPOINT}),
    unfit="Select one checkpoint.",
    operation=of_checkpoint,
    form=partial(form, is_vm=False),
)

EDIT_VM_NOTES = OperationIntent(
    id="vm.notes",
    text="Edit &Notes of VM…",
    tip="Change the notes of the VM.",
    icon="notes",
    menu=Menu.VM,
    section=2,
    context=frozenset({Kind.VM}),
    unfit="Select one VM.",
    operation=of_vm,
    form=partial(form, is_vm=True),
)
