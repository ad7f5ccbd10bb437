"""Which runs of the program are still there: each holds a lock, which the operating system takes away from the dead.

A process number would not do: after a restart of the computer another program may have it.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

_FOLDER = "running"


class Runs:
    """The locks of the runs that share one memory."""

    def __init__(self, memory: Path) -> None:
        """`memory` is the path of the database."""
        self._folder = memory.parent / _FOLDER
        self._held: dict[str, FileLock] = {}
        self._lock = threading.Lock()

    def hold(self, run_id: str) -> None:
        """Let others see that this run is there, until `release` or the end of the process. Raise `OSError`."""
        with self._lock:
            if run_id in self._held:
                return
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = FileLock(self._file(run_id), timeout=0, thread_local=False)
            lock.acquire()
            self._held[run_id] = lock

    def release(self, run_id: str) -> None:
        """Let a run be over."""
        with self._lock:
            lock = self._held.pop(run_id, None)
        if lock is not None:
            lock.release()
            self._forget(run_id)

    def is_there(self, run_id: str) -> bool:
        """Return whether the program of a run still runs. Only for runs that have been held once."""
        if run_id in self._held:
            return True
        file = self._file(run_id)
        if not file.exists():
            return False
        lock = FileLock(file, timeout=0, thread_local=False)
        try:
            lock.acquire()
        except (Timeout, OSError):
            return True
        lock.release()
        self._forget(run_id)
        return False

    def _forget(self, run_id: str) -> None:
        with suppress(OSError):
            self._file(run_id).unlink(missing_ok=True)

    def _file(self, run_id: str) -> Path:
        return self._folder / f"{run_id}.lock"
