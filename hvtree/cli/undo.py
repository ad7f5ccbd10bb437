"""`hvtree undo [JOB]`: show the plan that undoes a job, and carry it out."""

from __future__ import annotations

import argparse

from hvtree.app.host_book import HostBook
from hvtree.app.memory.entries import EntryInFull
from hvtree.app.memory.place import default_path
from hvtree.app.memory.reader import HistoryReader
from hvtree.app.undoing import last_to_undo, undo_of_entry
from hvtree.app.workspace import utc_now
from hvtree.cli.connection import ConnectedHosts, find_access
from hvtree.cli.doing import Reach, carry_out
from hvtree.cli.options import add_json, add_login, add_yes
from hvtree.cli.running import finished
from hvtree.cli.verbs import measured_plan
from hvtree.operations.base import Plan


def describe(parser: argparse.ArgumentParser) -> None:
    """Describe the command to argparse."""
    parser.add_argument(
        "job",
        nargs="?",
        metavar="JOB",
        help="its number or id in `hvtree history` (default: the last one that is not undone yet)",
    )
    add_yes(parser)
    add_json(parser)
    add_login(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Undo a job and print the verdict."""
    return undo(arguments, finished(_job(arguments.job)))


def undo(arguments: argparse.Namespace, job: EntryInFull) -> int:
    """Undo this job, on the hosts that it was about, and print the verdict."""
    saved = {profile.name for profile in HostBook().profiles()}
    words = [host.host_id if host.host_id in saved else host.address for host in job.entry.hosts]

    async def plan_of(hosts: ConnectedHosts) -> Plan:
        safety = hosts.workspace.signer.for_safety(utc_now())
        return await measured_plan(undo_of_entry(job, hosts.workspace.fleet, safety), hosts)

    def prepare() -> Reach:
        return lambda _tell: find_access(arguments, words)

    return carry_out(arguments, prepare, plan_of, undoes=job.entry.uuid)


async def _job(key: str | None) -> EntryInFull:
    history = HistoryReader(default_path())
    try:
        return await (last_to_undo(history) if key is None else history.entry(key))
    finally:
        await history.close()
