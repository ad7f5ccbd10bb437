"""What an import of groups would do, before it is done: which are new, which take the place of one that is there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from hvtree.domain.fleet import Fleet
from hvtree.domain.group import Group
from hvtree.domain.group_members import seen_members
from hvtree.domain.group_words import members_words
from hvtree.domain.words import count_words
from hvtree.ui.dialogs.value_table import ValueTable
from hvtree.ui.format import shown_name
from hvtree.ui.widgets.banner import Banner, Tone
from hvtree.ui.widgets.layouts import dialog_buttons, fit_to_width, in_dialog
from hvtree.ui.widgets.wrap_label import WrapLabel

_WIDTH = 620


class ImportGroupsDialog(QDialog):
    """Accepted if the groups of a file are to be kept."""

    def __init__(
        self, groups: Sequence[Group], known: Sequence[Group], fleet: Fleet, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Import Groups")
        ids = {each.id for each in known}
        replaced = sum(each.id in ids for each in groups)
        table = ValueTable("Group", "Members", "")
        table.show_rows([_row(each, fleet, is_known=each.id in ids) for each in groups])
        note = Banner(
            Tone.WARNING,
            f"{count_words(replaced, 'group')} will be replaced by what the file says.",
            "VMs and checkpoints stay as they are.",
        )
        note.setVisible(bool(replaced))
        cancel, accept = QPushButton("Cancel"), QPushButton(f"Import {count_words(len(groups), 'Group')}")
        heading = WrapLabel(f"{count_words(len(groups), 'group')} in the file", is_bold=True, scale=1.2)
        in_dialog(self, heading, table, note, dialog_buttons(self, cancel, accept))
        fit_to_width(self, _WIDTH)


def _row(group: Group, fleet: Fleet, *, is_known: bool) -> tuple[str, str, str]:
    members = members_words(seen_members(group.members, fleet))
    return shown_name(group.name), members, "replaces the present one" if is_known else "new"
