"""The dialogs of "Delete Checkpoint…" and "Delete Checkpoint Subtree…": which ones go, and what merges into what."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.model import HostState
from hvtree.operations.base import Operation
from hvtree.operations.delete import DeleteCheckpoints, DeleteCheckpointSubtree
from hvtree.ui.dialogs.operation_dialog import OperationDialog
from hvtree.ui.dialogs.planning import Choice, Form, Planner
from hvtree.ui.dialogs.value_table import ValueTable
from hvtree.ui.format import local_time, shown_name, size_words


class DeleteForm(Form):
    """The list of the checkpoints that will be deleted, if they are several."""

    def __init__(self, caption: str, operation: Operation, rows: tuple[tuple[str, ...], ...]) -> None:
        super().__init__(caption, "Delete")
        self._operation = operation
        if len(rows) > 1:
            table = ValueTable("Checkpoint", "VM", "Created", "Size")
            table.show_rows(rows)
            column = QVBoxLayout(self)
            column.setContentsMargins(0, 0, 0, 0)
            column.addWidget(table)

    def choices(self) -> tuple[Choice, ...]:
        """Return the deletion; its plan says how many."""
        return (Choice(self._operation),)


def delete_dialog(
    planner: Planner, refs: tuple[CheckpointRef, ...], state: HostState, parent: QWidget
) -> OperationDialog:
    """Return the dialog for deleting some checkpoints, each alone."""
    rows = tuple(_row(state, ref) for ref in refs)
    return OperationDialog(planner, DeleteForm("Delete Checkpoint", DeleteCheckpoints(refs), rows), parent)


def delete_subtree_dialog(
    planner: Planner, ref: CheckpointRef, state: HostState, parent: QWidget
) -> OperationDialog:
    """Return the dialog for deleting a checkpoint with everything below it."""
    below = state.vms[ref.vm_id].tree.subtree(ref.checkpoint_id)
    rows = tuple(_row(state, CheckpointRef(ref.vm_id, checkpoint_id)) for checkpoint_id in below)
    form = DeleteForm("Delete Checkpoint Subtree", DeleteCheckpointSubtree(ref), rows)
    return OperationDialog(planner, form, parent)


def _row(state: HostState, ref: CheckpointRef) -> tuple[str, ...]:
    checkpoint = state.checkpoint(ref)
    return (
        shown_name(checkpoint.name),
        shown_name(state.vms[ref.vm_id].name),
        local_time(checkpoint.created_utc),
        size_words(checkpoint.size_bytes),
    )
