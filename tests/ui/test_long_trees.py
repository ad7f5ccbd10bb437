"""Going through a tree of many rows: what is asked, drawn and laid out for one page."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTextBrowser, QWidget

from hvtree.domain.model import HostState, Volume
from hvtree.ui.models.tree_model import TreeModel
from hvtree.ui.views import tree_style
from hvtree.ui.views.details import DetailsView
from hvtree.values import replace
from tests.support import trees
from tests.support.counting import Calls
from tests.support.narrowing import not_none
from tests.support.window import AtWindow, WindowUser

VMS = 120
CHAIN = "(".join(f"c{number}" for number in range(20)) + "*" + ")" * 19
"""So many checkpoints and files that the details of a VM are higher than their pane."""


def long() -> HostState:
    state = trees.lab(**{f"vm{number:03}": CHAIN for number in range(VMS)})
    return replace(state, volumes=(Volume("D:", 100_000 * trees.GB, 90_000 * trees.GB),))


def page_down(user: WindowUser) -> None:
    QTest.keyClick(user.window.tree, Qt.Key.Key_PageDown)


async def begin(user: WindowUser) -> None:
    """Select the topmost VM."""
    tree = user.window.tree
    tree.select(tree.model().index(0, 0, tree.model().index(0, 0)))
    await user.quiet()


def test_a_painting_asks_the_model_about_rows_and_not_about_cells(
    at_window: AtWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [Calls(monkeypatch, TreeModel, name) for name in ("parent", "flags", "data")]

    async def story(user: WindowUser) -> None:
        tree = user.window.tree
        await begin(user)
        rows = tree.viewport().height() // tree.rowHeight(tree.currentIndex())
        before = sum(each.number for each in asked)
        tree.viewport().repaint()
        assert sum(each.number for each in asked) - before < 3 * rows

    at_window(story, long())


def test_a_badge_is_drawn_once_for_all_rows_and_paintings_that_show_it(
    at_window: AtWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = Calls(monkeypatch, tree_style, "drawing")

    async def story(user: WindowUser) -> None:
        await begin(user)
        for _ in range(2):
            page_down(user)
            await user.quiet()
        before = drawn.number
        page_down(user)
        await user.quiet()
        assert 0 < before == drawn.number

    at_window(story, long())


def test_only_the_details_of_the_last_of_many_pages_are_shown(
    at_window: AtWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = Calls(monkeypatch, DetailsView, "show_details")

    async def story(user: WindowUser) -> None:
        await begin(user)
        before = shown.number
        for _ in range(5):
            page_down(user)
        assert shown.number == before
        await user.quiet()
        assert shown.number == before + 1
        vm = user.state.vms[user.selection.vms[0].vm_id]
        assert user.window.details.details.title == vm.name

    at_window(story, long())


def test_the_scroll_bar_of_the_details_stays_from_one_page_to_the_next(at_window: AtWindow) -> None:
    """Each time that it goes or comes, the whole page is laid out again."""

    async def story(user: WindowUser) -> None:
        bar = not_none(user.window.details.findChild(QTextBrowser)).verticalScrollBar()
        await begin(user)
        gone = _Hidden(bar)
        page_down(user)
        await user.quiet()
        assert gone.number == 0
        user.window.tree.select(user.window.tree.model().index(0, 0))
        await user.quiet()
        assert gone.number == 1

    at_window(story, long())


class _Hidden(QObject):
    """How often a widget has been hidden."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.number = 0
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        self.number += event.type() is QEvent.Type.Hide
        return super().eventFilter(watched, event)
