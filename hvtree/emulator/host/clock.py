"""Clocks that drive the emulated host: a virtual one for tests, and a real one for serving."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Protocol

from msgspec import Struct

_log = logging.getLogger(__name__)
_START = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)


class Timer:
    """A call that is due at a time, unless it is cancelled before."""

    def __init__(self, when: datetime, callback: Callable[[], None], *, background: bool) -> None:
        self.when = when
        self.callback = callback
        self.background = background
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True


class Clock(Protocol):
    """The time on the host. Jobs make progress only when it passes."""

    @property
    def speed(self) -> float:
        """How many seconds pass on the host in one second outside."""
        ...

    def now(self) -> datetime:
        """The host's time in UTC."""
        ...

    def call_later(self, seconds: float, callback: Callable[[], None], *, background: bool = False) -> Timer:
        """Call something after some seconds of host time; `background` marks timers that repeat for ever."""
        ...

    def call_at(self, when: datetime, callback: Callable[[], None], *, background: bool = False) -> Timer:
        """Call something at a time, or as soon as possible if that time is past."""
        ...


class _Entry(Struct):
    when: datetime
    number: int
    timer: Timer

    def __lt__(self, other: _Entry) -> bool:
        return (self.when, self.number) < (other.when, other.number)


class _Agenda:
    """Timers by time, then by the order in which they were set."""

    def __init__(self) -> None:
        self._heap: list[_Entry] = []
        self._numbers = itertools.count()

    def add(self, timer: Timer) -> None:
        heapq.heappush(self._heap, _Entry(timer.when, next(self._numbers), timer))

    def first(self) -> Timer | None:
        """Return the next timer that is not cancelled."""
        while self._heap and self._heap[0].timer.is_cancelled:
            heapq.heappop(self._heap)
        return self._heap[0].timer if self._heap else None

    def pop_due(self, now: datetime) -> Timer | None:
        """Take the next timer if its time has come."""
        first = self.first()
        if first is None or first.when > now:
            return None
        return heapq.heappop(self._heap).timer

    @property
    def has_work(self) -> bool:
        """Whether a timer is waiting that is not a background one."""
        return any(not entry.timer.is_cancelled and not entry.timer.background for entry in self._heap)


class VirtualClock:
    """A clock that stands still until `advance` is called. Callbacks run inside `advance`, on its thread."""

    speed = 1.0

    def __init__(self, start: datetime = _START) -> None:
        self._now = start
        self._agenda = _Agenda()

    def now(self) -> datetime:
        return self._now

    def call_later(self, seconds: float, callback: Callable[[], None], *, background: bool = False) -> Timer:
        return self.call_at(self._now + timedelta(seconds=seconds), callback, background=background)

    def call_at(self, when: datetime, callback: Callable[[], None], *, background: bool = False) -> Timer:
        timer = Timer(max(when, self._now), callback, background=background)
        self._agenda.add(timer)
        return timer

    def advance(self, seconds: float) -> None:
        """Let some seconds pass, and call what is due meanwhile, each at its own time."""
        self._run(self._now + timedelta(seconds=seconds), lambda: False)

    def run_until(self, predicate: Callable[[], bool], *, limit_s: float = 86_400) -> None:
        """Let time pass until a condition holds; raise `TimeoutError` if it does not after `limit_s` seconds."""
        if not self._run(self._now + timedelta(seconds=limit_s), predicate):
            raise TimeoutError(f"It did not come to pass within {limit_s:g} seconds of virtual time.")

    def run_until_idle(self, *, limit_s: float = 30 * 86_400) -> None:
        """Let time pass until only background timers are left; raise `TimeoutError` at the limit."""
        self.run_until(lambda: not self._agenda.has_work, limit_s=limit_s)

    def _run(self, end: datetime, is_enough: Callable[[], bool]) -> bool:
        while not is_enough():
            timer = self._agenda.pop_due(end)
            if timer is None:
                self._now = end
                return is_enough()
            self._now = max(self._now, timer.when)
            timer.callback()
        return True


class RealClock:
    """A clock that runs by itself, `speed` times as fast as real time, and starts `ahead_s` seconds ahead.

    Callbacks run on its one daemon thread. `seconds` returns real time; tests pass one of their own.

    The thread starts with the first timer and ends with `close`, or with the process.
    """

    def __init__(
        self, speed: float = 1.0, ahead_s: float = 0.0, seconds: Callable[[], float] = monotonic
    ) -> None:
        if speed <= 0:
            raise ValueError("The speed of a clock must be positive.")
        self.speed = speed
        self._epoch = datetime.now(UTC) + timedelta(seconds=ahead_s)
        self._seconds = seconds
        self._begun = seconds()
        self._agenda = _Agenda()
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def now(self) -> datetime:
        return self._epoch + timedelta(seconds=(self._seconds() - self._begun) * self.speed)

    def call_later(self, seconds: float, callback: Callable[[], None], *, background: bool = False) -> Timer:
        return self.call_at(self.now() + timedelta(seconds=seconds), callback, background=background)

    def call_at(self, when: datetime, callback: Callable[[], None], *, background: bool = False) -> Timer:
        timer = Timer(when, callback, background=background)
        with self._wake:
            self._agenda.add(timer)
            if self._thread is None and not self._is_closed:
                self._thread = threading.Thread(target=self._serve, name="hvtree-clock", daemon=True)
                self._thread.start()
            self._wake.notify()
        return timer

    def close(self) -> None:
        """Stop calling, and wait for the thread's end (from any other thread)."""
        with self._wake:
            self._is_closed = True
            self._wake.notify()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def _serve(self) -> None:
        while (timer := self._next_due()) is not None:
            try:
                timer.callback()
            except Exception:  # noqa: BLE001 - logged below with its trace
                # One broken callback must not stop the host's time; the log says which it was.
                _log.exception("a timer of the emulated host failed")

    def _next_due(self) -> Timer | None:
        with self._wake:
            while not self._is_closed:
                timer = self._agenda.pop_due(self.now())
                if timer is not None and not timer.is_cancelled:
                    return timer
                if timer is None:
                    self._wake.wait(self._seconds_to_next())
        return None

    def _seconds_to_next(self) -> float | None:
        first = self._agenda.first()
        if first is None:
            return None
        return max(0.0, (first.when - self.now()).total_seconds() / self.speed)
