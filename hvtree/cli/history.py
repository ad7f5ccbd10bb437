"""`hvtree history`: what has been done from this computer, newest first; with a job, everything that is kept of it."""

from __future__ import annotations

import argparse
import json
import re
import sys
from datetime import UTC, datetime, timedelta

from hvtree.app.memory.database import Database
from hvtree.app.memory.entries import Standing
from hvtree.app.memory.history import History
from hvtree.app.memory.place import default_path
from hvtree.app.memory.query import Query
from hvtree.app.workspace import utc_now
from hvtree.cli.colour import colour_wish, paint_for
from hvtree.cli.exits import Exit
from hvtree.cli.history_records import csv_text, entry_record, full_record
from hvtree.cli.history_text import entry_lines, list_lines
from hvtree.cli.options import add_json, wants_json
from hvtree.cli.output import Console, print_result
from hvtree.cli.text import shown
from hvtree.cli.verbs import VERBS
from hvtree.cli.wrapping import line_width
from hvtree.domain.errors import BadInput
from hvtree.jobs.job import Verdict

_SPAN = re.compile(r"(\d{1,5})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_USUAL = 50
_OPERATIONS = (
    *(verb.name for verb in VERBS),
    "delete-all",
    *(
        f"{each}-group"
        for each in ("checkpoint", "apply", "rename", "export", "delete", "start", "save", "shut-down")
    ),
)
"""As the journal calls them."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Describe the command to argparse."""
    parser.add_argument(
        "job", nargs="?", metavar="JOB", help="number or id of one job: show everything of it"
    )
    parser.add_argument("--host", default="", help="only jobs on this host: a part of its name or address")
    parser.add_argument("--vm", default="", help="only jobs on this VM: its GUID, or a part of its name")
    parser.add_argument(
        "--operation",
        default="",
        choices=_OPERATIONS,
        metavar="VERB",
        help="as in `hvtree do`, or as apply-group",
    )
    parser.add_argument(
        "--verdict",
        default="",
        choices=[*(each.value for each in Verdict), *(each.value for each in Standing)],
        metavar="VERDICT",
        help="such as ‘failed’, ‘unknown’, or ‘unfinished’ for jobs whose program was killed",
    )
    parser.add_argument("--search", default="", metavar="WORDS", help="only jobs that these words are in")
    parser.add_argument(
        "--since", type=_moment, metavar="TIME", help="such as 90m, 3h, 7d, 2w, or 2026-11-22 (local time)"
    )
    parser.add_argument(
        "--most", type=_count, default=_USUAL, metavar="N", help=f"how many at most (default: {_USUAL})"
    )
    add_json(parser)
    parser.add_argument("--csv", action="store_true", help="print the list as comma-separated values")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the list, or one job."""
    database = Database(default_path())
    try:
        text = _job(arguments, History(database)) if arguments.job else _list(arguments, History(database))
    finally:
        database.close()
    if notice := database.take_notice():
        Console(sys.stderr).say(f"hvtree: {notice}")
    print_result(text)
    return Exit.AS_PLANNED


def _list(arguments: argparse.Namespace, history: History) -> str:
    entries = history.find(_query(arguments))
    if wants_json(arguments):
        return json.dumps([entry_record(entry) for entry in entries])
    if arguments.csv:
        return csv_text(entries)
    if not entries:
        return _nothing(arguments)
    lines = list_lines(entries, paint_for(sys.stdout, colour_wish(arguments)), line_width(sys.stdout))
    if len(entries) == arguments.most:
        lines.append(f"There may be more: --most {arguments.most * 2} lists more of them.")
    return "\n".join(lines)


def _job(arguments: argparse.Namespace, history: History) -> str:
    job = history.entry(arguments.job)
    if wants_json(arguments):
        return json.dumps(full_record(job))
    if arguments.csv:
        raise BadInput("One job cannot be printed as comma-separated values.", now="Take --json.")
    return "\n".join(entry_lines(job, paint_for(sys.stdout, colour_wish(arguments)), line_width(sys.stdout)))


def _query(arguments: argparse.Namespace) -> Query:
    return Query(
        host=arguments.host,
        vm=arguments.vm,
        operation=arguments.operation,
        standing=arguments.verdict,
        text=arguments.search,
        since_utc=arguments.since,
        most=arguments.most,
    )


def _nothing(arguments: argparse.Namespace) -> str:
    if _query(arguments) == Query(most=arguments.most):
        return "Nothing has been done yet. What `hvtree do` and the window do will be listed here."
    return "No job in the history is like that."


def _moment(text: str) -> datetime:
    span = _SPAN.fullmatch(text.lower())
    try:
        if span:
            return utc_now() - timedelta(**{_UNITS[span[2]]: int(span[1])})
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise argparse.ArgumentTypeError(
            f"‘{shown(text)}’ is no time: give one such as 90m, 3h, 7d or 2026-11-22"
        ) from error


def _count(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= 1_000_000:
        return int(text)
    raise argparse.ArgumentTypeError(f"‘{shown(text)}’ is not a number from 1 to 1,000,000")
