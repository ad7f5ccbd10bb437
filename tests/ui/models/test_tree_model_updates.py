"""The tree model follows a host by exact row operations, under Qt's own model tester."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtTest import QAbstractItemModelTester

from hvtree.app.views import HostView, Phase
from hvtree.ui.models.tree_model import TreeModel
from tests.support.forests import states
from tests.ui.models.shown import expected_rows, rows_of

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal
relaxed = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def connected(state):
    return HostView("xHost16", "xHost16", Phase.CONNECTED, state)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("fetch_more", [True, False])
@relaxed
@given(st.lists(states(), min_size=2, max_size=4))
def test_any_reading_after_any_other_leads_to_the_rows_of_the_last(fetch_more, readings):
    model = TreeModel()
    tester = QAbstractItemModelTester(model, FATAL)
    tester.setUseFetchMore(fetch_more)

    for reading in readings:
        model.set_host(connected(reading))
        model.busy.finish()
        shown = rows_of(model, model.index_of_host("xHost16"))
        assert [row for row in shown if row[0] != "note"] == expected_rows(connected(reading))
