"""`hvtree do VERB HOST …`: plan, ask, do, check, and say what became of it."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable
from typing import Any

from hvtree.app.workspace import CLOSING_GRACE_S
from hvtree.cli.connection import OpenHost, Way, find_way, open_host
from hvtree.cli.exits import Exit, exit_for
from hvtree.cli.options import wants_json
from hvtree.cli.output import Commentary
from hvtree.cli.targets import Targets
from hvtree.cli.terminal import Progress, approver_for, on_interrupt
from hvtree.cli.verbs.registry import add_verbs, operation_meant
from hvtree.domain.errors import HVTreeError
from hvtree.jobs.job import JobView, StepView, Verdict
from hvtree.jobs.ports import Approver

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
    output, notes = Commentary(sys.stdout), Commentary(sys.stderr)
    try:
        approver = approver_for(
            is_yes=getattr(arguments, "yes", False), plans=notes if is_json else output, notes=notes
        )
        job = asyncio.run(_Errand(arguments, approver, notes).run(find_way(arguments)))
    except HVTreeError as error:
        if is_json:
            output.say(json.dumps(_record(_EARLY[exit_for(error)], (), error.sentence)))
        raise
    assert job.verdict is not None
    output.say(json.dumps(_record(job.verdict, job.steps, job.message)) if is_json else job.message)
    if getattr(arguments, "debug", False) and job.details:
        notes.say(job.details)
    return EXITS[job.verdict]


class _Errand:
    """One job, from the connection to the verdict."""

    def __init__(self, arguments: argparse.Namespace, approver: Approver, notes: Commentary) -> None:
        self._arguments = arguments
        self._approver = approver
        self._notes = notes
        self._job: Callable[[], JobView] | None = None

    async def run(self, way: Way) -> JobView:
        """Return the job when it has ended."""
        try:
            async with open_host(way) as host:
                return await self._on(host)
        except (
            asyncio.CancelledError
        ):  # by a second Ctrl+C; by now VMs have been brought back, if that was possible
            if self._job is not None:
                self._notes.say(f"\n{self._job().message}")
            raise

    async def _on(self, host: OpenHost) -> JobView:
        operation = operation_meant(self._arguments, Targets(host.state))
        job_id = host.workspace.submit(host.id, operation, self._approver)
        self._job = lambda: host.workspace.job(job_id)
        with on_interrupt(lambda: self._cancel(host, job_id)):
            return await self._ended(host, job_id)

    async def _ended(self, host: OpenHost, job_id: int) -> JobView:
        progress = Progress(self._notes)
        while True:
            job = host.workspace.job(job_id)
            progress.show(job)
            if job.verdict is not None:
                return job
            await host.changes.next()

    def _cancel(self, host: OpenHost, job_id: int) -> None:
        note = host.workspace.job(job_id).cancel_note
        again = f"Press Ctrl+C again to leave without a verdict, {CLOSING_GRACE_S:.0f} seconds later at most."
        self._notes.say(f"\nCancelling. {note} {again}")
        host.workspace.cancel(job_id)


def _add_consent(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--yes", action="store_true", default=argparse.SUPPRESS, help="take the plan without being asked"
    )


def _record(verdict: Verdict, steps: tuple[StepView, ...], message: str) -> dict[str, Any]:
    return {
        "verdict": verdict.value,
        "steps": [{"title": step.title, "phase": step.phase.value, "text": step.text} for step in steps],
        "message": message,
    }
