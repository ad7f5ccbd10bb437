"""`hvtree show HOST`: the VMs and checkpoint trees of a host, for people or as JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from hvtree.app.workspace import utc_now
from hvtree.cli.colour import colour_wish, paint_for
from hvtree.cli.connection import Access, find_access, open_hosts
from hvtree.cli.exits import Exit
from hvtree.cli.options import add_connection, add_json, wants_json
from hvtree.cli.output import Console, print_result
from hvtree.cli.recovery_text import unfinished_lines, unfinished_record
from hvtree.cli.running import finished
from hvtree.cli.state_json import state_record
from hvtree.cli.state_text import Look, state_lines
from hvtree.cli.wrapping import line_width
from hvtree.domain.address import VmAddress
from hvtree.domain.model import HostState

if TYPE_CHECKING:
    from hvtree.app.unfinished import Unfinished


def describe(parser: argparse.ArgumentParser) -> None:
    """Describe the command to argparse."""
    add_connection(parser)
    add_json(parser)
    parser.add_argument(
        "--graph", action="store_true", help="draw checkpoints in order of time, long chains without indents"
    )
    parser.add_argument("--ids", action="store_true", help="show the id of each VM and checkpoint")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read the host once and print it."""
    state, unfinished = finished(_read(find_access(arguments)))
    if wants_json(arguments):
        print_result(
            json.dumps({**state_record(state), "unfinished": list(map(unfinished_record, unfinished))})
        )
    else:
        look = Look(
            sys.stdout.encoding,
            line_width(sys.stdout),
            as_graph=arguments.graph,
            with_ids=arguments.ids,
            paint=paint_for(sys.stdout, colour_wish(arguments)),
        )
        lines = state_lines(state, utc_now(), look)
        print_result("\n".join(lines))
        if unfinished:
            _warn(arguments, unfinished)
    return Exit.AS_PLANNED


def _warn(arguments: argparse.Namespace, unfinished: tuple[Unfinished, ...]) -> None:
    """Say on standard error which jobs were not finished."""
    notes = Console(sys.stderr, paint_for(sys.stderr, colour_wish(arguments)))
    for job in unfinished:
        first, *rest = unfinished_lines(job)
        notes.say_painted("\n".join([notes.paint.bad(first), *rest]))
    notes.say("`hvtree recover` with this host offers what can be done.")


async def _read(accesses: Mapping[str, Access]) -> tuple[HostState, tuple[Unfinished, ...]]:
    async with open_hosts(accesses) as hosts:
        ((host_id, state),) = hosts.states.items()
        await hosts.workspace.measured(VmAddress(host_id, vm_id) for vm_id in state.vms)
        fleet, recoveries = hosts.workspace.fleet, hosts.workspace.recoveries
        found = await recoveries.look(hosts.workspace.fresh_fleet) if recoveries is not None else ()
        return fleet.hosts.get(host_id, state), found
