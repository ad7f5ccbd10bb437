"""The dialog of "Checkpoint Group…": one name for all, and each member's state now and afterwards."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from hvtree.operations.base import Plan
from hvtree.operations.group import CheckpointGroup
from hvtree.ui.dialogs.name_field import NameField
from hvtree.ui.dialogs.operation_dialog import OperationDialog
from hvtree.ui.dialogs.planning import Choice, Form, Planner
from hvtree.ui.dialogs.value_table import ValueTable
from hvtree.ui.format import shown_name, state_words


class GroupForm(Form):
    """The name of the checkpoints, and the members."""

    def __init__(self, vm_ids: tuple[str, ...], name: str) -> None:
        super().__init__("Checkpoint Group", "Checkpoint")
        self._vm_ids = vm_ids
        self._name = NameField("&Name of all checkpoints", name)
        self._name.changed.connect(self.changed)
        self._members = ValueTable("Member", "Checkpoints", "State now", "State afterwards")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._name)
        column.addWidget(self._members)

    def choices(self) -> tuple[Choice, ...]:
        """Return the group checkpoint with the name as it stands."""
        return (Choice(CheckpointGroup(self._vm_ids, self._name.name())),)

    def planned(self, plan: Plan) -> None:
        """Show the members as the plan finds and leaves them."""
        self._members.show_rows(tuple(_row(plan, vm_id) for vm_id in self._vm_ids))

    def focus_field(self) -> None:
        """Select the name."""
        self._name.take_focus()


def group_dialog(planner: Planner, vm_ids: tuple[str, ...], name: str, parent: QWidget) -> OperationDialog:
    """Return the dialog for a checkpoint of several VMs at one instant."""
    return OperationDialog(planner, GroupForm(vm_ids, name), parent)


def _row(plan: Plan, vm_id: str) -> tuple[str, ...]:
    before, after = plan.before.vms[vm_id], plan.expected.vms[vm_id]
    checkpoints = f"{len(before.checkpoints):,} → {len(after.checkpoints):,}"
    return shown_name(before.name), checkpoints, state_words(before.state), state_words(after.state)
