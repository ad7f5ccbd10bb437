"""`hvtree group list` and `hvtree group show GROUP`: what is kept of groups, and how their members and checkpoints are now."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping, Sequence

from hvtree.cli.colour import colour_wish, paint_for
from hvtree.cli.completing import completed_by
from hvtree.cli.connection import Access
from hvtree.cli.exits import Exit
from hvtree.cli.group_hosts import add_group_hosts, group_access, open_group_hosts
from hvtree.cli.group_json import checkpoint_records, group_record
from hvtree.cli.group_text import GroupLook, group_lines, list_lines
from hvtree.cli.kept_groups import kept_groups
from hvtree.cli.options import add_json, wants_json
from hvtree.cli.output import Console, print_result
from hvtree.cli.wrapping import line_width
from hvtree.domain.errors import HVTreeError
from hvtree.domain.fleet import Fleet
from hvtree.domain.group import Group
from hvtree.domain.group_checkpoint import GroupCheckpoint

_NONE = "No group is kept. Make one with: hvtree group create NAME HOST VM…"


def describe_list(parser: argparse.ArgumentParser) -> None:
    """Describe the action to argparse."""
    add_json(parser)
    parser.set_defaults(run=run_list)


def describe_show(parser: argparse.ArgumentParser) -> None:
    """Describe the action to argparse."""
    add_group(parser)
    add_group_hosts(parser)
    add_json(parser)
    parser.add_argument("--ids", action="store_true", help="show the id of each VM and group checkpoint")
    parser.add_argument(
        "--offline", action="store_true", help="reach for no host: show what this computer remembers"
    )
    parser.set_defaults(run=run_show)


def add_group(parser: argparse.ArgumentParser) -> None:
    """Describe how a group is named."""
    completed_by(parser.add_argument("group", metavar="GROUP", help="its name or its id"), "group")


def run_list(arguments: argparse.Namespace) -> int:
    """Print all groups; no host is asked."""
    groups = kept_groups()
    if wants_json(arguments):
        print_result(json.dumps([group_record(each, Fleet.of({})) for each in groups.definitions]))
    elif groups.definitions:
        print_result("\n".join(list_lines(groups.definitions, groups.records, _look(arguments))))
    else:
        print_result(_NONE)
    return Exit.AS_PLANNED


def run_show(arguments: argparse.Namespace) -> int:
    """Print a group as it is now; what its hosts would say is left out while they cannot be reached."""
    groups, away = kept_groups(), list[HVTreeError]()
    group = groups.find(arguments.group)
    accesses = {} if arguments.offline else group_access(arguments, group, groups.records, away.append)
    fleet, checkpoints = asyncio.run(_seen(group, accesses, away))
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
    print_result("\n".join(group_lines(group, fleet, checkpoints, _look(arguments))))
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


def _look(arguments: argparse.Namespace) -> GroupLook:
    paint = paint_for(sys.stdout, colour_wish(arguments))
    return GroupLook(paint, line_width(sys.stdout), with_ids=getattr(arguments, "ids", False))
