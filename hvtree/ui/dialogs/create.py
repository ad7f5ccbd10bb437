"""The dialog of "Checkpoint": a name, filled in and selected, so that Enter runs at once."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from hvtree.operations.create import CreateCheckpoint
from hvtree.ui.dialogs.name_field import NameField
from hvtree.ui.dialogs.operation_dialog import OperationDialog
from hvtree.ui.dialogs.planning import Choice, Form, Planner


class CreateForm(Form):
    """The name of the checkpoint to take."""

    def __init__(self, vm_ids: tuple[str, ...], name: str) -> None:
        super().__init__("Checkpoint", "Checkpoint")
        self._vm_ids = vm_ids
        self._is_one = len(vm_ids) == 1
        self._name = NameField("Checkpoint &name" if self._is_one else "&Name of all checkpoints", name)
        if not self._is_one:
            self._name.field.setPlaceholderText("Each VM's own default name")
        self._name.changed.connect(self.changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._name)

    def choices(self) -> tuple[Choice, ...]:
        """Return the checkpoint with the name as it stands."""
        name = self._name.name()
        if not name and self._is_one:
            name = " "  # an emptied field is refused as blank; only for several VMs does it mean the default names
        return (Choice(CreateCheckpoint(self._vm_ids, name)),)

    def focus_field(self) -> None:
        """Select the name."""
        self._name.take_focus()


def create_dialog(planner: Planner, vm_ids: tuple[str, ...], name: str, parent: QWidget) -> OperationDialog:
    """Return the dialog for a checkpoint of some VMs."""
    return OperationDialog(planner, CreateForm(vm_ids, name), parent)
