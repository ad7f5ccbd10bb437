"""The loop that asyncio and Qt share, which loses no wake-up if somebody handles Qt's events inside a coroutine.

qasync runs a callback of asyncio wherever Qt delivers its timer, also in a nested loop of Qt (`exec`, `processEvents`, a drag,
QTest's waits) that a coroutine has started. asyncio refuses to enter another task then ("Cannot enter into task … while another
task … is being executed") and the wake-up is gone for ever (qasync issues 59, 82 and 174): a connection without its ping, say.
Here such a callback waits until the outer one has ended, in its order, and whoever nested the loops is named once.

qasync also runs all callbacks that are due in one go: twenty hosts whose answers came while the window was busy would hold it up
for all of them together. Here the rest of them wait, in their order, until Qt's other events have had their turn.
"""

from __future__ import annotations

import asyncio
import time
import traceback
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

TURN_S = 0.006
"""How long callbacks may take together, in seconds, until the window gets its turn."""
_FRAMES = 12
"""So many callers of the nested loop are named."""


class Loop(QEventLoop):
    """qasync's loop, on which one callback at a time runs, and no row of them for long."""

    def __init__(self, application: QApplication, *, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._due: deque[asyncio.Handle] = deque()
        self._running: asyncio.Handle | None = None
        self._named: set[str] = set()
        self._used_s = 0.0
        """What callbacks have taken since the window had its turn."""
        self._pause = QTimer(interval=0, singleShot=True)
        self._pause.timeout.connect(self._on_paused)
        super().__init__(application)

    def close(self) -> None:
        self._pause.stop()
        super().close()

    def _add_callback(self, handle: asyncio.Handle, delay: float = 0) -> asyncio.Handle:
        super()._add_callback(_Turn(self, handle), delay)
        return handle

    def take_turn(self, handle: asyncio.Handle) -> None:
        """Run a callback that is due, and then those that came due while it handled Qt's events; or later, if it is the window's turn."""
        self._due.append(handle)
        if self._running is not None:
            self._name_the_nest(self._running)
        elif not self._pause.isActive():
            self._run_due()

    def _run_due(self) -> None:
        try:
            while self._due and not self._pause.isActive():
                self._running = self._due.popleft()
                self._run_one(self._running)
        finally:
            self._running = None

    def _run_one(self, handle: asyncio.Handle) -> None:
        if handle.cancelled():
            return
        began_s = self._clock()
        try:
            handle._run()  # noqa: SLF001 - what qasync calls
        finally:
            self._used_s += self._clock() - began_s
            if self._used_s >= TURN_S:
                self._pause.start()

    def _on_paused(self) -> None:
        self._used_s = 0.0
        if self._running is None:
            self._run_due()

    def _name_the_nest(self, outer: asyncio.Handle) -> None:
        """Say where Qt's events are handled inside a callback, once for each place."""
        place = "".join(traceback.format_stack()[-_FRAMES:-3])
        if place in self._named:
            return
        self._named.add(place)
        message = "Qt's events are handled inside a callback of asyncio; all other callbacks wait until it has ended."
        self.call_exception_handler({"message": f"{message} Handled here:\n{place}", "handle": outer})


class _Turn:
    """What qasync's timer takes for a callback: it asks whether it was cancelled and runs it."""

    __slots__ = ("_handle", "_loop")

    def __init__(self, loop: Loop, handle: asyncio.Handle) -> None:
        self._loop, self._handle = loop, handle

    @property
    def _cancelled(self) -> bool:
        return self._handle.cancelled()

    def _run(self) -> None:
        self._loop.take_turn(self._handle)

    def __repr__(self) -> str:
        return repr(self._handle)
