"""A job of a command line: plan, ask, do, check, and say what became of it. What `hvtree do` and `hvtree group` share."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from hvtree.cli.colour import colour_wish, paint_for
from hvtree.cli.connection import Access, ConnectedHosts, Tell
from hvtree.cli.exits import Exit, exit_for
from hvtree.cli.job_run import EXITS, JobRun, Result, painted
from hvtree.cli.options import wants_json
from hvtree.cli.output import Console
from hvtree.cli.plan_json import plan_record, taken_step_record
from hvtree.cli.running import finished
from hvtree.cli.terminal import approver_for
from hvtree.cli.text import set_apart
from hvtree.domain.errors import HVTreeError
from hvtree.jobs.job import Verdict
from hvtree.operations.base import Plan

Reach = Callable[[Tell], Mapping[str, Access]]
"""Says how to log in to the hosts that are meant; may ask for passwords, and tells which host nobody can log in to."""
_EARLY = {
    Exit.FAILED: Verdict.FAILED,
    Exit.USAGE: Verdict.REFUSED,
    Exit.REFUSED: Verdict.REFUSED,
    Exit.NOT_AS_PLANNED: Verdict.UNKNOWN,
}
"""The verdict for an error that came before there was a job."""


def carry_out(
    arguments: argparse.Namespace,
    prepare: Callable[[], Reach],
    plan_of: Callable[[ConnectedHosts], Awaitable[Plan]],
    *,
    is_patient: bool = False,
    undoes: str = "",
) -> int:
    """Run one job and print its verdict: with `--json` as the only thing on standard output. Return the exit code.

    `prepare` finds out which hosts the words mean, before anybody is asked for anything. With `is_patient` it is said which hosts
    cannot be reached, and it goes on without them. `undoes` is the id of the job that it leads back. A job is not given up because nobody
    reads its output any more: the exit code still says how it ended.
    """
    is_json = wants_json(arguments)
    output, notes = (
        Console(stream, paint_for(stream, colour_wish(arguments))) for stream in (sys.stdout, sys.stderr)
    )

    def tell(error: HVTreeError) -> None:
        notes.say(error.sentence)

    try:
        reach = prepare()
        approver = approver_for(
            is_yes=getattr(arguments, "yes", False), plans=notes if is_json else output, notes=notes
        )
        job = JobRun(approver, notes, undoes=undoes)
        result = finished(job.run(reach(tell), plan_of, tell if is_patient else None))
    except HVTreeError as error:
        if is_json:
            output.say(
                json.dumps(
                    _record(
                        Result(
                            _EARLY[exit_for(error)],
                            error.sentence,
                            errors=(error.code,) if error.code else (),
                        )
                    )
                )
            )
        raise
    output.say_painted(json.dumps(_record(result)) if is_json else painted(result, output.paint, output.fit))
    if getattr(arguments, "debug", False) and result.details:
        notes.say(set_apart(result.details))
    return EXITS[result.verdict]


def _record(result: Result) -> dict[str, Any]:
    plan = result.plan
    return {
        "verdict": result.verdict.value,
        "message": result.message,
        "errors": list(result.errors),
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
