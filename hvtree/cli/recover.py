"""`hvtree recover HOST…`: see to the jobs on some hosts that were not finished because their HVTree was killed."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Mapping

from hvtree.app.recovery import Recoveries
from hvtree.app.unfinished import Unfinished
from hvtree.cli.colour import colour_wish, paint_for
from hvtree.cli.connection import Access, ConnectedHosts, find_access, open_hosts
from hvtree.cli.exits import Exit
from hvtree.cli.job_run import EXITS, JobRun, painted
from hvtree.cli.options import add_connections
from hvtree.cli.output import Console
from hvtree.cli.recovery_text import unfinished_lines
from hvtree.cli.terminal import approver_for
from hvtree.cli.text import harmless
from hvtree.cli.wrapping import wrapped
from hvtree.domain.errors import ConnectionFailure, Refused
from hvtree.domain.fleet import Fleet
from hvtree.domain.names import quoted
from hvtree.hosts.awake_timeout import awake_timeout
from hvtree.jobs.offers import Offer
from hvtree.operations.consequence import vms

PATIENCE_S = 120
"""How long it is waited for VMs with which their hosts are still at work, without the time in which this computer sleeps."""
AT_MOST_ANEW = 5
"""How often something is offered anew because VMs have changed before it was begun."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Describe the command to argparse."""
    add_connections(parser)
    ends = parser.add_mutually_exclusive_group()
    ends.add_argument("--yes", action="store_true", help="take each plan that is offered without being asked")
    ends.add_argument(
        "--leave", action="store_true", help="do nothing, and let unfinished jobs count as seen to"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Say what is unfinished, offer what can be done about it, and return 0 if nothing is left."""
    output, notes = (
        Console(stream, paint_for(stream, colour_wish(arguments))) for stream in (sys.stdout, sys.stderr)
    )
    return asyncio.run(
        _Recovering(arguments, output, notes).run(find_access(arguments, arguments.host_words))
    )


class _Recovering:
    """What is done about the unfinished jobs of some hosts."""

    def __init__(self, arguments: argparse.Namespace, output: Console, notes: Console) -> None:
        self._is_leaving = arguments.leave
        self._is_yes = arguments.yes
        self._output = output
        self._notes = notes
        self._patience_s = 0 if arguments.leave else PATIENCE_S

    async def run(self, accesses: Mapping[str, Access]) -> int:
        """Return the exit code."""
        async with open_hosts(accesses) as hosts:
            recoveries = hosts.workspace.recoveries
            assert recoveries is not None, "the terminal's workspace has a memory"
            found = await self._look(hosts, recoveries)
            if not found:
                these = "this host" if len(accesses) == 1 else "these hosts"
                self._output.say(f"Every job on {these} has come to its end.")
                return Exit.AS_PLANNED
            return await self._see_to(hosts, recoveries, found)

    async def _look(self, hosts: ConnectedHosts, recoveries: Recoveries) -> tuple[Unfinished, ...]:
        """Return the unfinished jobs when there is something to do about each: what a host was asked last may still be under way.

        It is waited for only so long, all in all; what is not at rest then says so. Raise the failure of a host that is lost.
        """
        found = await recoveries.look(_fleet(hosts))
        awaited = [vm for job in found for vm in job.recovery.awaited]
        if not awaited or not self._patience_s:
            return found
        machines = vms(awaited)
        self._notes.say(harmless(f"Waiting until {machines} {machines:are} at rest…"))
        try:
            async with awake_timeout(self._patience_s):
                while any(job.recovery.awaited for job in found):
                    await hosts.changes.next()
                    found = await recoveries.look(_fleet(hosts))
        except TimeoutError:
            self._patience_s = 0
        return found

    async def _see_to(
        self, hosts: ConnectedHosts, recoveries: Recoveries, found: tuple[Unfinished, ...]
    ) -> int:
        code: int = Exit.AS_PLANNED
        for job in found:
            self._say("\n".join(unfinished_lines(job)))
            if self._is_leaving:
                await recoveries.leave(job)
                self._say("It is left as it is.")
            else:
                code = max(code, await self._take_offers(hosts, recoveries, job))
        left = await self._look(hosts, recoveries)
        if left:
            self._say(
                "Not everything has been seen to: run this again, or give --leave if it is fine as it is."
            )
        if any(each.now is None for job in left for each in job.recovery.vms):
            self._say("For VMs on other hosts name those as well: `hvtree recover HOST HOST`.")
        return max(code, Exit.REFUSED) if left else code

    async def _take_offers(self, hosts: ConnectedHosts, recoveries: Recoveries, job: Unfinished) -> int:
        """Offer what can be done about a job, one after the other, and each only as long as it still can; return the worst exit code."""
        code: int = Exit.AS_PLANNED
        put: list[Offer] = []
        anew = AT_MOST_ANEW
        open_job: Unfinished | None = job
        while open_job is not None:
            offer = next((each for each in open_job.recovery.offers if each not in put), None)
            if offer is None:
                break
            ended = await self._take(hosts, offer)
            if ended == Exit.REFUSED and anew and not offer.operation.fits(_fleet(hosts)):
                anew -= 1  # its VMs have changed meanwhile, so there may be other things to do
            else:
                put.append(offer)
                code = max(code, ended)
            if ended == Exit.AS_PLANNED:
                recoveries.chosen(job, offer)
            left = await self._look(hosts, recoveries)
            open_job = next((each for each in left if each.entry.uuid == job.entry.uuid), None)
        return code

    async def _take(self, hosts: ConnectedHosts, offer: Offer) -> int:
        """Show the plan of an offer, carry it out if that is wanted, and return the exit code."""
        approver = approver_for(is_yes=self._is_yes, plans=self._output, notes=self._notes)
        try:
            plan = hosts.workspace.plan(offer.operation)
        except Refused as error:
            self._say(error.sentence)
            return Exit.REFUSED
        result = await JobRun(approver, self._notes).carry_out(hosts, plan)
        self._output.say_painted(painted(result, self._output.paint, self._output.fit))
        return EXITS[result.verdict]

    def _say(self, text: str) -> None:
        self._output.say("\n".join(wrapped(line, self._output.fit) for line in text.split("\n")))


def _fleet(hosts: ConnectedHosts) -> Fleet:
    """Return all hosts as they are now; raise the failure of one that is lost, whose jobs would seem to have ended."""
    for view in hosts.workspace.hosts:
        if not view.is_connected:
            raise view.error or ConnectionFailure(f"The host {quoted(view.name)} is not connected any more.")
    return hosts.workspace.fresh_fleet
