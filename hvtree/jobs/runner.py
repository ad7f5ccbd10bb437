"""One job from the approved plan to the verdict: re-check, perform, bring back, verify."""

from __future__ import annotations

import asyncio
import traceback
from contextlib import ExitStack, suppress

from hvtree.domain.errors import BadInput, ConnectionFailure, HVTreeError, Refused
from hvtree.domain.fleet import Fleet
from hvtree.domain.model import HostState
from hvtree.jobs.cancel import Canceller, Stopped
from hvtree.jobs.delays import Delays
from hvtree.jobs.job import Verdict
from hvtree.jobs.journal import Journal, JournalFailure
from hvtree.jobs.leases import JobLeases
from hvtree.jobs.locks import HostLocks
from hvtree.jobs.performer import Performer
from hvtree.jobs.ports import Approver, HostFinder, WatchedHost
from hvtree.jobs.reconnect import Reconnection
from hvtree.jobs.record import UNTOUCHED, Ending, JobRecord
from hvtree.jobs.step_taker import Cause, Interruption, JobHost, StepTaker, at_once
from hvtree.jobs.verdict import NOT_READ, After, Execution, judge, left
from hvtree.jobs.wait_idle import TimeLimits, wait_idle
from hvtree.jobs.way_back import WayBack
from hvtree.operations.base import Dated, Operation, Plan, is_same_plan
from hvtree.values import replace

ASKED_AGAIN = "The host has changed since the plan was shown. This is the new plan."
REREADING = "Outcome unknown: the connection was cut. The host is read again to see what became of it."
_DECLINED = Ending(Verdict.DECLINED, "The plan was declined; nothing was touched.")


class Runner:
    """Runs one job when the lanes of its hosts are free. Its plan has been approved; the user is asked again only if it changes."""

    def __init__(
        self,
        find_host: HostFinder,
        approver: Approver,
        record: JobRecord,
        *,
        canceller: Canceller,
        limits: TimeLimits | None = None,
        journal: Journal,
    ) -> None:
        self._approver = approver
        self._record = record
        self._canceller = canceller
        self._limits = limits = limits or TimeLimits()
        self._journal = journal
        self._note = ""
        """What the user is told of the journal itself."""
        plan = record.view.plan
        names = plan.host_names if len(plan.host_ids) > 1 else {}
        self._hosts = {
            host_id: JobHost(host, Reconnection(host, names.get(host_id, ""), record, limits.reconnect_s))
            for host_id in plan.host_ids
            for host in (find_host(host_id),)
        }
        self._leases = JobLeases({host_id: each.host for host_id, each in self._hosts.items()}, record)
        self._taker = StepTaker(self._hosts, record, canceller, journal=journal, leases=self._leases)
        delays = Delays(record, canceller)
        self._performer = Performer(self._taker, record, canceller, delays=delays)
        self._way_back = WayBack(self._hosts, self._taker, record, canceller, delays=delays, limits=limits)

    async def run(self, locks: HostLocks) -> None:
        """Run the job to its end; the record gets the verdict, and only cancelling this task raises."""
        try:
            ending = await self._run(locks)
        except asyncio.CancelledError:
            self._record.end(left(self._record.view.plan))
            raise
        except Exception as error:  # noqa: BLE001  (one of the three ends where everything is caught)
            ending = _unexpected(error)
        self._record.end(await self._written(ending))

    async def _written(self, ending: Ending) -> Ending:
        """Write down how the job ended; the ending says so if that cannot be."""
        ending = replace(ending, message="\n".join(filter(None, (ending.message, self._note))))
        try:
            await self._journal.end(self._record.ended(ending))
        except JournalFailure as error:
            missing = "This verdict is missing in the history."
            return replace(ending, message=f"{ending.message}\n{missing} {error.what} {error.why}")
        return ending

    async def _run(self, locks: HostLocks) -> Ending:
        plan = self._record.view.plan
        try:
            turn = await self._canceller.run(locks.acquire(plan.host_ids))
        except Stopped as reason:
            return _untouched(reason)
        async with turn:
            try:
                agreed = await self._rechecked(plan)
            except (HVTreeError, Stopped) as reason:
                return _untouched(reason)
            if agreed is None:
                return _DECLINED
            with ExitStack() as needed:
                if agreed.bring_back or agreed.after_failure:
                    for each in self._hosts.values():
                        needed.enter_context(each.host.needed())
                return await self._carry_out(agreed)

    async def _rechecked(self, approved: Plan) -> Plan | None:
        """Return the plan that was approved and still fits the hosts, or None if somebody said no to a new one.

        A plan's own operation is planned again: what it left open, such as the time in a default name, is settled. A plan
        that still fits is carried out with the time of this reading, so that a name says when the checkpoint was made.
        """
        for _ in range(self._limits.questions):
            self._record.enter("checking", can_cancel=True, note=UNTOUCHED)
            fleet = await self._canceller.run(self._read_all(approved))
            fresh = _plan_again(approved.operation, fleet)
            if is_same_plan(approved, fresh):
                return self._dated(approved, fleet)
            self._record.show_plan(fresh, ASKED_AGAIN)
            self._record.enter("asking", can_cancel=True, note=UNTOUCHED)
            if not await self._canceller.run(self._approver.approve(fresh)):
                return None
            approved = fresh
        raise Refused(
            f"{approved.title}: the host keeps changing while the plan is looked at.",
            now="Try again when nobody else works on these VMs.",
        )

    def _dated(self, approved: Plan, fleet: Fleet) -> Plan:
        """Return a plan with the time of the reading in its names, as long as no other consequences follow by then."""
        if not isinstance(approved.operation, Dated):
            return approved
        dated = _plan_again(approved.operation.undated(), fleet)
        if (dated.risk, _kinds(dated)) != (approved.risk, _kinds(approved)):
            return approved
        self._record.show_plan(dated)
        return dated

    async def _read_all(self, plan: Plan) -> Fleet:
        """Read all hosts at the same time, with the sizes that a plan is about.

        Raise an error that speaks of each host that cannot be read.
        """
        states: dict[str, HostState] = {}
        errors: list[HVTreeError] = []

        async def read(host_id: str, host: WatchedHost) -> None:
            try:
                states[host_id] = await host.read()
                if plan.needs_sizes:
                    states[host_id] = await host.measured(plan.vm_ids(host_id), again=True)
            except HVTreeError as error:
                errors.append(error)

        await at_once(read(host_id, each.host) for host_id, each in self._hosts.items())
        if len(errors) > 1:
            details = "\n\n".join(error.details for error in errors if error.details)
            raise ConnectionFailure(" ".join(error.sentence for error in errors), details=details)
        if errors:
            raise errors[0]
        return Fleet.of({host_id: states[host_id] for host_id in self._hosts})

    async def _carry_out(self, plan: Plan) -> Ending:
        self._record.begin_performing()
        try:
            self._note = await self._journal.begin(self._record.view)
        except JournalFailure as error:
            return _untouched(error)
        try:
            found = await self._performer.take_steps(plan, self._way_back.sign)
        except Exception:  # a mistake of our own must not leave VMs stopped either
            mistake = Interruption(Cause.FAILED, ("HVTree made a mistake of its own.",))
            await self._way_back.bring_back(plan, dict.fromkeys(plan.host_ids, mistake))
            await at_once(self._leases.end(host_id) for host_id in plan.host_ids)
            raise
        way_back = await self._way_back.bring_back(plan, found)
        self._record.skip_waiting()
        executions = {
            host_id: Execution(found.get(host_id), way_back[host_id], tuple(self._taker.warnings[host_id]))
            for host_id in plan.host_ids
        }
        return await self._verify(plan, executions)

    async def _verify(self, plan: Plan, executions: dict[str, Execution]) -> Ending:
        """Read the hosts and judge; cancelling ends the wait for them."""
        self._canceller.forget()
        note = "The steps are over. Cancelling only ends the check of what they did."
        self._record.enter("verifying", can_cancel=True, note=note)
        after: dict[str, After] = dict.fromkeys(plan.host_ids, NOT_READ)
        with suppress(Stopped):  # what was not read by then is judged as not read
            await self._canceller.run(self._read_again_all(plan, executions, after))
        return judge(plan, after, executions)

    async def _read_again_all(
        self, plan: Plan, executions: dict[str, Execution], after: dict[str, After]
    ) -> None:
        async def read(host_id: str) -> None:
            try:
                after[host_id] = await self._read_again(plan, host_id, is_cut=executions[host_id].is_cut)
            except HVTreeError as error:
                after[host_id] = error

        await at_once(read(host_id) for host_id in plan.host_ids)

    async def _read_again(self, plan: Plan, host_id: str, *, is_cut: bool) -> HostState:
        """Read a host when its VMs are idle; once more from the start if it is lost meanwhile."""
        job_host, vm_ids = self._hosts[host_id], plan.vm_ids(host_id)
        await job_host.reconnection.wait()
        await self._leases.end(host_id)
        if is_cut:
            self._record.remark(REREADING)
        try:
            return await wait_idle(job_host.host, vm_ids, self._limits)
        except HVTreeError:
            await job_host.reconnection.wait()
            return await wait_idle(job_host.host, vm_ids, self._limits)


def _kinds(plan: Plan) -> list[str]:
    """Return what follows from a plan, without the names and times in it."""
    return [each.kind for each in plan.consequences]


def _plan_again(operation: Operation, fleet: Fleet) -> Plan:
    try:
        return operation.plan(fleet)
    except Refused as refusal:
        raise Refused(
            f"The host has changed since the plan was approved. {refusal.what}",
            why=refusal.why,
            now=refusal.now,
            details=refusal.details,
        ) from refusal


def _untouched(reason: HVTreeError | Stopped) -> Ending:
    match reason:
        case Stopped():
            return Ending(Verdict.CANCELLED, "Cancelled before anything was touched.")
        case Refused() | BadInput():
            return Ending(Verdict.REFUSED, reason.sentence, reason.details, errors=_named(reason))
        case _:
            sentences = f"{reason.sentence} Nothing was changed."
            return Ending(Verdict.FAILED, sentences, reason.details, errors=_named(reason))


def _named(error: HVTreeError) -> tuple[str, ...]:
    return (error.code,) if error.code else ()


def _unexpected(error: Exception) -> Ending:
    return Ending(
        Verdict.UNKNOWN,
        f"HVTree made a mistake of its own ({type(error).__name__}). Look at the host before you go on.",
        "".join(traceback.format_exception(error)),
    )
