"""From rows of the tables to entries of the history. All raise `BadInput` for a row that cannot be one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import msgspec

from hvtree.app.memory.entries import Entry, EntryInFull, EntryStep, HostPart, Request, Standing, VmPart
from hvtree.app.memory.records import edit_from, outcomes_from, plan_from
from hvtree.app.memory.runs import Runs
from hvtree.domain.edits import Edit
from hvtree.domain.errors import BadInput
from hvtree.jobs.kept import KeptPlan


@contextmanager
def readable_rows() -> Iterator[None]:
    """Turn what comes of a damaged row or table into `BadInput`."""
    try:
        yield
    except (IndexError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise BadInput(
            "An entry in HVTree's memory cannot be read: the file is damaged.", details=repr(error)
        ) from error


def entry_of(connection: sqlite3.Connection, row: sqlite3.Row, runs: Runs) -> Entry:
    """Return the job of a row of `job` with its `run`."""
    number = row["number"]
    hosts = connection.execute("SELECT * FROM job_host WHERE job = ? ORDER BY rowid", (number,))
    vms = connection.execute("SELECT * FROM job_vm WHERE job = ? ORDER BY rowid", (number,))
    return Entry(
        number=number,
        uuid=row["id"],
        operation=row["operation"],
        title=row["title"],
        risk=row["risk"],
        queued_utc=_time(row["queued"]),
        began_utc=_time_or_none(row["began"]),
        ended_utc=_time_or_none(row["ended"]),
        standing=row["verdict"] or (Standing.RUNNING if runs.is_there(row["run"]) else Standing.LOST),
        message=row["message"],
        user=row["user"],
        computer=row["computer"],
        process=row["process"],
        version=row["version"],
        undoes=row["undoes_number"],
        undone_by=row["undone_by"],
        hosts=tuple(
            HostPart(
                each["host_id"],
                each["host"],
                each["address"],
                each["login"],
                _time(each["read_at"]),
                each["verdict"] or "",
                each["message"],
            )
            for each in hosts
        ),
        vms=tuple(VmPart(each["host_id"], each["vm_id"], each["name"]) for each in vms),
    )


def entry_in_full(connection: sqlite3.Connection, row: sqlite3.Row, runs: Runs) -> EntryInFull:
    """Return it with everything that belongs to it."""
    steps = connection.execute("SELECT * FROM step WHERE job = ? ORDER BY number", (row["number"],))
    requests: dict[int, list[Request]] = {}
    for each in connection.execute("SELECT * FROM request WHERE job = ? ORDER BY number", (row["number"],)):
        requests.setdefault(each["step"], []).append(_request(each))
    return EntryInFull(
        entry_of(connection, row, runs),
        tuple(
            EntryStep(
                each["number"],
                each["host_id"],
                each["title"],
                each["phase"],
                each["text"],
                tuple(requests.get(each["number"], ())),
            )
            for each in steps
        ),
        tuple(str(each.get("text", "")) for each in _json(row["consequences_json"], list[dict[str, Any]])),
        row["powershell"],
        row["details"],
        _plan(row["plan"]),
    )


def _request(row: sqlite3.Row) -> Request:
    return Request(
        _edit(_json(row["edit_json"], dict[str, Any])),
        _time(row["asked"]),
        _time_or_none(row["answered"]),
        outcomes_from(row["outcomes_json"]) if row["outcomes_json"] else (),
        _json(row["warnings_json"], tuple[str, ...]) if row["warnings_json"] else (),
        row["error"],
        row["details"],
    )


def _edit(record: Mapping[str, Any]) -> Edit | None:
    try:
        return edit_from(record)
    except BadInput:
        return None


def _plan(blob: bytes) -> KeptPlan | None:
    try:
        return plan_from(blob)
    except BadInput:
        return None


def _json(text: str, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(text, type=kind)
    except ValueError as error:
        raise BadInput("An entry in HVTree's memory cannot be read.", details=repr(error)) from error


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput("A time in HVTree's memory cannot be read.", details=repr(error)) from error


def _time_or_none(text: str | None) -> datetime | None:
    return None if text is None else _time(text)
