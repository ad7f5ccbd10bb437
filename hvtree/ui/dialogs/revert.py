"""The dialog of "Revert…": back to the checkpoint that the VM runs on."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from hvtree.operations.apply import RevertVm
from hvtree.ui.dialogs.going_back import GoingBackForm
from hvtree.ui.dialogs.operation_dialog import OperationDialog
from hvtree.ui.dialogs.planning import Planner


def revert_dialog(planner: Planner, vm_id: str, parent: QWidget) -> OperationDialog:
    """Return the dialog: Create Checkpoint and Revert (default), Revert, Cancel."""

    def make(safety: bool, start: bool) -> RevertVm:
        return RevertVm(vm_id, safety=safety, start=start)

    return OperationDialog(planner, GoingBackForm("Revert Virtual Machine", "Revert", make), parent)
