"""What was measured when VMs were stopped together: how far apart, and for how long each stood still."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from hvtree.domain.address import VmAddress
from hvtree.domain.edits import SetPower
from hvtree.domain.power import Power
from hvtree.domain.receipt import Outcome
from hvtree.jobs.job import JobView, StepView

_MS = timedelta(milliseconds=1)
_AWAKE = (Power.START, Power.RESUME)


class GroupTimes(Struct, frozen=True):
    """Times of one job, in milliseconds."""

    spread_ms: int | None
    """From the first VM that stood still to the last. On one host by its clock; over several hosts, whose clocks need not agree, the
    most that it can have been by this computer's. None if fewer than two were paused, or not all answers came."""
    stopped_ms: Mapping[VmAddress, int]
    """For how long each VM stood still, by its host's clock: from the pause to the end of its start. VMs that were never paused, or
    are not awake again, are missing."""


def group_times(job: JobView) -> GroupTimes:
    """Return what the answers so far say about the VMs that a job has paused and woken again."""
    steps = job.steps[: len(job.plan.steps)]
    pauses = [each for each in steps if _pauses(each)]
    paused = dict(_outcomes(pauses, (Power.PAUSE,)))
    woken: dict[VmAddress, datetime] = {
        address: each.ended_utc for address, each in _outcomes(job.steps, _AWAKE) if each.ended_utc
    }
    stopped = {
        address: _ms(woken[address] - each.began_utc)
        for address, each in paused.items()
        if address in woken and each.began_utc
    }
    return GroupTimes(_spread_ms(steps, pauses, paused), stopped)


def _spread_ms(
    steps: Sequence[StepView], pauses: Sequence[StepView], paused: Mapping[VmAddress, Outcome]
) -> int | None:
    if len(paused) < 2 or any(each.answered_utc is None for each in pauses):
        return None
    if len({each.host_id for each in paused}) == 1:
        ends = [each.ended_utc for each in paused.values() if each.ended_utc is not None]
        return _ms(max(ends) - min(ends)) if len(ends) == len(paused) else None
    still = [each for step in pauses if (each := _stood_still(step, steps)) is not None]
    return _ms(max(last for _first, last in still) - min(first for first, _last in still)) if still else None


def _stood_still(pause: StepView, steps: Sequence[StepView]) -> tuple[datetime, datetime] | None:
    """Return when the first VM of a host stood still at the earliest, and the last one at the latest, by this computer's clock."""
    if pause.asked_utc is None or pause.answered_utc is None:
        return None
    ends = [each.ended_utc for each in pause.outcomes if each.is_ok and each.ended_utc is not None]
    own = _ahead(pause)
    if own is None or not ends:
        return pause.asked_utc, pause.answered_utc
    of_host = (_ahead(each) for each in steps if each.host_id == pause.host_id)
    known = [each for each in of_host if each is not None]
    least, most = max(low for low, _high in known), min(high for _low, high in known)
    if least > most:  # somebody has set the host's clock meanwhile
        least, most = own
    return min(ends) - most, max(ends) - least


def _ahead(step: StepView) -> tuple[timedelta, timedelta] | None:
    """Return by how much the clock of a step's host is ahead of this computer's, at least and at most; None without times.

    The host began after it was asked, and had ended before it was answered: with each step more is known of it.
    """
    begins = [each.began_utc for each in step.outcomes if each.began_utc is not None]
    ends = [each.ended_utc for each in step.outcomes if each.ended_utc is not None]
    if step.asked_utc is None or step.answered_utc is None or not begins or not ends:
        return None
    return max(ends) - step.answered_utc, min(begins) - step.asked_utc


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
