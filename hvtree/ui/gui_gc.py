"""Garbage collection on the window's own thread, a little at a time.

Python collects wherever an allocation happens to cross a threshold, also on the threads that talk to hosts; and what is
collected there may be a cycle with Qt's objects in it, which must end on the thread that made them (else the process
ends). So collecting by itself is switched off, and the window's thread does it between its other events.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, QTimer

BUSY_MS, IDLE_MS = 10, 50
"""When the window's thread looks again whether there is something to collect: after there was some, and after not.

Each look that finds some is a pause, and the longer between them, the longer the pause.
"""
THRESHOLDS = (5_000, 2, 3_000)
"""When a generation is due: new objects, then collections of the generation before.

The last one is all objects, and holds up the window by its number: hardly ever [measured while 100,000 checkpoints were
read: the longest gap of a 5 ms heartbeat was 16 ms, against 100 to 180 ms with Python's own thresholds].
"""


class Collector(QObject):
    """Collects on the thread on which it was made, for as long as it lives."""

    def __init__(
        self, parent: QObject | None = None, *, collect: Callable[[int], object] = gc.collect
    ) -> None:
        super().__init__(parent)
        self._collect = collect
        self._timer = QTimer(self)
        self._timer.setInterval(IDLE_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect the oldest generation that is due, with all younger ones; nothing if none is."""
        due = [number for number, count in enumerate(gc.get_count()) if count > THRESHOLDS[number]]
        self._timer.setInterval(BUSY_MS if due else IDLE_MS)
        if due:
            self._collect(due[-1])


@contextmanager
def gc_on_this_thread() -> Iterator[None]:
    """Let only this thread collect, and give collecting back to Python at the end."""
    gc.disable()
    collector = Collector()
    try:
        yield
    finally:
        collector.deleteLater()
        gc.enable()
