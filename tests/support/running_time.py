"""Time that passes only while this process runs: what goes by it is not late because the machine stood still.

`RunningTime` is such a clock; `RunningLoop` is an event loop that goes by it, and `tolerant_process` lets everything in the
process tolerate a standstill: all loops of asyncio, and all sockets. `no_time` is for what is to wait for nothing.
"""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest

from tests.support.waiting import FOR_EVER_S, WAIT_S, in_time

if sys.platform == "win32":
    from asyncio import ProactorEventLoop as _Loop
else:
    from asyncio import SelectorEventLoop as _Loop

STANDSTILL_S = 0.5
"""So long between two looks at the clock, and nothing has run meanwhile."""
LOOK_EVERY_S = 0.05
BRIEF_S = 5.0
"""Who waits less than this for a socket means it; who waits longer wants to know that the peer is dead."""
LEAST_S = 1e-6

T = TypeVar("T")


class RunningTime:
    """Seconds as from `time.monotonic`, without the standstills; between `with` and its end. Safe between threads.

    A thread looks at the clock again and again: what lies between two looks that are too far apart did not pass.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last_s = clock()
        self._lost_s = 0.0
        self._lock = threading.Lock()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="running-time", daemon=True)

    def __call__(self) -> float:
        """Return the time. It never goes back."""
        with self._lock:
            now_s = self._clock()
            if now_s - self._last_s > STANDSTILL_S:
                self._lost_s += now_s - self._last_s
            self._last_s = now_s
            return now_s - self._lost_s

    def __enter__(self) -> RunningTime:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._is_over.wait(LOOK_EVERY_S):
            self()


class RunningLoop(_Loop):
    """The loop that asyncio would take, on another time."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        super().__init__()

    def time(self) -> float:
        return self._seconds()


@contextmanager
def tolerant_process() -> Iterator[None]:
    """Let what HVTree and its libraries wait for not be late after a standstill.

    A timeout guards against a dead network. Here both ends are on one machine, and a standstill would look the same.
    """
    settimeout = socket.socket.settimeout

    def tolerant(self: socket.socket, seconds: float | None) -> None:
        settimeout(self, seconds if seconds is None or seconds < BRIEF_S else max(seconds, FOR_EVER_S))

    with RunningTime() as seconds, pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio.events, "new_event_loop", lambda: RunningLoop(seconds))
        patch.setattr(socket.socket, "settimeout", tolerant)
        yield


@contextmanager
def no_time(wait_s: float = WAIT_S) -> Iterator[Callable[[], float]]:
    """Return a time that does not pass: who waits for a limit, or for its next turn, fails at once."""
    with RunningTime() as seconds:
        end_s = seconds() + wait_s
        yield lambda: max(end_s, seconds())
        if seconds() >= end_s:
            raise TimeoutError("It has waited for time to pass.")


def run_in_no_time(story: Coroutine[Any, Any, T], wait_s: float = WAIT_S) -> T:
    """Run a story on a loop on which no time passes."""
    with (
        no_time(wait_s) as seconds,
        asyncio.Runner(loop_factory=lambda: RunningLoop(seconds)) as runner,
    ):
        return runner.run(in_time(story, LEAST_S))
