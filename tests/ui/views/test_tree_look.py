"""How the tree looks: indentation, lines, colours, badges; in light and in dark."""

import pytest
from PySide6.QtCore import QModelIndex, QRect
from PySide6.QtGui import QColor

from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.domain.errors import ConnectionFailure
from hvtree.domain.model import Activity, HostState, VmState
from hvtree.ui.models.columns import Column
from hvtree.ui.models.tree_model import TreeModel
from hvtree.ui.theme import DARK, LIGHT, Colours, palette
from hvtree.ui.views import tree_delegate
from hvtree.ui.views.tree_expansion import FEW_CHECKPOINTS, FEW_VMS
from hvtree.ui.views.tree_geometry import STEP, geometry
from hvtree.ui.views.tree_lines import Segment, segments
from hvtree.ui.views.tree_view import TreeView
from hvtree.values import replace
from tests.support.counting import Calls
from tests.support.narrowing import not_none
from tests.support.trees import READ_AT, id_of, lab, ref, vm
from tests.ui.models.vms import HOST, chain, view_of
from tests.ui.views.tree_rows import canvas, open_rows, row

CELL = QRect(0, 0, 400, 24)


def colours_in(view: TreeView, index: QModelIndex, column: Column = Column.NAME) -> set[str]:
    """Return the colours of the pixels in a cell."""
    image = canvas(view).grab(view.visualRect(index.siblingAtColumn(column))).toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_now_is_green_in_light_and_in_dark(view: TreeView, model: TreeModel, colours: Colours) -> None:
    view.setPalette(palette(colours))
    model.set_host(view_of(lab(web="a*")))
    assert colours.good in colours_in(view, model.index_of_now(HOST, id_of("web")))


def test_the_rows_of_a_stale_host_are_dimmed(view: TreeView, model: TreeModel) -> None:
    view.setPalette(palette(LIGHT))
    state = lab(web="a*")
    model.set_host(view_of(state))
    index = model.index_of(ref(state, "web", "a"))
    assert LIGHT.text in colours_in(view, index)
    model.set_host(view_of(state, ConnectionPhase.STALE, error=ConnectionFailure("Cut.")))
    assert LIGHT.text not in colours_in(view, index)


def test_a_merge_shows_how_far_it_is(view: TreeView, model: TreeModel) -> None:
    view.setPalette(palette(LIGHT))
    merging = replace(vm("a*", "web"), activity=Activity.MERGING, percent=50)
    model.set_host(view_of(lab(web=merging)))
    assert LIGHT.accent in colours_in(view, model.index_of_vm(HOST, id_of("web")), Column.STATE)


def test_a_vm_near_its_limit_is_marked(view: TreeView, model: TreeModel) -> None:
    view.setPalette(palette(LIGHT))
    model.set_host(view_of(HostState.of(HOST, READ_AT, [chain(48)])))
    assert LIGHT.warning_back in colours_in(view, model.index_of_vm(HOST, "deep"))


@pytest.mark.parametrize(("length", "is_red"), [(50, False), (51, True)])
def test_a_vm_beyond_its_limit_is_marked_in_red(
    view: TreeView, model: TreeModel, length: int, is_red: bool
) -> None:
    view.setPalette(palette(LIGHT))
    model.set_host(view_of(HostState.of(HOST, READ_AT, [chain(length)])))
    painted = colours_in(view, model.index_of_vm(HOST, "deep"))
    assert (LIGHT.danger_back in painted, LIGHT.warning_back in painted) == (is_red, not is_red)


def test_every_state_and_kind_can_be_painted(view: TreeView, model: TreeModel) -> None:
    states = [vm("a:Missing(b:Recovery!) c~*", state.value, state=state) for state in VmState]
    view.resize(1100, 4000)
    model.set_host(view_of(HostState.of(HOST, READ_AT, states)))
    view.expansion.open_all()
    for phase in ConnectionPhase:
        model.set_host(HostView(f"h{phase}", f"h{phase}", phase, error=ConnectionFailure("No.")))
    assert not view.grab().isNull()


def test_an_empty_tree_says_what_to_do(view: TreeView) -> None:
    view.setPalette(palette(LIGHT))
    view.empty_text = "Connect to a host."
    image = canvas(view).grab().toImage()
    inked = {image.pixelColor(x, image.height() // 2).name() for x in range(image.width())}
    assert len(inked) > 1


def test_a_line_of_text_in_place_of_rows_runs_over_all_columns(view: TreeView, model: TreeModel) -> None:
    model.set_host(view_of(None, ConnectionPhase.CONNECTING))
    host = model.index_of_host(HOST)
    assert view.isFirstColumnSpanned(0, host)


def test_a_level_is_16_pixels_further_right_where_there_is_room(view: TreeView, model: TreeModel) -> None:
    state = lab(web="a(b*)")
    model.set_host(view_of(state))
    lefts = [
        geometry(not_none(model.node(index)), CELL).icon.left()
        for index in (
            model.index_of_host(HOST),
            model.index_of_vm(HOST, id_of("web")),
            model.index_of(ref(state, "web", "a")),
        )
    ]
    assert [lefts[1] - lefts[0], lefts[2] - lefts[1]] == [STEP, STEP]


@pytest.mark.parametrize("depth", [50, 1000])
def test_the_name_of_the_deepest_checkpoint_has_half_of_the_column(
    view: TreeView, model: TreeModel, depth: int
) -> None:
    model.set_host(view_of(HostState.of(HOST, READ_AT, [chain(depth)])))
    node = not_none(model.node(model.index_of_now(HOST, "deep")))
    assert geometry(node, CELL).text.left() < CELL.width() * 0.65


def test_a_date_with_its_time_fits_at_any_depth_of_a_narrow_column(view: TreeView, model: TreeModel) -> None:
    model.set_host(view_of(HostState.of(HOST, READ_AT, [chain(1000)])))
    node = not_none(model.node(model.index_of_now(HOST, "deep")))
    assert geometry(node, QRect(0, 0, 240, 24)).text.width() >= 110


def test_a_deep_chain_does_not_narrow_the_others(view: TreeView, model: TreeModel) -> None:
    state = HostState.of(HOST, READ_AT, [chain(400), vm("a(b*)", "web")])
    model.set_host(view_of(state))
    shallow = not_none(model.node(model.index_of(ref(state, "web", "b"))))
    assert geometry(shallow, CELL).step == STEP


def lines(model: TreeModel, index: QModelIndex, *, is_open: bool = True) -> list[Segment]:
    return list(segments(not_none(model.node(index)), CELL, is_open=is_open))


def test_the_line_from_the_root_to_now_is_strong_and_no_other(view: TreeView, model: TreeModel) -> None:
    state = lab(web="base(p1 p2* p3(p4))")
    model.set_host(view_of(state))
    strong = {
        name: any(piece.is_path for piece in lines(model, model.index_of(ref(state, "web", name))))
        for name in ("base", "p1", "p2", "p3", "p4")
    }
    assert strong == {"base": True, "p1": True, "p2": True, "p3": False, "p4": False}
    across = [
        piece
        for piece in lines(model, model.index_of(ref(state, "web", "p1")))
        if piece.start.y() == piece.end.y()
    ]
    assert not any(piece.is_path for piece in across)


def test_a_row_without_later_siblings_ends_its_line(view: TreeView, model: TreeModel) -> None:
    state = lab(web="base(p1 p2*)")
    model.set_host(view_of(state))
    down = [
        max(piece.end.y() for piece in lines(model, model.index_of(ref(state, "web", name)), is_open=False))
        for name in ("p1", "p2")
    ]
    assert down[0] > CELL.bottom()
    assert down[1] < CELL.bottom()


def test_hosts_have_no_lines(view: TreeView, model: TreeModel) -> None:
    model.set_host(view_of(lab(web="a*")))
    assert lines(model, model.index_of_host(HOST)) == []


def test_a_closed_row_with_now_inside_says_so(view: TreeView, model: TreeModel) -> None:
    view.setPalette(palette(LIGHT))
    state = lab(web="base(p1(p2*))")
    model.set_host(view_of(state))
    index = model.index_of(ref(state, "web", "p1"))
    assert LIGHT.good_back not in colours_in(view, index)
    view.setExpanded(index, False)
    assert LIGHT.good_back in colours_in(view, index)


def test_a_pending_name_is_written_paler(view: TreeView, model: TreeModel) -> None:
    view.setPalette(palette(LIGHT))
    state = lab(web="a*")
    model.set_host(view_of(state))
    index = model.index_of(ref(state, "web", "a"))
    model.setData(index, "XXXXXXXX")
    right = QColor(LIGHT.muted).name()
    assert right in colours_in(view, index)


def test_columns_have_widths_that_fit_their_texts_at_the_first_glance(
    view: TreeView, model: TreeModel
) -> None:
    state = lab(web="a:SyncedReplica*")
    model.set_host(view_of(state))
    index = model.index_of(ref(state, "web", "a"))
    for column in (Column.STATE, Column.CREATED, Column.SIZE):
        assert view.sizeHintForIndex(index.siblingAtColumn(column)).width() <= view.columnWidth(column)


@pytest.mark.parametrize(("vms", "is_open"), [(FEW_VMS, True), (FEW_VMS + 1, False)])
def test_vms_are_open_at_first_where_there_are_few(
    view: TreeView, model: TreeModel, vms: int, is_open: bool
) -> None:
    model.set_host(view_of(lab(**{f"m{number}": "a*" for number in range(vms)})))
    assert view.isExpanded(row(view, "m1")) is is_open


@pytest.mark.parametrize(("count", "is_open"), [(FEW_CHECKPOINTS, True), (FEW_CHECKPOINTS + 1, False)])
def test_a_vm_is_open_at_first_if_it_has_few_checkpoints(
    view: TreeView, model: TreeModel, count: int, is_open: bool
) -> None:
    model.set_host(view_of(HostState.of(HOST, READ_AT, [chain(count)])))
    assert view.isExpanded(row(view, "deep")) is is_open


def test_the_colours_of_a_row_are_found_once_for_all_its_cells(
    monkeypatch: pytest.MonkeyPatch, view: TreeView, model: TreeModel
) -> None:
    found = Calls(monkeypatch, tree_delegate, "RowColours")
    model.set_host(view_of(lab(web="base(p1(p2*) p3)")))
    rows = len(open_rows(view))
    assert found.during(canvas(view).repaint) == rows
