"""Rows that are removed take the persistent indexes along that are on or under them, and no others; and quickly."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, QPersistentModelIndex

from hvtree.domain.model import HostState, VirtualMachine
from hvtree.ui.filtering import CurrentFilter
from hvtree.ui.models.tree_model import TreeModel
from hvtree.values import replace
from tests.support.forests import states
from tests.support.narrowing import not_none
from tests.support.trees import READ_AT
from tests.ui.models.shown import rows_of
from tests.ui.models.vms import HOST, chain, view_of

pytestmark = pytest.mark.usefixtures("qapp")


class CountingModel(TreeModel):
    """Counts how often it is asked for the parent of a row."""

    asked = 0

    def parent(self, index: QModelIndex | QPersistentModelIndex = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        self.asked += 1
        return super().parent(index)


def every_row(model: TreeModel) -> dict[tuple[str, ...], QPersistentModelIndex]:
    """Return all rows as persistent indexes by the address of what they stand for."""
    found: dict[tuple[str, ...], QPersistentModelIndex] = {}
    waiting = [QModelIndex()]
    while waiting:
        parent = waiting.pop()
        for row in range(model.rowCount(parent)):
            index = model.index(row, 0, parent)
            found[not_none(model.node(index)).row_key] = QPersistentModelIndex(index)
            waiting.append(index)
    return found


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(readings=st.lists(states(), min_size=2, max_size=4))
def test_a_kept_index_stays_on_its_row_or_becomes_invalid_with_it(readings: list[HostState]) -> None:
    model = TreeModel(CurrentFilter(), slice_s=float("inf"))
    kept: dict[tuple[str, ...], QPersistentModelIndex] = {}
    for reading in readings:
        model.set_host(view_of(reading))
        rows_of(model)
        present = every_row(model)
        for address, index in kept.items():
            assert index == present.get(address, QPersistentModelIndex()), address
        kept = present


@pytest.mark.parametrize("gone", [{"c999"}, {"c500"}, {f"c{number}" for number in range(100, 1000)}])
def test_a_removal_asks_each_kept_row_for_its_parent_only_a_few_times(gone: set[str]) -> None:
    whole = chain(1000)
    model = CountingModel(CurrentFilter(), slice_s=float("inf"))
    model.set_host(view_of(HostState.of(HOST, READ_AT, [whole])))
    rows_of(model)
    kept = every_row(model)
    model.asked = 0
    model.set_host(view_of(HostState.of(HOST, READ_AT, [cut(whole, gone)])))
    assert sum(index.isValid() for index in kept.values()) == len(kept) - len(gone)
    assert model.asked < 10 * len(kept)


def cut(whole: VirtualMachine, gone: set[str]) -> VirtualMachine:
    """Return a chain without some checkpoints: what was below them hangs below what was above them."""
    above = {each.id: each.parent_id for each in whole.checkpoints}

    def standing(key: str | None) -> str | None:
        while key in gone:
            key = above[key]
        return key

    left = tuple(
        replace(each, parent_id=standing(each.parent_id)) for each in whole.checkpoints if each.id not in gone
    )
    return replace(whole, checkpoints=left, now_id=standing(whole.now_id))
