"""The dialog of "Rename…"; F2 in the tree renames in place without it."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from hvtree.domain.checkpoint import CheckpointRef
from hvtree.operations.rename import RenameCheckpoint
from hvtree.ui.dialogs.name_field import NameField
from hvtree.ui.dialogs.operation_dialog import OperationDialog
from hvtree.ui.dialogs.planning import Choice, Form, Planner


class RenameForm(Form):
    """The new name of a checkpoint."""

    def __init__(self, ref: CheckpointRef, name: str) -> None:
        super().__init__("Rename Checkpoint", "Rename")
        self._ref = ref
        self._name = NameField("New &name", name)
        self._name.changed.connect(self.changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._name)

    def choices(self) -> tuple[Choice, ...]:
        """Return the new name as it stands."""
        return (Choice(RenameCheckpoint(self._ref, self._name.name())),)

    def focus_field(self) -> None:
        """Select the name."""
        self._name.take_focus()


def rename_dialog(planner: Planner, ref: CheckpointRef, name: str, parent: QWidget) -> OperationDialog:
    """Return the dialog for another name."""
    return OperationDialog(planner, RenameForm(ref, name), parent)
