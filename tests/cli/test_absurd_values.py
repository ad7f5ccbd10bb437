"""Times at the ends of the calendar and huge sizes are printed like any others, as a tree, as a graph and as JSON."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from hvtree.cli.state_json import state_record
from hvtree.cli.state_text import Look, state_lines
from tests.support.absurd import HUGE, TIMES, ZONES, absurd_host
from tests.support.trees import READ_AT


@pytest.fixture(params=ZONES, autouse=True)
def _zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if not hasattr(time, "tzset"):
        yield  # Windows has one zone, the machine's
        return
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("moment", TIMES)
@pytest.mark.parametrize("as_graph", [False, True])
def test_trees_and_graphs_are_drawn(moment: str, as_graph: bool) -> None:
    lines = state_lines(absurd_host(moment), READ_AT, Look(as_graph=as_graph))
    assert any("p2" in line and "4096 PB" in line for line in lines)


@pytest.mark.parametrize("moment", TIMES)
def test_json_has_the_true_values(moment: str) -> None:
    record = json.loads(json.dumps(state_record(absurd_host(moment))))
    (web,) = record["vms"]
    assert {each["size_bytes"] for each in web["checkpoints"]} == {HUGE}
