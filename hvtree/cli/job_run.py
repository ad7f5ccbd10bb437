"""One job from the terminal: ask, carry it out, show how it goes, and say what became of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from msgspec import Struct

from hvtree.app.workspace import CLOSING_GRACE_S
from hvtree.cli.colour import Paint
from hvtree.cli.connection import Access, ConnectedHosts, Tell, open_hosts
from hvtree.cli.exits import Exit
from hvtree.cli.output import Console
from hvtree.cli.terminal import ProgressLines, on_interrupt
from hvtree.cli.text import harmless
from hvtree.cli.wrapping import wrapped
from hvtree.jobs.job import HostVerdict, JobView, StepPhase, StepView, Verdict
from hvtree.jobs.ports import Approver
from hvtree.operations.base import Plan

_log = logging.getLogger(__name__)
EXITS = {
    Verdict.AS_PLANNED: Exit.AS_PLANNED,
    Verdict.FAILED: Exit.FAILED,
    Verdict.CANCELLED: Exit.FAILED,
    Verdict.REFUSED: Exit.REFUSED,
    Verdict.DECLINED: Exit.REFUSED,
    Verdict.DIFFERS: Exit.NOT_AS_PLANNED,
    Verdict.UNKNOWN: Exit.NOT_AS_PLANNED,
}


class Result(Struct, frozen=True):
    """How it ended: as a job, or before there was one."""

    verdict: Verdict
    message: str
    steps: tuple[StepView, ...] = ()
    hosts: tuple[HostVerdict, ...] = ()
    plan: Plan | None = None
    """None if it could not be planned."""
    details: str = ""
    errors: tuple[str, ...] = ()


class JobRun:
    """One operation, from the question to the verdict."""

    def __init__(self, approver: Approver, notes: Console, *, undoes: str = "") -> None:
        """`undoes` is the id of the job that it leads back."""
        self._approver = approver
        self._notes = notes
        self._undoes = undoes
        self._job: Callable[[], JobView] | None = None

    async def run(
        self,
        accesses: Mapping[str, Access],
        plan_of: Callable[[ConnectedHosts], Awaitable[Plan]],
        on_failure: Tell | None = None,
    ) -> Result:
        """Connect the hosts, as `open_hosts` does, plan, and carry it out; return how it ended."""
        try:
            async with open_hosts(accesses, on_failure) as hosts:
                return await self.carry_out(hosts, await plan_of(hosts))
        except asyncio.CancelledError:  # by a second Ctrl+C; by now VMs have been brought back, if possible
            if self._job is not None:
                self._notes.say(f"\n{self._job().message}")
            raise

    async def carry_out(self, hosts: ConnectedHosts, plan: Plan) -> Result:
        """Ask, carry a plan out, and return how it ended."""
        refusal = await self._refusal(plan)
        if refusal is not None:
            return refusal
        job_id = hosts.workspace.submit(plan, self._approver, undoes=self._undoes)
        self._job = lambda: hosts.workspace.job(job_id)
        with on_interrupt(lambda: self._cancel(hosts, job_id)):
            return await self._ended(hosts, job_id)

    async def _refusal(self, plan: Plan) -> Result | None:
        """Ask whether the plan may be carried out; return how it ended if not."""
        asking = asyncio.get_running_loop().create_task(self._approver.approve(plan))
        with on_interrupt(asking.cancel):
            await asyncio.wait((asking,))
        answer = "cancelled" if asking.cancelled() else asking.result()
        _log.info("asked about %r: %s", plan.title, answer)
        if asking.cancelled():
            return _untouched(plan, Verdict.CANCELLED, "Cancelled before anything was touched.")
        if not answer:
            return _untouched(plan, Verdict.DECLINED, "The plan was declined; nothing was touched.")
        return None

    async def _ended(self, hosts: ConnectedHosts, job_id: int) -> Result:
        progress = ProgressLines(self._notes)
        while True:
            job = hosts.workspace.job(job_id)
            progress.show(job)
            if job.verdict is not None:
                return Result(
                    job.verdict,
                    job.message,
                    job.steps,
                    job.host_verdicts,
                    job.plan,
                    job.details,
                    job.errors,
                )
            await hosts.changes.next()

    def _cancel(self, hosts: ConnectedHosts, job_id: int) -> None:
        note = hosts.workspace.job(job_id).cancel_note
        again = f"Press Ctrl+C again to leave without a verdict, {CLOSING_GRACE_S:.0f} seconds later at most."
        self._notes.say(f"\nCancelling. {note} {again}")
        hosts.workspace.cancel(job_id)


def _untouched(plan: Plan, verdict: Verdict, message: str) -> Result:
    steps = (
        StepView(step.title, step.host_id, StepPhase.SKIPPED, edit=step.edit, wait_s=step.wait_s)
        for step in (*plan.steps, *plan.bring_back_steps)
    )
    return Result(verdict, message, tuple(steps), plan=plan)


def painted(result: Result, paint: Paint, fit: int | None) -> str:
    """Return the verdict in sentences, in the colour of how good it is."""
    first, *rest = harmless(result.message).split("\n")
    match EXITS[result.verdict]:
        case Exit.AS_PLANNED:
            first = paint.good(first)
        case Exit.FAILED:
            first = paint.bad(first)
        case _:
            first = paint.caution(first)
    return "\n".join(wrapped(line, fit) for line in (first, *rest))
