"""The status bar: what is too long for it loses its middle and is in the tool tip in full."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QAccessible, QHelpEvent, QImage
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QStatusBar, QToolTip
from pytestqt.qtbot import QtBot

from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.domain.errors import ConnectionFailure
from hvtree.ui.views.status import StatusLine
from tests.support import trees
from tests.support.narrowing import not_none
from tests.support.waiting import WAIT_MS

LONG = f"first {'x' * 200} last"
HOST = f"first-{'x' * 200}-last"


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    """A window of a small screen's width."""
    made = QMainWindow()
    qtbot.addWidget(made)
    made.resize(1024, 300)
    return made


@pytest.fixture
def status(qtbot: QtBot, window: QMainWindow) -> StatusLine:
    """Its status bar, on the screen."""
    made = StatusLine(window)
    with qtbot.waitExposed(window, timeout=WAIT_MS):
        window.show()
    return made


def picture(bar: QStatusBar) -> QImage:
    return bar.grab().toImage()


def tip_at_left(bar: QStatusBar) -> str:
    """Point at the left of the bar, and return the tool tip."""
    QToolTip.showText(QPoint(), "")
    place = QPoint(20, bar.height() // 2)
    QApplication.sendEvent(bar, QHelpEvent(QEvent.Type.ToolTip, place, bar.mapToGlobal(place)))
    return QToolTip.text()


def host(status: StatusLine, window: QMainWindow, name: str = HOST) -> QLabel:
    """Show a host of this name that cannot be reached; return the label that says so."""
    error = ConnectionFailure("The cable is out.")
    status.show_host(HostView("1", name, ConnectionPhase.STALE, error=error), trees.READ_AT)
    QApplication.sendPostedEvents()
    return not_none(next(each for each in window.findChildren(QLabel) if each.text().startswith(name)))


def test_a_long_message_shows_its_beginning_and_its_end(status: StatusLine, window: QMainWindow) -> None:
    bar = window.statusBar()
    status.say(LONG)
    whole = picture(bar)
    status.say(LONG.replace("last", "lost"))
    assert picture(bar) != whole, "the end is shown"
    status.say(LONG.replace("first", "fir__"))
    assert picture(bar) != whole, "the beginning is shown"
    status.say(LONG.replace("x" * 200, "x" * 100 + "much" + "x" * 100))
    assert picture(bar) == whole, "the middle is not shown"


def test_a_message_that_is_cut_is_in_the_tool_tip_in_full(status: StatusLine, window: QMainWindow) -> None:
    bar = window.statusBar()
    status.say("<b>short</b>")
    assert tip_at_left(bar) == ""
    status.say(LONG)
    assert tip_at_left(bar) == LONG
    assert bar.currentMessage() == LONG


def test_a_long_host_name_loses_its_middle_and_not_its_state(status: StatusLine, window: QMainWindow) -> None:
    host(status, window)
    whole = picture(window.statusBar())
    host(status, window, HOST.replace("x" * 200, "x" * 100 + "much" + "x" * 100))
    assert picture(window.statusBar()) == whole, "the middle of the name is not shown"
    host(status, window, HOST.replace("last", "lost"))
    assert picture(window.statusBar()) != whole, "the end of the name is shown"
    assert window.width() == 1024


def test_a_host_name_that_is_cut_is_in_the_tool_tip_and_read_aloud_in_full(
    status: StatusLine, window: QMainWindow
) -> None:
    label = host(status, window)
    assert label.toolTip() == f"{HOST}: Connection lost\nThe cable is out."
    told = not_none(QAccessible.queryAccessibleInterface(label))
    assert told.text(QAccessible.Text.Name) == f"{HOST}: Connection lost"
    window.resize(4000, 300)
    QApplication.sendPostedEvents()
    assert label.toolTip() == "The cable is out."
