"""`hvtree plan VERB …`: what an action would do, without doing it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping

from hvtree.cli.colour import colour_wish, paint_for
from hvtree.cli.connection import Access, find_access, open_hosts
from hvtree.cli.exits import Exit
from hvtree.cli.options import wants_json
from hvtree.cli.output import print_result
from hvtree.cli.plan_json import plan_record
from hvtree.cli.plan_text import plan_lines
from hvtree.cli.running import finished
from hvtree.cli.verbs import add_verbs, hosts_meant, plan_meant
from hvtree.cli.wrapping import line_width
from hvtree.operations.base import Plan


def describe(parser: argparse.ArgumentParser) -> None:
    """Describe the command to argparse."""
    add_verbs(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read the hosts, plan on them, and print the plan."""
    return print_plan(arguments, finished(_plan(arguments, find_access(arguments, hosts_meant(arguments)))))


def print_plan(arguments: argparse.Namespace, plan: Plan) -> int:
    """Print a plan, and return the exit code."""
    if wants_json(arguments):
        print_result(json.dumps(plan_record(plan)))
    else:
        paint = paint_for(sys.stdout, colour_wish(arguments))
        print_result("\n".join(plan_lines(plan, paint, line_width(sys.stdout))))
    return Exit.AS_PLANNED


async def _plan(arguments: argparse.Namespace, accesses: Mapping[str, Access]) -> Plan:
    async with open_hosts(accesses) as hosts:
        return await plan_meant(arguments, hosts)
