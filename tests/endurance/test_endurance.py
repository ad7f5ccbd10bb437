"""A short trial: what `python -m tests.endurance` does for ten minutes, with two small hosts and a few jobs."""

import asyncio

from PySide6.QtWidgets import QApplication

from hvtree.ui.loop import Loop
from tests.endurance.outcomes import EXPLAINED
from tests.endurance.trial import trial
from tests.endurance.troubled_hosts import troubled_hosts
from tests.support.narrowing import not_none

JOBS = 6


def test_on_troubled_hosts_nothing_grows_and_what_is_shown_is_true(qapp: QApplication) -> None:
    with (
        troubled_hosts(2, "big:8x3", seed=1, speed=30) as hosts,
        asyncio.Runner(loop_factory=lambda: Loop(qapp)) as runner,
    ):
        report = runner.run(trial((hosts,), 1, goes_on=lambda number, _so_far_s: number / JOBS))
    warm, end = not_none(report.warm), not_none(report.end)
    assert report.differing == []
    assert report.outcomes.jobs == JOBS
    assert set(report.reasons) <= set(EXPLAINED)
    assert end.threads <= warm.threads
    assert end.sockets <= warm.sockets + 2, "each host may have one for a moment that is asked for more"
    assert end.agents == 2
    assert end.tasks <= warm.tasks
