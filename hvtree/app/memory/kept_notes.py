"""Notes that hosts would not take: kept in the memory instead, by the ids of VMs and checkpoints."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from hvtree.hosts.worker_threads import off_loop

if TYPE_CHECKING:
    from hvtree.app.memory.database import Database


class KeptNote(Struct, frozen=True):
    """The notes of one VM or checkpoint, and those that its host had when they were kept."""

    notes: str
    before: str


class KeptNotes:
    """Keeps notes, each change on a thread of its own. All coroutines raise `JournalFailure`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database: Database | None = None
        self._lock = threading.Lock()

    async def all(self) -> Mapping[str, KeptNote]:
        """Return all notes by id; where there is no memory yet, nothing is loaded for it."""
        return await off_loop(self._read) if self._path.exists() else {}

    async def keep(self, notes: Mapping[str, KeptNote]) -> None:
        """Keep notes, in place of those that are kept for these ids."""
        await off_loop(lambda: self._write(notes))

    async def forget(self, ids: Iterable[str]) -> None:
        """Keep nothing for these ids any more."""
        gone = [(each,) for each in ids]
        await off_loop(lambda: self._delete(gone))

    async def close(self) -> None:
        """Let go of the file."""
        if self._database is not None:
            await off_loop(self._database.close)

    def _opened(self) -> Database:
        with self._lock:
            if self._database is None:
                from hvtree.app.memory.database import Database  # noqa: PLC0415  (as in `journal`)

                self._database = Database(self._path)
            return self._database

    def _read(self) -> dict[str, KeptNote]:
        with self._opened().reading() as connection:
            rows = connection.execute("SELECT target, notes, before FROM note")
            return {row["target"]: KeptNote(row["notes"], row["before"]) for row in rows}

    def _write(self, notes: Mapping[str, KeptNote]) -> None:
        rows = [(target, each.notes, each.before) for target, each in notes.items()]
        with self._opened().change() as connection:
            connection.executemany("REPLACE INTO note (target, notes, before) VALUES (?, ?, ?)", rows)

    def _delete(self, ids: list[tuple[str]]) -> None:
        with self._opened().change() as connection:
            connection.executemany("DELETE FROM note WHERE target = ?", ids)
