"""A changed row is painted if it can be seen, and costs nothing if it cannot."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from hvtree.domain.model import HostState
from hvtree.ui.filtering import CurrentFilter
from hvtree.ui.models.columns import Column
from hvtree.ui.models.tree_model import TreeModel
from hvtree.ui.selection import CurrentSelection
from hvtree.ui.views.tree_view import TreeView
from hvtree.values import replace
from tests.support.narrowing import not_none
from tests.support.trees import READ_AT, id_of, vm
from tests.support.waiting import WAIT_MS
from tests.ui.models.vms import HOST, plain, view_of

MANY = HostState.of(HOST, READ_AT, [vm("a*", f"vm{number:02}") for number in range(60)])
Index = QModelIndex | QPersistentModelIndex


class CountingModel(TreeModel):
    """Counts how often Qt asks where a row stands."""

    asked = 0

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        self.asked += 1
        return super().parent(index)


class NotedView(TreeView):
    """Notes the names of the rows that are painted."""

    def __init__(self, model: TreeModel) -> None:
        self.seen: list[str] = []
        super().__init__(model, CurrentSelection())

    def paint_row(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.seen.append(plain(index.data()))
        super().paint_row(painter, option, index)


@pytest.fixture
def many(qtbot: QtBot, english: None) -> Iterator[tuple[CountingModel, NotedView]]:
    """Sixty VMs in a tree of some rows' height that has been painted."""
    model = CountingModel(CurrentFilter(), clock=lambda: READ_AT, slice_s=float("inf"))
    view = NotedView(model)
    qtbot.addWidget(view)
    view.resize(1100, 300)
    model.set_host(view_of(MANY))
    view.show()
    qtbot.waitUntil(lambda: "vm00" in view.seen, timeout=WAIT_MS)
    yield model, view
    view.hide()


def note(model: TreeModel, name: str) -> None:
    """Let the host tell of other notes of a VM."""
    model.set_host(view_of(MANY.with_vms(replace(MANY.vms[id_of(name)], notes="look here"))))


def asked_for_the_row_of(model: CountingModel, name: str) -> int:
    """Return how often Qt asks when just this row changes."""
    model.asked = 0
    model.changed(not_none(model.node(model.index_of_vm(HOST, id_of(name)))))
    return model.asked


def test_a_row_that_nobody_has_seen_costs_no_question(many: tuple[CountingModel, NotedView]) -> None:
    model, _ = many
    assert asked_for_the_row_of(model, "vm01") > 0
    assert asked_for_the_row_of(model, "vm58") == 0


@pytest.mark.parametrize("name", ["vm02", "vm58"])
def test_a_row_in_sight_is_painted_anew_when_it_changes(
    qtbot: QtBot, many: tuple[CountingModel, NotedView], name: str
) -> None:
    model, view = many
    view.scrollTo(model.index_of_vm(HOST, id_of(name)))
    qtbot.waitUntil(lambda: name in view.seen, timeout=WAIT_MS)
    view.seen.clear()
    note(model, name)
    qtbot.waitUntil(lambda: name in view.seen, timeout=WAIT_MS)


def test_a_row_is_painted_anew_that_was_scrolled_into_sight_bit_by_bit(
    qtbot: QtBot, many: tuple[CountingModel, NotedView]
) -> None:
    model, view = many
    bar = view.verticalScrollBar()
    for _ in range(20):
        view.seen.clear()
        bar.setValue(bar.value() + 9)
        qtbot.waitUntil(lambda: view.seen != [], timeout=WAIT_MS)
    name = plain(view.indexAt(view.viewport().rect().center()).siblingAtColumn(Column.NAME).data())
    view.seen.clear()
    note(model, name)
    qtbot.waitUntil(lambda: name in view.seen, timeout=WAIT_MS)
