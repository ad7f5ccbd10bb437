"""How far apart the VMs of a group stood still, over several hosts whose clocks need not agree: the most that it can have been."""

from __future__ import annotations

from hvtree.jobs.group_times import group_times
from hvtree.jobs.job import Verdict
from tests.jobs.test_several_hosts import GROUP, HOSTS
from tests.support.harness import Harness, with_harness

PAUSE_MS = 100
"""What a pause takes on the emulated host."""


def test_hosts_that_pause_at_the_same_time_are_not_a_pause_apart() -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(GROUP)
        assert job.verdict is Verdict.AS_PLANNED, job.message
        spread_ms = group_times(job).spread_ms
        assert spread_ms is not None
        assert spread_ms < PAUSE_MS

    with_harness(HOSTS, story)


def test_a_host_that_pauses_later_is_as_far_apart_by_this_computers_clock() -> None:
    async def story(harness: Harness) -> None:
        far = harness.hosts["far"]
        far.hold("vm.suspend")
        job_id = harness.submit(GROUP)
        await far.asked("vm.suspend")
        await harness.host.clock.pass_by(3)
        far.release()
        job = await harness.ended(job_id)
        spread_ms = group_times(job).spread_ms
        assert spread_ms is not None
        assert 3_000 - PAUSE_MS <= spread_ms <= 3_000 + PAUSE_MS

    with_harness(HOSTS, story)
