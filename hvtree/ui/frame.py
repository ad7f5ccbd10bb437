"""What is painted first of the window: its menu bar, its tool bar, the start page, or what is being opened.

The rest is loaded when this is on the screen, and put into it by `workbench` and `controls`. Nothing may be imported here that the
first paint does not need.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QLabel, QMainWindow, QMenu, QStackedWidget, QWidget

from hvtree.ui.menu_names import Menu
from hvtree.ui.views.start_page import StartPage
from hvtree.ui.widgets.layouts import in_column
from hvtree.ui.widgets.tool_bar import FittingToolBar

_SIZE = QSize(1360, 840)
_SPACE = 24
"""Pixels around the words that say what is being opened."""


class Frame(QMainWindow):
    """A window that can be seen and closed, with nothing to work with yet."""

    painted = Signal()
    """It is on the screen for the first time."""
    close_wanted = Signal()
    """The user wants to end the program; the window stays until it is told to go."""

    def __init__(self, opening: str = "") -> None:
        """`opening` says in a sentence what is being opened; without it the start page is shown."""
        super().__init__()
        self.setWindowTitle("HVTree")
        self.resize(_SIZE)
        self._is_painted = False
        self._early: SignalInstance | None = None
        self.menus_by_name = {menu: _with_a_moment(self.menuBar().addMenu(menu.value)) for menu in Menu}
        self.tool_bar = FittingToolBar("Tool bar")
        self.tool_bar.hold_room()
        self.addToolBar(self.tool_bar)
        self.statusBar()
        self.start_page = StartPage()
        self._opening = QLabel()
        self._opening.setTextFormat(Qt.TextFormat.PlainText)
        self._opening.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._opening.setWordWrap(True)
        self._opening.setMargin(_SPACE)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.start_page)
        self.pages.addWidget(self._opening)
        middle = QWidget()
        self.column = in_column(middle, self.pages, spacing=0)
        self.column.setStretchFactor(self.pages, 1)
        self.setCentralWidget(middle)
        for wish in (self.start_page.demo_wanted, self.start_page.connect_wanted):
            wish.connect(partial(self._keep, wish))
        self.show_opening(opening)

    @property
    def is_at_front(self) -> bool:
        """No host is shown yet, or no longer."""
        return self.pages.currentWidget() in (self._opening, self.start_page)

    def show_opening(self, sentence: str) -> None:
        """Say what is being opened; the start page returns if that is nothing."""
        self._opening.setText(sentence)
        if self.is_at_front:
            self.show_front()

    def show_front(self) -> None:
        """Show what is being opened, or else the start page."""
        page = self._opening if self._opening.text() else self.start_page
        if page is self.start_page:
            self.start_page.fill()
        if page is not self.pages.currentWidget() or page is self._opening:
            self.pages.setCurrentWidget(page)
            (self.start_page.demo_button if page is self.start_page else self).setFocus()

    def answer_early_wish(self) -> None:
        """Emit once more what was pressed on the start page before there was anybody to hear it."""
        early, self._early = self._early, None
        if early is not None:
            early.emit()

    def _keep(self, wish: SignalInstance) -> None:
        self._early = wish

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.close_wanted.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._is_painted:
            self._is_painted = True
            QTimer.singleShot(
                0, self.painted.emit
            )  # after its parts, and when all of it has gone to the screen


def _with_a_moment(menu: QMenu) -> QMenu:
    """Return a menu that says that it is coming: Qt opens none that is empty."""
    menu.addAction("One moment…").setEnabled(False)
    return menu
