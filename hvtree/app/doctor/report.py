"""A report to read, to copy and to send: as text, and as JSON. It holds no secret, because no step does."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from typing import Any

from hvtree import __version__
from hvtree.app.doctor.steps import Outcome, Remedy, Report, Step

MARKS = {
    Outcome.FINE: "ok",
    Outcome.WARNING: "look",
    Outcome.FAILED: "FAILED",
    Outcome.NOT_NEEDED: "-",
    Outcome.NOT_REACHED: "not reached",
    Outcome.WAITING: "waiting",
    Outcome.RUNNING: "running",
}
"""How an outcome is marked in text."""


def report_text(report: Report) -> str:
    """Give a report as text, to paste into a mail or a ticket."""
    return "\n".join(_lines(report)) + "\n"


def step_lines(step: Step, *, with_details: bool = True) -> Iterator[str]:
    """Give one step as lines of text, its title first."""
    yield f"[{MARKS[step.outcome]}] {step.title}"
    for label, words in (("tried", step.tried), ("came back", step.came_back), ("means", step.means)):
        if words:
            yield f"    {label + ':':<11}{words}"
    for remedy in step.remedies:
        yield from _remedy_lines(remedy)
    if with_details and step.details:
        yield "    details:"
        yield from (f"        {line}" for line in step.details.splitlines())


def report_record(report: Report) -> dict[str, Any]:
    """Give a report as JSON has it."""
    return {
        "host": report.name,
        "endpoint": report.endpoint,
        "user": report.user,
        "transport": report.transport,
        "began": report.began_utc.isoformat(),
        "healthy": report.is_healthy,
        "verdict": report.verdict,
        "steps": [_step_record(step) for step in report.steps],
    }


def _lines(report: Report) -> Iterator[str]:
    yield "HVTree connection report"
    yield f"host:    {report.name} ({report.endpoint})"
    yield f"login:   {report.user} by {report.transport}"
    yield f"from:    HVTree {__version__} on {platform.system()} {platform.release()}, Python {platform.python_version()}"
    yield f"began:   {report.began_utc:%Y-%m-%d %H:%M:%S} UTC"
    yield f"verdict: {report.verdict}"
    for step in report.steps:
        yield ""
        yield from step_lines(step)


def _remedy_lines(remedy: Remedy) -> Iterator[str]:
    yield f"    to do:     {remedy.what}"
    yield f"               Paste {remedy.place.value}:"
    yield from (f"                 {line}" for line in remedy.command.splitlines())
    yield f"               Exposes: {remedy.exposes}"


def _step_record(step: Step) -> dict[str, Any]:
    return {
        "id": step.id.value,
        "title": step.title,
        "outcome": step.outcome.value,
        "tried": step.tried,
        "came_back": step.came_back,
        "means": step.means,
        "remedies": [
            {"what": each.what, "place": each.place.value, "command": each.command, "exposes": each.exposes}
            for each in step.remedies
        ],
        "details": step.details,
    }
