"""The tree by keyboard and mouse: Now, parents, children, names, menus; nothing destroys anything."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from hvtree.domain.address import VmAddress
from hvtree.domain.model import HostState
from hvtree.ui.models.tree_model import TreeModel
from hvtree.ui.selection import Selection
from hvtree.ui.views.tree_view import TreeView
from hvtree.values import replace
from tests.support.narrowing import not_none
from tests.support.trees import READ_AT, id_of, lab, vm
from tests.support.waiting import WAIT_MS
from tests.ui.models.vms import HOST, chain, checkpoint_address, view_of
from tests.ui.views.tree_rows import click, current, open_rows, place, press, row, selected

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def state() -> HostState:
    return lab(web="base(p1(p2*) p3)", db="x*")


@pytest.fixture
def tree(view: TreeView, model: TreeModel, state: HostState) -> TreeView:
    model.set_host(view_of(state))
    return view


@pytest.fixture
def selections(tree: TreeView) -> list[Selection]:
    told: list[Selection] = []
    tree.selected.changed.connect(told.append)
    return told


@pytest.mark.parametrize("key", [Qt.Key.Key_H, Qt.Key.Key_Home])
def test_a_key_goes_to_now_of_the_same_vm_and_opens_the_way_there(tree: TreeView, key: Qt.Key) -> None:
    click(tree, "web")
    click(tree, "base", "mark")
    press(tree, key)
    assert current(tree) == "Now"
    assert tree.selected.value.nows == (VmAddress(HOST, id_of("web")),)
    assert "p2" in open_rows(tree)


def test_on_a_host_the_key_for_now_goes_nowhere(tree: TreeView) -> None:
    click(tree, HOST)
    press(tree, Qt.Key.Key_H)
    assert current(tree) == HOST


@pytest.mark.parametrize("key", [Qt.Key.Key_Up, Qt.Key.Key_Left])
def test_alt_up_goes_to_the_parent_until_the_host(tree: TreeView, key: Qt.Key) -> None:
    click(tree, "p2")
    names = []
    for _ in range(6):
        press(tree, key, ALT)
        names.append(current(tree))
    assert names == ["p1", "base", "web", HOST, HOST, HOST]


def test_alt_down_goes_to_the_first_child_and_opens_the_row(tree: TreeView) -> None:
    click(tree, "web", "mark")
    click(tree, "web")
    names = []
    for _ in range(5):
        press(tree, Qt.Key.Key_Down, ALT)
        names.append(current(tree))
    assert names == ["base", "p1", "p2", "Now", "Now"]


def test_arrows_reach_every_row(tree: TreeView) -> None:
    click(tree, HOST)
    names = [current(tree)]
    for _ in range(20):
        press(tree, Qt.Key.Key_Down)
        names.append(current(tree))
    assert list(dict.fromkeys(names)) == list(dict.fromkeys(open_rows(tree)))


def test_left_and_right_close_and_open(tree: TreeView) -> None:
    click(tree, "web")
    press(tree, Qt.Key.Key_Left)
    assert "base" not in open_rows(tree)
    press(tree, Qt.Key.Key_Right)
    assert "base" in open_rows(tree)


def test_f2_edits_the_name_whichever_cell_was_clicked_and_enter_asks_for_it(
    tree: TreeView, state: HostState, qtbot: QtBot
) -> None:
    wishes = []
    tree.rename_requested.connect(lambda *wish: wishes.append(wish))
    index = row(tree, "p1")
    QTest.mouseClick(
        tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualRect(index.siblingAtColumn(3)).center()
    )
    press(tree, Qt.Key.Key_F2)
    editor = not_none(tree.findChild(QLineEdit))
    assert editor.text() == "p1"
    assert editor.selectedText() == "p1"
    QTest.keyClicks(editor, "before update")
    with qtbot.waitSignal(tree.rename_requested, timeout=WAIT_MS):
        QTest.keyClick(editor, Qt.Key.Key_Return)
    assert wishes == [(checkpoint_address(state, "web", "p1"), "before update")]


def test_escape_leaves_the_name_as_it_was(tree: TreeView) -> None:
    wishes = []
    tree.rename_requested.connect(lambda *wish: wishes.append(wish))
    click(tree, "p1")
    press(tree, Qt.Key.Key_F2)
    editor = not_none(tree.findChild(QLineEdit))
    QTest.keyClicks(editor, "other")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert wishes == []
    assert "p1" in open_rows(tree)


def test_a_refresh_does_not_overwrite_what_is_being_typed(
    tree: TreeView, model: TreeModel, state: HostState
) -> None:
    click(tree, "p1")
    press(tree, Qt.Key.Key_F2)
    editor = not_none(tree.findChild(QLineEdit))
    QTest.keyClicks(editor, "half a na")
    web = state.vms[id_of("web")]
    changed = tuple(replace(each, size_bytes=7) for each in web.checkpoints)
    model.set_host(view_of(state.with_vms(replace(web, checkpoints=changed))))
    assert editor.text() == "half a na"


@pytest.mark.parametrize("name", ["web", "Now", HOST])
def test_what_has_no_name_of_its_own_is_not_edited(tree: TreeView, name: str) -> None:
    click(tree, name)
    press(tree, Qt.Key.Key_F2)
    assert tree.findChild(QLineEdit) is None


def test_enter_asks_for_details(tree: TreeView, qtbot: QtBot) -> None:
    click(tree, "p1")
    with qtbot.waitSignal(tree.details_wanted, timeout=0):
        press(tree, Qt.Key.Key_Return)


def test_typing_the_beginning_of_a_name_goes_to_the_row(tree: TreeView) -> None:
    click(tree, HOST)
    QTest.keyClicks(tree, "p3")
    assert current(tree) == "p3"


def test_a_capital_letter_goes_to_one_row_and_selects_no_others(tree: TreeView) -> None:
    click(tree, HOST)
    press(tree, Qt.Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    assert selected(tree) == ["p1"]


def test_the_same_letter_again_goes_to_the_next_row(tree: TreeView) -> None:
    click(tree, HOST)
    names = []
    for _ in range(4):
        QTest.keyClicks(tree, "p")
        names.append(current(tree))
    assert names == ["p1", "p2", "p3", "p1"]


def test_letters_that_begin_no_name_go_nowhere(tree: TreeView) -> None:
    click(tree, "p1")
    QTest.keyClicks(tree, "zzz")
    assert current(tree) == "p1"


def test_an_h_within_a_word_is_a_letter(tree: TreeView, model: TreeModel) -> None:
    model.set_host(view_of(lab(aha="a*", web="b*")))
    click(tree, "web")
    QTest.keyClicks(tree, "aha")
    assert current(tree) == "aha"


def test_a_double_click_opens_a_row_or_asks_for_details_and_does_nothing_else(
    tree: TreeView, qtbot: QtBot
) -> None:
    asked = []
    tree.details_wanted.connect(lambda: asked.append(current(tree)))
    click(tree, "web")
    QTest.mouseDClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place(tree, "web"))
    assert "base" not in open_rows(tree)
    click(tree, "Now")
    QTest.mouseDClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place(tree, "Now"))
    assert len(asked) == 1


def test_a_click_on_the_mark_opens_and_closes_without_selecting(tree: TreeView) -> None:
    click(tree, "db")
    click(tree, "p1", "mark")
    assert "p2" not in open_rows(tree)
    assert selected(tree) == ["db"]
    click(tree, "p1", "mark")
    assert "p2" in open_rows(tree)


def test_the_menu_key_asks_for_a_menu_at_the_row(tree: TreeView) -> None:
    places: list[QPoint] = []
    tree.context_menu_wanted.connect(places.append)
    click(tree, "p1")
    reason = QContextMenuEvent.Reason.Keyboard
    QApplication.sendEvent(tree.viewport(), QContextMenuEvent(reason, QPoint(0, 0), QPoint(0, 0)))
    rect = tree.visualRect(row(tree, "p1"))
    point = tree.viewport().mapFromGlobal(places[0])
    assert rect.top() <= point.y() <= rect.bottom() + 1


def test_a_right_click_selects_the_row_and_asks_for_a_menu_there(tree: TreeView) -> None:
    places: list[QPoint] = []
    tree.context_menu_wanted.connect(places.append)
    spot = place(tree, "p3")
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.RightButton, pos=spot)
    reason = QContextMenuEvent.Reason.Mouse
    event = QContextMenuEvent(reason, spot, tree.viewport().mapToGlobal(spot))
    QApplication.sendEvent(tree.viewport(), event)
    assert selected(tree) == ["p3"]
    assert places == [tree.viewport().mapToGlobal(spot)]


def test_a_selection_names_what_its_rows_stand_for_from_the_top_down(
    tree: TreeView, state: HostState, selections: list[Selection]
) -> None:
    click(tree, "p3")
    for name in ("db", "base", "Now", "web"):
        click(tree, name, ctrl=True)
    expected = Selection(
        vms=(VmAddress(HOST, id_of("db")), VmAddress(HOST, id_of("web"))),
        nows=(VmAddress(HOST, id_of("db")),),
        checkpoints=tuple(checkpoint_address(state, "web", name) for name in ("base", "p3")),
    )
    assert selections[-1] == expected
    assert tree.selected.value == expected


def test_rows_of_two_hosts_belong_to_no_single_host(tree: TreeView, model: TreeModel) -> None:
    model.set_host(
        replace(view_of(lab(other="a*")), id="second", name="second", state=lab("second", other="a*"))
    )
    click(tree, "p3")
    click(tree, "second", ctrl=True)
    assert tree.selected.value.only_host is None
    assert tree.selected.value.host_ids == ("second", HOST)


def test_the_vm_of_the_focused_row_is_known(tree: TreeView) -> None:
    click(tree, "p2")
    assert tree.current_vm() == (HOST, id_of("web"))
    click(tree, HOST)
    assert tree.current_vm() is None


def test_everything_can_be_opened_and_closed(tree: TreeView) -> None:
    tree.expansion.close_all()
    assert open_rows(tree) == [HOST, "db", "web"]
    tree.expansion.open_all()
    assert open_rows(tree) == [HOST, "db", "x", "Now", "web", "base", "p1", "p2", "Now", "p3"]


def test_opening_everything_stops_where_nobody_reads_on_and_says_so(view: TreeView, model: TreeModel) -> None:
    told: list[int] = []
    view.expansion.opened_partly.connect(told.append)
    model.set_host(view_of(HostState.of(HOST, READ_AT, [chain(60, f"m{number}") for number in range(50)])))
    view.expansion.open_all()
    assert told == [2013]  # 33 VMs with 60 checkpoints and themselves
    assert view.isExpanded(row(view, "m32"))
    assert not view.isExpanded(row(view, "m33"))


def test_closing_everything_moves_the_focus_to_a_row_that_can_be_seen(tree: TreeView) -> None:
    click(tree, "p2")
    tree.expansion.close_all()
    assert current(tree) == "web"


def test_a_checkpoint_can_be_shown_from_elsewhere(tree: TreeView, state: HostState) -> None:
    tree.expansion.close_all()
    tree.selected.set(Selection(checkpoints=(checkpoint_address(state, "web", "p2"),)))
    assert current(tree) == "p2"
    assert selected(tree) == ["p2"]


def test_several_rows_that_are_selected_elsewhere_are_selected_here(tree: TreeView, state: HostState) -> None:
    wanted = Selection(
        vms=(VmAddress(HOST, id_of("db")),), checkpoints=(checkpoint_address(state, "web", "p3"),)
    )
    tree.selected.set(wanted)
    assert selected(tree) == ["db", "p3"]
    assert tree.selected.value == wanted


def test_what_is_selected_elsewhere_and_has_no_row_here_leaves_nothing_selected(tree: TreeView) -> None:
    click(tree, "p2")
    tree.selected.set(Selection(vms=(VmAddress(HOST, "gone"),)))
    assert selected(tree) == []


def test_ctrl_c_copies_the_names_of_the_selected_rows_exactly_as_they_are(
    view: TreeView, model: TreeModel
) -> None:
    odd = replace(vm("p1*", "web"), name="שלום \u200e1")
    model.set_host(view_of(HostState.of(HOST, READ_AT, [odd, vm("x*", "db")])))
    click(view, "db")
    press(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "db"
    for name in ("p1", "שלום \ufffd1"):
        click(view, name, ctrl=True)
    press(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "db\nשלום \u200e1\np1"


@pytest.mark.parametrize(
    ("where", "all_of_them"),
    [("p1", ["base", "p1", "p2", "p3"]), ("web", ["db", "web"]), (HOST, ["db", "web"])],
)
def test_ctrl_a_selects_all_checkpoints_of_a_vm_or_all_vms(
    tree: TreeView, where: str, all_of_them: list[str]
) -> None:
    click(tree, where)
    press(tree, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert selected(tree) == all_of_them


def test_a_range_of_many_rows_is_selected_whole_and_shrinks_again(view: TreeView, model: TreeModel) -> None:
    model.set_host(view_of(HostState.of(HOST, READ_AT, [chain(300)])))
    click(view, "deep", "mark")
    click(view, "patch 0")
    press(view, Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier)
    assert (len(view.selected.value.checkpoints), len(view.selected.value.nows)) == (300, 1)
    press(view, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert (len(view.selected.value.checkpoints), view.selected.value.nows) == (300, ())
    assert view.selectionModel().isRowSelected(0, row(view, "patch 120").parent())
