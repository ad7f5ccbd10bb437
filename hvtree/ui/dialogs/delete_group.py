"""The question before a group is forgotten, which says what stays."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from hvtree.domain.group import Group
from hvtree.domain.names import quoted
from hvtree.domain.words import count_words
from hvtree.ui.widgets.banner import Banner, Tone
from hvtree.ui.widgets.layouts import dialog_buttons, fit_to_width, in_dialog


class DeleteGroupDialog(QDialog):
    """Accepted if the user wants to forget the group."""

    def __init__(self, group: Group, checkpoints: int, parent: QWidget) -> None:
        """`checkpoints` is how many group checkpoints were taken of it."""
        super().__init__(parent)
        self.setWindowTitle("Delete Group")
        cancel, delete = QPushButton("Cancel"), QPushButton("Delete Group")
        what = f"The group {quoted(group.name)} is no longer remembered on this computer."
        stay = f"Its {count_words(len(group.members), 'VM')} and all their checkpoints stay as they are"
        taken = f", {count_words(checkpoints, 'group checkpoint')} among them" if checkpoints else ""
        buttons = dialog_buttons(self, cancel, delete, is_grave=True)
        in_dialog(self, Banner(Tone.WARNING, what, f"{stay}{taken}."), None, buttons)
        cancel.setFocus()
        fit_to_width(self, 520)
