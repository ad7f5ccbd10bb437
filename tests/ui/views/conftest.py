"""A tree view on the screen, over a model under Qt's tester."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hvtree.ui.filtering import CurrentFilter
from hvtree.ui.models.tree_model import TreeModel
from hvtree.ui.selection import CurrentSelection
from hvtree.ui.views.tree_view import TreeView
from tests.support.trees import READ_AT
from tests.support.waiting import WAIT_MS


@pytest.fixture
def english(qapp: QApplication) -> Iterator[None]:
    """Numbers and dates as in the USA, whatever the machine speaks."""
    before = QLocale()
    QLocale.setDefault(QLocale("en_US"))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def model(qapp: QApplication) -> TreeModel:
    """An empty tree model that does all of its work at once."""
    made = TreeModel(CurrentFilter(), clock=lambda: READ_AT, slice_s=float("inf"))
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    QAbstractItemModelTester(made, mode, made).setUseFetchMore(False)
    return made


@pytest.fixture(autouse=True)
def _slow_typing(qapp: QApplication) -> Iterator[None]:
    """Letters belong to one word, however slowly they come."""
    before = qapp.keyboardInputInterval()
    qapp.setKeyboardInputInterval(WAIT_MS)
    yield
    qapp.setKeyboardInputInterval(before)


@pytest.fixture
def view(qtbot: QtBot, model: TreeModel, english: None) -> TreeView:
    """A tree view of some rows' height, shown and active."""
    made = TreeView(model, CurrentSelection())
    qtbot.addWidget(made)
    made.resize(1100, 300)
    with qtbot.waitExposed(made, timeout=WAIT_MS):
        made.show()
    made.setFocus()
    return made
