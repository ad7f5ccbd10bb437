"""Jobs of the host: what takes time, how far it is, whether it can be stopped, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from hvtree.emulator.changes import Guard
from hvtree.emulator.clock import Clock, Timer
from hvtree.emulator.enums import JobState, JobType
from hvtree.emulator.errors import CmdletError, cancelled

KEPT_S = 300
"""Seconds that an ended job stays in the list (TimeBeforeRemoval)."""
TICK_S = 1.0
"""Seconds of host time between two reports of progress."""


class HostJob:
    """One job (Msvm_ConcreteJob). Read its properties at any time; ends and progress call back."""

    def __init__(self, job_id: str, kind: JobType, vm_id: str, vm_name: str, started: datetime) -> None:
        self.id = job_id
        self.type = kind
        self.vm_id = vm_id
        self.vm_name = vm_name
        self.started = started
        self.ended: datetime | None = None
        self.state = JobState.Running
        self.percent = 0
        self.cancellable = False
        self.error: CmdletError | None = None
        self.value: object = None
        self._ends: list[Callable[[HostJob], None]] = []
        self._reports: list[Callable[[HostJob], None]] = []

    @property
    def is_ended(self) -> bool:
        """Nothing more will happen."""
        return self.ended is not None

    def on_end(self, callback: Callable[[HostJob], None]) -> None:
        """Have something called at the end, with the host's lock held; at once if it is over."""
        if self.is_ended:
            callback(self)
        else:
            self._ends.append(callback)

    def on_progress(self, callback: Callable[[HostJob], None]) -> None:
        """Have something called when the percentage has grown, with the host's lock held."""
        self._reports.append(callback)

    def report(self, percent: int) -> bool:
        """Note how far it is; say whether that is news."""
        percent = min(100, max(self.percent, percent))
        if percent == self.percent:
            return False
        self.percent = percent
        for callback in self._reports:
            callback(self)
        return True

    def close(self, state: JobState, now: datetime, error: CmdletError | None = None) -> None:
        """End it."""
        self.state, self.ended, self.error = state, now, error
        if state is JobState.Completed:
            self.percent = 100
        ends, self._ends = self._ends, []
        for callback in ends:
            callback(self)


class JobTable:
    """Starts jobs, ticks them along with the clock, and remembers them for a while."""

    def __init__(self, clock: Clock, guard: Guard, new_guid: Callable[[], str]) -> None:
        self._clock = clock
        self._guard = guard
        self._new_guid = new_guid
        self._jobs: dict[str, HostJob] = {}
        self._stops: dict[str, Callable[[], None]] = {}

    def open(self, kind: JobType, vm_id: str, vm_name: str) -> HostJob:
        """Begin a job that somebody else moves along and closes."""
        self._forget_old()
        job = HostJob(self._new_guid(), kind, vm_id, vm_name, self._clock.now())
        self._jobs[job.id] = job
        return job

    def run(
        self,
        job: HostJob,
        seconds: float,
        finish: Callable[[], object],
        *,
        undo: Callable[[], None] = lambda: None,
        cancellable: bool = False,
        on_tick: Callable[[], None] = lambda: None,
    ) -> HostJob:
        """Let an open job take so long; then `finish` gives its value or raises `CmdletError`.

        `undo` is called when it failed or was cancelled.
        """
        end = job.started + timedelta(seconds=seconds)
        timers: list[Timer] = []

        def done() -> None:
            with self._guard:
                self._finish(job, finish, undo)

        def tick() -> None:
            with self._guard:
                if job.is_ended:
                    return
                passed = (self._clock.now() - job.started).total_seconds()
                if job.report(int(99 * passed / seconds)):
                    on_tick()
                if self._clock.now() + timedelta(seconds=TICK_S) < end:
                    timers.append(self._clock.call_later(TICK_S, tick))

        def stop() -> None:
            for timer in timers:
                timer.cancel()
            undo()
            self._close(job, JobState.Terminated, cancelled(job.vm_name))

        timers.append(self._clock.call_at(end, done))
        if seconds > TICK_S:
            timers.append(self._clock.call_later(TICK_S, tick))
        if cancellable:
            job.cancellable = True
            self._stops[job.id] = stop
        return job

    def cancel(self, job_id: str) -> bool:
        """Stop a job; give False if it is over or cannot be stopped."""
        stop = self._stops.pop(job_id, None)
        if stop is None:
            return False
        stop()
        return True

    def all(self) -> tuple[HostJob, ...]:
        """The jobs that run, and those that ended in the last minutes; oldest first."""
        self._forget_old()
        return tuple(self._jobs.values())

    def _finish(self, job: HostJob, finish: Callable[[], object], undo: Callable[[], None]) -> None:
        if job.is_ended:
            return
        try:
            job.value = finish()
        except CmdletError as error:
            undo()
            self._close(job, JobState.Exception, error)
        else:
            self._close(job, JobState.Completed, None)

    def _close(self, job: HostJob, state: JobState, error: CmdletError | None) -> None:
        self._stops.pop(job.id, None)
        job.close(state, self._clock.now(), error)

    def _forget_old(self) -> None:
        oldest = self._clock.now() - timedelta(seconds=KEPT_S)
        for job in list(self._jobs.values()):
            if job.ended is not None and job.ended < oldest:
                del self._jobs[job.id]
