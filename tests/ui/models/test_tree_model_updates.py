"""The tree model follows a host by exact row operations, under Qt's own model tester."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.domain.checkpoint import CheckpointKind
from hvtree.domain.model import HostState
from hvtree.ui.filtering import CurrentFilter
from hvtree.ui.models.tree_model import TreeModel
from tests.support.forests import EPOCH, states, views
from tests.ui.models.shown import Rows, expected_rows, found_rows, rows_of

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal
HOST = "xHost16"
relaxed = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
pytestmark = pytest.mark.usefixtures("qapp")


def connected(state: HostState) -> HostView:
    return HostView(HOST, HOST, ConnectionPhase.CONNECTED, state)


def shown_vms(model: TreeModel) -> Rows:
    return [row for row in rows_of(model, model.index_of_host(HOST)) if row[0] != "note"]


@pytest.mark.parametrize("is_built", [True, False])
@relaxed
@given(readings=st.lists(states(), min_size=2, max_size=4))
def test_any_reading_after_any_other_leads_to_the_rows_of_the_last(
    is_built: bool, readings: list[HostState]
) -> None:
    model = TreeModel(CurrentFilter())
    tester = QAbstractItemModelTester(model, FATAL, model)
    tester.setUseFetchMore(is_built)

    for reading in readings:
        model.set_host(connected(reading))
        model.busy.finish()

    assert shown_vms(model) == expected_rows(connected(readings[-1]))


@relaxed
@given(
    readings=st.lists(states(), min_size=2, max_size=4),
    steps=st.lists(st.integers(0, 6), min_size=3, max_size=3),
)
def test_an_update_that_is_overtaken_by_the_next_leaves_nothing_behind(
    readings: list[HostState], steps: list[int]
) -> None:
    """With no time at all a slice does one step only, so updates are cut off after any of their row operations."""
    model = TreeModel(CurrentFilter(), slice_s=0)
    QAbstractItemModelTester(model, FATAL, model)
    model.set_host(connected(readings[0]))
    model.busy.finish()
    rows_of(model)

    for reading, count in zip(readings[1:], steps, strict=False):
        model.set_host(connected(reading))
        for _ in range(count):
            model.busy.turn()
    model.busy.finish()

    assert shown_vms(model) == expected_rows(connected(readings[-1]))


@relaxed
@given(readings=st.lists(states(), min_size=1, max_size=3), is_filtered_first=st.booleans())
def test_a_filter_shows_what_it_finds_and_everything_above_it_in_each_reading(
    readings: list[HostState], is_filtered_first: bool
) -> None:
    model = TreeModel(CurrentFilter())
    QAbstractItemModelTester(model, FATAL, model)
    if is_filtered_first:
        model.filter.set("kind:recovery")
    for reading in readings:
        model.set_host(connected(reading))
    model.filter.set("kind:recovery")
    model.busy.finish()

    found = found_rows(connected(readings[-1]), lambda each: each.kind is CheckpointKind.RECOVERY)
    assert shown_vms(model) == found


@relaxed
@given(reading=states(), later=states())
def test_clearing_a_filter_shows_everything_again(reading: HostState, later: HostState) -> None:
    model = TreeModel(CurrentFilter())
    QAbstractItemModelTester(model, FATAL, model)
    model.set_host(connected(reading))
    model.filter.set("backup")
    model.set_host(connected(later))
    model.filter.set("")
    model.busy.finish()

    assert shown_vms(model) == expected_rows(connected(later))


@relaxed
@given(pictures=st.lists(views(), min_size=1, max_size=5), text=st.sampled_from(["", "backup"]))
def test_a_host_is_never_an_empty_tree(pictures: list[HostView], text: str) -> None:
    model = TreeModel(CurrentFilter())
    QAbstractItemModelTester(model, FATAL, model)
    model.filter.set(text)

    for picture in pictures:
        model.set_host(picture)
        model.busy.finish()
        assert model.rowCount(model.index_of_host(HOST)) > 0


@relaxed
@given(reading=states())
def test_the_same_reading_again_changes_no_row(reading: HostState, qtbot: QtBot) -> None:
    model = TreeModel(CurrentFilter())
    model.set_host(connected(reading))
    model.busy.finish()
    rows_of(model)
    operations = []
    for signal in (model.rowsInserted, model.rowsRemoved, model.rowsMoved):
        signal.connect(lambda *_: operations.append(1))

    model.set_host(connected(HostState.of(HOST, EPOCH, reading.vms.values())))
    model.busy.finish()

    assert operations == []
