"""Names in the tree: a long one loses its middle, one that nobody typed is short and can still be used in full."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from hvtree.app.host_view import ConnectionPhase
from hvtree.domain.errors import ConnectionFailure
from hvtree.domain.names import safety_name
from hvtree.ui.dialogs.value_table import ValueTable
from hvtree.ui.models.columns import Column
from hvtree.ui.models.tree_model import TreeModel
from hvtree.ui.views.tree_view import TreeView
from hvtree.values import replace
from tests.support.narrowing import not_none
from tests.support.trees import EPOCH, lab, vm
from tests.ui.models.vms import HOST, view_of
from tests.ui.views.tree_rows import click, current, press

SAFETY = safety_name("web", EPOCH.replace(tzinfo=None))
SHOWN = "Safety 9/21 12:00 PM"
MIDDLE = "-" * 40 + "much" + "-" * 40


@pytest.fixture
def tree(view: TreeView, model: TreeModel) -> TreeView:
    made = vm("base(typed*)", "web")
    base, other = made.checkpoints
    model.set_host(view_of(lab(web=replace(made, checkpoints=(base, replace(other, name=SAFETY))))))
    return view


@pytest.mark.parametrize("typed", ["Safety 9/21", "Safety Checkpoint"])
def test_a_short_name_is_found_by_typing_what_is_shown_or_what_it_is(tree: TreeView, typed: str) -> None:
    click(tree, HOST)
    QTest.keyClicks(tree, typed)
    assert current(tree) == SHOWN


def test_f2_edits_and_ctrl_c_copies_the_full_name(tree: TreeView) -> None:
    click(tree, SHOWN)
    press(tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == SAFETY
    press(tree, Qt.Key.Key_F2)
    assert not_none(tree.findChild(QLineEdit)).text() == SAFETY


def picture_of(view: TreeView, model: TreeModel, name: str) -> QImage:
    """Return the name cell of a VM of that name in a column that is too narrow for it."""
    made = vm("", "web")
    model.set_host(view_of(lab(web=replace(made, name=name))))
    view.header().resizeSection(Column.NAME, 260)
    cell = view.visualRect(model.index_of_vm(HOST, made.id))
    return view.viewport().grab(cell).toImage()


def test_a_name_that_is_too_long_shows_its_beginning_and_its_end(view: TreeView, model: TreeModel) -> None:
    whole = picture_of(view, model, f"first{MIDDLE}last")
    assert picture_of(view, model, f"other{MIDDLE}last") != whole
    assert picture_of(view, model, f"first{MIDDLE}next") != whole
    assert picture_of(view, model, f"first{MIDDLE.replace('much', 'lots')}last") == whole


def test_a_sentence_that_is_too_long_shows_its_beginning(view: TreeView, model: TreeModel) -> None:
    view.header().resizeSection(Column.NAME, 260)
    pictures = []
    for ending in ("last", "LAST"):
        error = ConnectionFailure(f"The host cannot be reached. {MIDDLE * 4}{ending}")
        model.set_host(replace(view_of(None, ConnectionPhase.FAILED), error=error))
        note = model.index(0, 0, model.index_of_host(HOST))
        assert str(note.data()).endswith(ending)
        pictures.append(view.viewport().grab(view.visualRect(note)).toImage())
    assert pictures[0] == pictures[1]


def test_a_value_that_is_too_long_shows_its_beginning_and_its_end(qtbot: QtBot) -> None:
    table = ValueTable("Member", "State")
    qtbot.addWidget(table)
    table.resize(300, 120)

    def picture_of(name: str) -> QImage:
        table.show_rows(((name, "Off"),))
        return table.viewport().grab().toImage()

    whole = picture_of(f"first{MIDDLE}last")
    assert picture_of(f"other{MIDDLE}last") != whole
    assert picture_of(f"first{MIDDLE}next") != whole
