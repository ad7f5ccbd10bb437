"""The loop that asyncio and Qt share, which loses no wake-up if somebody handles Qt's events inside a coroutine.

qasync runs a callback of asyncio wherever Qt delivers its timer, also in a nested loop of Qt (`exec`, `processEvents`, a drag,
QTest's waits) that a coroutine has started. asyncio refuses to enter another task then ("Cannot enter into task … while another
task … is being executed") and the wake-up is gone for ever (qasync issues 59, 82 and 174): a connection without its ping, say.
Here such a callback waits until the outer one has ended, in its order, and whoever nested the loops is named once.

qasync also runs all callbacks that are due in one go: twenty hosts whose answers came while the window was busy would hold it up
for all of them together. Here the rest of them wait, in their order, until Qt's other events have had their turn.

And qasync keeps the timer of a wait that ended early until its time would have come. Nearly every limit of time ends early
(that of a reading is ten minutes): with twenty hosts at work thousands of timers were kept, and each woke the window up in the
end. Here a timer ends with its wait.
"""

from __future__ import annotations

import asyncio
import time
import traceback
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import TypeVarTuple

from PySide6.QtCore import QObject, QTimer, QTimerEvent
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

TURN_S = 0.006
"""How long callbacks may take together, in seconds, until the window gets its turn."""
_FRAMES = 12
"""So many callers of the nested loop are named."""
Ts = TypeVarTuple("Ts")


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
        self._waits = _Waits(self.take_turn)
        super().__init__(application)

    def close(self) -> None:
        self._pause.stop()
        self._waits.end_all()
        super().close()

    def call_later(
        self,
        delay: float,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.Handle:
        """Call something after so many seconds."""
        if delay <= 0:
            return super().call_later(delay, callback, *args, context=context)
        return self._add_callback(_Wait(self.time() + delay, callback, args, self, context), delay)

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        if isinstance(handle, _Wait):
            self._waits.end(handle)

    def _add_callback(self, handle: asyncio.Handle, delay: float = 0) -> asyncio.Handle:
        if isinstance(handle, _Wait) and delay > 0:
            self._waits.begin(handle, delay)
        else:
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


class _Wait(asyncio.TimerHandle):
    """What is to be called at its time, and the timer of Qt that says when."""

    timer_id = 0
    """None of Qt's as long as it has not begun."""


class _Waits(QObject):
    """Calls `on_due` for each wait when its time has come, unless it has ended before."""

    def __init__(self, on_due: Callable[[asyncio.Handle], None]) -> None:
        super().__init__()
        self._on_due = on_due
        self._waits: dict[int, _Wait] = {}

    def begin(self, wait: _Wait, delay_s: float) -> None:
        wait.timer_id = self.startTimer(int(1000 * delay_s))
        self._waits[wait.timer_id] = wait

    def end(self, wait: _Wait) -> None:
        """End a wait; one that is over stays so, and Qt may have given its id to another."""
        if self._waits.get(wait.timer_id) is wait:
            del self._waits[wait.timer_id]
            self.killTimer(wait.timer_id)

    def end_all(self) -> None:
        for wait in tuple(self._waits.values()):
            self.end(wait)

    def timerEvent(self, event: QTimerEvent) -> None:
        wait = self._waits.get(event.timerId())
        if wait is not None:
            self.end(wait)
            self._on_due(wait)
