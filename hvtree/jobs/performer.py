"""The steps of a plan on all its hosts: phase by phase where it is all or nothing, else each host by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence

from hvtree.domain.names import isolated
from hvtree.jobs.cancel import Canceller, Stopped
from hvtree.jobs.delays import Delays
from hvtree.jobs.job import StepPhase
from hvtree.jobs.record import JobRecord
from hvtree.jobs.step_taker import Cause, Interruption, StepTaker, at_once
from hvtree.operations.base import Phase, Plan, Step

Numbered = tuple[int, Step]
"""A step with its index in the record."""
Sign = Callable[[Plan, str], Awaitable[None]]
"""Writes the notes of the new checkpoints of a host."""


_READY = "ready"
_GETTING_READY = (
    "The hosts load what they need, so that all VMs are taken at one moment. No VM has been touched."
)


class Performer:
    """Takes the steps of one plan."""

    def __init__(self, taker: StepTaker, record: JobRecord, canceller: Canceller, *, delays: Delays) -> None:
        self._taker = taker
        self._delays = delays
        self._record = record
        self._canceller = canceller

    async def take_steps(self, plan: Plan, sign: Sign) -> dict[str, Interruption]:
        """Take the steps; return what ended them early, by host.

        A host with trouble takes no more steps. The others go on, unless the plan is all or nothing. One that has done its
        own may `sign` them: the others may take long.
        """
        if plan.is_joint:
            return await self._take_together(plan)
        found: dict[str, Interruption] = {}
        steps = _by_host(numbered(plan.phases))
        for each in await at_once(self._take_in_turn(plan, mine, sign) for mine in steps.values()):
            found |= each
        return found

    async def _take_together(self, plan: Plan) -> dict[str, Interruption]:
        """Take the steps of all hosts, each phase when the one before has ended everywhere."""
        phases = list(numbered(plan.phases))
        if len(plan.vms) > 1:
            self._record.remark(_GETTING_READY, _READY)
            await self._taker.make_ready(step for _index, step in phases[0])
            self._record.remark("", _READY)
        for number, phase in enumerate(phases):
            found = await self._take_phase(plan, phase, is_last=number == len(phases) - 1)
            if found:
                unfinished = {step.host_id for later in phases[number + 1 :] for _index, step in later}
                stopped = plan.host_ids if plan.take_back else unfinished
                return {each: _stopped_by(found, plan) for each in stopped} | found
        return self._cancelled_at_the_end(plan) if plan.take_back else {}

    def _cancelled_at_the_end(self, plan: Plan) -> dict[str, Interruption]:
        """Return for each host that the job is cancelled, if somebody has asked for it while the last steps were taken."""
        if not any(self._canceller.is_requested(each) for each in plan.host_ids):
            return {}
        reason = Interruption(Cause.CANCELLED, ("Cancelled before the VMs were back.",))
        return dict.fromkeys(plan.host_ids, reason)

    async def _take_in_turn(
        self, plan: Plan, steps: Sequence[Numbered], sign: Sign
    ) -> dict[str, Interruption]:
        """Take the steps of one host, one after the other."""
        host_id = steps[0][1].host_id
        found: dict[str, Interruption] = {}
        for number, step in enumerate(steps):
            found = await self._take_phase(plan, [step], is_last=number == len(steps) - 1, host_id=host_id)
            if found:
                break
        self._record.withdraw_cancel(host_id)
        if not found and len(plan.host_ids) > 1:
            await sign(plan, host_id)
        return found

    async def _take_phase(
        self, plan: Plan, phase: Sequence[Numbered], *, is_last: bool, host_id: str = ""
    ) -> dict[str, Interruption]:
        """Take steps that run at the same time, or none of them if the job is cancelled on one of their hosts."""
        cancelled = {
            step.host_id: _cancelled_before(step)
            for _index, step in phase
            if self._canceller.is_requested(step.host_id)
        }
        if cancelled:
            return cancelled
        is_last = is_last and not plan.take_back
        self._announce_cancel([step for _index, step in phase], is_last=is_last, host_id=host_id)
        taken = await at_once(self._take(index, step, plan) for index, step in phase)
        return {step.host_id: each for (_index, step), each in zip(phase, taken, strict=True) if each}

    async def _take(self, index: int, step: Step, plan: Plan) -> Interruption | None:
        """Take a step when its time has come; cancelling before is at once."""
        try:
            await self._delays.until_due(
                index, step, f"Cancelling ends the wait, and ‘{step.title}’ is not done."
            )
        except Stopped:
            self._record.step(index, StepPhase.SKIPPED, "Cancelled.")
            return _cancelled_before(step)
        return await self._taker.take(index, step, step.edit, plan)

    def _announce_cancel(self, steps: Sequence[Step], *, is_last: bool, host_id: str) -> None:
        titles = " and ".join(dict.fromkeys(f"‘{step.title}’" for step in steps))
        if any(step.can_cancel for step in steps):
            self._record.allow_cancel(True, f"Cancelling stops {titles} on the host.", host_id)
        elif is_last:
            note = f"Hyper-V cannot stop {titles} half-way, and it is the last one."
            self._record.allow_cancel(False, note, host_id)
        else:
            note = f"Hyper-V cannot stop {titles} half-way; the job would stop after it."
            self._record.allow_cancel(True, note, host_id)


def numbered(phases: Iterable[Phase], first: int = 0) -> Iterator[list[Numbered]]:
    """Yield the phases with the index of each step in the record."""
    for phase in phases:
        yield list(enumerate(phase, start=first))
        first += len(phase)


def _by_host(phases: Iterable[Sequence[Numbered]]) -> dict[str, list[Numbered]]:
    found: dict[str, list[Numbered]] = {}
    for phase in phases:
        for index, step in phase:
            found.setdefault(step.host_id, []).append((index, step))
    return found


def _cancelled_before(step: Step) -> Interruption:
    return Interruption(Cause.CANCELLED, (f"Cancelled before the step ‘{step.title}’.",))


def _stopped_by(found: Mapping[str, Interruption], plan: Plan) -> Interruption:
    """Return why a host was stopped although nothing went wrong there."""
    names = ", ".join(isolated(plan.host_names[host_id]) for host_id in found)
    if all(each.cause is Cause.CANCELLED for each in found.values()):
        return Interruption(Cause.CANCELLED, (f"Stopped, because the job was cancelled on {names}.",))
    return Interruption(Cause.OTHER_HOST, (f"Stopped, because it went wrong on {names}.",))
