"""The way back for VMs that were stopped on the way, each host by itself: one that is away holds up no other."""

from __future__ import annotations

from collections.abc import Mapping

from hvtree.domain.edits import Edit, SetPower
from hvtree.domain.errors import HVTreeError
from hvtree.domain.model import HostState
from hvtree.domain.power import Power
from hvtree.jobs.cancel import Canceller, Stopped
from hvtree.jobs.delays import Delays
from hvtree.jobs.job import StepPhase
from hvtree.jobs.made import OnCheckpoints
from hvtree.jobs.performer import Numbered, numbered
from hvtree.jobs.record import JobRecord
from hvtree.jobs.step_taker import Cause, Interruption, JobHost, StepTaker, at_once
from hvtree.jobs.traces import Traces, differs
from hvtree.jobs.wait_idle import TimeLimits, wait_idle
from hvtree.operations.base import Plan, Step, steps_of

ATTEMPTS = 3
"""How often a step on the way back is tried if the connection is lost meanwhile; such steps may be repeated."""

_BRINGING_BACK = "The VMs are being brought back to the states they were in."
_TO_RUNNING = (Power.START, Power.RESUME)
_LOST = (Cause.CUT, Cause.NOT_ASKED)


class WayBack:
    """Brings the VMs of one plan back to where they should be."""

    def __init__(
        self,
        hosts: Mapping[str, JobHost],
        taker: StepTaker,
        record: JobRecord,
        canceller: Canceller,
        *,
        delays: Delays,
        limits: TimeLimits,
    ) -> None:
        self._hosts = hosts
        self._taker = taker
        self._record = record
        self._canceller = canceller
        self._delays = delays
        self._limits = limits
        self._waited: set[int] = set()
        """The indices of the steps whose time has come."""
        self._is_hurried = False
        """Somebody has cancelled a wait: from then on nothing waits for its time."""

    async def bring_back(
        self, plan: Plan, found: Mapping[str, Interruption]
    ) -> dict[str, tuple[Interruption, ...]]:
        """Take the steps that bring VMs back, each for those VMs that are not yet where they should be.

        `found` is what ended the plan's own steps early. Cancelling ends no more than the wait for hosts that are away and
        for the times of steps.
        """
        self._canceller.forget()
        if plan.bring_back or (found and plan.after_failure):
            self._record.allow_cancel(False, _BRINGING_BACK)
        back = await at_once(self._bring_back_host(plan, each, each in found) for each in plan.host_ids)
        return dict(zip(plan.host_ids, map(tuple, back), strict=True))

    async def _bring_back_host(self, plan: Plan, host_id: str, has_failed: bool) -> list[Interruption]:
        found: list[Interruption] = []
        if has_failed and plan.after_failure and not await self._is_as_expected(plan, host_id):
            steps = [step for step in steps_of(plan.after_failure) if step.host_id == host_id]
            for index, step in enumerate(steps, start=self._record.add_steps(steps)):
                found += await self._take((index, step), plan, goal=plan.before.hosts[host_id])
        for phase in numbered(plan.bring_back, first=len(plan.steps)):
            for index, step in phase:
                if step.host_id == host_id:
                    found += await self._take((index, step), plan, goal=plan.expected.hosts[host_id])
        return found

    async def _is_as_expected(self, plan: Plan, host_id: str) -> bool:
        """Return whether a host is as planned in spite of the trouble; then no VM was stopped for nothing."""
        vm_ids, traces = plan.vm_ids(host_id), Traces(plan, host_id)
        if not traces.are_expected:
            return False
        try:
            state = await self._idle(host_id, vm_ids)
        except HVTreeError:
            return False  # the steps back will say that the host cannot be read
        return traces.are_there(state) and not differs(plan.expected.hosts[host_id], state, vm_ids)

    async def _take(self, numbered_step: Numbered, plan: Plan, *, goal: HostState) -> list[Interruption]:
        index, step = numbered_step
        for attempt in range(1, ATTEMPTS + 1):
            try:
                edits = await self._due(index, step, goal)
            except HVTreeError as error:
                if attempt < ATTEMPTS and not self._hosts[step.host_id].reconnection.has_given_up:
                    continue  # it was lost while we looked
                self._record.step(index, StepPhase.UNKNOWN, error.sentence)
                return [Interruption(Cause.CUT, (error.sentence,), error.details)]
            if not edits:
                self._settle_step(index)
                return []
            found = [
                each
                for edit in edits
                if (each := await self._taker.take(index, step, edit, plan, is_way_back=True))
            ]
            if not any(each.cause in _LOST for each in found) or attempt == ATTEMPTS:
                return found
        return []

    async def _due(self, index: int, step: Step, goal: HostState) -> tuple[Edit, ...]:
        """Return what is left of a step when its time has come; for what needs nothing nobody waits."""
        edits = await self._still_needed(step, goal)
        if not edits or not step.wait_s or self._is_hurried or index in self._waited:
            return edits
        self._waited.add(index)
        note = "Cancelling ends the waits between VMs; all of them are brought back at once."
        try:
            await self._delays.until_due(index, step, note)
        except Stopped:
            self._is_hurried = True
            self._canceller.forget()  # it is met: a wait for a host that is lost later goes on
        return await self._still_needed(step, goal)

    def _settle_step(self, index: int) -> None:
        """Show a step without anything left to do: as done if an earlier attempt was cut, else as skipped."""
        was_cut = self._record.view.steps[index].phase is StepPhase.UNKNOWN
        self._record.step(index, StepPhase.DONE if was_cut else StepPhase.SKIPPED)

    async def _still_needed(self, step: Step, goal: HostState) -> tuple[Edit, ...]:
        if isinstance(step.edit, OnCheckpoints):
            edit = self._taker.made.only(step.edit, step.host_id)
            return (edit,) if edit.refs else ()
        if not isinstance(step.edit, SetPower):
            return (step.edit,)
        return tuple(needed_power(step.edit, await self._idle(step.host_id, step.edit.vm_ids), goal))

    async def _idle(self, host_id: str, vm_ids: tuple[str, ...]) -> HostState:
        """Return the host when it is there and its VMs are idle."""
        job_host = self._hosts[host_id]
        if not await job_host.reconnection.is_there():
            await self._wait_for(host_id)
        return await wait_idle(job_host.host, vm_ids, self._limits)

    async def _wait_for(self, host_id: str) -> None:
        """Wait until a host is back; cancelling, of the job or of its part on that host, ends the wait."""
        reconnection = self._hosts[host_id].reconnection
        note = "Cancelling ends the wait for the host; VMs stay as they are then."
        with self._record.cancellable(note, host_id):
            try:
                await self._canceller.run(reconnection.wait(), host_id)
            except Stopped:
                raise reconnection.give_up() from None


def needed_power(edit: SetPower, present: HostState, goal: HostState) -> list[SetPower]:
    """Return what is left of a change of power on the way back: only for VMs that are not in the state of `goal`.

    A VM that shall run again is started or resumed, whichever takes it there: a group that failed half-way has saved
    members and paused ones.
    """
    powers = _TO_RUNNING if edit.power in _TO_RUNNING else (edit.power,)
    found = (SetPower(edit.vm_ids, power).still_needed(present, goal) for power in powers)
    return [needed for needed in found if needed is not None]
