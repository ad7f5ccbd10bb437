"""The filter: finds VMs and checkpoints by name, kind and age, and says what it did not understand."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from hvtree.ui.filtering import CurrentFilter, Filter
from hvtree.ui.format import plain_tip
from hvtree.ui.icons import icon

HINT = (
    "Words are looked for in names and notes.\n"
    "kind:recovery, kind:memory, older:3d, newer:2h, larger:10GB, smaller:1GB, state:running narrow it down;\n"
    'quotes keep words together, a minus turns a term round: -"web server".'
)

FILTER_KEYS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("Esc",), "Empty the filter and go back to the tree"),
    (("Down", "Enter"), "Go to the tree, to what was found"),
)
"""Keys, and what they do in words."""


class FilterField(QLineEdit):
    """A line edit. Escape clears it and goes back to the tree, Down goes to the tree."""

    left = Signal()
    """The user wants to continue in the tree."""

    def __init__(self, current: CurrentFilter) -> None:
        super().__init__()
        self._current = current
        self.setPlaceholderText("Filter by name, kind: or older:")
        self.setAccessibleName("Filter")
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(230)
        self.setMaximumWidth(320)
        self._mark = QAction("What can be filtered by", self)
        self.addAction(self._mark, QLineEdit.ActionPosition.LeadingPosition)
        self._show_problem("")
        self.textChanged.connect(self._on_text_changed)
        current.changed.connect(self._on_filter_changed)

    def _on_filter_changed(self, value: Filter) -> None:
        """Show what is looked for, if it was set elsewhere."""
        if value.text != self.text():
            self.setText(value.text)

    def _on_text_changed(self, text: str) -> None:
        self._current.set(text)
        self._show_problem(self._current.value.problem)

    def _show_problem(self, problem: str) -> None:
        """Show what of the text was not understood, if anything."""
        self._mark.setIcon(icon("warning" if problem else "filter"))
        self._mark.setToolTip(plain_tip(problem or HINT))
        self.setToolTip(plain_tip(f"{problem}\n\n{HINT}") if problem else HINT)

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
