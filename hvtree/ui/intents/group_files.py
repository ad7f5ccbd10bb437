"""Import Groups… and Export Groups…: which VMs belong together, as a file to be given to somebody else or kept."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog

from hvtree.app.workspace import Workspace
from hvtree.domain.group import Group
from hvtree.ui.bridge import ask
from hvtree.ui.intents.intent import Context, KnownIntent, WindowIntent
from hvtree.ui.known_groups import KnownGroups
from hvtree.ui.menu_names import Menu
from hvtree.ui.models.group_keys import group_key
from hvtree.ui.selection import Kind, Selection


def _import(context: Context) -> None:
    chooser = _chooser(context, "Import Groups", QFileDialog.AcceptMode.AcceptOpen)
    chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
    chooser.fileSelected.connect(lambda path: context.tasks.start(import_from(context, Path(path))))
    chooser.open()


async def import_from(context: Context, path: Path) -> None:
    """Ask whether the groups of a file are to be kept, and keep them; raise `BadInput` for a file that holds none."""
    from hvtree.app.group_files import read_groups  # noqa: PLC0415  (rare, as the next one)
    from hvtree.ui.dialogs.import_groups import ImportGroupsDialog  # noqa: PLC0415

    workspace, found = context.workspace, read_groups(path)
    dialog = ImportGroupsDialog(found, workspace.groups.definitions, workspace.fleet, context.window)
    if await ask(dialog) == QDialog.DialogCode.Accepted:
        await workspace.groups.save_all(found, workspace.fleet)
        context.left.show_groups(group_key(found[0].id))


def _export(context: Context) -> None:
    chosen = KnownGroups.of(context.workspace).group(context.selection.value)
    wanted = (chosen,) if chosen is not None else context.workspace.groups.definitions
    chooser = _chooser(context, "Export Groups", QFileDialog.AcceptMode.AcceptSave)
    chooser.setDefaultSuffix("json")
    chooser.selectFile(f"{_as_file(chosen.name)}.json" if chosen is not None else "groups.json")
    chooser.fileSelected.connect(lambda path: context.tasks.start(export_to(Path(path), wanted)))
    chooser.open()


async def export_to(path: Path, groups: tuple[Group, ...]) -> None:
    """Write groups into a file; raise `BadInput` if that is not possible."""
    from hvtree.app.group_files import write_groups  # noqa: PLC0415  (rare)

    write_groups(path, groups)


def _chooser(context: Context, caption: str, mode: QFileDialog.AcceptMode) -> QFileDialog:
    made = QFileDialog(context.window, caption, "", "Groups (*.json);;All files (*)")
    made.setAcceptMode(mode)
    made.finished.connect(made.deleteLater)
    return made


def _as_file(name: str) -> str:
    """Return a name without what a file's name cannot have."""
    return "".join(each if each.isalnum() or each in " -_" else "-" for each in name).strip() or "group"


def _why_none(_selection: Selection, workspace: Workspace) -> str:
    return "" if workspace.groups.definitions else "There are no groups yet."


IMPORT_GROUPS = WindowIntent(
    id="group.import",
    text="&Import Groups…",
    tip="Take over groups from a file.",
    menu=Menu.GROUP,
    section=5,
    do=_import,
)

EXPORT_GROUPS = KnownIntent(
    id="group.export",
    text="E&xport Groups…",
    tip="Write the selected group, or all of them, into a file.",
    menu=Menu.GROUP,
    section=5,
    context=frozenset({Kind.GROUP}),
    do=_export,
    why_not=_why_none,
)
