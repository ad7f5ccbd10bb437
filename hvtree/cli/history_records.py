"""Jobs of the history as JSON and as comma-separated values. README.md has the keys."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from hvtree.app.memory.entries import Entry, EntryInFull, EntryStep, Request
from hvtree.app.memory.records import edit_record
from hvtree.domain.receipt import Outcome

_HEADINGS = (
    "number",
    "id",
    "queued",
    "began",
    "ended",
    "verdict",
    "operation",
    "title",
    "hosts",
    "vms",
    "user",
    "computer",
    "message",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def entry_record(entry: Entry) -> dict[str, Any]:
    """Return a job of the list."""
    return {
        "number": entry.number,
        "id": entry.uuid,
        "operation": entry.operation,
        "title": entry.title,
        "risk": entry.risk.lower(),
        "verdict": entry.standing,
        "message": entry.message,
        "queued": _stamp(entry.queued_utc),
        "began": _stamp(entry.began_utc),
        "ended": _stamp(entry.ended_utc),
        "user": entry.user,
        "computer": entry.computer,
        "process": entry.process,
        "version": entry.version,
        "undoes": entry.undoes,
        "undone_by": entry.undone_by,
        "hosts": [
            {
                "id": each.host_id,
                "host": each.host,
                "address": each.address,
                "login": each.login,
                "read_at": _stamp(each.read_at_utc),
                "verdict": each.verdict or None,
                "message": each.message,
            }
            for each in entry.hosts
        ],
        "vms": [{"id": each.vm_id, "name": each.name, "host": each.host_id} for each in entry.vms],
    }


def full_record(job: EntryInFull) -> dict[str, Any]:
    """Return everything that is kept of a job, but for the disk files of its VMs."""
    return {
        **entry_record(job.entry),
        "steps": [_step_record(step) for step in job.steps],
        "consequences": list(job.consequences),
        "powershell": job.powershell,
        "details": job.details,
    }


def csv_text(entries: Iterable[Entry]) -> str:
    """Return jobs with a line of headings; no cell can be taken for a formula by a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADINGS)
    for entry in entries:
        record = entry_record(entry)
        record["hosts"] = ", ".join(each.host for each in entry.hosts)
        record["vms"] = ", ".join(each.name for each in entry.vms)
        writer.writerow([_cell(record[heading]) for heading in _HEADINGS])
    return text.getvalue().rstrip("\n")


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _step_record(step: EntryStep) -> dict[str, Any]:
    return {
        "title": step.title,
        "host": step.host_id,
        "phase": step.phase,
        "text": step.text,
        "requests": [_request_record(each) for each in step.requests],
    }


def _request_record(request: Request) -> dict[str, Any]:
    return {
        "edit": edit_record(request.edit) if request.edit is not None else None,
        "asked": _stamp(request.asked_utc),
        "answered": _stamp(request.answered_utc),
        "outcomes": [_outcome_record(each) for each in request.outcomes],
        "warnings": list(request.warnings),
        "error": request.error,
        "details": request.details,
    }


def _outcome_record(outcome: Outcome) -> dict[str, Any]:
    return {
        "id": outcome.target_id,
        "checkpoint": outcome.result_id,
        "began": _stamp(outcome.began_utc),
        "ended": _stamp(outcome.ended_utc),
        "error": msgspec.to_builtins(outcome.error) if outcome.error is not None else None,
    }


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
