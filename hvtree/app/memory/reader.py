"""The history for those who must not wait: each question is answered on a thread of its own."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from hvtree.hosts.worker_threads import off_loop

if TYPE_CHECKING:
    from hvtree.app.memory.database import Database
    from hvtree.app.memory.entries import Entry, EntryInFull
    from hvtree.app.memory.history import History
    from hvtree.app.memory.query import Choices, Query


class HistoryReader:
    """Reads the journal of all programs that share a memory. All coroutines raise `JournalFailure` and `BadInput`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._history: History | None = None
        self._lock = threading.Lock()
        self._database: Database | None = None

    def take_notice(self) -> str:
        """Return a sentence for the user about the file that was found, once; mostly empty."""
        return self._database.take_notice() if self._database is not None else ""

    async def find(self, query: Query) -> tuple[Entry, ...]:
        """Return jobs, the newest first."""
        return await off_loop(lambda: self._opened().find(query))

    async def entry(self, key: str) -> EntryInFull:
        """Return everything that is kept of a job."""
        return await off_loop(lambda: self._opened().entry(key))

    async def unfinished(self) -> tuple[EntryInFull, ...]:
        """Return the jobs whose programs are gone, the oldest first; where all jobs have ended, what reads one is not loaded."""
        if not self._path.exists():
            return ()
        return await off_loop(self._unfinished)

    async def choices(self) -> Choices:
        """Return what there is to choose from."""
        return await off_loop(lambda: self._opened().choices())

    async def close(self) -> None:
        """Let go of the file."""
        if self._database is not None:
            await off_loop(self._database.close)

    def _unfinished(self) -> tuple[EntryInFull, ...]:
        return self._opened().unfinished() if self._file().has_open_jobs() else ()

    def _opened(self) -> History:
        database = self._file()
        with self._lock:
            if self._history is None:
                from hvtree.app.memory.history import History  # noqa: PLC0415  (as below)

                self._history = History(database)
            return self._history

    def _file(self) -> Database:
        with self._lock:
            if self._database is None:
                # Loaded here, as in `journal`: SQLite is nothing that a window needs before somebody asks.
                from hvtree.app.memory.database import Database  # noqa: PLC0415

                self._database = Database(self._path)
            return self._database
