"""Reads and writes the tables of groups."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable

from hvtree.app.memory import group_rows
from hvtree.app.memory.database import Database
from hvtree.app.memory.group_content import GroupContent
from hvtree.domain.group import Group
from hvtree.domain.group_checkpoint import GroupRecord


class GroupTables:
    """Blocks while it reads or writes. Each returns what is kept afterwards; all raise `JournalFailure` and `BadInput`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._content: GroupContent | None = None
        """What was read last; None if it must be read again."""
        self._version = -1
        """SQLite's count of what other connections had changed by then [SQLite, PRAGMA data_version]."""
        self._lock = threading.Lock()

    def read(self) -> GroupContent:
        """Return what is kept; while others have not written, without looking."""
        with self._lock:
            return self._read()

    def save(self, *groups: Group) -> GroupContent:
        """Keep groups, all or none; raise `BadInput` if a name is taken."""

        def write(connection: sqlite3.Connection) -> None:
            group_rows.read(connection).with_groups(groups)
            for each in groups:
                group_rows.write_group(connection, each)

        return self._change(write)

    def delete(self, group_id: str) -> GroupContent:
        """Keep a group no more."""
        return self._change(lambda connection: group_rows.delete_group(connection, group_id))

    def record(self, record: GroupRecord) -> GroupContent:
        """Keep what was taken of a group checkpoint."""
        return self._change(lambda connection: group_rows.write_record(connection, record))

    def forget(self, ids: Iterable[str]) -> GroupContent:
        """Keep these records no more."""
        return self._change(lambda connection: group_rows.delete_records(connection, ids))

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._content = None
            self._database.close()

    def _change(self, write: Callable[[sqlite3.Connection], None]) -> GroupContent:
        with self._lock:
            with self._database.change() as connection:
                self._content = None
                write(connection)
            return self._read()

    def _read(self) -> GroupContent:
        known, self._content = self._content, None  # whatever fails, the next one looks
        with self._database.reading() as connection:
            version = int(connection.execute("PRAGMA data_version").fetchone()[0])
            if known is None or version != self._version:
                known = group_rows.read(connection)
        self._content, self._version = known, version
        return known
