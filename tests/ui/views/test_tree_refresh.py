"""Selection, open rows and scroll position stay through every refresh."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject
from PySide6.QtCore import QItemSelectionModel
from pytestqt.qtbot import QtBot

from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.domain.model import HostState
from hvtree.ui.filtering import CurrentFilter
from hvtree.ui.models.tree_model import TreeModel
from hvtree.ui.selection import CurrentSelection, Selection
from hvtree.ui.views.tree_selection import first_found
from hvtree.ui.views.tree_view import TreeView
from hvtree.values import replace
from tests.support.forests import states
from tests.support.trees import READ_AT, id_of, lab, ref, vm
from tests.ui.models.shown import node_of, ref_of, rows_of
from tests.ui.models.vms import HOST, chain, checkpoint_address, fan, view_of
from tests.ui.views.tree_rows import canvas, click, current, open_rows, row, selected


def many(*names: str) -> HostState:
    return HostState.of(HOST, READ_AT, [vm("a(b*)", name) for name in names])


def test_the_selection_stays_on_its_checkpoint_when_rows_come_and_move(
    view: TreeView, model: TreeModel
) -> None:
    model.set_host(view_of(lab(web="base(p1(p2*) p3)")))
    click(view, "p2")
    click(view, "p3", ctrl=True)
    model.set_host(view_of(lab(aaa="x*", web="base(p0 p2(p3*))")))
    assert selected(view) == ["p2", "p3"]


def test_a_checkpoint_that_is_gone_is_no_longer_selected(view: TreeView, model: TreeModel) -> None:
    model.set_host(view_of(lab(web="base(p1(p2*))")))
    click(view, "p1")
    click(view, "p2", ctrl=True)
    told: list[Selection] = []
    view.selected.changed.connect(told.append)
    state = lab(web="base(p2*)")
    model.set_host(view_of(state))
    assert selected(view) == ["p2"]
    assert told[-1] == view.selected.value
    assert view.selected.value.checkpoints == (checkpoint_address(state, "web", "p2"),)


def test_a_refresh_without_changes_tells_no_new_selection(view: TreeView, model: TreeModel) -> None:
    model.set_host(view_of(lab(web="base(p1*)")))
    click(view, "p1")
    told: list[Selection] = []
    view.selected.changed.connect(told.append)
    model.set_host(view_of(lab(web="base(p1*)")))
    assert told == []


def test_rows_stay_open_and_closed_as_the_user_left_them(view: TreeView, model: TreeModel) -> None:
    model.set_host(view_of(lab(web="base(p1(p2*))", db="x(y*)")))
    click(view, "p1", "mark")
    click(view, "db", "mark")
    model.set_host(view_of(lab(web="base(p0 p1(p2*))", db="x(y(z*))")))
    assert open_rows(view) == [HOST, "db", "web", "base", "p0", "p1"]


def test_a_new_checkpoint_below_a_leaf_can_be_seen_at_once(view: TreeView, model: TreeModel) -> None:
    model.set_host(view_of(lab(web="base(p1 p2*)")))
    model.set_host(view_of(lab(web="base(p1(p3) p2*)")))
    assert open_rows(view) == [HOST, "web", "base", "p1", "p3", "p2", "Now"]


def test_a_vm_that_comes_back_is_open_as_it_was(view: TreeView, model: TreeModel) -> None:
    model.set_host(view_of(lab(web="base(p1*)", db="x*")))
    click(view, "web", "mark")
    model.set_host(view_of(lab(db="x*")))
    model.set_host(view_of(lab(web="base(p1*)", db="x*")))
    assert open_rows(view) == [HOST, "db", "x", "Now", "web"]


def test_rows_that_come_above_do_not_push_away_what_is_looked_at(view: TreeView, model: TreeModel) -> None:
    model.set_host(view_of(many(*(f"m{number:02}" for number in range(12)))))
    click(view, "m00")
    view.verticalScrollBar().setValue(500)
    watched = view.indexAt(view.viewport().rect().center())
    name, top = watched.data(), view.visualRect(watched).top()
    model.set_host(view_of(many("aaa", "bbb", *(f"m{number:02}" for number in range(12)))))
    again = view.indexAt(view.viewport().rect().center())
    assert (again.data(), view.visualRect(again).top()) == (name, top)


def test_whoever_is_at_the_top_sees_what_comes_there(view: TreeView, model: TreeModel) -> None:
    model.set_host(view_of(many(*(f"m{number:02}" for number in range(12)))))
    model.set_host(view_of(many("aaa", *(f"m{number:02}" for number in range(12)))))
    assert view.verticalScrollBar().value() == 0


def test_the_scroll_position_is_held_when_the_watched_row_is_removed(
    view: TreeView, model: TreeModel
) -> None:
    names = [f"m{number:02}" for number in range(12)]
    model.set_host(view_of(many(*names)))
    view.verticalScrollBar().setValue(500)
    top = view.indexAt(view.viewport().rect().topLeft())
    below = view.indexBelow(top)
    while node_of(below).row_key[1] == node_of(top).row_key[1]:
        below = view.indexBelow(below)
    name, height = below.data(), view.visualRect(below).top()
    gone = node_of(top).row_key[1]
    model.set_host(view_of(many(*(each for each in names if id_of(each) != gone))))
    assert view.visualRect(row(view, name)).top() == height


def test_a_host_that_goes_stale_keeps_selection_and_open_rows(view: TreeView, model: TreeModel) -> None:
    state = lab(web="base(p1*)")
    model.set_host(view_of(state))
    click(view, "p1")
    rows = open_rows(view)
    model.set_host(view_of(state, ConnectionPhase.STALE))
    assert (selected(view), open_rows(view)) == (["p1"], rows)


def test_a_filter_opens_what_it_finds_and_leaves_everything_as_it_was(
    view: TreeView, model: TreeModel
) -> None:
    model.set_host(view_of(lab(web="base(p1(p2*) p3)", db="x(y*)")))
    click(view, "web", "mark")
    before = open_rows(view)
    model.filter.set("p2")
    assert open_rows(view) == [HOST, "web", "base", "p1", "p2"]
    model.filter.set("")
    assert open_rows(view) == before


def test_what_is_closed_while_a_filter_is_set_is_open_without_it(view: TreeView, model: TreeModel) -> None:
    model.set_host(view_of(lab(web="base(p1(p2*) p3)")))
    before = open_rows(view)
    model.filter.set("p2")
    click(view, "base", "mark")
    model.filter.set("")
    assert open_rows(view) == before


def test_the_row_with_the_focus_is_in_sight_when_a_filter_is_cleared(
    view: TreeView, model: TreeModel
) -> None:
    model.set_host(view_of(many(*(f"m{number:02}" for number in range(30)))))
    model.filter.set("m27")
    click(view, "b")
    model.filter.set("")
    assert view.viewport().rect().contains(view.visualRect(view.currentIndex()).center())


def test_the_selected_row_stays_selected_under_a_filter_that_finds_it(
    view: TreeView, model: TreeModel
) -> None:
    model.set_host(view_of(lab(web="base(p1(p2*) p3)", db="x*")))
    click(view, "p2")
    model.filter.set("p2")
    assert selected(view) == ["p2"]
    model.filter.set("")
    assert (selected(view), current(view)) == (["p2"], "p2")


@pytest.mark.parametrize(("deep", "rows"), [(1000, 1003), (60, 63)])
def test_a_chain_as_deep_as_you_like_opens_down_to_now(
    view: TreeView, model: TreeModel, deep: int, rows: int
) -> None:
    model.set_host(view_of(HostState.of(HOST, READ_AT, [chain(deep)])))
    click(view, "deep", "mark")
    assert len(open_rows(view)) == rows
    view.go_to_now()
    view.select(model.index_of_now(HOST, "deep"))
    assert view.viewport().rect().contains(view.visualRect(view.currentIndex()).center())


def test_a_thousand_children_are_opened_with_their_vm(view: TreeView, model: TreeModel) -> None:
    model.set_host(view_of(HostState.of(HOST, READ_AT, [fan(1000)])))
    click(view, "wide", "mark")
    assert len(open_rows(view)) == 1003


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(before=states(), after=states(), data=st.data())
def test_what_is_selected_and_still_there_is_selected_after_any_refresh(
    qtbot: QtBot, before: HostState, after: HostState, data: DataObject
) -> None:
    model = TreeModel(CurrentFilter(), slice_s=float("inf"))
    view = TreeView(model, CurrentSelection())
    qtbot.addWidget(view)
    model.set_host(HostView(HOST, HOST, ConnectionPhase.CONNECTED, before))
    rows_of(model)
    indexes = [model.index_of(each.ref) for each in before.all_checkpoints()]
    chosen = (
        data.draw(st.lists(st.sampled_from(indexes), unique_by=lambda index: index.internalId()))
        if indexes
        else []
    )
    refs = {ref_of(index) for index in chosen}
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for index in chosen:
        view.selectionModel().select(index, flags)

    model.set_host(HostView(HOST, HOST, ConnectionPhase.CONNECTED, after))

    still = {each.ref for each in after.all_checkpoints()}
    found = {ref_of(index) for index in view.selectionModel().selectedRows()} - {None}
    assert {each.ref for each in view.selected.value.checkpoints} == found
    if refs & still or not refs:
        assert found == refs & still
    else:  # all are gone: one row above them is selected instead
        assert len(view.selectionModel().selectedRows()) == 1


def test_a_change_of_one_of_many_vms_repaints_only_its_row(view: TreeView, model: TreeModel) -> None:
    state = many(*(f"m{number:02}" for number in range(12)))
    model.set_host(view_of(state))
    changed = []
    model.dataChanged.connect(lambda first, _last: changed.append(first.data()))
    one = state.vms[id_of("m03")]
    model.set_host(view_of(state.with_vms(replace(one, notes="look here"))))
    assert changed == [HOST, "m03", "Now"]


@pytest.mark.parametrize(
    ("chosen", "after", "heir"),
    [
        ("p1", "base(p2*)", "base"),
        ("base", "p1(p2*)", "web"),
        ("p2", "base(p1*)", "p1"),
        ("p2", "base*", "base"),
        ("p2", "", "web"),
    ],
)
def test_a_deleted_checkpoint_hands_the_selection_to_its_parent_else_to_its_vm(
    view: TreeView, model: TreeModel, chosen: str, after: str, heir: str
) -> None:
    model.set_host(view_of(lab(web="base(p1(p2*))")))
    click(view, chosen)
    model.set_host(view_of(lab(web=after)))
    assert (selected(view), current(view)) == ([heir], heir)


def test_a_vm_that_is_gone_hands_the_selection_to_its_host(view: TreeView, model: TreeModel) -> None:
    model.set_host(view_of(lab(web="base*", db="x*")))
    click(view, "base")
    model.set_host(view_of(lab(db="x*")))
    assert selected(view) == [HOST]


def test_a_host_that_is_taken_out_hands_the_selection_to_the_one_beside_it(
    view: TreeView, model: TreeModel
) -> None:
    model.set_host(view_of(lab(web="base*")))
    model.set_host(HostView("second", "second", ConnectionPhase.CONNECTED, lab("second", db="x*")))
    click(view, "base")
    model.remove_host(HOST)
    assert selected(view) == ["second"]


def test_the_heir_of_a_selection_that_was_scrolled_away_does_not_scroll_back(
    view: TreeView, model: TreeModel
) -> None:
    names = [f"m{number:02}" for number in range(12)]
    model.set_host(view_of(many(*names)))
    click(view, "b")
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    canvas(view).repaint()
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() - 40)
    before = view.verticalScrollBar().value()
    model.set_host(
        view_of(HostState.of(HOST, READ_AT, [vm("a*", "m00"), *(vm("a(b*)", n) for n in names[1:])]))
    )
    assert selected(view) == ["a"]
    assert before - 60 < view.verticalScrollBar().value() <= before


def test_what_a_filter_hides_is_selected_again_when_it_is_shown_again(
    view: TreeView, model: TreeModel
) -> None:
    model.set_host(view_of(lab(web="base(p1(p2*) p3)", db="x*")))
    click(view, "p2")
    click(view, "p3", ctrl=True)
    model.filter.set("db")
    assert selected(view) == []
    model.filter.set("")
    assert selected(view) == ["p2", "p3"]


def test_what_a_filter_finds_is_shown_from_its_top_if_nothing_of_it_is_selected(
    view: TreeView, model: TreeModel
) -> None:
    model.set_host(view_of(many(*(f"m{number:02}" for number in range(30)))))
    view.verticalScrollBar().setValue(900)
    click(view, "m12")
    model.filter.set("m2")
    assert view.verticalScrollBar().value() == 0
    model.filter.set("m1")
    assert view.viewport().rect().contains(view.visualRect(row(view, "m12")).center())


def test_what_is_selected_under_a_filter_stays_selected_without_it(view: TreeView, model: TreeModel) -> None:
    model.set_host(view_of(lab(web="base(p1(p2*) p3)", db="x*")))
    click(view, "p2")
    model.filter.set("db")
    click(view, "x")
    model.filter.set("")
    assert selected(view) == ["x"]


def test_what_is_deleted_while_a_filter_hides_it_is_not_selected_again(
    view: TreeView, model: TreeModel
) -> None:
    model.set_host(view_of(lab(web="base(p1*)", db="x*")))
    click(view, "p1")
    model.filter.set("db")
    model.set_host(view_of(lab(web="base*", db="x*")))
    model.filter.set("")
    assert selected(view) == []


def test_the_first_that_was_found_is_a_vm_or_a_checkpoint(view: TreeView, model: TreeModel) -> None:
    state = lab(web="base(p1(p2*) p3)", db="x*")
    model.set_host(view_of(state))
    assert not first_found(model).isValid()
    model.filter.set("w")
    assert first_found(model) == model.index_of_vm(HOST, id_of("web"))
    model.filter.set("kind:disk p")
    assert first_found(model) == model.index_of(ref(state, "web", "p1"))
    model.filter.set("zzz")
    assert not first_found(model).isValid()


def test_a_checkpoint_is_open_when_now_moves_under_it_even_in_a_later_slice(qtbot: QtBot) -> None:
    model = TreeModel(CurrentFilter(), clock=lambda: READ_AT, slice_s=0)
    view = TreeView(model, CurrentSelection())
    qtbot.addWidget(view)
    for web in ("a*", "a(b*)"):
        model.set_host(view_of(lab(web=web)))
        while not (model.busy.is_idle and view.expansion.work.is_idle):
            model.busy.turn()
            view.expansion.work.turn()
    assert open_rows(view) == [HOST, "web", "a", "b", "Now"]
