"""Export…: copy a checkpoint as a VM of its own into a folder on the host."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QLineEdit

from hvtree.domain.model import HostState
from hvtree.operations.export import ExportCheckpoint
from hvtree.ui.dialogs.form import Choice, Form
from hvtree.ui.intents.operation_intent import Draft, OperationIntent
from hvtree.ui.menu_names import Menu
from hvtree.ui.selection import Kind, Selection
from hvtree.ui.widgets.wrap_label import WrapLabel

_SAMPLE_FOLDER = "C:\\"
"""Stands for the folder that nobody has chosen yet when it is asked whether an export can be planned."""


def operation(selection: Selection, *, folder: str = _SAMPLE_FOLDER) -> ExportCheckpoint | None:
    """Return the export of one checkpoint."""
    checkpoint = selection.only_checkpoint
    return ExportCheckpoint(checkpoint, folder) if checkpoint is not None else None


class ExportForm(Form):
    """The folder. It cannot be browsed to: it lies on the host, not on this computer."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("Export Checkpoint", "Export")
        self._draft = draft
        self._folder = QLineEdit(_roomiest_folder(_host_of(draft)))
        self._folder.setAccessibleName("Folder on the host")
        self._folder.setPlaceholderText(r"D:\Exports")
        self._folder.textChanged.connect(self.changed)
        caption = QLabel("&Folder on the host")
        caption.setBuddy(self._folder)
        (host_name,) = draft.hosts.values()
        hint = WrapLabel(
            f"A path as {host_name} sees it, such as D:\\Exports; not a folder of this computer.",
            is_muted=True,
        )
        self.show_fields(caption, self._folder, hint)

    def choices(self) -> tuple[Choice, ...]:
        """Return the export into the folder as it stands."""
        return (Choice(self._draft.operation(folder=self._folder.text().strip())),)

    def focus_field(self) -> None:
        """Select the folder."""
        self._folder.setFocus()
        self._folder.selectAll()


def _host_of(draft: Draft) -> HostState:
    """Return the host that the checkpoint is on."""
    (host_id,) = draft.selection.host_ids
    return draft.fleet.hosts[host_id]


def _roomiest_folder(state: HostState) -> str:
    """Return the folder to offer: on the volume with most room."""
    if not state.volumes:
        return ""
    roomiest = max(state.volumes, key=lambda volume: volume.free_bytes)
    return roomiest.name.rstrip("\\") + "\\Exports"


EXPORT = OperationIntent(
    id="checkpoint.export",
    text="&Export…",
    tip="Copy the checkpoint as a VM of its own into a folder on the host.",
    icon="export",
    menu=Menu.CHECKPOINT,
    context=frozenset({Kind.CHECKPOINT}),
    unfit="Select one checkpoint.",
    operation=operation,
    form=ExportForm,
)
