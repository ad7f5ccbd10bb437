"""Jobs of the host: what takes time, how far it is, whether it can be stopped, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct, field

from hvtree.emulator.host.changes import Guard
from hvtree.emulator.host.clock import Clock, Timer
from hvtree.emulator.host.enums import JobState, JobType
from hvtree.emulator.host.errors import CmdletError, cancelled

KEPT_S = 300
"""Seconds that an ended job stays in the list (TimeBeforeRemoval)."""
TICK_S = 1.0
"""Seconds of host time between two reports of progress."""


class HostJob:
    """One job (Msvm_ConcreteJob). Its properties can be read at any time; callbacks tell of progress and the end."""

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
        """Whether it has ended."""
        return self.ended is not None

    def on_end(self, callback: Callable[[HostJob], None]) -> None:
        """Call `callback` at the end, with the host's lock held; at once if it has ended."""
        if self.is_ended:
            callback(self)
        else:
            self._ends.append(callback)

    def on_progress(self, callback: Callable[[HostJob], None]) -> None:
        """Call `callback` when the percentage has grown, with the host's lock held."""
        self._reports.append(callback)

    def report(self, percent: int) -> bool:
        """Note the progress; return whether it is new."""
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


class _Course(Struct, frozen=True):
    """A job that the clock drives: its reports and its end."""

    clock: Clock
    guard: Guard
    job: HostJob
    seconds: float
    finish: Callable[[], object]
    undo: Callable[[], None]
    on_tick: Callable[[], None]
    timers: list[Timer] = field(default_factory=list)

    @property
    def end(self) -> datetime:
        """Return when it will be done."""
        return self.job.started + timedelta(seconds=self.seconds)

    def begin(self) -> None:
        """Set the timers."""
        self.timers.append(self.clock.call_at(self.end, self._done))
        if self.seconds > TICK_S:
            self.timers.append(self.clock.call_later(TICK_S, self._tick))

    def stop(self) -> None:
        """End it before its time, and undo it."""
        for timer in self.timers:
            timer.cancel()
        self.undo()
        self.job.close(JobState.Terminated, self.clock.now(), cancelled(self.job.vm_name))

    def _done(self) -> None:
        with self.guard:
            if self.job.is_ended:
                return
            try:
                self.job.value = self.finish()
            except CmdletError as error:
                self.undo()
                self.job.close(JobState.Exception, self.clock.now(), error)
            else:
                self.job.close(JobState.Completed, self.clock.now())

    def _tick(self) -> None:
        with self.guard:
            if self.job.is_ended:
                return
            passed = (self.clock.now() - self.job.started).total_seconds()
            if self.job.report(int(99 * passed / self.seconds)):
                self.on_tick()
            if self.clock.now() + timedelta(seconds=TICK_S) < self.end:
                self.timers.append(self.clock.call_later(TICK_S, self._tick))


class JobTable:
    """Starts jobs, drives them by the clock, and remembers them for a while."""

    def __init__(self, clock: Clock, guard: Guard, new_guid: Callable[[], str]) -> None:
        self._clock = clock
        self._guard = guard
        self._new_guid = new_guid
        self._jobs: dict[str, HostJob] = {}
        self._stops: dict[str, Callable[[], None]] = {}

    def open(self, kind: JobType, vm_id: str, vm_name: str) -> HostJob:
        """Begin a job that the caller reports on and closes."""
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
        """Let an open job take some seconds; then `finish` returns its value or raises `CmdletError`.

        `undo` is called when it failed or was cancelled.
        """
        course = _Course(self._clock, self._guard, job, seconds, finish, undo, on_tick)
        course.begin()
        if cancellable:
            job.cancellable = True
            self._stops[job.id] = course.stop
        return job

    def cancel(self, job_id: str) -> bool:
        """Stop a job; return False if it has ended or cannot be stopped."""
        stop = self._stops.pop(job_id, None)
        if stop is None or self._jobs[job_id].is_ended:
            return False
        stop()
        return True

    def all(self) -> tuple[HostJob, ...]:
        """Return the jobs that run, and those that ended in the last minutes; oldest first."""
        self._forget_old()
        return tuple(self._jobs.values())

    def _forget_old(self) -> None:
        oldest = self._clock.now() - timedelta(seconds=KEPT_S)
        for job in list(self._jobs.values()):
            if job.ended is not None and job.ended < oldest:
                del self._jobs[job.id]
                self._stops.pop(job.id, None)
