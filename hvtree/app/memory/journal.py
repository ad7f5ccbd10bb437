"""The journal of all jobs, in the memory: `jobs.journal.Journal` for the jobs of one run of the program."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hvtree.app.settings import KEPT_DAYS
from hvtree.domain.host_profile import HostProfile
from hvtree.hosts.worker_threads import off_loop

if TYPE_CHECKING:
    from hvtree.app.memory.job_writer import JobWriter
    from hvtree.app.memory.run import Run
    from hvtree.domain.edits import Edit
    from hvtree.jobs.job import JobView
    from hvtree.jobs.journal import Answer


class JobJournal:
    """Writes jobs down, each change on a thread of its own. The file is opened, and all it takes loaded, with the first job."""

    def __init__(
        self,
        path: Path,
        profile: Callable[[str], HostProfile],
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        run: Run | None = None,
        kept_days: Callable[[], int] = lambda: KEPT_DAYS,
    ) -> None:
        """`path` is that of the memory; `profile` tells how a host is reached, by its id; `run` is this run of the program.

        `kept_days` says for how long jobs are kept, in days; 0 means for ever.
        """
        self._path = path
        self._profile = profile
        self._clock = clock
        self._run = run
        self._kept_days = kept_days
        self._opened: JobWriter | None = None
        self._lock = threading.Lock()

    async def begin(self, job: JobView) -> str:
        days = self._kept_days()
        return await off_loop(lambda: self._writer().begin(job, days))

    async def asking(self, job: JobView, step: int, edit: Edit) -> None:
        await off_loop(lambda: self._writer().asking(job, step, edit))

    async def answered(self, job: JobView, step: int, answer: Answer) -> None:
        await off_loop(lambda: self._writer().answered(job, step, answer))

    async def end(self, job: JobView) -> None:
        await off_loop(lambda: self._writer().end(job))

    async def settle(self, uuid: str, verdict: str, message: str) -> None:
        """Write down how an unfinished job of a program that is gone has ended; raise `JournalFailure`."""
        await off_loop(lambda: self._writer().settle(uuid, verdict, message))

    async def close(self) -> None:
        if self._opened is not None:
            await off_loop(self._opened.close)

    def _writer(self) -> JobWriter:
        with self._lock:
            if self._opened is None:
                # Loaded here: SQLite and what goes with it is nothing that a window needs before its first job.
                from hvtree.app.memory.database import Database  # noqa: PLC0415
                from hvtree.app.memory.job_writer import JobWriter  # noqa: PLC0415
                from hvtree.app.memory.run import Run  # noqa: PLC0415

                self._opened = JobWriter(Database(self._path), self._run or Run(), self._profile, self._clock)
            return self._opened
