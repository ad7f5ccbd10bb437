"""A plan that needs a yes and has no questions of its own: also what is shown when a host changed in the meantime."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from hvtree.operations.base import Operation, Plan
from hvtree.ui.bridge import ask
from hvtree.ui.dialogs.form import Choice, Form, Planner
from hvtree.ui.dialogs.operation_dialog import OperationDialog


class PlainForm(Form):
    """A form without fields: the operation is settled."""

    def __init__(self, operation: Operation, caption: str) -> None:
        super().__init__(caption)
        self._operation = operation

    def choices(self) -> tuple[Choice, ...]:
        """Return the one operation."""
        return (Choice(self._operation),)


def plan_dialog(planner: Planner, operation: Operation, caption: str, parent: QWidget) -> OperationDialog:
    """Return a dialog that shows the plan of an operation and asks for a yes."""
    return OperationDialog(planner, PlainForm(operation, caption), parent)


class AskAgain:
    """Shows a plan that differs from the one the user said yes to, with a note that the host has changed."""

    def __init__(self, host_name: str, parent: QWidget) -> None:
        self._host_name = host_name
        self._parent = parent

    async def __call__(self, plan: Plan) -> bool:
        """Ask, and give the answer."""
        dialog = plan_dialog(
            Planner(self._host_name, lambda _operation: plan), plan.operation, "Plan", self._parent
        )
        dialog.show_note(
            "The host has changed since you looked.",
            "This is the plan as it is now. Nothing has been touched yet.",
        )
        return bool(await ask(dialog))
