"""`hvtree watch HOST`: says what happens on a host, whoever does it, until Ctrl+C."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping

from msgspec import Struct

from hvtree.app.host_view import HostView
from hvtree.cli.colour import Paint, colour_wish, paint_for
from hvtree.cli.connection import Access, ConnectedHosts, find_access, open_hosts
from hvtree.cli.exits import Exit
from hvtree.cli.options import add_connection, add_json, wants_json
from hvtree.cli.output import print_result
from hvtree.cli.terminal import on_interrupt
from hvtree.cli.text import harmless, shown
from hvtree.domain.news import news


def describe(parser: argparse.ArgumentParser) -> None:
    """Describe the command to argparse."""
    add_connection(parser)
    add_json(parser)
    parser.add_argument(
        "--count", type=_count, metavar="N", help="end after N changes, with code 0 (default: never)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print a line for each change until Ctrl+C, or until there were `--count` of them; the rest is not printed."""
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
    lines = _Lines(
        as_json=wants_json(arguments),
        paint=paint_for(sys.stdout, colour_wish(arguments)),
    )
    left: int | None = arguments.count
    ((host_id, state),) = hosts.states.items()
    view = hosts.workspace.host(host_id)
    lines.say(view, f"Watching {shown(state.host)}; Ctrl+C ends it.", "start")
    while True:
        await hosts.changes.next()
        before, view = view, hosts.workspace.host(host_id)
        if view.phase is not before.phase:
            lines.say(view, _about(view), "connection")
        if view.state is None or view.state is state:
            continue
        for sentence in news(state, view.state)[:left]:
            lines.say(view, sentence, "change")
            left = None if left is None else left - 1
        if left == 0:
            return
        state = view.state


def _about(view: HostView) -> str:
    if view.is_connected:
        return "Connected again."
    return view.error.sentence if view.error else f"The host is {view.phase}."


class _Lines(Struct, frozen=True):
    """Prints what has happened, a line each."""

    as_json: bool
    paint: Paint

    def say(self, view: HostView, sentence: str, kind: str) -> None:
        """Print one line; its time is that of the reading in which it was seen."""
        when = view.state.taken_at_utc if view.state else None
        if self.as_json:
            print_result(
                json.dumps({"time": when.isoformat() if when else None, "kind": kind, "text": sentence})
            )
            return
        words = harmless(sentence)
        if kind == "connection":
            words = (self.paint.good if view.is_connected else self.paint.caution)(words)
        print_result(f"{self.paint.faint(f'{when.astimezone():%H:%M:%S}')}  {words}" if when else words)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return int(text)
