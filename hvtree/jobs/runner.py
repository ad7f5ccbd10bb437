"""One job from the click to the verdict: read, plan, approve, re-check, perform, bring back, verify."""

from __future__ import annotations

import asyncio
import traceback

from hvtree.domain.errors import BadInput, HVTreeError, Refused
from hvtree.domain.model import HostState
from hvtree.jobs.cancel import Canceller, Stopped
from hvtree.jobs.comeback import Comeback
from hvtree.jobs.job import Verdict
from hvtree.jobs.performing import Performer
from hvtree.jobs.ports import Approver, WatchedHost
from hvtree.jobs.recheck import is_same_plan
from hvtree.jobs.settling import Patience, settle
from hvtree.jobs.tracker import UNTOUCHED, Ending, Tracker
from hvtree.jobs.verdict import Course, judge, left, unread
from hvtree.operations.base import Operation, Plan

ASKED_AGAIN = "The host has changed since the plan was shown. This is the new plan."
REREADING = "Outcome unknown: the connection was cut. The host is read again to see what became of it."
_DECLINED = Ending(Verdict.DECLINED, "The plan was declined; nothing was touched.")


class Runner:
    """Runs one job: asks about its plan at once, and takes the steps when the host's lane is free."""

    def __init__(
        self,
        host: WatchedHost,
        approver: Approver,
        tracker: Tracker,
        *,
        canceller: Canceller,
        patience: Patience,
    ) -> None:
        self._host = host
        self._approver = approver
        self._tracker = tracker
        self._canceller = canceller
        self._patience = patience
        self._comeback = Comeback(host, tracker, patience.back_s)
        self._performer = Performer(host, tracker, canceller, patience=patience, comeback=self._comeback)

    async def run(self, operation: Operation, lane: asyncio.Lock) -> None:
        """Run the job to its end; the tracker gets the verdict, and only cancelling this task raises."""
        try:
            ending = await self._run(operation, lane)
        except asyncio.CancelledError:
            self._tracker.end(left(self._tracker.view.plan))
            raise
        except Exception as error:  # noqa: BLE001  (one of the three ends where everything is caught)
            ending = _unexpected(error)
        self._tracker.end(ending)

    async def _run(self, operation: Operation, lane: asyncio.Lock) -> Ending:
        try:
            plan = await self._approved(operation)
            if plan is None:
                return _DECLINED
            self._tracker.enter("waiting", can_cancel=True, note=UNTOUCHED)
            await self._canceller.run(lane.acquire())
        except (HVTreeError, Stopped) as reason:
            return _untouched(reason)
        try:
            return await self._in_turn(plan)
        finally:
            lane.release()

    async def _approved(self, operation: Operation) -> Plan | None:
        self._tracker.enter("planning", can_cancel=True, note=UNTOUCHED)
        plan = operation.plan(await self._canceller.run(self._host.read()))
        return plan if await self._ask(plan) else None

    async def _in_turn(self, plan: Plan) -> Ending:
        try:
            agreed = await self._rechecked(plan)
        except (HVTreeError, Stopped) as reason:
            return _untouched(reason)
        return await self._carry_out(agreed) if agreed else _DECLINED

    async def _ask(self, plan: Plan, message: str = "") -> bool:
        self._tracker.show_plan(plan, message)
        self._tracker.enter("asking", can_cancel=True, note=UNTOUCHED)
        return await self._canceller.run(self._approver.approve(plan))

    async def _rechecked(self, approved: Plan) -> Plan | None:
        """Return the plan that was approved and still fits the host, or None if somebody said no to a new one.

        A plan's own operation is planned again: what it left open, such as the time in a default name, is settled.
        """
        for _ in range(self._patience.questions):
            self._tracker.enter("checking", can_cancel=True, note=UNTOUCHED)
            fresh = _plan_again(approved.operation, await self._canceller.run(self._host.read()))
            if is_same_plan(approved, fresh):
                return approved
            if not await self._ask(fresh, ASKED_AGAIN):
                return None
            approved = fresh
        raise Refused(
            f"{approved.title}: the host keeps changing while the plan is looked at.",
            now="Try again when nobody else works on these VMs.",
        )

    async def _carry_out(self, plan: Plan) -> Ending:
        self._tracker.begin_performing()
        trouble = await self._performer.take_steps(plan)
        way_back = await self._performer.bring_back(plan, trouble)
        self._tracker.skip_waiting()
        return await self._verify(plan, Course(trouble, way_back, tuple(self._performer.warnings)))

    async def _verify(self, plan: Plan, course: Course) -> Ending:
        """Read the host and judge; whoever does not want to wait for that may cancel it."""
        self._canceller.forget()
        note = "The steps are over. Cancelling only ends the check of what they did."
        self._tracker.enter("verifying", can_cancel=True, note=note)
        try:
            return judge(plan, await self._canceller.run(self._read_again(plan, course)), course)
        except HVTreeError as error:
            return unread(plan, course, error)
        except Stopped:
            return unread(plan, course, None)

    async def _read_again(self, plan: Plan, course: Course) -> HostState:
        """Read the host when its VMs have come to rest; once more from the start if it is lost meanwhile."""
        await self._comeback.wait()
        if course.is_cut:
            self._tracker.remark(REREADING)
        try:
            return await settle(self._host, plan.vm_ids, self._patience)
        except HVTreeError:
            await self._comeback.wait()
            return await settle(self._host, plan.vm_ids, self._patience)


def _plan_again(operation: Operation, state: HostState) -> Plan:
    try:
        return operation.plan(state)
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
            return Ending(Verdict.REFUSED, reason.sentence, reason.details)
        case _:
            return Ending(Verdict.FAILED, f"{reason.sentence} Nothing was changed.", reason.details)


def _unexpected(error: Exception) -> Ending:
    return Ending(
        Verdict.UNKNOWN,
        f"HVTree made a mistake of its own ({type(error).__name__}). Look at the host before you go on.",
        "".join(traceback.format_exception(error)),
    )
