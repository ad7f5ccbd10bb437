"""A report to read, to copy and to send: as text, and as JSON. It holds no secret, because no stage does.

What it quotes of a host is made plain in the text, where no name begins a line; JSON has it as it is.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from hvtree import __version__
from hvtree.app.doctor.stage_report import Remedy, Report, StageReport, StageStatus
from hvtree.domain.host_profile import HostProfile
from hvtree.domain.names import isolated
from hvtree.domain.plain_text import plain_line, plain_lines

MARKS = {
    StageStatus.FINE: "ok",
    StageStatus.WARNING: "look",
    StageStatus.FAILED: "FAILED",
    StageStatus.NOT_NEEDED: "-",
    StageStatus.NOT_REACHED: "not reached",
    StageStatus.WAITING: "waiting",
    StageStatus.RUNNING: "running",
}
"""How a status is marked in text."""


def report_text(report: Report) -> str:
    """Return a report as text, to paste into a mail or a ticket."""
    lines = [*head_lines(report.profile, report.began_utc), f"verdict: {report.verdict}"]
    for stage in report.stages:
        lines += stage_lines(stage)
    return "\n".join(lines) + "\n"


def head_lines(profile: HostProfile, began_utc: datetime) -> Iterator[str]:
    """Return what a report begins with, before there is a verdict."""
    yield "HVTree connection report"
    yield f"host:    {isolated(profile.name)} ({isolated(profile.endpoint) or 'this computer'})"
    yield f"login:   {isolated(profile.user) or 'nobody'} by {profile.transport}"
    yield f"from:    HVTree {__version__} on {platform.system()} {platform.release()}, Python {platform.python_version()}"
    yield f"began:   {began_utc:%Y-%m-%d %H:%M:%S} UTC"


def stage_lines(stage: StageReport) -> Iterator[str]:
    """Return one stage as lines of text: a blank one unless there is nothing to say of it, its title, and what it found."""
    if stage.status is not StageStatus.NOT_REACHED:
        yield ""
    yield f"[{MARKS[stage.status]}] {stage.title}"
    for label, words in (("tried", stage.tried), ("came back", stage.came_back), ("means", stage.means)):
        if words:
            yield f"    {label + ':':<11}{plain_line(words)}"
    for remedy in stage.remedies:
        yield from _remedy_lines(remedy)
    if stage.details:
        yield "    details:"
        yield from (f"        {line}" for line in plain_lines(stage.details).splitlines())


def report_record(report: Report) -> dict[str, Any]:
    """Return a report as JSON has it."""
    return {
        "host": report.profile.name,
        "endpoint": report.profile.endpoint,
        "user": report.profile.user,
        "transport": report.profile.transport,
        "began": report.began_utc.isoformat(),
        "healthy": report.is_healthy,
        "verdict": report.verdict,
        "steps": [_stage_record(stage) for stage in report.stages],
    }


def _remedy_lines(remedy: Remedy) -> Iterator[str]:
    yield f"    to do:     {plain_line(remedy.what)}"
    yield f"               Paste {remedy.place.value}:"
    yield from (f"                 {line}" for line in plain_lines(remedy.command).splitlines())
    yield f"               Exposes: {remedy.exposes}"


def _stage_record(stage: StageReport) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(stage)
    return {"title": stage.title, "outcome": fields.pop("status"), **fields}
