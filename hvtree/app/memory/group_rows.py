"""Groups and records of group checkpoints as rows of the tables, and back. Reading raises `BadInput` for rows that cannot be any."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping

from hvtree.app.memory.columns import (
    number_of,
    number_or_none,
    readable_rows,
    text_of,
    text_or_none,
    time_of,
)
from hvtree.app.memory.group_content import GroupContent
from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.domain.group import Group, GroupMethod, Member
from hvtree.domain.group_checkpoint import GroupRecord, RecordedPart


def read(connection: sqlite3.Connection) -> GroupContent:
    """Return all that is remembered."""
    with readable_rows():
        members = _by_owner(connection, "SELECT * FROM vm_group_member ORDER BY number", "vm_group")
        parts = _by_owner(
            connection, "SELECT * FROM group_checkpoint_part ORDER BY number", "group_checkpoint"
        )
        return GroupContent.of(
            [_group(row, members) for row in connection.execute("SELECT * FROM vm_group")],
            [_record(row, parts) for row in connection.execute("SELECT * FROM group_checkpoint")],
        )


def write_group(connection: sqlite3.Connection, group: Group) -> None:
    """Write a group in place of the one of its id."""
    delete_group(connection, group.id)
    connection.execute("INSERT INTO vm_group VALUES (?, ?, ?)", (group.id, group.name, group.method.value))
    connection.executemany(
        "INSERT INTO vm_group_member VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                group.id,
                number,
                each.vm.host_id,
                each.vm.vm_id,
                each.host,
                each.name,
                each.start_order,
                each.delay_s,
            )
            for number, each in enumerate(group.members)
        ],
    )


def delete_group(connection: sqlite3.Connection, group_id: str) -> None:
    """Delete a group, if it is there."""
    connection.execute("DELETE FROM vm_group WHERE id = ?", (group_id,))


def write_record(connection: sqlite3.Connection, record: GroupRecord) -> None:
    """Write a record in place of the one of its id."""
    delete_records(connection, (record.id,))
    connection.execute(
        "INSERT INTO group_checkpoint VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            record.id,
            record.name,
            record.at_utc.isoformat(),
            record.size,
            record.group_id,
            record.group_name,
            record.author,
            record.method.value,
            record.spread_ms,
        ),
    )
    connection.executemany(
        "INSERT INTO group_checkpoint_part VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [_part_row(record.id, number, each) for number, each in enumerate(record.parts)],
    )


def delete_records(connection: sqlite3.Connection, ids: Iterable[str]) -> None:
    """Delete records, as far as they are there."""
    connection.executemany("DELETE FROM group_checkpoint WHERE id = ?", [(each,) for each in ids])


def _part_row(record_id: str, number: int, part: RecordedPart) -> tuple[object, ...]:
    address = part.address
    return (
        record_id,
        number,
        address.host_id,
        address.vm_id,
        address.checkpoint_id,
        part.vm_name,
        part.host,
        part.parent_id,
        part.stopped_ms,
        part.memory_bytes,
    )


def _by_owner(connection: sqlite3.Connection, sql: str, owner: str) -> Mapping[str, list[sqlite3.Row]]:
    found: dict[str, list[sqlite3.Row]] = {}
    for row in connection.execute(sql):
        found.setdefault(text_of(row, owner), []).append(row)
    return found


def _group(row: sqlite3.Row, members: Mapping[str, list[sqlite3.Row]]) -> Group:
    group_id = text_of(row, "id")
    return Group(
        group_id,
        text_of(row, "name"),
        tuple(map(_member, members.get(group_id, ()))),
        GroupMethod(text_of(row, "method")),
    )


def _member(row: sqlite3.Row) -> Member:
    return Member(
        VmAddress(text_of(row, "host_id"), text_of(row, "vm_id")),
        text_of(row, "name"),
        number_of(row, "start_order"),
        number_of(row, "delay_s"),
        text_of(row, "host"),
    )


def _record(row: sqlite3.Row, parts: Mapping[str, list[sqlite3.Row]]) -> GroupRecord:
    record_id = text_of(row, "id")
    return GroupRecord(
        record_id,
        text_of(row, "name"),
        time_of(row, "at"),
        tuple(map(_part, parts.get(record_id, ()))),
        number_of(row, "size"),
        group_id=text_of(row, "group_id"),
        group_name=text_of(row, "group_name"),
        author=text_of(row, "author"),
        method=GroupMethod(text_of(row, "method")),
        spread_ms=number_or_none(row, "spread_ms"),
    )


def _part(row: sqlite3.Row) -> RecordedPart:
    return RecordedPart(
        CheckpointAddress(text_of(row, "host_id"), text_of(row, "vm_id"), text_of(row, "checkpoint_id")),
        text_of(row, "vm_name"),
        text_of(row, "host"),
        text_or_none(row, "parent_id"),
        number_or_none(row, "stopped_ms"),
        number_of(row, "memory_bytes"),
    )
