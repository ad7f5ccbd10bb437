"""The longest gap: how long the thread of the window has kept a timer waiting."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer

HEARTBEAT_MS = 5


class Heartbeat(QObject):
    """A timer of the window's own thread that remembers how late it came at worst."""

    def __init__(self) -> None:
        super().__init__()
        self._last = time.perf_counter()
        self._longest_s = self._busiest_s = self._own_s = 0.0
        self._used, self._queued = time.thread_time(), _queued_s()
        self._timer = QTimer(self, interval=HEARTBEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    @property
    def longest_s(self) -> float:
        """Return the longest time between two beats since `begin`, the one that still lasts included."""
        return max(self._longest_s, time.perf_counter() - self._last)

    @property
    def busiest_s(self) -> float:
        """Return the most processor time of this thread between two beats: the gap that a busy machine does not lengthen.

        What the thread waits for another one of this process is not in it.
        """
        return max(self._busiest_s, time.thread_time() - self._used)

    @property
    def own_s(self) -> float:
        """Return the longest gap without what this thread waited for a processor meanwhile: work, and waits for other threads.

        Where the system does not tell (it does on Linux), it is the longest gap as it is.
        """
        return max(self._own_s, time.perf_counter() - self._last - (_queued_s() - self._queued))

    def begin(self) -> float:
        """Forget the gaps so far, and return the time."""
        self._last, self._used, self._queued = time.perf_counter(), time.thread_time(), _queued_s()
        self._longest_s = self._busiest_s = self._own_s = 0.0
        return self._last

    def stop(self) -> None:
        """Beat no more: to measure what the window costs without being watched."""
        self._timer.stop()

    def _beat(self) -> None:
        now, used, queued = time.perf_counter(), time.thread_time(), _queued_s()
        self._longest_s = max(self._longest_s, now - self._last)
        self._busiest_s = max(self._busiest_s, used - self._used)
        self._own_s = max(self._own_s, now - self._last - (queued - self._queued))
        self._last, self._used, self._queued = now, used, queued


def _queued_s() -> float:
    """Return for how many seconds this thread has waited for a processor so far; 0 where the system does not tell."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text("ascii").split()[1]) / 1e9
    except OSError:
        return 0.0
