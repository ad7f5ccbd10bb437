"""A report to read, to copy and to send: as text, and as JSON. It holds no secret, because no step does."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from hvtree import __version__
from hvtree.app.doctor.ports import Patient
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
    """Return a report as text, to paste into a mail or a ticket."""
    patient = Patient(report.name, report.endpoint, report.user, report.transport)
    lines = [*head_lines(patient, report.began_utc), f"verdict: {report.verdict}"]
    for step in report.steps:
        lines += step_lines(step)
    return "\n".join(lines) + "\n"


def head_lines(patient: Patient, began_utc: datetime) -> Iterator[str]:
    """Return what a report begins with, before there is a verdict."""
    yield "HVTree connection report"
    yield f"host:    {patient.name} ({patient.endpoint or 'this computer'})"
    yield f"login:   {patient.user or 'nobody'} by {patient.transport}"
    yield f"from:    HVTree {__version__} on {platform.system()} {platform.release()}, Python {platform.python_version()}"
    yield f"began:   {began_utc:%Y-%m-%d %H:%M:%S} UTC"


def step_lines(step: Step) -> Iterator[str]:
    """Return one step as lines of text: a blank one unless there is nothing to say of it, its title, and what it found."""
    if step.outcome is not Outcome.NOT_REACHED:
        yield ""
    yield f"[{MARKS[step.outcome]}] {step.title}"
    for label, words in (("tried", step.tried), ("came back", step.came_back), ("means", step.means)):
        if words:
            yield f"    {label + ':':<11}{words}"
    for remedy in step.remedies:
        yield from _remedy_lines(remedy)
    if step.details:
        yield "    details:"
        yield from (f"        {line}" for line in step.details.splitlines())


def report_record(report: Report) -> dict[str, Any]:
    """Return a report as JSON has it."""
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
