"""`hvtree undo [JOB]`: show the plan that undoes a job, and carry it out."""

from __future__ import annotations

import argparse
import asyncio
import sys

from hvtree.app.host_book import HostBook
from hvtree.app.memory.entries import EntryInFull
from hvtree.app.memory.place import default_path
from hvtree.app.memory.reader import HistoryReader
from hvtree.app.undoing import last_to_undo, undo_of_entry
from hvtree.app.workspace import utc_now
from hvtree.cli.colour import colour_wish, paint_for
from hvtree.cli.connection import ConnectedHosts, find_access
from hvtree.cli.job_run import EXITS, JobRun, painted
from hvtree.cli.options import add_login
from hvtree.cli.output import Console
from hvtree.cli.terminal import approver_for
from hvtree.operations.base import Plan


def describe(parser: argparse.ArgumentParser) -> None:
    """Describe the command to argparse."""
    parser.add_argument(
        "job",
        nargs="?",
        metavar="JOB",
        help="its number or id in `hvtree history` (default: the last one that is not undone yet)",
    )
    parser.add_argument("--yes", action="store_true", help="take the plan without being asked")
    add_login(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Undo a job and print the verdict."""
    output, notes = (
        Console(stream, paint_for(stream, colour_wish(arguments))) for stream in (sys.stdout, sys.stderr)
    )
    job = asyncio.run(_job(arguments.job))
    approver = approver_for(is_yes=arguments.yes, plans=output, notes=notes)
    saved = {profile.name for profile in HostBook().profiles()}
    words = [host.host_id if host.host_id in saved else host.address for host in job.entry.hosts]

    async def plan_of(hosts: ConnectedHosts) -> Plan:
        return hosts.workspace.plan(
            undo_of_entry(job, hosts.workspace.fleet, hosts.workspace.signer.for_safety(utc_now()))
        )

    job_run = JobRun(approver, notes, undoes=job.entry.uuid)
    result = asyncio.run(job_run.run(find_access(arguments, words), plan_of))
    output.say_painted(painted(result, output.paint, output.fit))
    return EXITS[result.verdict]


async def _job(key: str | None) -> EntryInFull:
    history = HistoryReader(default_path())
    try:
        return await (last_to_undo(history) if key is None else history.entry(key))
    finally:
        await history.close()
