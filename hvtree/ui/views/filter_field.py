"""The filter: finds VMs and checkpoints by name, kind and age, and says what it did not understand."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from hvtree.ui.icons import icon

HINT = (
    "Words are looked for in names and notes.\n"
    "kind:recovery, kind:memory, older:3d, newer:2h, larger:10GB, smaller:1GB, state:running narrow it down;\n"
    'quotes keep words together, a minus turns a term round: -"web server".'
)


class FilterField(QLineEdit):
    """One line. Escape empties it and leaves it, Down leaves it for the tree."""

    filter_changed = Signal(str)
    """The text, after each change."""
    left = Signal()
    """The user is done with it, and wants to go on in the tree."""

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText("Filter by name, kind: or older:")
        self.setAccessibleName("Filter")
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(230)
        self.setMaximumWidth(320)
        self._mark = QAction("What can be filtered by", self)
        self.addAction(self._mark, QLineEdit.ActionPosition.LeadingPosition)
        self.show_problem("")
        self.textChanged.connect(self.filter_changed)

    def show_problem(self, problem: str) -> None:
        """Say what of the text was not understood; nothing if all was."""
        self._mark.setIcon(icon("warning" if problem else "filter"))
        self._mark.setToolTip(problem or HINT)
        self.setToolTip(f"{problem}\n\n{HINT}" if problem else HINT)

    def take_focus(self) -> None:
        """Put the cursor here with everything selected."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)
