"""A thousand selected rows: nothing that is done with them asks for more than what is shown."""

from __future__ import annotations

from itertools import count as count_up

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt
from PySide6.QtGui import QAccessible, QColor
from PySide6.QtTest import QTest

from hvtree.domain.address import CheckpointAddress
from hvtree.domain.model import HostState, Volume
from hvtree.operations import create, group
from hvtree.operations.delete import DeleteCheckpoints
from hvtree.ui.intents.create import CREATE, CREATE_NAMED
from hvtree.ui.intents.delete import DELETE
from hvtree.ui.intents.group import GROUP
from hvtree.ui.intents.rename import RENAME
from hvtree.ui.models.slices import Slices
from hvtree.ui.models.tree_model import TreeModel
from hvtree.ui.selection import Selection
from hvtree.ui.views import details_several
from hvtree.values import replace
from tests.support import trees
from tests.support.counting import Calls
from tests.support.window import AtWindow, WindowUser

SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
PLAIN = Qt.KeyboardModifier.NoModifier
VMS = 150
ROWS = 6 * VMS
"""Each VM has five checkpoints in a chain, so that no two of its rows have the same parent; and its Now."""


def many() -> HostState:
    state = trees.lab(**{f"vm{number:03}": "a(b(c(d(e*))))" for number in range(VMS)})
    return replace(state, volumes=(Volume("D:", 100_000 * trees.GB, 90_000 * trees.GB),))


async def open_all(user: WindowUser) -> list[QModelIndex]:
    """Open every VM; return the rows from the first VM on."""
    user.choose_from("View", "Expand All")
    await user.quiet()
    tree = user.window.tree
    index = tree.indexBelow(tree.model().index(0, 0))
    found = []
    while index.isValid():
        found.append(index)
        index = tree.indexBelow(index)
    return found


def press(user: WindowUser, row: QModelIndex, keys: Qt.KeyboardModifier, button: Qt.MouseButton) -> None:
    tree = user.window.tree
    tree.scrollTo(row)
    QTest.mouseClick(tree.viewport(), button, keys, tree.visualRect(row).center())


def click(user: WindowUser, row: QModelIndex, keys: Qt.KeyboardModifier = PLAIN) -> None:
    press(user, row, keys, Qt.MouseButton.LeftButton)


def count(user: WindowUser) -> int:
    chosen = user.selection
    return len(chosen.vms) + len(chosen.nows) + len(chosen.checkpoints)


def whole(user: WindowUser) -> Selection:
    """Return a selection of all checkpoints of the host."""
    each = user.state.all_checkpoints()
    return Selection(checkpoints=tuple(CheckpointAddress(user.view.id, it.vm_id, it.id) for it in each))


def paint(user: WindowUser) -> None:
    user.window.tree.viewport().repaint()


def test_painting_asks_hardly_more_with_a_thousand_selected_rows_than_with_none(
    at_window: AtWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Calls(monkeypatch, TreeModel, "parent")

    async def story(user: WindowUser) -> None:
        rows = await open_all(user)
        click(user, rows[0])
        await user.quiet()
        before = asked.during(lambda: paint(user))
        click(user, rows[-1], SHIFT)
        await user.quiet()
        assert count(user) > ROWS
        assert asked.during(lambda: paint(user)) < before + 1_000

    at_window(story, many())


def test_selecting_a_thousand_rows_asks_for_few_parents(
    at_window: AtWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Calls(monkeypatch, TreeModel, "parent")

    async def story(user: WindowUser) -> None:
        rows = await open_all(user)
        click(user, rows[0])
        user.window.tree.scrollTo(rows[-1])
        await user.quiet()
        assert asked.during(lambda: click(user, rows[-1], SHIFT)) < 2_000
        assert count(user) > ROWS
        assert asked.during(lambda: click(user, rows[-20], CTRL)) < 500
        assert asked.during(lambda: QTest.keyClick(user.window.tree, Qt.Key.Key_Up, SHIFT)) < 2_000

    at_window(story, many())


def test_what_can_be_done_with_many_is_found_out_without_a_plan_and_a_few_are_named(
    at_window: AtWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = Calls(monkeypatch, DeleteCheckpoints, "plan")
    named = Calls(monkeypatch, details_several, "shown_name")

    async def story(user: WindowUser) -> None:
        await open_all(user)
        user.window.selection.set(whole(user))
        await user.quiet()
        assert user.can(DELETE)
        assert f"and {len(whole(user).checkpoints) - 30:,} more" in user.window.details.text()
        assert plans.number == 0
        assert named.number < 100

    at_window(story, many())


def test_vms_are_named_only_in_a_refusal(at_window: AtWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    named = [Calls(monkeypatch, module, "vms") for module in (create, group)]

    async def story(user: WindowUser) -> None:
        tree = user.window.tree
        tree.select(tree.model().index(0, 0, tree.model().index(0, 0)))
        await user.quiet()
        before = [each.number for each in named]
        QTest.keyClick(tree, Qt.Key.Key_A, CTRL)
        await user.quiet()
        assert len(user.selection.vms) == VMS
        assert user.can(GROUP)
        assert [each.number for each in named] == before

    at_window(story, many())


def test_both_ways_to_take_a_checkpoint_are_looked_into_once(
    at_window: AtWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks = Calls(monkeypatch, create.CreateCheckpoint, "check")

    async def story(user: WindowUser) -> None:
        user.window.tree.select(user.window.tree.model().index(0, 0, user.window.tree.model().index(0, 0)))
        await user.quiet()
        before = checks.number
        QTest.keyClick(user.window.tree, Qt.Key.Key_A, CTRL)
        await user.quiet()
        assert user.can(CREATE)
        assert user.can(CREATE_NAMED)
        assert checks.number == before + 1

    at_window(story, many())


def test_what_can_be_done_with_many_is_found_out_piece_by_piece(
    at_window: AtWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = Calls(monkeypatch, Slices, "turn")

    async def story(user: WindowUser) -> None:
        await user.quiet()
        user.window.bench.updating.budget_s = 0.0
        before = turns.number
        user.window.selection.set(whole(user))
        await user.quiet()
        assert turns.number - before > 20
        assert user.can(DELETE)
        assert "750 checkpoints" in user.window.details.text()

    at_window(story, many())


def test_a_selection_that_changes_meanwhile_is_the_one_that_counts(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await user.quiet()
        updating, slices = user.window.bench.updating, count_up()
        updating.budget_s = 0.0
        one = Selection(checkpoints=(user.address("vm007", "c"),))

        def choose_another() -> None:
            if next(slices) == 5:
                user.window.selection.set(one)

        updating.slice_ended.connect(choose_another)
        user.window.selection.set(whole(user))
        await user.quiet()
        assert user.can(RENAME)
        assert not user.can(GROUP)
        assert user.window.details.text().startswith("c\n")

    at_window(story, many())


def test_every_selected_row_is_painted_as_one(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        tree = user.window.tree
        rows = await open_all(user)
        click(user, rows[-1])
        click(user, rows[0], SHIFT)
        click(user, rows[5], CTRL)
        click(user, rows[6], CTRL)
        click(user, rows[6], CTRL)
        await user.quiet()
        picture = tree.viewport().grab().toImage()

        def ground(number: int) -> QColor:
            rect = tree.visualRect(rows[number])
            return picture.pixelColor(QPoint(rect.right() - 2, rect.center().y()))

        others = [number for number in range(15) if number != 5]
        assert all(ground(number).lightness() < 140 for number in others)  # blue, in both themes
        assert ground(5).name() == tree.palette().base().color().name() == "#ffffff"

    at_window(story, many())


def test_a_row_comes_and_goes_by_ctrl_click_and_the_others_stay(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        rows = await open_all(user)
        click(user, rows[0])
        click(user, rows[-1], SHIFT)
        whole = count(user)
        click(user, rows[-30], CTRL)
        assert count(user) == whole - 1
        click(user, rows[-30], CTRL)
        assert count(user) == whole
        click(user, rows[0])
        click(user, rows[10], SHIFT)
        click(user, rows[20], CTRL)
        click(user, rows[25], SHIFT)  # from the row that was clicked last on
        assert count(user) == 11 + 6
        click(user, rows[15], SHIFT)  # instead of those
        assert count(user) == 11 + 6
        click(user, rows[3])
        assert count(user) == 1

    at_window(story, many())


def test_a_right_click_on_one_of_many_selected_rows_keeps_them_all(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        rows = await open_all(user)
        click(user, rows[0])
        click(user, rows[-2], SHIFT)
        whole = count(user)
        press(user, rows[400], PLAIN, Qt.MouseButton.RightButton)
        assert count(user) == whole
        press(user, rows[-1], PLAIN, Qt.MouseButton.RightButton)
        assert count(user) == 1

    at_window(story, many())


def test_a_screen_reader_hears_that_the_row_with_the_focus_is_selected(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        tree = user.window.tree
        rows = await open_all(user)
        click(user, rows[0])
        click(user, rows[-1], SHIFT)
        for number in (700, 3):
            tree.scrollTo(rows[number])
            flag = QItemSelectionModel.SelectionFlag.NoUpdate
            tree.selectionModel().setCurrentIndex(rows[number], flag)
            place = tree.viewport().mapToGlobal(tree.visualRect(rows[number]).center())
            heard = QAccessible.queryAccessibleInterface(tree).childAt(place.x(), place.y())
            assert heard.state().selected, number

    at_window(story, many())


def test_rows_that_leave_are_no_longer_selected_and_all_others_stay(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        rows = await open_all(user)
        click(user, rows[0])
        click(user, rows[-1], SHIFT)
        whole = count(user)
        user.filter("-vm007")
        await user.quiet()
        assert count(user) == whole - 1 - 5 - VMS  # the VM, its checkpoints, and every Now
        user.leave_filter()

    at_window(story, many())
