"""One run of a state-changing cmdlet on its targets: one after the other, each with its own answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from msgspec import Struct

from hvtree.emulator.host.changes import Guard
from hvtree.emulator.host.clock import Clock, Timer
from hvtree.emulator.host.errors import CmdletError, cancelled
from hvtree.emulator.host.jobs import HostJob, JobTable


class TargetResult(Struct):
    """The answer for one target. `began` and `ended` are the host's clock around the work."""

    target: str
    """Id of the VM or the checkpoint, or the name that found none."""
    vm_id: str = ""
    value: object = None
    """What -Passthru writes: the VirtualMachine or the VMSnapshot afterwards."""
    error: CmdletError | None = None
    began: datetime | None = None
    ended: datetime | None = None
    job: HostJob | None = None

    @property
    def is_done(self) -> bool:
        """Whether it has its answer."""
        return self.ended is not None


class Target(Struct, frozen=True):
    """A VM or checkpoint to work on. `begin` starts the work and returns its job, or a value at once; it raises `CmdletError`."""

    key: str
    vm_id: str
    begin: Callable[[TargetResult], HostJob | object]
    view: Callable[[], object] | None = None
    """Return the value after the end of the work."""
    delay_s: float = 0.0
    """Injected delay of work that takes no time by itself."""


class Invocation:
    """A cmdlet that is running. Many are done when the call returns; for the others wait with `on_done`."""

    def __init__(
        self, cmdlet: str, targets: Sequence[Target], clock: Clock, guard: Guard, jobs: JobTable
    ) -> None:
        self.cmdlet = cmdlet
        self.results = tuple(TargetResult(target.key, target.vm_id) for target in targets)
        self.warnings: list[str] = []
        self._targets = tuple(targets)
        self._clock = clock
        self._guard = guard
        self._jobs = jobs
        self._next = 0
        self._open = len(targets)
        self._is_cancelled = False
        self._waiting: dict[int, Timer] = {}
        self._ends: list[Callable[[], None]] = []
        self._reports: list[Callable[[TargetResult, int], None]] = []

    # -- for callers ------------------------------------------------------------------------------------

    @property
    def is_done(self) -> bool:
        """Whether every target has its answer."""
        return self._open == 0

    @property
    def errors(self) -> tuple[CmdletError, ...]:
        """The errors of all targets."""
        return tuple(result.error for result in self.results if result.error is not None)

    @property
    def objects(self) -> tuple[object, ...]:
        """What -Passthru writes."""
        return tuple(result.value for result in self.results if result.value is not None)

    @property
    def percent(self) -> int:
        """The progress, 0 to 100."""
        if not self.results:
            return 100
        shares = (100 if o.is_done else o.job.percent if o.job else 0 for o in self.results)
        return sum(shares) // len(self.results)

    def on_done(self, callback: Callable[[], None]) -> None:
        """Call `callback` once everything is done, with no lock held; soon if that is so already."""
        with self._guard:
            if self.is_done:
                self._guard.after(callback)
            else:
                self._ends.append(callback)

    def on_progress(self, callback: Callable[[TargetResult, int], None]) -> None:
        """Call `callback`, with no lock held, when the job of a target makes progress."""
        with self._guard:
            self._reports.append(callback)
            for result in self.results:
                if result.job is not None and not result.is_done:
                    self._report(result)

    def cancel(self) -> bool:
        """Stop what can be stopped and begin nothing more; return whether anything was stopped."""
        with self._guard:
            if self.is_done:
                return False
            self._is_cancelled = True
            stopped = self._next < len(self._targets)
            for index, result in enumerate(self.results[: self._next]):
                if index in self._waiting:
                    self._waiting.pop(index).cancel()
                    self._answer(index, error=cancelled(result.target))
                    stopped = True
                elif result.job is not None and not result.is_done:
                    stopped = self._jobs.cancel(result.job.id) or stopped
            if self._open and self._next < len(self._targets) and not self._has_running():
                self._advance()
            return stopped

    def abandon(self) -> None:
        """Begin nothing more, but let running work end: whoever called the cmdlet is gone."""
        with self._guard:
            self._is_cancelled = True

    # -- running (with the guard held) ------------------------------------------------------------------

    def start(self, *, side_by_side: bool) -> Invocation:
        """Begin the first target, or all."""
        if not self._targets:
            return self
        if side_by_side:
            while self._next < len(self._targets):
                self._begin_next()
        else:
            self._advance()
        return self

    def _advance(self) -> None:
        while self._next < len(self._targets) and not self._has_running():
            self._begin_next()

    def _has_running(self) -> bool:
        return any(not result.is_done for result in self.results[: self._next])

    def _begin_next(self) -> None:
        index, self._next = self._next, self._next + 1
        result, target = self.results[index], self._targets[index]
        result.began = self._clock.now()
        if self._is_cancelled:
            self._answer(index, error=cancelled(target.key))
            return
        try:
            work = target.begin(result)
        except CmdletError as error:
            self._answer(index, error=error)
            return
        if isinstance(work, HostJob):
            self._follow(index, work)
        elif target.delay_s > 0:
            self._waiting[index] = self._clock.call_later(
                target.delay_s, lambda: self._answer_late(index, work)
            )
        else:
            self._answer(index, work)

    def _answer_late(self, index: int, value: object) -> None:
        with self._guard:
            if self._waiting.pop(index, None) is not None:
                self._answer(index, value)
                self._advance()

    def _follow(self, index: int, job: HostJob) -> None:
        result = self.results[index]
        result.job = job

        def ended(job: HostJob) -> None:
            self._answer(index, job.value, job.error)
            self._advance()

        def moved(_: HostJob) -> None:
            self._report(result)

        job.on_progress(moved)
        job.on_end(ended)

    def _answer(self, index: int, value: object = None, error: CmdletError | None = None) -> None:
        result, target = self.results[index], self._targets[index]
        result.ended = self._clock.now()
        result.began = result.began or result.ended
        if error is not None:
            result.error = error.by(self.cmdlet)
        else:
            result.value = value if target.view is None else target.view()
        self._open -= 1
        if self._open == 0:
            ends, self._ends = self._ends, []
            for callback in ends:
                self._guard.after(callback)

    def _report(self, result: TargetResult) -> None:
        percent = result.job.percent if result.job else 0
        for callback in self._reports:
            self._guard.after(partial(callback, result, percent))
