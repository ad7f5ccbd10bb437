"""`hvtree doctor HOST`: what is wrong with the way to a host, stage by stage, and what to do about it."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from hvtree.app.connection_test import ConnectionTester
from hvtree.app.credentials import Secret, find_password, from_environment
from hvtree.app.demo import start_demo
from hvtree.app.doctor.doctor import named
from hvtree.app.doctor.report_text import MARKS, head_lines, report_record, stage_lines
from hvtree.app.doctor.stage_report import Report, StageReport, StageStatus
from hvtree.app.keyring import Keyring
from hvtree.app.lockout import Refusals
from hvtree.cli.colour import Paint, colour_wish, paint_for
from hvtree.cli.connection import host_meant, prompt, world_meant
from hvtree.cli.exits import Exit
from hvtree.cli.options import add_connection, add_json, wants_json
from hvtree.cli.output import print_result
from hvtree.cli.text import harmless
from hvtree.domain.errors import BadInput
from hvtree.domain.host_profile import HostProfile


def describe(parser: argparse.ArgumentParser) -> None:
    """Describe the command to argparse."""
    parser.description = (
        "Try each step of the way to a host: say what came back, what it means, and the exact command that "
        "puts it right. The password is sent once at most; the output holds no secret and can be passed on."
    )
    parser.epilog = "Exit codes: 0 the connection works, 1 a step has failed, 2 wrong usage."
    add_connection(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Examine the host and print what was found, each stage as soon as it is explained."""
    is_json = wants_json(arguments)
    paint = paint_for(sys.stdout, colour_wish(arguments))
    say = _keep_quiet if is_json else partial(_say, paint)
    profile = host_meant(arguments)
    if profile is None:
        report = asyncio.run(_examine_demo(world_meant(arguments), say))
    else:
        report = asyncio.run(_examine(profile, _password(profile), say))
    verdict = (paint.good if report.is_healthy else paint.bad)(harmless(report.verdict))
    print_result(json.dumps(report_record(report)) if is_json else f"\n{paint.strong('verdict:')} {verdict}")
    return Exit.AS_PLANNED if report.is_healthy else Exit.FAILED


async def _examine_demo(world: str, say: Callable[[str], None]) -> Report:
    demo = await start_demo(world)
    try:
        return await _examine(demo.profile, demo.secret, say)
    finally:
        await demo.close()


async def _examine(profile: HostProfile, secret: Secret | None, say: Callable[[str], None]) -> Report:
    def tell(stage: StageReport) -> None:
        if stage.status is not StageStatus.RUNNING:
            say("\n".join(stage_lines(stage)))

    say("\n".join(head_lines(named(profile), datetime.now(UTC))))
    return await ConnectionTester(Refusals()).run(profile, secret, tell)


def _password(profile: HostProfile) -> Secret | None:
    """Return the password, or None if it is not known: then the connection is examined as far as the login."""
    try:
        return find_password(profile, (from_environment(), Keyring().find, prompt))
    except BadInput:
        return None


def _say(paint: Paint, text: str) -> None:
    print_result("\n".join(_painted(line, paint) for line in harmless(text).split("\n")))


def _painted(line: str, paint: Paint) -> str:
    """Return a line of a report with the mark of its stage in colour."""
    mark, bracket, title = line.partition("] ")
    if not (bracket and mark.startswith("[")):
        return line
    brush = {
        MARKS[StageStatus.FINE]: paint.good,
        MARKS[StageStatus.WARNING]: paint.caution,
        MARKS[StageStatus.FAILED]: paint.bad,
    }.get(mark[1:], paint.faint)
    return f"{brush(mark + ']')} {title}"


def _keep_quiet(_text: str) -> None:
    """Leave standard output to the one line of JSON."""
