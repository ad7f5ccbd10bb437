"""The filter: finds VMs and checkpoints by name, kind and age, and says what it did not understand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from hvtree.app.host_view import HostView
from hvtree.domain.search_words import FILTER_WORDS, Suggestion, suggestions
from hvtree.ui.filtering import CurrentFilter, Filter, host_names
from hvtree.ui.format import plain_tip
from hvtree.ui.icons import icon
from hvtree.ui.views.filter_offers import FilterOffers

HINT = (
    "Words are looked for in names and notes.\n"
    + "\n".join(f"{word.name}: {word.means}" for word in FILTER_WORDS)
    + '\nQuotes keep words together, a minus turns a term round: -"web server".'
)

FILTER_KEYS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("Esc",), "Empty the filter and go back to the tree"),
    (("Down", "Enter"), "Go to the tree, to what was found"),
    (("Ctrl+Space",), "List what can be filtered by; Down chooses, Enter takes it, Esc closes the list"),
)
"""Keys, and what they do in words."""
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class FilterField(QLineEdit):
    """A line edit. Escape clears it and goes back to the tree, Down goes to the tree.

    While a word of the filter may be meant, what it may be is offered in a list below; then Down goes into that, and
    Escape closes it.
    """

    left = Signal()
    """The user wants to continue in the tree."""

    def __init__(self, current: CurrentFilter, hosts: Callable[[], Iterable[HostView]] = tuple) -> None:
        """`hosts` returns the hosts whose names may follow `host:`."""
        super().__init__()
        self._current = current
        self._hosts = hosts
        self.setPlaceholderText("Filter by name, kind: or older:")
        self.setAccessibleName("Filter")
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(230)
        self.setMaximumWidth(320)
        self._mark = QAction("What can be filtered by", self)
        self._mark.triggered.connect(self.list_offers)
        self.offers = FilterOffers(self)
        self.offers.chosen.connect(self._on_chosen)
        self.addAction(self._mark, QLineEdit.ActionPosition.LeadingPosition)
        self._show_problem("")
        self.textChanged.connect(self._on_text_changed)
        self.textEdited.connect(self._on_text_edited)
        current.changed.connect(self._on_filter_changed)

    def _on_filter_changed(self, value: Filter) -> None:
        """Show what is looked for, if it was set elsewhere."""
        if value.text != self.text():
            self.setText(value.text)

    def _on_text_changed(self, text: str) -> None:
        self._current.set(text)
        self._show_problem(self._current.value.problem)

    def _on_text_edited(self, _text: str) -> None:
        self._offer()

    def _show_problem(self, problem: str) -> None:
        """Show what of the text was not understood, if anything."""
        self._mark.setIcon(icon("warning" if problem else "filter"))
        self._mark.setToolTip(plain_tip(problem or HINT))
        self.setToolTip(plain_tip(f"{problem}\n\n{HINT}") if problem else HINT)

    def take_focus(self) -> None:
        """Put the cursor here with everything selected."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def list_offers(self) -> None:
        """List what may be typed where the cursor is."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._offer(asked=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Space and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.list_offers()
        elif self.offers.is_open and (key == Qt.Key.Key_Escape or (key in _ENTER and self.offers.has_choice)):
            event.ignore()  # it is the list's
        elif key == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        elif key == Qt.Key.Key_Down or key in _ENTER:
            self.offers.close()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _offer(self, *, asked: bool = False) -> None:
        names = chain.from_iterable(map(host_names, self._hosts()))
        found = suggestions(self.text(), self.cursorPosition(), hosts=names, asked=asked)
        self.offers.show_offers(found)

    def _on_chosen(self, taken: Suggestion) -> None:
        """Take what was chosen, and offer what may follow a word that needs a value."""
        self.setText(taken.text)
        self.setCursorPosition(taken.cursor)
        if taken.text[: taken.cursor].endswith(":"):
            QTimer.singleShot(0, self, self._offer)
