"""`hvtree plan VERB HOST …`: what an action would do, without doing it."""

from __future__ import annotations

import argparse
import asyncio
import json

from hvtree.cli.connection import Way, find_way, open_host
from hvtree.cli.exits import Exit
from hvtree.cli.options import wants_json
from hvtree.cli.output import deliver
from hvtree.cli.plan_text import plan_lines, plan_record
from hvtree.cli.targets import Targets
from hvtree.cli.text import harmless
from hvtree.cli.verbs.registry import add_verbs, operation_meant
from hvtree.operations.base import Plan


def describe(parser: argparse.ArgumentParser) -> None:
    """Describe the command to argparse."""
    add_verbs(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read the host, plan on it, and print the plan."""
    plan = asyncio.run(_plan(arguments, find_way(arguments)))
    is_json = wants_json(arguments)
    deliver(json.dumps(plan_record(plan)) if is_json else harmless("\n".join(plan_lines(plan))))
    return Exit.AS_PLANNED


async def _plan(arguments: argparse.Namespace, way: Way) -> Plan:
    async with open_host(way) as host:
        return host.workspace.plan(host.id, operation_meant(arguments, Targets(host.state)))
