"""What was measured when VMs were stopped together: how far apart, and for how long each stood still."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hvtree.domain.address import VmAddress
from hvtree.domain.edits import SetPower
from hvtree.domain.power import Power
from hvtree.domain.receipt import Outcome
from hvtree.jobs.job import JobView, StepView

_MS = timedelta(milliseconds=1)
_AWAKE = (Power.START, Power.RESUME)


@dataclass(frozen=True, slots=True)
class GroupTimes:
    """Times of one job, in milliseconds."""

    spread_ms: int | None
    """From the first VM that stood still to the last. On one host by its clock; over several hosts the most that it can have been,
    by this computer's clock, since theirs need not agree. None if fewer than two were paused, or not all answers came."""
    stopped_ms: Mapping[VmAddress, int]
    """For how long each VM stood still, by its host's clock: from the pause to the end of its start. VMs that were never paused, or
    are not awake again, are missing."""


def group_times(job: JobView) -> GroupTimes:
    """Return what the answers so far say about the VMs that a job has paused and woken again."""
    pauses = [each for each in job.steps[: len(job.plan.steps)] if _pauses(each)]
    paused = dict(_outcomes(pauses, (Power.PAUSE,)))
    woken: dict[VmAddress, datetime] = {
        address: each.ended_utc for address, each in _outcomes(job.steps, _AWAKE) if each.ended_utc
    }
    stopped = {
        address: _ms(woken[address] - each.began_utc)
        for address, each in paused.items()
        if address in woken and each.began_utc
    }
    return GroupTimes(_spread_ms(pauses, paused), stopped)


def _spread_ms(asked: Sequence[StepView], paused: Mapping[VmAddress, Outcome]) -> int | None:
    if len(paused) < 2 or any(each.answered_utc is None for each in asked):
        return None
    if len({each.host_id for each in paused}) == 1:
        ends = [each.ended_utc for each in paused.values() if each.ended_utc is not None]
        return _ms(max(ends) - min(ends)) if len(ends) == len(paused) else None
    firsts = [each.asked_utc + _first_pause(each) for each in asked if each.asked_utc is not None]
    answers = [each.answered_utc for each in asked if each.answered_utc is not None]
    return _ms(max(answers) - min(firsts)) if firsts else None


def _first_pause(step: StepView) -> timedelta:
    """Return how long it took at least, once the host was asked, until its first VM stood still: a host's clock tells durations."""
    times = [(each.began_utc, each.ended_utc) for each in step.outcomes if each.is_ok]
    begins = [began for began, _ended in times if began is not None]
    ends = [ended for _began, ended in times if ended is not None]
    if not begins or len(begins) < len(times) or len(ends) < len(times):
        return timedelta()
    return max(timedelta(), min(ends) - min(begins))


def _pauses(step: StepView) -> bool:
    return isinstance(step.edit, SetPower) and step.edit.power is Power.PAUSE


def _outcomes(steps: Iterable[StepView], powers: tuple[Power, ...]) -> Iterator[tuple[VmAddress, Outcome]]:
    for step in steps:
        if isinstance(step.edit, SetPower) and step.edit.power in powers:
            for each in step.outcomes:
                if each.is_ok:
                    yield VmAddress(step.host_id, each.target_id), each


def _ms(time: timedelta) -> int:
    return max(0, round(time / _MS))
