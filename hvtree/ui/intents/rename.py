"""Rename…: another name for a checkpoint, asked in a dialog, or typed in place in the tree (F2)."""

from __future__ import annotations

from hvtree.app.workspace import Workspace
from hvtree.domain.address import CheckpointAddress
from hvtree.operations.rename import RenameCheckpoint
from hvtree.ui.dialogs.approval import Always
from hvtree.ui.dialogs.form import Choice, Form
from hvtree.ui.dialogs.name_field import NameField
from hvtree.ui.intents.intent import Menu
from hvtree.ui.intents.operation_intent import SAMPLE_NAME, Draft, OperationIntent
from hvtree.ui.selection import Kind, Selection


def operation(selection: Selection, *, name: str = SAMPLE_NAME) -> RenameCheckpoint | None:
    """Return another name for one checkpoint."""
    checkpoint = selection.only_checkpoint
    return RenameCheckpoint(checkpoint, name) if checkpoint is not None else None


class RenameForm(Form):
    """The new name of a checkpoint."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("Rename Checkpoint", "Rename")
        self._draft = draft
        checkpoint = draft.selection.only_checkpoint
        assert checkpoint is not None
        self._name = NameField("New &name", draft.fleet.checkpoint(checkpoint).name)
        self._name.changed.connect(self.changed)
        self.show_fields(self._name)

    def choices(self) -> tuple[Choice, ...]:
        """Return the new name as it stands."""
        return (Choice(self._draft.operation(name=self._name.name())),)

    def focus_field(self) -> None:
        """Select the name."""
        self._name.take_focus()


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
    form=RenameForm,
)
