"""From rows of the tables to entries of the history. All raise `BadInput` for a row that cannot be one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from hvtree.app.memory.entries import Entry, EntryInFull, EntryStep, HostPart, Request, Standing, VmPart
from hvtree.app.memory.records import edit_from, in_every_zone, outcomes_from, plan_from
from hvtree.app.memory.runs import Runs
from hvtree.domain.edits import Edit
from hvtree.domain.errors import BadInput
from hvtree.jobs.kept import KeptPlan

_T = TypeVar("_T")


@contextmanager
def readable_rows() -> Iterator[None]:
    """Turn what comes of a damaged row or table into `BadInput`."""
    try:
        yield
    except (IndexError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
        raise BadInput(
            "An entry in HVTree's memory cannot be read: the file is damaged.", details=repr(error)
        ) from error


def entry_of(connection: sqlite3.Connection, row: sqlite3.Row, runs: Runs) -> Entry:
    """Return the job of a row of `job` with its `run`."""
    number = _number(row, "number")
    hosts = connection.execute("SELECT * FROM job_host WHERE job = ? ORDER BY rowid", (number,))
    vms = connection.execute("SELECT * FROM job_vm WHERE job = ? ORDER BY rowid", (number,))
    return Entry(
        number=number,
        uuid=_text(row, "id"),
        operation=_text(row, "operation"),
        title=_text(row, "title"),
        risk=_text(row, "risk"),
        queued_utc=_time(row["queued"]),
        began_utc=_time_or_none(row["began"]),
        ended_utc=_time_or_none(row["ended"]),
        standing=_verdict(row) or (Standing.RUNNING if runs.is_there(row["run"]) else Standing.LOST),
        message=_text(row, "message"),
        user=_text(row, "user"),
        computer=_text(row, "computer"),
        process=_number(row, "process"),
        version=_text(row, "version"),
        undoes=_number_or_none(row, "undoes_number"),
        undone_by=_number_or_none(row, "undone_by"),
        hosts=tuple(
            HostPart(
                _text(each, "host_id"),
                _text(each, "host"),
                _text(each, "address"),
                _text(each, "login"),
                _time(each["read_at"]),
                _verdict(each),
                _text(each, "message"),
            )
            for each in hosts
        ),
        vms=tuple(VmPart(_text(each, "host_id"), _text(each, "vm_id"), _text(each, "name")) for each in vms),
    )


def entry_in_full(connection: sqlite3.Connection, row: sqlite3.Row, runs: Runs) -> EntryInFull:
    """Return it with everything that belongs to it."""
    steps = connection.execute("SELECT * FROM step WHERE job = ? ORDER BY number", (_number(row, "number"),))
    requests: dict[int, list[Request]] = {}
    for each in connection.execute(
        "SELECT * FROM request WHERE job = ? ORDER BY number", (_number(row, "number"),)
    ):
        requests.setdefault(_number(each, "step"), []).append(_request(each))
    return EntryInFull(
        entry_of(connection, row, runs),
        tuple(
            EntryStep(
                _number(each, "number"),
                _text(each, "host_id"),
                _text(each, "title"),
                _text(each, "phase"),
                _text(each, "text"),
                tuple(requests.get(_number(each, "number"), ())),
            )
            for each in steps
        ),
        tuple(str(each.get("text", "")) for each in _json(row["consequences_json"], list[dict[str, Any]])),
        _text(row, "powershell"),
        _text(row, "details"),
        _plan(row["plan"]),
    )


def _request(row: sqlite3.Row) -> Request:
    return Request(
        _edit(_json(row["edit_json"], dict[str, Any])),
        _time(row["asked"]),
        _time_or_none(row["answered"]),
        outcomes_from(row["outcomes_json"]) if row["outcomes_json"] else (),
        _json(row["warnings_json"], tuple[str, ...]) if row["warnings_json"] else (),
        _text(row, "error"),
        _text(row, "details"),
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
        return in_every_zone(datetime.fromisoformat(text))
    except ValueError as error:
        raise BadInput("A time in HVTree's memory cannot be read.", details=repr(error)) from error


def _time_or_none(text: str | None) -> datetime | None:
    return None if text is None else _time(text)


# SQLite does not mind a value of another type than its column's.


def _text(row: sqlite3.Row, key: str) -> str:
    return _value(row, key, str)


def _number(row: sqlite3.Row, key: str) -> int:
    return _value(row, key, int)


def _number_or_none(row: sqlite3.Row, key: str) -> int | None:
    return None if row[key] is None else _number(row, key)


def _value(row: sqlite3.Row, key: str, kind: type[_T]) -> _T:
    value = row[key]
    if not isinstance(value, kind):
        raise TypeError(f"{key} is {type(value).__name__}")
    return value


def _verdict(row: sqlite3.Row) -> str:
    return "" if row["verdict"] is None else _text(row, "verdict")
