"""`hvtree watch HOST`: says what happens on a host, whoever does it, until Ctrl+C."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Mapping

from hvtree.app.host_view import HostView
from hvtree.cli.connection import Access, ConnectedHosts, find_access, open_hosts
from hvtree.cli.exits import Exit
from hvtree.cli.options import add_connection, add_json, wants_json
from hvtree.cli.output import print_result
from hvtree.cli.terminal import on_interrupt
from hvtree.cli.text import harmless
from hvtree.domain.news import news


def describe(parser: argparse.ArgumentParser) -> None:
    """Describe the command to argparse."""
    add_connection(parser)
    add_json(parser)
    parser.add_argument(
        "--count", type=int, default=0, metavar="N", help="end after N changes (default: never)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print a line for each change until Ctrl+C, or until there were `--count` of them."""
    return asyncio.run(_watch(find_access(arguments), arguments))


async def _watch(accesses: Mapping[str, Access], arguments: argparse.Namespace) -> int:
    async with open_hosts(accesses) as hosts:
        watching = asyncio.create_task(_print_changes(hosts, arguments))
        with on_interrupt(watching.cancel):
            await asyncio.wait((watching,))
        if not watching.cancelled():
            watching.result()
    return Exit.AS_PLANNED


async def _print_changes(hosts: ConnectedHosts, arguments: argparse.Namespace) -> None:
    as_json, most, count = wants_json(arguments), arguments.count, 0
    ((host_id, state),) = hosts.states.items()
    view = hosts.workspace.host(host_id)
    _say(view, f"Watching {state.host}; Ctrl+C ends it.", "start", as_json=as_json)
    while not most or count < most:
        await hosts.changes.next()
        before, view = view, hosts.workspace.host(host_id)
        if view.phase is not before.phase:
            _say(view, _about(view), "connection", as_json=as_json)
        if view.state is None or view.state is state:
            continue
        for sentence in news(state, view.state):
            _say(view, sentence, "change", as_json=as_json)
            count += 1
        state = view.state


def _about(view: HostView) -> str:
    if view.is_connected:
        return "Connected again."
    return view.error.sentence if view.error else f"The host is {view.phase}."


def _say(view: HostView, sentence: str, kind: str, *, as_json: bool) -> None:
    when = view.state.taken_at_utc if view.state else None
    if as_json:
        line = json.dumps({"time": when.isoformat() if when else None, "kind": kind, "text": sentence})
    else:
        line = f"{when.astimezone():%H:%M:%S}  {harmless(sentence)}" if when else harmless(sentence)
    print_result(line)
