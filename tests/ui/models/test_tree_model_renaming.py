"""A name that is typed in place is a wish until the host says so."""

import pytest
from PySide6.QtCore import Qt

from hvtree.app.host_view import ConnectionPhase
from hvtree.ui.models.columns import Column
from hvtree.ui.models.tree_model import TreeModel
from hvtree.values import replace
from tests.support.trees import id_of, lab, ref
from tests.ui.models.vms import HOST, checkpoint_address, plain, view_of


@pytest.fixture
def asked(model: TreeModel) -> list[tuple[object, ...]]:
    wishes = []
    model.rename_requested.connect(lambda *wish: wishes.append(wish))
    return wishes


def test_a_name_typed_in_place_is_a_wish_and_shown_as_pending(
    model: TreeModel, asked: list[tuple[object, ...]]
) -> None:
    state = lab(web="a*")
    model.set_host(view_of(state))
    index = model.index_of(ref(state, "web", "a"))
    assert model.setData(index, " before update ")
    assert asked == [(checkpoint_address(state, "web", "a"), "before update")]
    assert plain(index.data()) == "before update"
    assert "To be renamed" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_a_refresh_that_brings_the_name_ends_the_waiting(
    model: TreeModel, asked: list[tuple[object, ...]]
) -> None:
    state = lab(web="a*")
    model.set_host(view_of(state))
    index = model.index_of(ref(state, "web", "a"))
    model.setData(index, "b")
    web = state.vms[id_of("web")]
    renamed = replace(web, checkpoints=(replace(web.checkpoints[0], name="b"),))
    model.set_host(view_of(state.with_vms(renamed)))
    assert "To be renamed" not in index.data(Qt.ItemDataRole.ToolTipRole)
    assert plain(index.data()) == "b"


def test_a_wish_that_was_refused_shows_the_old_name_again(
    model: TreeModel, asked: list[tuple[object, ...]]
) -> None:
    state = lab(web="a*")
    model.set_host(view_of(state))
    index = model.index_of(ref(state, "web", "a"))
    model.setData(index, "b")
    model.rename_settled(checkpoint_address(state, "web", "a"))
    assert plain(index.data()) == "a"


@pytest.mark.parametrize("name", ["", "   ", "a"])
def test_no_name_and_the_same_name_are_no_wish(
    model: TreeModel, asked: list[tuple[object, ...]], name: str
) -> None:
    state = lab(web="a*")
    model.set_host(view_of(state))
    assert not model.setData(model.index_of(ref(state, "web", "a")), name)
    assert asked == []


def test_only_checkpoints_of_a_connected_host_can_be_renamed(
    model: TreeModel, asked: list[tuple[object, ...]]
) -> None:
    state = lab(web="a*")
    model.set_host(view_of(state))
    index = model.index_of(ref(state, "web", "a"))
    assert index.flags() & Qt.ItemFlag.ItemIsEditable
    assert not index.siblingAtColumn(Column.SIZE).flags() & Qt.ItemFlag.ItemIsEditable
    assert not model.index_of_now(HOST, id_of("web")).flags() & Qt.ItemFlag.ItemIsEditable
    model.set_host(view_of(state, ConnectionPhase.STALE))
    assert not index.flags() & Qt.ItemFlag.ItemIsEditable
    assert not model.setData(model.index_of_vm(HOST, id_of("web")), "x")
