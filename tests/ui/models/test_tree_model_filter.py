"""A filter shows what it finds with everything above it."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QApplication

from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.domain.checkpoint import CheckpointRef
from hvtree.ui.filtering import CurrentFilter
from hvtree.ui.models.nodes import CheckpointNode
from hvtree.ui.models.tree_model import TreeModel
from tests.support.trees import READ_AT, id_of, lab, log_collector, ref
from tests.ui.models.vms import HOST, plain, view_of


@pytest.fixture
def clock() -> SimpleNamespace:
    """A time that can be put on."""
    return SimpleNamespace(now=READ_AT)


@pytest.fixture
def aging(qapp: QApplication, clock: SimpleNamespace) -> TreeModel:
    """An empty model that goes by that time."""
    return TreeModel(CurrentFilter(), clock=lambda: clock.now, slice_s=float("inf"))


def names(model: TreeModel) -> list[str]:
    host = model.index_of_host(HOST)
    found, waiting = [], [host]
    while waiting:
        index = waiting.pop()
        if model.canFetchMore(index):
            model.fetchMore(index)
        found.append(plain(index.data()))
        waiting.extend(model.index(row, 0, index) for row in reversed(range(model.rowCount(index))))
    return found[1:]


def test_parents_of_what_was_found_stay_visible(model: TreeModel) -> None:
    model.set_host(view_of(lab(web="base(p1(p2*) p3)", db="x*")))
    model.filter.set("p2")
    assert names(model) == ["web", "base", "p1", "p2"]


def test_a_vm_that_was_found_shows_all_of_its_rows(model: TreeModel) -> None:
    model.set_host(view_of(lab(web="base(p1*)", db="x*")))
    model.filter.set("web")
    assert names(model) == ["web", "base", "p1", "Now"]


def test_what_a_vm_has_written_since_is_found_by_its_size(model: TreeModel) -> None:
    view = view_of(lab(web=log_collector(), db="x(y*)"))
    model.set_host(view)
    model.filter.set("larger:100GB")
    assert names(model) == ["web", "before", "Now"]
    assert model.filter.findings((view,)).words() == "0 checkpoints and 1 Now on 1 VM"


def test_a_vm_that_is_large_with_all_its_parts_only_is_shown_with_all_of_them(model: TreeModel) -> None:
    view = view_of(lab(web="a(b(c*) d)", db="x*"))
    model.set_host(view)
    model.filter.set("larger:2GB")
    assert names(model) == ["web", "a", "b", "c", "Now", "d"]


def test_a_filter_goes_on_while_the_host_changes(model: TreeModel) -> None:
    model.set_host(view_of(lab(web="base*")))
    model.filter.set("p2")
    model.set_host(view_of(lab(web="base(p1(p2*))")))
    assert names(model) == ["web", "base", "p1", "p2"]
    model.set_host(view_of(lab(web="base(p1*)")))
    assert names(model) == ["Nothing on xHost16 matches the filter."]


def test_rows_that_are_filtered_away_have_no_index(model: TreeModel) -> None:
    state = lab(web="base(p1*)", db="x*")
    model.set_host(view_of(state))
    model.filter.set("base")
    assert not model.index_of(ref(state, "web", "p1")).isValid()
    assert not model.index_of_now(HOST, id_of("web")).isValid()
    assert not model.index_of_vm(HOST, id_of("db")).isValid()


def test_what_was_not_understood_is_said(model: TreeModel) -> None:
    model.filter.set("older:soon")
    assert "older:soon" in model.filter.value.problem
    assert not model.is_filtered
    model.filter.set("older:3d")
    assert model.filter.value.problem == ""
    assert model.is_filtered


def test_blanks_are_no_filter(model: TreeModel) -> None:
    model.set_host(view_of(lab(web="a*")))
    model.filter.set("   ")
    assert not model.is_filtered
    assert names(model) == ["web", "a", "Now"]


def test_a_host_is_found_by_its_own_name_and_by_the_one_it_was_opened_under(model: TreeModel) -> None:
    model.set_host(HostView(HOST, "demo", ConnectionPhase.CONNECTED, lab("xHost17", web="base*")))
    for words in ("xhost17", "DEMO"):
        model.filter.set(words)
        assert names(model) == ["web", "base", "Now"]
    model.filter.set("xhost18")
    assert names(model) == ["Nothing on xHost17 (demo) matches the filter."]


def is_beside(model: TreeModel, checkpoint: CheckpointRef) -> bool:
    node = model.node(model.index_of(checkpoint))
    assert isinstance(node, CheckpointNode)
    return node.is_beside


def test_what_a_filter_finds_is_told_from_what_is_only_above_it(model: TreeModel) -> None:
    state = lab(web="base(p1(p2*) p3)")
    model.set_host(view_of(state))
    model.filter.set("p2")
    beside = {name: is_beside(model, ref(state, "web", name)) for name in ("base", "p1", "p2")}
    assert beside == {"base": True, "p1": True, "p2": False}
    model.filter.set("")
    assert not is_beside(model, ref(state, "web", "base"))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("p", "3 checkpoints on 1 VM"),
        ("web", "4 checkpoints on 1 VM"),
        ("older:1d", "5 checkpoints on 2 VMs"),
        ("zzz", "0 checkpoints on 0 VMs"),
    ],
)
def test_what_a_filter_finds_is_counted(model: TreeModel, query: str, words: str) -> None:
    view = view_of(lab(web="base(p1(p2*) p3)", db="x*"))
    model.set_host(view)
    model.filter.set(query)
    assert model.filter.findings([view]).words() == words


def test_a_checkpoint_that_has_become_old_enough_is_found_without_another_reading(
    clock: SimpleNamespace, aging: TreeModel
) -> None:
    aging.set_host(view_of(lab(web="base*")))
    aging.filter.set("older:3d")
    assert names(aging) == ["Nothing on xHost16 matches the filter."]
    clock.now += timedelta(minutes=1)
    aging.filter.look_again()
    assert names(aging) == ["web", "base"]
    aging.filter.set("newer:3d")
    assert names(aging) == ["Nothing on xHost16 matches the filter."]
