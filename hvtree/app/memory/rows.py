"""From rows of the tables to entries of the history. All raise `BadInput` for a row that cannot be one."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

import msgspec

from hvtree.app.memory.columns import number_of, number_or_none, text_of, time_of, time_or_none
from hvtree.app.memory.entries import Entry, EntryInFull, EntryStep, HostPart, Request, Standing, VmPart
from hvtree.app.memory.records import edit_from, outcomes_from, plan_from
from hvtree.app.memory.runs import Runs
from hvtree.domain.edits import Edit
from hvtree.domain.errors import BadInput
from hvtree.jobs.kept import KeptPlan


def entry_of(connection: sqlite3.Connection, row: sqlite3.Row, runs: Runs) -> Entry:
    """Return the job of a row of `job` with its `run`."""
    number = number_of(row, "number")
    hosts = connection.execute("SELECT * FROM job_host WHERE job = ? ORDER BY rowid", (number,))
    vms = connection.execute("SELECT * FROM job_vm WHERE job = ? ORDER BY rowid", (number,))
    return Entry(
        number=number,
        uuid=text_of(row, "id"),
        operation=text_of(row, "operation"),
        title=text_of(row, "title"),
        risk=text_of(row, "risk"),
        queued_utc=time_of(row, "queued"),
        began_utc=time_or_none(row, "began"),
        ended_utc=time_or_none(row, "ended"),
        standing=_verdict(row) or (Standing.RUNNING if runs.is_there(row["run"]) else Standing.LOST),
        message=text_of(row, "message"),
        user=text_of(row, "user"),
        computer=text_of(row, "computer"),
        process=number_of(row, "process"),
        version=text_of(row, "version"),
        undoes=number_or_none(row, "undoes_number"),
        undone_by=number_or_none(row, "undone_by"),
        hosts=tuple(
            HostPart(
                text_of(each, "host_id"),
                text_of(each, "host"),
                text_of(each, "address"),
                text_of(each, "login"),
                time_of(each, "read_at"),
                _verdict(each),
                text_of(each, "message"),
            )
            for each in hosts
        ),
        vms=tuple(
            VmPart(text_of(each, "host_id"), text_of(each, "vm_id"), text_of(each, "name")) for each in vms
        ),
    )


def entry_in_full(connection: sqlite3.Connection, row: sqlite3.Row, runs: Runs) -> EntryInFull:
    """Return it with everything that belongs to it."""
    steps = connection.execute(
        "SELECT * FROM step WHERE job = ? ORDER BY number", (number_of(row, "number"),)
    )
    requests: dict[int, list[Request]] = {}
    for each in connection.execute(
        "SELECT * FROM request WHERE job = ? ORDER BY number", (number_of(row, "number"),)
    ):
        requests.setdefault(number_of(each, "step"), []).append(_request(each))
    return EntryInFull(
        entry_of(connection, row, runs),
        tuple(
            EntryStep(
                number_of(each, "number"),
                text_of(each, "host_id"),
                text_of(each, "title"),
                text_of(each, "phase"),
                text_of(each, "text"),
                tuple(requests.get(number_of(each, "number"), ())),
            )
            for each in steps
        ),
        tuple(str(each.get("text", "")) for each in _json(row["consequences_json"], list[dict[str, Any]])),
        text_of(row, "powershell"),
        text_of(row, "details"),
        _plan(row["plan"]),
    )


def _request(row: sqlite3.Row) -> Request:
    return Request(
        _edit(_json(row["edit_json"], dict[str, Any])),
        time_of(row, "asked"),
        time_or_none(row, "answered"),
        outcomes_from(row["outcomes_json"]) if row["outcomes_json"] else (),
        _json(row["warnings_json"], tuple[str, ...]) if row["warnings_json"] else (),
        text_of(row, "error"),
        text_of(row, "details"),
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


def _verdict(row: sqlite3.Row) -> str:
    return "" if row["verdict"] is None else text_of(row, "verdict")
