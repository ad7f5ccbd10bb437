"""`hvtree group VERB GROUP …`: the verbs that act, each with a plan that is shown before anything is done."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping

from hvtree.app.groups import Groups
from hvtree.cli.colour import colour_wish, paint_for
from hvtree.cli.completing import completed_by_group_checkpoints
from hvtree.cli.connection import Access, ConnectedHosts
from hvtree.cli.doing import Reach, carry_out
from hvtree.cli.group_hosts import add_group, add_group_hosts, group_access, open_group_hosts
from hvtree.cli.group_verb import GroupCall, GroupVerb
from hvtree.cli.group_verbs import GROUP_VERBS
from hvtree.cli.kept_groups import group_meant, kept_groups
from hvtree.cli.options import add_json, add_yes
from hvtree.cli.output import Console
from hvtree.cli.plan import print_plan
from hvtree.cli.running import finished
from hvtree.cli.verbs import measured_plan
from hvtree.domain.errors import HVTreeError
from hvtree.domain.group import Group
from hvtree.operations.base import Plan


def describe(parser: argparse.ArgumentParser, name: str) -> None:
    """Describe the verb of that name to argparse."""
    verb = next(each for each in GROUP_VERBS if each.name == name)
    add_group(parser, or_none=verb.is_of_checkpoint)
    if verb.is_of_checkpoint:
        checkpoint = parser.add_argument(
            "checkpoint", metavar="CHECKPOINT", help="a name that only one group checkpoint has, or its id"
        )
        completed_by_group_checkpoints(checkpoint)
    add_group_hosts(parser)
    add_json(parser)
    verb.options(parser)
    ends = parser.add_mutually_exclusive_group()
    ends.add_argument("--plan", action="store_true", help="say what it would do, and do nothing")
    add_yes(ends)
    parser.set_defaults(run=run, group_verb=verb)


def run(arguments: argparse.Namespace) -> int:
    """Show the plan, or carry it out and print the verdict."""

    def prepare() -> Reach:
        groups = kept_groups()
        group = _group(arguments, groups)
        return lambda tell: group_access(arguments, group, groups.records, tell)

    if not arguments.plan:
        return carry_out(arguments, prepare, lambda hosts: _planned(arguments, hosts), is_patient=True)
    notes = Console(sys.stderr, paint_for(sys.stderr, colour_wish(arguments)))

    def tell(error: HVTreeError) -> None:
        notes.say(error.sentence)

    async def plan(reached: Mapping[str, Access]) -> Plan:
        async with open_group_hosts(reached, tell) as hosts:
            return await _planned(arguments, hosts)

    return print_plan(arguments, finished(plan(prepare()(tell))))


def _group(arguments: argparse.Namespace, groups: Groups) -> Group:
    verb: GroupVerb = arguments.group_verb
    return group_meant(arguments.group, groups) if verb.is_of_checkpoint else groups.find(arguments.group)


async def _planned(arguments: argparse.Namespace, hosts: ConnectedHosts) -> Plan:
    groups = hosts.workspace.groups
    await groups.load()
    call = GroupCall(arguments, _group(arguments, groups), groups, hosts.workspace.fresh_fleet)
    verb: GroupVerb = arguments.group_verb
    return await measured_plan(verb.operation(call), hosts)
