"""`hvtree group show GROUP`: its members and group checkpoints as they are now, or as this computer remembers them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence

from hvtree.cli.colour import colour_wish, paint_for
from hvtree.cli.connection import Access
from hvtree.cli.exits import Exit
from hvtree.cli.group_hosts import add_group, add_group_hosts, group_access, open_group_hosts
from hvtree.cli.group_json import checkpoint_records, group_record
from hvtree.cli.group_text import group_lines, look_of
from hvtree.cli.kept_groups import group_meant, kept_groups
from hvtree.cli.options import add_json, wants_json
from hvtree.cli.output import Console, print_result
from hvtree.cli.running import finished
from hvtree.domain.errors import HVTreeError
from hvtree.domain.fleet import Fleet
from hvtree.domain.group import Group
from hvtree.domain.group_checkpoint import GroupCheckpoint


def describe(parser: argparse.ArgumentParser, _name: str) -> None:
    """Describe the action to argparse."""
    add_group(parser, or_none=True)
    add_group_hosts(parser)
    add_json(parser)
    parser.add_argument("--ids", action="store_true", help="show the id of each VM and group checkpoint")
    parser.add_argument(
        "--offline", action="store_true", help="reach for no host: show what this computer remembers"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print a group as it is now; what its hosts would say is left out while they cannot be reached."""
    groups, away = kept_groups(), list[HVTreeError]()
    group = group_meant(arguments.group, groups)
    accesses = {} if arguments.offline else group_access(arguments, group, groups.records, away.append)
    fleet, checkpoints = finished(_seen(group, accesses, away))
    if wants_json(arguments):
        record = group_record(group, fleet)
        print_result(
            json.dumps(
                {
                    **record,
                    "checkpoints": checkpoint_records(checkpoints),
                    "away": [each.sentence for each in away],
                }
            )
        )
        return Exit.AS_PLANNED
    print_result("\n".join(group_lines(group, fleet, checkpoints, look_of(arguments))))
    notes = Console(sys.stderr, paint_for(sys.stderr, colour_wish(arguments)))
    for each in away:
        notes.say(each.sentence)
    if not fleet.hosts:
        notes.say("No host was reached: states, and checkpoints that others have taken, are not known.")
    return Exit.AS_PLANNED


async def _seen(
    group: Group, accesses: Mapping[str, Access], away: list[HVTreeError]
) -> tuple[Fleet, Sequence[GroupCheckpoint]]:
    async with open_group_hosts(accesses, away.append) as hosts:
        fleet = hosts.workspace.fresh_fleet
        return fleet, hosts.workspace.groups.checkpoints_of(group, fleet)
