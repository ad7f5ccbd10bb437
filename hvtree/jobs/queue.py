"""All jobs of this run of the program: a lane per host, serial within it, side by side across hosts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from hvtree.jobs.cancel import Canceller
from hvtree.jobs.job import JobView
from hvtree.jobs.ports import Approver, WatchedHost
from hvtree.jobs.runner import Runner
from hvtree.jobs.settling import Patience
from hvtree.jobs.tracker import UNTOUCHED, Tracker
from hvtree.operations.base import Operation

LAST_WORD_S = 2.0
"""How long a host may take to answer that it has stopped, when the program is about to end."""


@dataclass(frozen=True, slots=True)
class _Entry:
    tracker: Tracker
    canceller: Canceller
    task: asyncio.Task[None]


class JobQueue:
    """Starts jobs, keeps their views, and ends them. `publish` is called with each new view."""

    def __init__(
        self,
        publish: Callable[[JobView], None],
        now: Callable[[], datetime],
        patience: Patience | None = None,
    ) -> None:
        self._publish = publish
        self._now = now
        self._patience = patience or Patience()
        self._entries: dict[int, _Entry] = {}
        self._lanes: dict[str, asyncio.Lock] = {}

    @property
    def views(self) -> tuple[JobView, ...]:
        """Every job, oldest first."""
        return tuple(entry.tracker.view for entry in self._entries.values())

    def view(self, job_id: int) -> JobView:
        """Return one job; raise `KeyError` for an id that was never given out."""
        return self._entries[job_id].tracker.view

    def submit(
        self, host_id: str, host: WatchedHost, operation: Operation, approver: Approver, *, title: str
    ) -> int:
        """Start a job and give its id. It asks at once, and waits for its turn before it touches anything.

        `title` is what it is called until it has a plan.
        """
        job_id = len(self._entries) + 1
        view = JobView(job_id, host_id, title, (), self._now(), can_cancel=True, cancel_note=UNTOUCHED)
        tracker, canceller = Tracker(view, self._publish, self._now), Canceller()
        runner = Runner(host, approver, tracker, canceller=canceller, patience=self._patience)
        lane = self._lanes.setdefault(host_id, asyncio.Lock())
        task = asyncio.get_running_loop().create_task(runner.run(operation, lane), name=f"job {job_id}")
        self._entries[job_id] = _Entry(tracker, canceller, task)
        self._publish(view)
        return job_id

    def cancel(self, job_id: int) -> None:
        """Ask a job to stop, at once or at its next safe place; one that has ended or cannot stop goes on."""
        entry = self._entries[job_id]
        if not entry.tracker.view.can_cancel:
            return
        entry.canceller.request()
        entry.tracker.allow_cancel(False, "Cancelling: the job stops at the next safe place.")

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


async def _still_running(tasks: set[asyncio.Task[None]], timeout_s: float) -> set[asyncio.Task[None]]:
    """Wait for tasks, and give those that have not ended in time."""
    if not tasks:
        return tasks
    _ended, running = await asyncio.wait(tasks, timeout=timeout_s)
    return running
