"""The steps of a plan, taken one after the other, and the way back for VMs that were stopped on the way."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from hvtree.domain.agreement import differences
from hvtree.domain.catalogue import told
from hvtree.domain.edits import Edit, SetPower
from hvtree.domain.errors import HVTreeError, OutcomeUnknown
from hvtree.domain.model import HostState
from hvtree.domain.power import Power
from hvtree.domain.receipt import Outcome, Progress, Receipt
from hvtree.jobs.cancel import Canceller, Stopped
from hvtree.jobs.comeback import Comeback
from hvtree.jobs.facts import name_of, targets_of
from hvtree.jobs.job import StepPhase
from hvtree.jobs.ports import WatchedHost
from hvtree.jobs.settling import Patience, settle
from hvtree.jobs.tracker import Tracker
from hvtree.operations.base import Plan, Step

ATTEMPTS = 3
"""How often a step on the way back is tried if the connection is cut meanwhile; such steps may be repeated."""

_BRINGING_BACK = "The VMs are being brought back to the states they were in."
_TO_RUNNING = (Power.START, Power.RESUME)


class Kind(Enum):
    """Why not all steps were taken."""

    FAILED = "failed"
    CANCELLED = "cancelled"
    CUT = "cut"
    """The connection went while a step was under way: it may or may not have been carried out."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What came between a plan and its end."""

    kind: Kind
    sentences: tuple[str, ...]
    details: str = ""


class Performer:
    """Takes the steps of one plan on one host."""

    def __init__(
        self,
        host: WatchedHost,
        tracker: Tracker,
        canceller: Canceller,
        *,
        patience: Patience,
        comeback: Comeback,
    ) -> None:
        self._host = host
        self._tracker = tracker
        self._canceller = canceller
        self._patience = patience
        self._comeback = comeback
        self.warnings: list[str] = []
        """What the host remarked on its way; it does not change the verdict."""

    async def take_steps(self, plan: Plan) -> Trouble | None:
        """Take the steps until the end, or until one fails or the job is cancelled."""
        last = len(plan.steps) - 1
        for index, step in enumerate(plan.steps):
            if self._canceller.is_requested:
                return Trouble(Kind.CANCELLED, (f"Cancelled before the step ‘{step.title}’.",))
            self._announce_cancel(step, is_last=index == last)
            trouble = await self._take(index, step, step.edit, plan)
            if trouble:
                return trouble
        return None

    async def bring_back(self, plan: Plan, trouble: Trouble | None) -> tuple[Trouble, ...]:
        """Take the steps that bring VMs back, each for those VMs that are not yet where they should be."""
        if plan.bring_back or (trouble and plan.after_failure):
            self._tracker.allow_cancel(False, _BRINGING_BACK)
        found: list[Trouble] = []
        if trouble and plan.after_failure and not await self._is_as_expected(plan):
            first = self._tracker.add_steps(plan.after_failure)
            for index, step in enumerate(plan.after_failure, start=first):
                found.extend(await self._bring_back_one(index, step, plan, goal=plan.before))
        for index, step in enumerate(plan.bring_back, start=len(plan.steps)):
            found.extend(await self._bring_back_one(index, step, plan, goal=plan.expected))
        return tuple(found)

    async def _is_as_expected(self, plan: Plan) -> bool:
        """Return whether the host is as planned in spite of the trouble; then no VM was stopped for nothing."""
        if not differences(plan.before, plan.expected, plan.vm_ids):
            return False
        try:
            state = await self._settled(plan.vm_ids)
        except HVTreeError:
            return False  # the steps back will say that the host cannot be read
        return not differences(plan.expected, state, plan.vm_ids)

    def _announce_cancel(self, step: Step, *, is_last: bool) -> None:
        if step.can_cancel:
            self._tracker.allow_cancel(True, f"Cancelling stops ‘{step.title}’ on the host.")
        elif is_last:
            note = f"Hyper-V cannot stop ‘{step.title}’ half-way, and it is the last one."
            self._tracker.allow_cancel(False, note)
        else:
            note = f"Hyper-V cannot stop ‘{step.title}’ half-way; the job would stop after it."
            self._tracker.allow_cancel(True, note)

    async def _take(self, index: int, step: Step, edit: Edit, plan: Plan) -> Trouble | None:
        """Take one step; the only place where a host is asked to change something."""
        self._tracker.step(index, StepPhase.RUNNING)
        try:
            receipt = await self._perform(index, edit, interruptible=step.can_cancel)
        except Stopped:
            self._tracker.step(index, StepPhase.SKIPPED, "Cancelled.")
            return Trouble(Kind.CANCELLED, (f"The step ‘{step.title}’ was cancelled.",))
        except OutcomeUnknown as error:
            self._tracker.step(index, StepPhase.UNKNOWN, error.sentence)
            return Trouble(Kind.CUT, (error.sentence,), error.details)
        except HVTreeError as error:
            self._tracker.step(index, StepPhase.FAILED, error.sentence)
            return Trouble(Kind.FAILED, (error.sentence,), error.details)
        self.warnings.extend(receipt.warnings)
        return self._judge(index, receipt, plan.before)

    async def _perform(self, index: int, edit: Edit, *, interruptible: bool) -> Receipt:
        targets = len(targets_of(edit))

        def report(progress: Progress) -> None:
            self._tracker.progress(index, targets, progress)

        work = self._host.perform(edit, report)
        return await (self._canceller.run(work) if interruptible else work)

    def _judge(self, index: int, receipt: Receipt, before: HostState) -> Trouble | None:
        if not receipt.failures:
            self._tracker.step(index, StepPhase.DONE)
            return None
        sentences = tuple(_failure_sentence(outcome, before) for outcome in receipt.failures)
        self._tracker.step(index, StepPhase.FAILED, " ".join(sentences))
        records = (outcome.error.as_text() for outcome in receipt.failures if outcome.error)
        return Trouble(Kind.FAILED, sentences, "\n\n".join(records))

    async def _bring_back_one(
        self, index: int, step: Step, plan: Plan, *, goal: HostState
    ) -> tuple[Trouble, ...]:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                edits = await self._still_needed(step, goal)
            except HVTreeError as error:
                if attempt < ATTEMPTS and not self._comeback.has_given_up:
                    continue  # it was cut while we looked
                self._tracker.step(index, StepPhase.UNKNOWN, error.sentence)
                return (Trouble(Kind.CUT, (error.sentence,), error.details),)
            if not edits:
                self._settle_step(index)
                return ()
            found = [trouble for edit in edits if (trouble := await self._take(index, step, edit, plan))]
            if not any(trouble.kind is Kind.CUT for trouble in found) or attempt == ATTEMPTS:
                return tuple(found)
        return ()

    def _settle_step(self, index: int) -> None:
        """Show a step without anything left to do: as done if an earlier attempt was cut, else as skipped."""
        was_cut = self._tracker.view.steps[index].phase is StepPhase.UNKNOWN
        self._tracker.step(index, StepPhase.DONE if was_cut else StepPhase.SKIPPED)

    async def _still_needed(self, step: Step, goal: HostState) -> tuple[Edit, ...]:
        if not isinstance(step.edit, SetPower):
            return (step.edit,)
        return tuple(needed_power(step.edit, await self._settled(step.edit.vm_ids), goal))

    async def _settled(self, vm_ids: tuple[str, ...]) -> HostState:
        """Return the host when it is there and its VMs have come to rest."""
        if not await self._comeback.is_there():
            await self._wait_for_host()
        return await settle(self._host, vm_ids, self._patience)

    async def _wait_for_host(self) -> None:
        """Wait until the host is back; whoever does not want to wait for that may cancel it."""
        self._canceller.forget()
        self._tracker.allow_cancel(True, "Cancelling ends the wait for the host; VMs stay as they are then.")
        try:
            await self._canceller.run(self._comeback.wait())
        except Stopped:
            raise self._comeback.give_up() from None
        finally:
            self._tracker.allow_cancel(False, _BRINGING_BACK)


def needed_power(edit: SetPower, present: HostState, goal: HostState) -> list[SetPower]:
    """Return what is left of a change of power on the way back: only for VMs that are not in the state of `goal`.

    A VM that shall run again is started or resumed, whichever takes it there: a group that failed half-way has saved
    members and paused ones.
    """
    powers = _TO_RUNNING if edit.power in _TO_RUNNING else (edit.power,)
    found = (SetPower(edit.vm_ids, power).still_needed(present, goal) for power in powers)
    return [needed for needed in found if needed is not None]


def _failure_sentence(outcome: Outcome, before: HostState) -> str:
    assert outcome.error is not None
    return f"{name_of(outcome.target_id, before)}: {told(outcome.error).sentence}"
