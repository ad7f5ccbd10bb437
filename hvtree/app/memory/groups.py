"""Groups and records of group checkpoints, in the memory."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from hvtree.hosts.worker_threads import off_loop

if TYPE_CHECKING:
    from hvtree.app.memory.group_content import GroupContent
    from hvtree.app.memory.group_tables import GroupTables
    from hvtree.domain.group import Group
    from hvtree.domain.group_checkpoint import GroupRecord


class KeptGroups:
    """Keeps groups, each change on a thread of its own: `app.groups.GroupMemory`. All coroutines raise `JournalFailure`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._tables: GroupTables | None = None
        self._lock = threading.Lock()

    async def load(self) -> GroupContent | None:
        """Return what is kept; None, and nothing is loaded for it, where there is no memory yet."""
        return await off_loop(lambda: self._opened().read()) if self._path.exists() else None

    async def save(self, *groups: Group) -> GroupContent:
        """Keep groups, all or none; raise `BadInput` if a name is taken."""
        return await off_loop(lambda: self._opened().save(*groups))

    async def delete(self, group_id: str) -> GroupContent:
        """Keep a group no more."""
        return await off_loop(lambda: self._opened().delete(group_id))

    async def record(self, record: GroupRecord) -> GroupContent:
        """Keep what was taken of a group checkpoint."""
        return await off_loop(lambda: self._opened().record(record))

    async def forget(self, ids: Iterable[str]) -> GroupContent:
        """Keep these records no more."""
        gone = tuple(ids)
        return await off_loop(lambda: self._opened().forget(gone))

    async def close(self) -> None:
        """Let go of the file."""
        if self._tables is not None:
            await off_loop(self._tables.close)

    def _opened(self) -> GroupTables:
        with self._lock:
            if self._tables is None:
                # Loaded here, as in `journal`: SQLite is nothing that a window needs before there are groups.
                from hvtree.app.memory.database import Database  # noqa: PLC0415
                from hvtree.app.memory.group_tables import GroupTables  # noqa: PLC0415

                self._tables = GroupTables(Database(self._path))
            return self._tables
