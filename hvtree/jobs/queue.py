"""The jobs of this run of the program: a lane per host, serial within it, side by side across hosts."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from hvtree.domain.names import isolated
from hvtree.jobs.cancel import Canceller
from hvtree.jobs.journal import Journal, NoJournal
from hvtree.jobs.locks import HostLocks
from hvtree.jobs.ports import Approver, HostFinder

if TYPE_CHECKING:
    from hvtree.jobs.job import JobView
    from hvtree.jobs.record import JobRecord
    from hvtree.jobs.wait_idle import TimeLimits
    from hvtree.operations.base import Plan

_log = logging.getLogger(__name__)
KEPT = 100
"""So many jobs that have ended can be asked for; the journal has all of them. Each weighs some 60 KB."""
LAST_WORD_S = 2.0
"""How long a host may take to answer that it has stopped, when the program is about to end."""


class _Entry(Struct, frozen=True):
    record: JobRecord
    canceller: Canceller
    task: asyncio.Task[None]


class JobQueue:
    """Starts jobs, keeps their views, and ends them. `publish` is called with each new view."""

    def __init__(
        self,
        find_host: HostFinder,
        publish: Callable[[JobView], None],
        now: Callable[[], datetime],
        limits: TimeLimits | None = None,
        journal: Journal | None = None,
    ) -> None:
        self._find_host = find_host
        self._publish = publish
        self._now = now
        self._limits = limits
        self._journal = journal or NoJournal()
        self._entries: dict[int, _Entry] = {}
        self._ended: deque[int] = deque()
        """The ids of those that have ended, in that order."""
        self._count = 0
        self._locks = HostLocks()

    @property
    def views(self) -> tuple[JobView, ...]:
        """Every job that goes on, and the latest `KEPT` that have ended, oldest first."""
        return tuple(entry.record.view for entry in self._entries.values())

    def view(self, job_id: int) -> JobView:
        """Return one job; raise `KeyError` for one that is not there (any more)."""
        return self._entries[job_id].record.view

    def submit(self, plan: Plan, approver: Approver, *, undoes: str = "") -> int:
        """Start a job for a plan that is approved, and return its id. It waits for its turn before it touches anything.

        `approver` is asked only if the hosts have changed so that it is another plan by then; `undoes` is the id, in the
        journal, of the job that it leads back.
        """
        # Loaded with the first job: whoever only looks at hosts does without.
        from hvtree.jobs.record import new_record  # noqa: PLC0415
        from hvtree.jobs.runner import Runner  # noqa: PLC0415

        self._count += 1
        job_id = self._count
        _log.info("job %d: %r on %r as %r", job_id, plan.title, plan.host_ids, plan.operation)
        record = new_record(job_id, plan, self._on_change, self._now, undoes=undoes)
        canceller = Canceller()
        runner = Runner(
            self._find_host,
            approver,
            record,
            canceller=canceller,
            limits=self._limits,
            journal=self._journal,
        )
        task = asyncio.get_running_loop().create_task(runner.run(self._locks), name=f"job {job_id}")
        self._entries[job_id] = _Entry(record, canceller, task)
        self._publish(record.view)
        return job_id

    def _on_change(self, view: JobView) -> None:
        self._publish(view)
        if view.verdict is not None:
            self._ended.append(view.id)
            if len(self._ended) > KEPT:
                del self._entries[self._ended.popleft()]

    def cancel(self, job_id: int, host_id: str | None = None) -> None:
        """Ask a job to stop, at once or at its next safe place; one that has ended or cannot stop goes on.

        With `host_id` it stops only what it does on that host, unless its plan is all or nothing. Raise `KeyError` for a
        host that the job is not about.
        """
        entry = self._entries[job_id]
        view = entry.record.view
        if host_id is not None and host_id not in view.host_ids:
            raise KeyError(host_id)
        if not view.can_cancel:
            return
        entry.canceller.request(host_id)
        if host_id is None or view.plan.is_joint:
            entry.record.allow_cancel(False, "Cancelling: the job stops at the next safe place.")
        else:
            entry.record.remark(
                f"Cancelling on {isolated(view.plan.host_names[host_id])}.", f"cancelling {host_id}"
            )

    async def close(self, grace_s: float) -> None:
        """Cancel every job, let VMs be brought back for `grace_s` seconds, then let go of what still runs."""
        for job_id in self._entries:
            self.cancel(job_id)
        running = {entry.task for entry in self._entries.values() if not entry.task.done()}
        running = await _still_running(running, grace_s)
        for _ in range(2):  # a host that is asked to stop is waited for; being cancelled once more ends that
            for task in running:
                task.cancel()
            running = await _still_running(running, LAST_WORD_S)
        await self._journal.close()


async def _still_running(tasks: set[asyncio.Task[None]], timeout_s: float) -> set[asyncio.Task[None]]:
    """Wait for tasks, and return those that have not ended in time."""
    if not tasks:
        return tasks
    _ended, running = await asyncio.wait(tasks, timeout=timeout_s)
    return running
