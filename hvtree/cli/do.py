"""`hvtree do VERB …`: plan, ask, do, check, and say what became of it."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hvtree.app.workspace import CLOSING_GRACE_S
from hvtree.cli.colour import Paint, colour_wish, paint_for
from hvtree.cli.connection import Access, ConnectedHosts, find_access, open_hosts
from hvtree.cli.exits import Exit, exit_for
from hvtree.cli.options import wants_json
from hvtree.cli.output import Console
from hvtree.cli.plan_json import plan_record, taken_step_record
from hvtree.cli.terminal import ProgressLines, approver_for, on_interrupt
from hvtree.cli.text import harmless, set_apart
from hvtree.cli.verbs import add_verbs, hosts_meant, plan_meant
from hvtree.cli.wrapping import wrapped
from hvtree.domain.errors import HVTreeError
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
_EARLY = {
    Exit.FAILED: Verdict.FAILED,
    Exit.USAGE: Verdict.REFUSED,
    Exit.REFUSED: Verdict.REFUSED,
    Exit.NOT_AS_PLANNED: Verdict.UNKNOWN,
}
"""The verdict for an error that came before there was a job."""


@dataclass(frozen=True, slots=True)
class _Result:
    """How it ended: as a job, or before there was one."""

    verdict: Verdict
    message: str
    steps: tuple[StepView, ...] = ()
    hosts: tuple[HostVerdict, ...] = ()
    plan: Plan | None = None
    """None if it could not be planned."""
    details: str = ""


def describe(parser: argparse.ArgumentParser) -> None:
    """Describe the command to argparse."""
    _add_consent(parser)
    for verb in add_verbs(parser):
        _add_consent(verb)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run one job and print its verdict: with `--json` as the only thing on standard output.

    A job is not given up because nobody reads its output any more: the exit code still says how it ended.
    """
    is_json = wants_json(arguments)
    output, notes = (
        Console(stream, paint_for(stream, colour_wish(arguments))) for stream in (sys.stdout, sys.stderr)
    )
    try:
        words = hosts_meant(arguments)
        approver = approver_for(
            is_yes=getattr(arguments, "yes", False), plans=notes if is_json else output, notes=notes
        )
        result = asyncio.run(_JobRun(arguments, approver, notes).run(find_access(arguments, words)))
    except HVTreeError as error:
        if is_json:
            output.say(json.dumps(_record(_Result(_EARLY[exit_for(error)], error.sentence))))
        raise
    output.say_painted(json.dumps(_record(result)) if is_json else _painted(result, output.paint, output.fit))
    if getattr(arguments, "debug", False) and result.details:
        notes.say(set_apart(result.details))
    return EXITS[result.verdict]


class _JobRun:
    """One operation, from the connections to the verdict."""

    def __init__(self, arguments: argparse.Namespace, approver: Approver, notes: Console) -> None:
        self._arguments = arguments
        self._approver = approver
        self._notes = notes
        self._job: Callable[[], JobView] | None = None

    async def run(self, accesses: Mapping[str, Access]) -> _Result:
        """Return how it ended."""
        try:
            async with open_hosts(accesses) as hosts:
                return await self._on(hosts)
        except asyncio.CancelledError:  # by a second Ctrl+C; by now VMs have been brought back, if possible
            if self._job is not None:
                self._notes.say(f"\n{self._job().message}")
            raise

    async def _on(self, hosts: ConnectedHosts) -> _Result:
        plan = await plan_meant(self._arguments, hosts)
        refusal = await self._refusal(plan)
        if refusal is not None:
            return refusal
        job_id = hosts.workspace.submit(plan, self._approver)
        self._job = lambda: hosts.workspace.job(job_id)
        with on_interrupt(lambda: self._cancel(hosts, job_id)):
            return await self._ended(hosts, job_id)

    async def _refusal(self, plan: Plan) -> _Result | None:
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

    async def _ended(self, hosts: ConnectedHosts, job_id: int) -> _Result:
        progress = ProgressLines(self._notes)
        while True:
            job = hosts.workspace.job(job_id)
            progress.show(job)
            if job.verdict is not None:
                return _Result(job.verdict, job.message, job.steps, job.host_verdicts, job.plan, job.details)
            await hosts.changes.next()

    def _cancel(self, hosts: ConnectedHosts, job_id: int) -> None:
        note = hosts.workspace.job(job_id).cancel_note
        again = f"Press Ctrl+C again to leave without a verdict, {CLOSING_GRACE_S:.0f} seconds later at most."
        self._notes.say(f"\nCancelling. {note} {again}")
        hosts.workspace.cancel(job_id)


def _untouched(plan: Plan, verdict: Verdict, message: str) -> _Result:
    steps = (
        StepView(step.title, step.host_id, StepPhase.SKIPPED, edit=step.edit)
        for step in (*plan.steps, *plan.bring_back_steps)
    )
    return _Result(verdict, message, tuple(steps), plan=plan)


def _add_consent(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--yes", action="store_true", default=argparse.SUPPRESS, help="take the plan without being asked"
    )


def _painted(result: _Result, paint: Paint, fit: int | None) -> str:
    first, *rest = harmless(result.message).split("\n")
    match EXITS[result.verdict]:
        case Exit.AS_PLANNED:
            first = paint.good(first)
        case Exit.FAILED:
            first = paint.bad(first)
        case _:
            first = paint.caution(first)
    return "\n".join(wrapped(line, fit) for line in (first, *rest))


def _record(result: _Result) -> dict[str, Any]:
    plan = result.plan
    return {
        "verdict": result.verdict.value,
        "message": result.message,
        "plan": plan_record(plan) if plan is not None else None,
        "steps": [taken_step_record(step, plan) for step in result.steps] if plan is not None else [],
        "hosts": [
            {
                "host": each.host,
                "verdict": each.verdict.value,
                "message": each.message,
                "left_in": list(each.left_in),
            }
            for each in result.hosts
        ],
    }
