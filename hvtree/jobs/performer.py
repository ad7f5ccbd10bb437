"""The steps of a plan, phase by phase on all its hosts, and the way back for VMs that were stopped on the way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from hvtree.domain.catalogue import told
from hvtree.domain.difference import compare
from hvtree.domain.edits import Edit, SetPower
from hvtree.domain.errors import HVTreeError, OutcomeUnknown
from hvtree.domain.fleet import Fleet
from hvtree.domain.model import HostState
from hvtree.domain.power import Power
from hvtree.domain.receipt import Outcome, Progress, Receipt
from hvtree.jobs.cancel import Canceller, Stopped
from hvtree.jobs.job import StepPhase
from hvtree.jobs.ports import WatchedHost
from hvtree.jobs.reconnect import Reconnection
from hvtree.jobs.record import JobRecord
from hvtree.jobs.summary import name_of, targets_of
from hvtree.jobs.wait_idle import TimeLimits, wait_idle
from hvtree.operations.base import Phase, Plan, Step, steps_of

T = TypeVar("T")

_log = logging.getLogger(__name__)
ATTEMPTS = 3
"""How often a step on the way back is tried if the connection is cut meanwhile; such steps may be repeated."""

_BRINGING_BACK = "The VMs are being brought back to the states they were in."
_TO_RUNNING = (Power.START, Power.RESUME)


class Cause(Enum):
    """Why not all steps were taken on a host."""

    FAILED = "failed"
    CANCELLED = "cancelled"
    CUT = "cut"
    """The connection went while a step was under way: it may or may not have been carried out."""
    OTHER_HOST = "other host"
    """Nothing went wrong here, but on another host of a plan that is all or nothing."""


@dataclass(frozen=True, slots=True)
class Interruption:
    """What came between a plan and its end on one host."""

    cause: Cause
    sentences: tuple[str, ...]
    details: str = ""


@dataclass(frozen=True, slots=True)
class JobHost:
    """A host that a job works on, and the wait for it when its connection is lost."""

    host: WatchedHost
    reconnection: Reconnection


class Performer:
    """Takes the steps of one plan. This is the only place where a host is asked to change something."""

    def __init__(
        self,
        hosts: Mapping[str, JobHost],
        record: JobRecord,
        canceller: Canceller,
        *,
        limits: TimeLimits,
    ) -> None:
        self._hosts = hosts
        self._record = record
        self._canceller = canceller
        self._limits = limits
        self.warnings: dict[str, list[str]] = {host_id: [] for host_id in hosts}
        """What each host remarked on its way; it does not change the verdict."""

    async def take_steps(self, plan: Plan) -> dict[str, Interruption]:
        """Take the steps phase by phase; return what ended them early, by host.

        A host with trouble takes no more steps. The others go on, unless the plan is all or nothing.
        """
        found: dict[str, Interruption] = {}
        last = len(plan.phases) - 1
        for number, phase in enumerate(_numbered(plan.phases)):
            going_on = [(index, step) for index, step in phase if step.host_id not in found]
            for _index, step in going_on:
                if self._canceller.is_requested(step.host_id):
                    sentence = f"Cancelled before the step ‘{step.title}’."
                    found[step.host_id] = Interruption(Cause.CANCELLED, (sentence,))
            if not (found and plan.is_joint):
                steps = [(index, step) for index, step in going_on if step.host_id not in found]
                self._announce_cancel([step for _index, step in steps], is_last=number == last)
                taken = await at_once(self._take(index, step, step.edit, plan) for index, step in steps)
                found |= {
                    step.host_id: each for (_index, step), each in zip(steps, taken, strict=True) if each
                }
            if found and plan.is_joint:
                return found | {each: _stopped_by(found, plan) for each in plan.host_ids if each not in found}
        return found

    async def bring_back(
        self, plan: Plan, found: Mapping[str, Interruption]
    ) -> dict[str, tuple[Interruption, ...]]:
        """Take the steps that bring VMs back, each for those VMs that are not yet where they should be."""
        way_back: dict[str, list[Interruption]] = {host_id: [] for host_id in plan.host_ids}
        if plan.bring_back or (found and plan.after_failure):
            self._record.allow_cancel(False, _BRINGING_BACK)
        for phase in self._phases_back(plan.after_failure, await self._stopped_for_nothing(plan, found)):
            await self._bring_back_phase(phase, plan.before, plan, way_back)
        for phase in _numbered(plan.bring_back, first=len(plan.steps)):
            await self._bring_back_phase(phase, plan.expected, plan, way_back)
        return {host_id: tuple(each) for host_id, each in way_back.items()}

    async def _stopped_for_nothing(self, plan: Plan, found: Mapping[str, Interruption]) -> set[str]:
        """Return the hosts on which something went wrong and that are not as planned in spite of it."""
        if not plan.after_failure:
            return set()
        wrong = list(found)
        as_expected = await at_once(self._is_as_expected(plan, host_id) for host_id in wrong)
        return {host_id for host_id, is_so in zip(wrong, as_expected, strict=True) if not is_so}

    def _phases_back(self, phases: Sequence[Phase], host_ids: set[str]) -> list[list[tuple[int, Step]]]:
        """Return the steps of some hosts only, and show them from now on: nobody expected to need them."""
        wanted = [tuple(step for step in phase if step.host_id in host_ids) for phase in phases]
        return list(_numbered(wanted, first=self._record.add_steps(steps_of(wanted))))

    async def _bring_back_phase(
        self,
        phase: Sequence[tuple[int, Step]],
        goal: Fleet,
        plan: Plan,
        way_back: dict[str, list[Interruption]],
    ) -> None:
        found = await at_once(
            self._bring_back_one(index, step, plan, goal=goal.hosts[step.host_id]) for index, step in phase
        )
        for (_index, step), each in zip(phase, found, strict=True):
            way_back[step.host_id].extend(each)

    async def _is_as_expected(self, plan: Plan, host_id: str) -> bool:
        """Return whether a host is as planned in spite of the trouble; then no VM was stopped for nothing."""
        vm_ids = plan.vm_ids(host_id)
        if not differs(plan.before.hosts[host_id], plan.expected.hosts[host_id], vm_ids):
            return False
        try:
            state = await self._idle(host_id, vm_ids)
        except HVTreeError:
            return False  # the steps back will say that the host cannot be read
        return not differs(plan.expected.hosts[host_id], state, vm_ids)

    def _announce_cancel(self, steps: Sequence[Step], *, is_last: bool) -> None:
        titles = " and ".join(dict.fromkeys(f"‘{step.title}’" for step in steps))
        if any(step.can_cancel for step in steps):
            self._record.allow_cancel(True, f"Cancelling stops {titles} on the host.")
        elif is_last:
            note = f"Hyper-V cannot stop {titles} half-way, and it is the last one."
            self._record.allow_cancel(False, note)
        else:
            note = f"Hyper-V cannot stop {titles} half-way; the job would stop after it."
            self._record.allow_cancel(True, note)

    async def _take(self, index: int, step: Step, edit: Edit, plan: Plan) -> Interruption | None:
        """Take one step."""
        _log.info("job %d, step %d: asking %r: %r", self._record.view.id, index + 1, step.host_id, edit)
        self._record.step(index, StepPhase.RUNNING)
        try:
            receipt = await self._perform(index, step, edit)
        except Stopped:
            self._record.step(index, StepPhase.SKIPPED, "Cancelled.")
            return Interruption(Cause.CANCELLED, (f"The step ‘{step.title}’ was cancelled.",))
        except OutcomeUnknown as error:
            self._record.step(index, StepPhase.UNKNOWN, error.sentence)
            return Interruption(Cause.CUT, (error.sentence,), error.details)
        except HVTreeError as error:
            self._record.step(index, StepPhase.FAILED, error.sentence)
            return Interruption(Cause.FAILED, (error.sentence,), error.details)
        for outcome in receipt.outcomes:
            _log.info("job %d, step %d: answered %r", self._record.view.id, index + 1, outcome)
        self.warnings[step.host_id].extend(receipt.warnings)
        return self._judge(index, receipt, plan.before.hosts[step.host_id])

    async def _perform(self, index: int, step: Step, edit: Edit) -> Receipt:
        targets = len(targets_of(edit))

        def report(progress: Progress) -> None:
            self._record.progress(index, targets, progress)

        work = self._hosts[step.host_id].host.perform(edit, report)
        return await (self._canceller.run(work, step.host_id) if step.can_cancel else work)

    def _judge(self, index: int, receipt: Receipt, before: HostState) -> Interruption | None:
        if not receipt.failures:
            self._record.step(index, StepPhase.DONE)
            return None
        sentences = tuple(_failure_sentence(outcome, before) for outcome in receipt.failures)
        self._record.step(index, StepPhase.FAILED, " ".join(sentences))
        records = (outcome.error.as_text() for outcome in receipt.failures if outcome.error)
        return Interruption(Cause.FAILED, sentences, "\n\n".join(records))

    async def _bring_back_one(
        self, index: int, step: Step, plan: Plan, *, goal: HostState
    ) -> tuple[Interruption, ...]:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                edits = await self._still_needed(step, goal)
            except HVTreeError as error:
                if attempt < ATTEMPTS and not self._hosts[step.host_id].reconnection.has_given_up:
                    continue  # it was cut while we looked
                self._record.step(index, StepPhase.UNKNOWN, error.sentence)
                return (Interruption(Cause.CUT, (error.sentence,), error.details),)
            if not edits:
                self._settle_step(index)
                return ()
            found = [each for edit in edits if (each := await self._take(index, step, edit, plan))]
            if not any(each.cause is Cause.CUT for each in found) or attempt == ATTEMPTS:
                return tuple(found)
        return ()

    def _settle_step(self, index: int) -> None:
        """Show a step without anything left to do: as done if an earlier attempt was cut, else as skipped."""
        was_cut = self._record.view.steps[index].phase is StepPhase.UNKNOWN
        self._record.step(index, StepPhase.DONE if was_cut else StepPhase.SKIPPED)

    async def _still_needed(self, step: Step, goal: HostState) -> tuple[Edit, ...]:
        if not isinstance(step.edit, SetPower):
            return (step.edit,)
        return tuple(needed_power(step.edit, await self._idle(step.host_id, step.edit.vm_ids), goal))

    async def _idle(self, host_id: str, vm_ids: tuple[str, ...]) -> HostState:
        """Return the host when it is there and its VMs are idle."""
        job_host = self._hosts[host_id]
        if not await job_host.reconnection.is_there():
            await self._wait_for(job_host.reconnection)
        return await wait_idle(job_host.host, vm_ids, self._limits)

    async def _wait_for(self, reconnection: Reconnection) -> None:
        """Wait until a host is back; cancelling ends the wait."""
        self._canceller.forget()
        self._record.allow_cancel(True, "Cancelling ends the wait for the host; VMs stay as they are then.")
        try:
            await self._canceller.run(reconnection.wait())
        except Stopped:
            raise reconnection.give_up() from None
        finally:
            self._record.allow_cancel(False, _BRINGING_BACK)


def differs(before: HostState, after: HostState, vm_ids: Iterable[str]) -> bool:
    """Return whether VMs differ in what a plan is about."""
    return any(each.is_substantial for each in compare(before, after, vm_ids))


def needed_power(edit: SetPower, present: HostState, goal: HostState) -> list[SetPower]:
    """Return what is left of a change of power on the way back: only for VMs that are not in the state of `goal`.

    A VM that shall run again is started or resumed, whichever takes it there: a group that failed half-way has saved
    members and paused ones.
    """
    powers = _TO_RUNNING if edit.power in _TO_RUNNING else (edit.power,)
    found = (SetPower(edit.vm_ids, power).still_needed(present, goal) for power in powers)
    return [needed for needed in found if needed is not None]


def _numbered(phases: Iterable[Phase], first: int = 0) -> Iterator[list[tuple[int, Step]]]:
    """Yield the phases with the index of each step in the record."""
    for phase in phases:
        yield list(enumerate(phase, start=first))
        first += len(phase)


async def at_once(works: Iterable[Coroutine[object, object, T]]) -> list[T]:
    """Return the results of some coroutines that run at the same time; all of them end before an error is raised."""
    waiting = list(works)
    if len(waiting) == 1:
        return [await waiting[0]]
    done = await asyncio.gather(*waiting, return_exceptions=True)
    results: list[T] = []
    for each in done:
        if isinstance(each, BaseException):
            raise each
        results.append(each)
    return results


def _stopped_by(found: Mapping[str, Interruption], plan: Plan) -> Interruption:
    """Return why a host was stopped although nothing went wrong there."""
    names = ", ".join(plan.host_names[host_id] for host_id in found)
    is_cancelled = all(each.cause is Cause.CANCELLED for each in found.values())
    sentence = (
        f"Stopped, because the job was cancelled on {names}."
        if is_cancelled
        else f"Stopped, because it went wrong on {names}."
    )
    return Interruption(Cause.CANCELLED if is_cancelled else Cause.OTHER_HOST, (sentence,))


def _failure_sentence(outcome: Outcome, before: HostState) -> str:
    assert outcome.error is not None
    return f"{name_of(outcome.target_id, before)}: {told(outcome.error).sentence}"
