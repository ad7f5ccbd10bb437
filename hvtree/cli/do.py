"""`hvtree do VERB HOST …`: plan, ask, do, check, and say what became of it."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from typing import Any

from hvtree.cli.connection import OpenHost, open_host
from hvtree.cli.exits import Exit, exit_for
from hvtree.cli.options import wants_json
from hvtree.cli.terminal import Progress, approver_for, on_interrupt
from hvtree.cli.text import harmless
from hvtree.cli.verbs import add_verbs, intention
from hvtree.domain.errors import BadInput, HVTreeError
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
    Exit.REFUSED: Verdict.REFUSED,
    Exit.NOT_AS_PLANNED: Verdict.UNKNOWN,
}
"""The verdict for an error that came before there was a job."""


def add_to(commands: Any) -> None:
    """Describe the command to argparse."""
    parser = commands.add_parser("do", help="carry out an action: plan, ask, do, check")
    _add_consent(parser)
    for verb in add_verbs(parser):
        _add_consent(verb)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run one job and print its verdict: with `--json` as the only thing on standard output."""
    is_json = wants_json(arguments)
    output = sys.stderr if is_json else sys.stdout

    def show(line: str) -> None:
        print(harmless(line), file=output, flush=True)

    approver = approver_for(is_yes=getattr(arguments, "yes", False), show=show)
    try:
        job = asyncio.run(_do(arguments, approver))
    except HVTreeError as error:
        if is_json and not isinstance(error, BadInput):
            print(json.dumps(_record(_EARLY[exit_for(error)], (), error.sentence)))
        raise
    assert job.verdict is not None
    record = _record(job.verdict, job.steps, job.message)
    print(json.dumps(record) if is_json else harmless(job.message))
    if getattr(arguments, "debug", False) and job.details:
        print(harmless(job.details), file=sys.stderr)
    return EXITS[job.verdict]


async def _do(arguments: argparse.Namespace, approver: Approver) -> JobView:
    async with open_host(arguments) as host:
        operation = intention(arguments, host.state)
        job_id = host.workspace.submit(host.id, operation, approver)
        with on_interrupt(lambda: _cancel(host, job_id)):
            return await _ended(host, job_id)


async def _ended(host: OpenHost, job_id: int) -> JobView:
    progress = Progress()
    while True:
        job = host.workspace.job(job_id)
        progress.show(job)
        if job.verdict is not None:
            return job
        await host.changes.next()


def _cancel(host: OpenHost, job_id: int) -> None:
    note = host.workspace.job(job_id).cancel_note
    print(f"\nCancelling. {note} Press Ctrl+C again to leave at once.", file=sys.stderr)
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
