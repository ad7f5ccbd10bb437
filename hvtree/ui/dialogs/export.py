"""The dialog of "Export…": into which folder on the host."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from hvtree.domain.checkpoint import CheckpointRef
from hvtree.operations.export import ExportCheckpoint
from hvtree.ui.dialogs.operation_dialog import OperationDialog
from hvtree.ui.dialogs.planning import Choice, Form, Planner
from hvtree.ui.theme import colours
from hvtree.ui.widgets.wrap_label import WrapLabel


class ExportForm(Form):
    """The folder. It cannot be browsed to: it lies on the host, not on this computer."""

    def __init__(self, ref: CheckpointRef, folder: str, host_name: str) -> None:
        super().__init__("Export Checkpoint", "Export")
        self._ref = ref
        self._folder = QLineEdit(folder)
        self._folder.setAccessibleName("Folder on the host")
        self._folder.setPlaceholderText(r"D:\Exports")
        self._folder.textChanged.connect(self.changed)
        caption = QLabel("&Folder on the host")
        caption.setBuddy(self._folder)
        hint = WrapLabel(
            f"A path as {host_name} sees it, such as D:\\Exports; not a folder of this computer.",
            colour=colours(self).muted,
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (caption, self._folder, hint):
            column.addWidget(widget)

    def choices(self) -> tuple[Choice, ...]:
        """Return the export into the folder as it stands."""
        return (Choice(ExportCheckpoint(self._ref, self._folder.text().strip())),)

    def focus_field(self) -> None:
        """Select the folder."""
        self._folder.setFocus()
        self._folder.selectAll()


def export_dialog(planner: Planner, ref: CheckpointRef, folder: str, parent: QWidget) -> OperationDialog:
    """Return the dialog for an export; `folder` is what the field begins with."""
    return OperationDialog(planner, ExportForm(ref, folder, planner.host_name), parent)
