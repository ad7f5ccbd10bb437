"""`hvtree show HOST`: the VMs and checkpoint trees of a host, for people or as JSON."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from typing import Any

from hvtree.app.workspace import utc_now
from hvtree.cli.connection import open_host
from hvtree.cli.exits import Exit
from hvtree.cli.options import add_connection, add_json, wants_json
from hvtree.cli.state_json import state_record
from hvtree.cli.state_text import state_lines
from hvtree.domain.model import HostState


def add_to(commands: Any) -> None:
    """Describe the command to argparse."""
    parser = commands.add_parser("show", help="show the VMs and checkpoint trees of a host")
    add_connection(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read the host once and print it."""
    state = asyncio.run(_read(arguments))
    if wants_json(arguments):
        print(json.dumps(state_record(state)))
    else:
        print("\n".join(state_lines(state, utc_now(), encoding=sys.stdout.encoding)))
    return Exit.AS_PLANNED


async def _read(arguments: argparse.Namespace) -> HostState:
    async with open_host(arguments) as host:
        return host.state
