"""Files: worlds, settings, and the memory, whose rows and whose bytes may be anything."""

from __future__ import annotations

import atexit
import json
import sqlite3
import zlib
from contextlib import closing, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import msgspec

from hvtree.app.glance import glance
from hvtree.app.group_files import groups_from, groups_text
from hvtree.app.memory.database import Database
from hvtree.app.memory.entries import EntryInFull
from hvtree.app.memory.group_tables import GroupTables
from hvtree.app.memory.history import History
from hvtree.app.memory.query import Query
from hvtree.app.settings import Settings
from hvtree.app.settings_file import load, save
from hvtree.app.undoing import undo_of_entry
from hvtree.assets import resource
from hvtree.cli.colour import Paint
from hvtree.cli.history_records import csv_text, entry_record, full_record
from hvtree.cli.history_text import entry_lines, list_lines
from hvtree.domain.errors import BadInput, HVTreeError
from hvtree.domain.fleet import Fleet
from hvtree.domain.group_checkpoint import group_checkpoints
from hvtree.domain.host_profile import HostProfile
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import VirtualClock
from hvtree.emulator.worlds import worlds
from hvtree.emulator.worlds.values import WorldError
from hvtree.jobs.journal import JournalFailure
from hvtree.jobs.recovery import look_at
from hvtree.operations.base import Operation
from hvtree.operations.create import CreateCheckpoint
from hvtree.operations.delete import DeleteCheckpointSubtree
from hvtree.operations.group import CheckpointGroup
from tests.fuzz.target import Target
from tests.support.agents import Rpc
from tests.support.kept_groups import FARM, SHOP, TAKEN
from tests.support.kept_jobs import LAB, database_in, job, journal_in, write
from tests.support.plans import at, vm_at

NOW = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)
_FLEET = Fleet.of({LAB.host: LAB})


def read_world(data: bytes) -> None:
    """Load bytes as a world, run its host, and read its inventory over the wire."""
    clock = VirtualClock()
    try:
        contents = worlds.build(worlds.parse(data.decode("utf-8-sig"), "world.json"), clock.now())
    except (WorldError, UnicodeDecodeError):
        return
    rpc = Rpc(HyperV(contents, clock), clock)
    rpc.ask("host.read", since=0)
    clock.advance(3_600)


@cache
def _folder() -> Path:
    folder = Path(mkdtemp(prefix="hvtree-fuzz-"))
    atexit.register(rmtree, folder, ignore_errors=True)
    return folder


def read_settings(data: bytes) -> None:
    """Load bytes as settings: what can be read can be written, and is read again as it was."""
    file = _folder() / "settings.json"
    file.write_bytes(data)
    glance(file)
    try:
        read = load(file)
    except BadInput:
        return
    read.profile("Lab")
    save(file, read)
    assert load(file) == read


def _settings() -> bytes:
    file = _folder() / "sample.json"
    hosts = (HostProfile("Lab", "https://lab:5986/wsman", "LAB\\anna"),)
    window = {"version": 1, "geometry": "AAAA", "splitters": {"main": [1, 2]}, "columns": [100]}
    save(file, Settings(hosts, window, ("Lab",), keep_history_days=30, extra={"later": {"a": 1}}))
    record = json.loads(file.read_bytes())
    record["modes"] = {"http://lab:5985/wsman": {"mode": "oneshot", "since": "2026-11-22T14:02:00Z"}}
    record["roads"] = {"http://old:5985/wsman": {"rung": "oneshot", "since": "2026-11-22"}}
    return json.dumps(record).encode()


def read_group_file(data: bytes) -> None:
    """Load bytes as definitions of groups: what can be read is written, and read again as it was."""
    try:
        read = groups_from(data)
    except BadInput:
        return
    assert groups_from(groups_text(read).encode()) == read


# -- the memory ------------------------------------------------------------------------------------------------------


@cache
def _memory() -> tuple[Database, sqlite3.Connection]:
    """Return a memory with its tables, and a connection that writes into it without waiting for the disk."""
    folder = _folder() / "rows"
    _write_jobs(folder)
    database = database_in(folder)
    writer = sqlite3.connect(database.path, isolation_level=None)
    writer.execute("PRAGMA synchronous = OFF")
    return database, writer


def _write_jobs(folder: Path) -> None:
    operations: tuple[Operation, ...] = (
        CheckpointGroup((vm_at("web"), vm_at("db")), "both"),
        DeleteCheckpointSubtree(at(LAB, "web", "p1")),
        CreateCheckpoint((vm_at("web"),), "before patch"),
    )
    tables = GroupTables(database_in(folder))
    tables.save(FARM)
    tables.record(TAKEN)
    tables.close()
    write(journal_in(folder), *(job(each, uuid=f"job-{n}", number=n) for n, each in enumerate(operations, 1)))


def _rows() -> bytes:
    """Return the tables of a sound memory as JSON, also what is JSON within them."""
    database, _ = _memory()
    with database.reading() as connection:
        tables = {
            name: [_record(row) for row in connection.execute(f"SELECT * FROM {name}")] for name in _TABLES
        }
    edit = {"edit": "create", "vm_ids": ["a"], "name": "x"}
    outcome = {
        "target_id": "a",
        "result_id": "b",
        "began_utc": "2026-11-22T14:02:00Z",
        "error": {"message": "no"},
    }
    tables["request"] = [
        {
            "number": 1,
            "job": 1,
            "step": 0,
            "edit_json": edit,
            "asked": "2026-11-22T14:02:00Z",
            "answered": "2026-11-22T14:02:00Z",
            "outcomes_json": [outcome],
            "warnings_json": ["late"],
            "error": "",
            "details": "",
        }
    ]
    return json.dumps(tables).encode()


_TABLES = (
    *("run", "job", "job_host", "job_vm", "step", "request"),
    *("vm_group", "vm_group_member", "group_checkpoint", "group_checkpoint_part"),
)


def _record(row: sqlite3.Row) -> dict[str, Any]:
    record = {key: row[key] for key in row.keys()}  # noqa: SIM118 - a row is no mapping
    for key, value in record.items():
        if isinstance(value, bytes):
            record[key] = json.loads(zlib.decompress(value))
        elif key.endswith("_json") and value:
            record[key] = json.loads(value)
    return record


def read_rows(data: bytes) -> None:
    """Fill a memory with rows, and read it: the history, each job in full as text and JSON, recovery, undo."""
    database, writer = _memory()
    try:
        tables = json.loads(data)
        writer.execute("BEGIN")
        _fill(writer, tables)
        writer.execute("COMMIT")
    except (ValueError, RecursionError, sqlite3.Error, TypeError, AttributeError, KeyError):
        if writer.in_transaction:
            writer.execute("ROLLBACK")
        return  # such rows cannot be in the file
    _read_memory(database)


def _fill(writer: sqlite3.Connection, tables: dict[str, list[dict[str, Any]]]) -> None:
    for name in reversed(_TABLES):
        writer.execute(f"DELETE FROM {name}")
    for name in _TABLES:
        for row in tables.get(name, []):
            values = [_value(key, value) for key, value in row.items()]
            names = ", ".join(row)
            marks = ", ".join("?" * len(row))
            writer.execute(f"INSERT INTO {name} ({names}) VALUES ({marks})", values)


def _value(key: str, value: Any) -> Any:
    if key == "plan" and isinstance(value, dict | list):
        return zlib.compress(json.dumps(value).encode())
    if isinstance(value, dict | list) or key.endswith("_json"):
        return json.dumps(value)
    if isinstance(value, int) and abs(value) >= 1 << 63:
        return str(value)
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _read_memory(database: Database) -> None:
    history = History(database)
    with suppress(BadInput, JournalFailure):
        entries = history.find(Query())
        list_lines(entries, Paint(is_on=False), 100)
        csv_text(entries)
        msgspec.json.encode([entry_record(each) for each in entries])
    with suppress(BadInput, JournalFailure):
        history.find(Query(text="web", host="v", vm="web"))
        history.choices()
    with suppress(BadInput, JournalFailure):
        for each in history.unfinished():
            _read_job(each)
    with suppress(BadInput, JournalFailure):
        groups = GroupTables(database).read()
        group_checkpoints(_FLEET, groups.records)
        groups_text(groups.definitions)
    for key in ("1", "2", "3", "job-1"):
        with suppress(BadInput, JournalFailure):
            _read_job(history.entry(key))


def _read_job(each: EntryInFull) -> None:
    list(entry_lines(each, Paint(is_on=False), 100))
    msgspec.json.encode(full_record(each))
    if each.plan is not None:
        recovery = look_at(each.plan, each.made, _FLEET)
        assert all(vm.sentence for vm in recovery.vms)
        for offer in recovery.offers:
            with suppress(HVTreeError):
                offer.operation.plan(_FLEET)
        with suppress(HVTreeError):
            undo_of_entry(each, _FLEET).plan(_FLEET)


def read_memory_file(data: bytes) -> None:
    """Read bytes as the file of the memory. What is damaged is put aside, so each has a folder of its own."""
    folder = Path(mkdtemp(dir=_folder()))
    database = database_in(folder)
    database.path.parent.mkdir()
    database.path.write_bytes(data)
    try:
        _read_memory(database)
    finally:
        database.close()
        rmtree(folder)


def _file() -> bytes:
    folder = Path(mkdtemp(dir=_folder()))
    _write_jobs(folder)
    path = database_in(folder).path
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.read_bytes()


def targets() -> dict[str, Target]:
    """Return the targets that are files by their names."""
    lab = resource("worlds/lab.json").read_bytes()
    return {
        "world": Target("a world file", read_world, (lab, _small(lab))),
        "settings": Target("the settings file", read_settings, (_settings(),)),
        "groups": Target(
            "a file of groups",
            read_group_file,
            (groups_text([FARM, SHOP]).encode(), groups_text([]).encode()),
        ),
        "journal": Target("the rows of the memory", read_rows, (_rows(),)),
        "journal-file": Target("the bytes of the memory's file", read_memory_file, (_file(),)),
    }


def _small(lab: bytes) -> bytes:
    world = json.loads(lab)
    return json.dumps({**world, "vms": world["vms"][:2]}).encode()
