"""Rename, Export and Delete Group Checkpoint…: exactly the checkpoints that were taken together, never others of their VMs."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QLineEdit

from hvtree.domain.names import quoted
from hvtree.operations.group_edits import DeleteGroupCheckpoint, ExportGroupCheckpoint, RenameGroupCheckpoint
from hvtree.ui.dialogs.form import Choice, Form
from hvtree.ui.dialogs.name_field import NameField, NameForm
from hvtree.ui.intents.delete import listed_form
from hvtree.ui.intents.group_target import UNFIT, target
from hvtree.ui.intents.operation_intent import SAMPLE_NAME, Draft, OperationIntent
from hvtree.ui.known_groups import KnownGroups
from hvtree.ui.menu_names import Menu
from hvtree.ui.selection import Kind, Selection
from hvtree.ui.widgets.wrap_label import WrapLabel

_SAMPLE_FOLDER = "C:\\"
_CONTEXT = frozenset({Kind.GROUP_CHECKPOINT})


def deletion(selection: Selection, *, known: KnownGroups | None = None) -> DeleteGroupCheckpoint | None:
    """Return the deletion of a group checkpoint."""
    wanted = target(selection, known)
    return DeleteGroupCheckpoint(wanted) if wanted is not None else None


def renaming(
    selection: Selection, *, name: str = SAMPLE_NAME, known: KnownGroups | None = None
) -> RenameGroupCheckpoint | None:
    """Return another name for a group checkpoint."""
    wanted = target(selection, known)
    return RenameGroupCheckpoint(wanted, name) if wanted is not None else None


def export(
    selection: Selection, *, folder: str = _SAMPLE_FOLDER, known: KnownGroups | None = None
) -> ExportGroupCheckpoint | None:
    """Return the export of a group checkpoint."""
    wanted = target(selection, known)
    return ExportGroupCheckpoint(wanted, folder) if wanted is not None else None


def rename_form(draft: Draft) -> NameForm:
    """Return the form: the new name of all its checkpoints."""
    found = draft.known.checkpoint(draft.selection)
    assert found is not None, "a form is made for a selection that fits only"
    field = NameField("New &name of all checkpoints", found.name)
    return NameForm("Rename Group Checkpoint", "Rename", field, draft.named)


def delete_form(draft: Draft) -> Form:
    """Return the form, with the list of what goes."""
    return listed_form("Delete Group Checkpoint", draft)


class ExportGroupForm(Form):
    """The folder, which is one on each of the hosts."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("Export Group Checkpoint", "Export")
        self._draft = draft
        self._folder = QLineEdit("D:\\Exports")
        self._folder.setAccessibleName("Folder on each host")
        self._folder.textChanged.connect(self.changed)
        caption = QLabel("&Folder on each host")
        caption.setBuddy(self._folder)
        hosts = ", ".join(quoted(each) for each in draft.hosts.values())
        hint = WrapLabel(
            f"A path as {hosts} see it; each VM gets a folder of its own below it.", is_muted=True
        )
        self.show_fields(caption, self._folder, hint)

    def choices(self) -> tuple[Choice, ...]:
        """Return the export into the folder as it stands."""
        return (Choice(self._draft.operation(folder=self._folder.text().strip())),)

    def focus_field(self) -> None:
        """Select the folder."""
        self._folder.setFocus()
        self._folder.selectAll()


RENAME_GROUP = OperationIntent(
    id="group_checkpoint.rename",
    text="&Rename Group Checkpoint…",
    tip="Give all checkpoints of a group checkpoint another name.",
    icon="rename",
    menu=Menu.GROUP,
    section=2,
    context=_CONTEXT,
    unfit=UNFIT,
    operation=renaming,
    form=rename_form,
    knows_groups=True,
)

EXPORT_GROUP = OperationIntent(
    id="group_checkpoint.export",
    text="Exp&ort Group Checkpoint…",
    tip="Copy each checkpoint of a group checkpoint as a VM of its own into a folder on its host.",
    icon="export",
    menu=Menu.GROUP,
    section=2,
    context=_CONTEXT,
    unfit=UNFIT,
    operation=export,
    form=ExportGroupForm,
    knows_groups=True,
)

DELETE_GROUP_CHECKPOINT = OperationIntent(
    id="group_checkpoint.delete",
    text="&Delete Group Checkpoint…",
    tip="Delete exactly the checkpoints that were taken together; others of the same VMs stay.",
    icon="delete",
    menu=Menu.GROUP,
    section=2,
    context=_CONTEXT,
    unfit=UNFIT,
    operation=deletion,
    form=delete_form,
    knows_groups=True,
)
