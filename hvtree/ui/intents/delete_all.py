"""Delete All Checkpoints of These VMs…: more than a group checkpoint, so that its number has to be typed."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QLineEdit

from hvtree.domain.words import count_words
from hvtree.operations.base import Plan
from hvtree.operations.delete_all import DeleteAllCheckpoints
from hvtree.ui.dialogs.form import Choice, Form
from hvtree.ui.dialogs.value_table import ValueTable
from hvtree.ui.format import shown_name
from hvtree.ui.intents.operation_intent import Draft, OperationIntent
from hvtree.ui.menu_names import Menu
from hvtree.ui.selection import Kind, Selection
from hvtree.ui.widgets.on_demand import OnDemand


def operation(selection: Selection) -> DeleteAllCheckpoints | None:
    """Return the deletion of all checkpoints of the VMs that the selection is about."""
    is_of_vms = bool(selection.targets) and not selection.checkpoints
    return DeleteAllCheckpoints(selection.targets) if is_of_vms else None


class DeleteAllForm(Form):
    """The VMs with how many go, and a field for that number."""

    is_loud = True

    def __init__(self, draft: Draft) -> None:
        super().__init__("Delete All Checkpoints", "Delete", Choice(draft.operation()))
        self._count = 0
        self._table = ValueTable("VM", "Checkpoints now", "Afterwards")
        self._caption = QLabel()
        self._typed = QLineEdit()
        self._typed.setMaximumWidth(90)
        self._typed.textChanged.connect(self.changed)
        self._caption.setBuddy(self._typed)
        self.show_fields(self._table, self._caption, self._typed)

    def planned(self, plan: Plan) -> None:
        """Show how many go."""
        counts = {
            vm: (len(plan.before.vm(vm).checkpoints), len(plan.expected.vm(vm).checkpoints))
            for vm in plan.vms
        }
        self._count = sum(now - then for now, then in counts.values())
        self._caption.setText(
            f"To delete {count_words(self._count, 'checkpoint')} of {count_words(len(plan.vms), 'VM')}, "
            f"type &{self._count}:"
        )
        self._typed.setAccessibleName(f"Type {self._count} to delete all")
        self._table.show_rows(
            OnDemand(
                plan.vms,
                lambda vm: (shown_name(plan.before.vm(vm).name), *(f"{each:,}" for each in counts[vm])),
            )
        )

    def withheld(self) -> str:
        """Return what has to be typed first."""
        return "" if self._typed.text().strip() == str(self._count) else f"Type {self._count} first."

    def focus_field(self) -> None:
        """Put the cursor where the number is typed."""
        self._typed.setFocus()


DELETE_ALL = OperationIntent(
    id="vm.delete_all",
    text="Delete All Checkpoints of &These VMs…",
    tip="Delete every checkpoint of the selected VMs, whoever has taken it; their present state stays.",
    icon="delete",
    menu=Menu.VM,
    section=3,
    context=frozenset({Kind.VM, Kind.GROUP}),
    unfit="Select VMs, or a group.",
    operation=operation,
    form=DeleteAllForm,
)
