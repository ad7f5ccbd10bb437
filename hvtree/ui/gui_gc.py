"""Garbage collection on the window's own thread, a little at a time.

Python collects wherever an allocation happens to cross a threshold, also on the threads that send requests to hosts; and a
cycle found there may contain Qt objects, which must be deleted on the thread that made them (else the process
ends). So automatic collection is switched off, and the window's thread collects between other events.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, QTimer

BUSY_MS, IDLE_MS, REST_MS = 10, 50, 200
"""How soon the window's thread checks again for something to collect: after it found some, after it did not, and at last after
it has found none again and again.

Each collection is a pause; the longer the time between them, the longer the pause. But each look wakes the program.
"""
THRESHOLDS = (2_000, 2, 7_500)
"""When a generation is due: new objects, then collections of the generation before.

The last generation is every object, and collecting it holds up the window, so that is done very rarely [measured while
100,000 checkpoints were read: the longest gap of a 5 ms heartbeat was 16 ms, against 100 to 180 ms with Python's own
thresholds].
"""


class Collector(QObject):
    """Collects garbage on the thread that made it, for as long as it lives."""

    def __init__(
        self, parent: QObject | None = None, *, collect: Callable[[int], object] = gc.collect
    ) -> None:
        super().__init__(parent)
        self._collect = collect
        self._timer = QTimer(self, interval=IDLE_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect the oldest generation that is due, with all younger ones, if any is."""
        due = [number for number, count in enumerate(gc.get_count()) if count > THRESHOLDS[number]]
        idle_ms = min(REST_MS, max(IDLE_MS, 2 * self._timer.interval()))
        self._timer.setInterval(BUSY_MS if due else idle_ms)
        if due:
            self._collect(due[-1])


def spare_what_is_loaded() -> None:
    """Let no collection look at what lives now: modules and their classes, which live as long as the program.

    Without this the first one goes through all of it while the tree is being filled [half of a hundred ms, measured 2026-11-26].
    """
    gc.freeze()


@contextmanager
def gc_on_this_thread() -> Iterator[None]:
    """Collect garbage on this thread only while the block runs; then let Python do it again, if it did before."""
    did = gc.isenabled()
    gc.disable()
    collector = Collector()
    try:
        yield
    finally:
        collector.deleteLater()
        if did:
            gc.enable()
