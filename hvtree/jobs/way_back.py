"""The way back for VMs that were stopped on the way, each host by itself: one that is away holds up no other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress

from hvtree.domain.address import VmAddress
from hvtree.domain.edits import Apply, CheckpointNotes, Delete, Edit, SetNotes, SetPower
from hvtree.domain.errors import HVTreeError
from hvtree.domain.fleet import Fleet
from hvtree.domain.model import HostState
from hvtree.domain.passport import measured
from hvtree.domain.power import Power
from hvtree.hosts.awake_timeout import awake_timeout
from hvtree.jobs.cancel import Canceller, Stopped
from hvtree.jobs.delays import Delays
from hvtree.jobs.group_times import group_times
from hvtree.jobs.job import StepPhase
from hvtree.jobs.performer import Numbered, numbered
from hvtree.jobs.record import JobRecord
from hvtree.jobs.step_taker import Cause, Interruption, JobHost, StepTaker, at_once
from hvtree.jobs.traces import Traces, differs
from hvtree.jobs.wait_idle import TimeLimits, wait_idle
from hvtree.operations.base import Phase, Plan, Step, steps_of
from hvtree.values import replace

ATTEMPTS = 3
"""How often a step on the way back is tried if the connection is lost meanwhile, a VM is not brought back, or one is busy when notes are
written; such steps may be repeated."""
_BUSY = "wrong-state"
"""What the catalogue calls it that something else is being done with a VM."""

_BRINGING_BACK = "The VMs are being brought back to the states they were in."
_WRITING = "The checkpoints are there; their notes are being written."
_TO_RUNNING = (Power.START, Power.RESUME)
_LOST = (Cause.CUT, Cause.NOT_ASKED)
_MAY_BE_DONE = (Cause.CUT, Cause.OTHER_HOST)


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
        self._lost: set[str] = set()
        """The hosts that were lost on the way back."""
        self._signed: dict[int, list[Interruption]] = {}
        """By the index of a step, what went wrong with notes that were written before all hosts had ended."""
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
        if (found and plan.after_failure) or any(
            isinstance(each.edit, SetPower) for each in plan.bring_back_steps
        ):
            self._record.allow_cancel(False, _BRINGING_BACK)
        elif plan.bring_back:
            self._record.allow_cancel(False, _WRITING)
        if not found:
            return await self._bring_back_in_order(plan)
        is_in_doubt = bool(plan.take_back)
        back = await at_once(
            self._bring_back_host(plan, each, has_failed=each in found, is_in_doubt=is_in_doubt)
            for each in plan.host_ids
        )
        if is_in_doubt:
            for one, more in zip(back, await self._all_or_nothing(plan, found), strict=True):
                one.extend(more)
        return dict(zip(plan.host_ids, map(tuple, back), strict=True))

    async def sign(self, plan: Plan, host_id: str) -> None:
        """Write the notes of a host that has done its steps, while others are still at theirs; one that is away has to wait."""
        try:
            if not await self._hosts[host_id].reconnection.is_there():
                return
        except HVTreeError:
            return
        for phase in numbered(plan.bring_back, first=len(plan.steps)):
            for index, step in phase:
                if step.host_id == host_id and isinstance(step.edit, SetNotes):
                    self._signed[index] = await self._take(
                        (index, step), plan, goal=plan.expected.hosts[host_id]
                    )

    async def _bring_back_in_order(self, plan: Plan) -> dict[str, tuple[Interruption, ...]]:
        """Take phase after phase on all hosts: VMs of one may wait for those of another.

        A host that holds up the others for as long as VMs may take to be idle is left behind with its own steps.
        """
        turns: dict[str, asyncio.Task[list[Interruption]]] = {}
        try:
            for phase in numbered(plan.bring_back, first=len(plan.steps)):
                for numbered_step in phase:
                    host_id = numbered_step[1].host_id
                    turn = self._take_after(turns.get(host_id), numbered_step, plan)
                    turns[host_id] = asyncio.get_running_loop().create_task(turn)
                with suppress(TimeoutError):
                    async with awake_timeout(self._limits.idle_s):
                        await asyncio.wait(turns.values())
            found = await at_once(_ended(turns.get(each)) for each in plan.host_ids)
        finally:
            for each in turns.values():
                each.cancel()  # the job itself was cancelled: its steps go with it
        again = await at_once(self._look_again(plan, each) for each in plan.host_ids)
        for one, more in zip(found, again, strict=True):
            one.extend(more)
        return dict(zip(plan.host_ids, map(tuple, found), strict=True))

    async def _take_after(
        self, before: asyncio.Task[list[Interruption]] | None, numbered_step: Numbered, plan: Plan
    ) -> list[Interruption]:
        found = await _ended(before)
        return found + await self._take(
            numbered_step, plan, goal=plan.expected.hosts[numbered_step[1].host_id]
        )

    async def _bring_back_host(
        self, plan: Plan, host_id: str, *, has_failed: bool, is_in_doubt: bool
    ) -> list[Interruption]:
        """Bring the VMs of a host back. While it is in doubt whether checkpoints stay, nothing is written into them."""
        found: list[Interruption] = []
        if has_failed and plan.after_failure and not await self._is_as_expected(plan, host_id):
            found += await self._take_more(plan, host_id, plan.after_failure, goal=plan.before)
        found += await self._take_back_steps(plan, host_id, notes=False if is_in_doubt else None)
        return found + await self._look_again(plan, host_id)

    async def _look_again(self, plan: Plan, host_id: str) -> list[Interruption]:
        """Bring VMs back once more on a host that was lost meanwhile: it may have restarted, and stopped them anew."""
        if host_id not in self._lost:
            return []
        steps = tuple(step for step in steps_of(plan.bring_back) if isinstance(step.edit, SetPower))
        return await self._take_more(plan, host_id, (steps,), goal=plan.expected)

    async def _take_back_steps(
        self, plan: Plan, host_id: str, *, notes: bool | None = None
    ) -> list[Interruption]:
        """Take the steps of a host that bring VMs back; with `notes` only those that write notes, or only the others."""
        found: list[Interruption] = []
        for phase in numbered(plan.bring_back, first=len(plan.steps)):
            for index, step in phase:
                if step.host_id == host_id and notes in (None, isinstance(step.edit, SetNotes)):
                    found += await self._take((index, step), plan, goal=plan.expected.hosts[host_id])
        return found

    async def _take_more(
        self, plan: Plan, host_id: str, phases: Iterable[Phase], *, goal: Fleet
    ) -> list[Interruption]:
        """Take the steps of a host that nobody expected to need."""
        steps = [step for step in steps_of(phases) if step.host_id == host_id]
        found: list[Interruption] = []
        for index, step in enumerate(steps, start=self._record.add_steps(steps)):
            found += await self._take((index, step), plan, goal=goal.hosts[host_id])
        return found

    async def _all_or_nothing(
        self, plan: Plan, found: Mapping[str, Interruption]
    ) -> list[list[Interruption]]:
        """Finish a plan of which everything is done although an answer was lost, else take back what was done of it."""
        if all(each.cause in _MAY_BE_DONE for each in found.values()) and await self._is_whole(plan):
            return await at_once(self._take_back_steps(plan, each, notes=True) for each in plan.host_ids)
        return await at_once(self._undo_host(plan, each, found.get(each)) for each in plan.host_ids)

    async def _undo_host(self, plan: Plan, host_id: str, why: Interruption | None) -> list[Interruption]:
        if why is not None and why.cause is Cause.CUT:
            try:
                state = await self._idle(host_id, plan.vm_ids(host_id))
            except HVTreeError as error:
                return [Interruption(Cause.CUT, (error.sentence,), error.details)]
            self._taker.made.find(host_id, plan.expected.hosts[host_id], state)
        return await self._take_more(plan, host_id, plan.take_back, goal=plan.before)

    async def _is_whole(self, plan: Plan) -> bool:
        """Return whether all hosts are as planned, but for notes."""
        for host_id in plan.host_ids:
            vm_ids, expected = plan.vm_ids(host_id), plan.expected.hosts[host_id]
            try:
                state = await self._idle(host_id, vm_ids)
            except HVTreeError:
                return False
            if differs(expected, state, vm_ids):
                return False
            self._taker.made.find(host_id, expected, state)
        return True

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
        if index in self._signed:
            return self._signed[index]
        for attempt in range(1, ATTEMPTS + 1):
            try:
                edits = await self._due(index, step, goal)
            except HVTreeError as error:
                if attempt < ATTEMPTS and not self._hosts[step.host_id].reconnection.has_given_up:
                    continue  # it was lost while we looked
                self._record.step(index, StepPhase.UNKNOWN, error.sentence)
                return [Interruption(Cause.CUT, (error.sentence,), error.details, step.edit)]
            if not edits:
                self._settle_step(index)
                return []
            found = [
                each
                for edit in edits
                if (each := await self._taker.take(index, step, edit, plan, is_way_back=True))
            ]
            if any(each.cause in _LOST for each in found):
                self._lost.add(step.host_id)
            if not any(_is_worth_another_attempt(each) for each in found) or attempt == ATTEMPTS:
                return [replace(each, edit=step.edit) for each in found]
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
        if isinstance(step.edit, SetNotes):
            notes = await self._of_those_taken(step.edit, step.host_id, goal)
            return (self._with_times(notes, step.host_id),) if notes.written else ()
        if isinstance(step.edit, Apply):
            return await self._still_elsewhere(self._taker.made.only(step.edit, step.host_id), step.host_id)
        if isinstance(step.edit, Delete):
            only = self._taker.made.only(step.edit, step.host_id)
            return (only,) if only.refs else ()
        if not isinstance(step.edit, SetPower):
            return (step.edit,)
        return tuple(needed_power(step.edit, await self._idle(step.host_id, step.edit.vm_ids), goal))

    async def _still_elsewhere(self, edit: Apply, host_id: str) -> tuple[Apply, ...]:
        """Return what takes VMs back to checkpoints of the job, but for those that still stand there."""
        state = await self._idle(host_id, tuple(ref.vm_id for ref in edit.refs))
        refs = tuple(
            ref
            for ref in edit.refs
            if ref.vm_id in state.vms and state.vms[ref.vm_id].now_id != ref.checkpoint_id
        )
        return (Apply(refs),) if refs else ()

    async def _of_those_taken(self, edit: SetNotes, host_id: str, goal: HostState) -> SetNotes:
        """Return the notes of the checkpoints that were taken, also where no answer told of them."""
        made, state = self._taker.made, await self._idle(host_id, tuple(ref.vm_id for ref in edit.refs))
        if made.is_unsure(host_id):
            made.find(host_id, goal, state)
        return made.only(edit, host_id)

    def _with_times(self, edit: SetNotes, host_id: str) -> SetNotes:
        """Return the same notes with what was measured for each VM meanwhile."""
        times = group_times(self._record.view)

        def timed(each: CheckpointNotes) -> CheckpointNotes:
            stopped_ms = times.stopped_ms.get(VmAddress(host_id, each.ref.vm_id))
            return replace(each, text=measured(each.text, spread_ms=times.spread_ms, stopped_ms=stopped_ms))

        return SetNotes(tuple(map(timed, edit.written)))

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


def _is_worth_another_attempt(found: Interruption) -> bool:
    """Return whether a step on the way back is tried again: its host was lost, refused to wake a VM, or was busy when asked to note."""
    if found.cause is not Cause.FAILED:
        return found.cause in _LOST
    return isinstance(found.edit, SetPower) or (isinstance(found.edit, SetNotes) and _BUSY in found.codes)


async def _ended(turn: asyncio.Task[list[Interruption]] | None) -> list[Interruption]:
    return await turn if turn is not None else []


def needed_power(edit: SetPower, present: HostState, goal: HostState) -> list[SetPower]:
    """Return what is left of a change of power on the way back: only for VMs that are not in the state of `goal`.

    A VM that shall run again is started or resumed, whichever takes it there: a group that failed half-way has saved
    members and paused ones.
    """
    powers = _TO_RUNNING if edit.power in _TO_RUNNING else (edit.power,)
    found = (SetPower(edit.vm_ids, power).still_needed(present, goal) for power in powers)
    return [needed for needed in found if needed is not None]
