"""How far apart the VMs of a group stood still, over several hosts whose clocks need not agree: the most that it can have been."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from hvtree.domain.edits import Power, SetPower
from hvtree.domain.receipt import Outcome
from hvtree.jobs.group_times import group_times
from hvtree.jobs.job import StepView, Verdict
from hvtree.values import replace
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


SECONDS = timedelta(seconds=1)


def is_pause(step: StepView) -> bool:
    return isinstance(step.edit, SetPower) and step.edit.power is Power.PAUSE


def answered_late(step: StepView) -> StepView:
    """The answer to the pause takes five seconds, such as on a slow line."""
    assert step.answered_utc is not None
    return replace(step, answered_utc=step.answered_utc + 5 * SECONDS) if is_pause(step) else step


def prepared_long(step: StepView) -> StepView:
    """The host takes five seconds until it begins to pause, such as to load the Hyper-V module."""
    assert step.asked_utc is not None
    return replace(step, asked_utc=step.asked_utc - 5 * SECONDS) if is_pause(step) else step


def an_hour_ahead(step: StepView) -> StepView:
    def told(each: Outcome) -> Outcome:
        assert each.began_utc is not None
        assert each.ended_utc is not None
        hour = 3600 * SECONDS
        return replace(each, began_utc=each.began_utc + hour, ended_utc=each.ended_utc + hour)

    return replace(step, outcomes=tuple(map(told, step.outcomes)))


def set_after_the_pause(step: StepView) -> StepView:
    return step if is_pause(step) else an_hour_ahead(step)


def without_times(step: StepView) -> StepView:
    outcomes = tuple(replace(each, began_utc=None, ended_utc=None) for each in step.outcomes)
    return replace(step, outcomes=outcomes)


@pytest.mark.parametrize(
    ("changed", "most_ms"),
    [
        (answered_late, PAUSE_MS),
        (prepared_long, PAUSE_MS),
        (an_hour_ahead, PAUSE_MS),
        (set_after_the_pause, PAUSE_MS),
        (without_times, 2 * PAUSE_MS),
        (lambda step: without_times(answered_late(step)), 5_000 + PAUSE_MS),
    ],
    ids=["late answer", "long preparation", "clock ahead", "clock set", "no times", "no times, late answer"],
)
def test_what_a_host_does_around_the_pause_is_no_distance_between_vms(
    changed: Callable[[StepView], StepView], most_ms: int
) -> None:
    """All requests of the job together say how far a host's clock is ahead, and so when its VMs stood still."""

    async def story(harness: Harness) -> None:
        job = await harness.do(GROUP)
        steps = tuple(changed(each) if each.host_id == "far" else each for each in job.steps[:6])
        spread_ms = group_times(replace(job, steps=(*steps, *job.steps[6:]))).spread_ms
        assert spread_ms is not None
        assert most_ms - PAUSE_MS <= spread_ms <= most_ms

    with_harness(HOSTS, story)
