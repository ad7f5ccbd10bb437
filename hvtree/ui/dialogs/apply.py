"""The dialog of "Apply…", with Hyper-V Manager's three buttons."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from hvtree.domain.checkpoint import CheckpointRef
from hvtree.operations.apply import ApplyCheckpoint
from hvtree.ui.dialogs.going_back import GoingBackForm
from hvtree.ui.dialogs.operation_dialog import OperationDialog
from hvtree.ui.dialogs.planning import Planner


def apply_dialog(planner: Planner, ref: CheckpointRef, parent: QWidget) -> OperationDialog:
    """Return the dialog: Create Checkpoint and Apply (default), Apply, Cancel."""

    def make(safety: bool, start: bool) -> ApplyCheckpoint:
        return ApplyCheckpoint(ref, safety=safety, start=start)

    return OperationDialog(planner, GoingBackForm("Apply Checkpoint", "Apply", make), parent)
