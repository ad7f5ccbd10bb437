"""The button that removes jobs from the activity: those that are done, and in its menu the failed ones too."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QMenu, QToolButton

from hvtree.domain.words import count_words
from hvtree.jobs.job import JobView
from hvtree.ui.models.activity import is_settled, needs_attention


class ClearButton(QToolButton):
    """Takes jobs off the list, not back: what they have done stays done."""

    clear_wanted = Signal(bool)
    """Whether the jobs that somebody has to see to are meant, too."""

    def __init__(self) -> None:
        super().__init__()
        self._has_done = False
        self.all_action = QAction("Clear Failed Jobs Too", self)
        self.all_action.triggered.connect(lambda: self.clear_wanted.emit(True))
        menu = QMenu(self)
        menu.addAction(self.all_action)
        self.setMenu(menu)
        self.setText("Clear")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.clicked.connect(self._on_clicked)
        self.show_jobs(())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self._open_menu()
        else:
            super().keyPressEvent(event)

    def show_jobs(self, jobs: Sequence[JobView]) -> None:
        """Offer what can be cleared of these."""
        done = sum(map(is_settled, jobs))
        failed = sum(map(needs_attention, jobs))
        self._has_done = bool(done)
        self.all_action.setEnabled(bool(failed))
        if done:
            tip = (
                f"Remove {count_words(done, 'job')} that {'is' if done == 1 else 'are'} done from this list."
            )
        else:
            tip = "No job in this list is done."
        if failed:
            tip += " Jobs that failed or differ from their plans stay until you clear them by the arrow or the Down key."
        self.setToolTip(tip)
        self.setAccessibleDescription(tip)
        self.setEnabled(bool(done or failed))

    def _on_clicked(self) -> None:
        """Clear what is done; where nothing is, show what else could be cleared."""
        if self._has_done:
            self.clear_wanted.emit(False)
        else:
            self._open_menu()

    def _open_menu(self) -> None:
        self.menu().popup(self.mapToGlobal(self.rect().bottomLeft()))
