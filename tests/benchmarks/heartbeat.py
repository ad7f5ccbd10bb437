"""The longest gap: how long the thread of the window has kept a timer waiting."""

from __future__ import annotations

import os
import time
import weakref

from PySide6.QtCore import QObject, Qt, QTimer

HEARTBEAT_MS = 5


class Heartbeat(QObject):
    """A timer of the window's own thread that remembers how late it came at worst."""

    def __init__(self) -> None:
        super().__init__()
        self._last = time.perf_counter()
        self._longest_s = self._busiest_s = self._own_s = 0.0
        self._queue = _Queue()
        self._used, self._queued = time.thread_time(), self._queue.waited_s()
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
        return max(self._own_s, time.perf_counter() - self._last - (self._queue.waited_s() - self._queued))

    def begin(self) -> float:
        """Forget the gaps so far, and return the time."""
        self._last, self._used, self._queued = time.perf_counter(), time.thread_time(), self._queue.waited_s()
        self._longest_s = self._busiest_s = self._own_s = 0.0
        return self._last

    def stop(self) -> None:
        """Beat no more: to measure what the window costs without being watched."""
        self._timer.stop()

    def _beat(self) -> None:
        now, used, queued = time.perf_counter(), time.thread_time(), self._queue.waited_s()
        self._longest_s = max(self._longest_s, now - self._last)
        self._busiest_s = max(self._busiest_s, used - self._used)
        self._own_s = max(self._own_s, now - self._last - (queued - self._queued))
        self._last, self._used, self._queued = now, used, queued


class _Queue:
    """How long this thread has waited for a processor. Asked two hundred times a second, so that its file stays open."""

    def __init__(self) -> None:
        self._file: int | None = None
        try:
            self._file = os.open("/proc/thread-self/schedstat", os.O_RDONLY)
        except OSError:
            return
        weakref.finalize(self, os.close, self._file)

    def waited_s(self) -> float:
        """Return for how many seconds it has waited so far; 0 where the system does not tell."""
        return 0.0 if self._file is None else int(os.pread(self._file, 100, 0).split()[1]) / 1e9
