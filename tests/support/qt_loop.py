"""An event loop that Qt and asyncio share, on which time passes at once: for tests that drive the real window.

Whenever nothing is left to do, it first looks whether somebody waits for just this state (`until`), and else lets the
clock jump to the next timer of asyncio. Qt's own timers of no milliseconds count as something to do; longer ones go by
the real clock and are for nothing but looks.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from shiboken6 import delete

from hvtree.ui.loop import Loop

QUIET_ROUNDS = 4
"""So many rounds of Qt's loop without work in a row mean that nothing is left to do."""
WAIT_S = 1800.0
"""How much of the loop's time may pass while somebody waits."""


@dataclass
class _Waiter:
    holds: Callable[[], bool]
    what: str
    until_s: float
    answer: asyncio.Future[None]


class VirtualQtLoop(Loop):
    """For code without threads and sockets."""

    def __init__(self, application: QApplication) -> None:
        self._now_s = 0.0
        self._later: list[tuple[float, int, asyncio.Handle]] = []
        self._order = count()
        self._waiters: list[_Waiter] = []
        self._quiet_rounds = 0
        self.busy: list[Callable[[], bool]] = []
        """Functions that tell whether something is being done that the loop cannot see."""
        self.complaints: list[dict[str, Any]] = []
        super().__init__(application)
        self.set_exception_handler(lambda _, context: self.complaints.append(context))
        self._idle = QTimer()
        self._idle.timeout.connect(self._on_round)
        self._idle.start(0)

    def time(self) -> float:
        return self._now_s

    def close(self) -> None:
        self._idle.stop()
        super().close()
        for timer in (
            self._idle,
            self._timer,
        ):  # here: the collector might end them in a thread that is not Qt's
            delete(timer)

    async def until(self, holds: Callable[[], bool], what: str) -> None:
        """Return once nothing is left to do and something holds; fail if it never does."""
        waiter = _Waiter(holds, what, self._now_s + WAIT_S, self.create_future())
        self._waiters.append(waiter)
        self._quiet_rounds = 0
        await waiter.answer

    async def quiet(self) -> None:
        """Return once nothing is left to do at this very moment."""
        await self.until(lambda: True, "quiet")

    def _add_callback(self, handle: asyncio.Handle, delay: float = 0) -> asyncio.Handle:
        if delay <= 0:
            return super()._add_callback(handle, 0)
        heapq.heappush(self._later, (self._now_s + delay, next(self._order), handle))
        return handle

    def _on_round(self) -> None:
        pending = self._timer._SimpleTimer__callbacks
        if pending or any(is_busy() for is_busy in self.busy):
            self._quiet_rounds = 0
            return
        self._quiet_rounds += 1
        if self._quiet_rounds >= QUIET_ROUNDS and not self._satisfy_somebody():
            self._jump()

    def _satisfy_somebody(self) -> bool:
        for waiter in list(self._waiters):
            if waiter.holds():
                self._end(waiter, None)
            elif waiter.until_s < self._now_s or not self._later:
                self._end(waiter, AssertionError(f"waited in vain: {waiter.what}"))
            else:
                continue
            return True
        return False

    def _end(self, waiter: _Waiter, error: BaseException | None) -> None:
        self._quiet_rounds = 0
        self._waiters.remove(waiter)
        if waiter.answer.done():
            return
        if error is None:
            waiter.answer.set_result(None)
        else:
            waiter.answer.set_exception(error)

    def _jump(self) -> None:
        """Let the clock go to the next timer, and run what is due then."""
        self._quiet_rounds = 0
        while self._later and self._later[0][2].cancelled():
            heapq.heappop(self._later)
        if not self._later:
            return
        self._now_s = max(self._now_s, self._later[0][0])
        while self._later and self._later[0][0] <= self._now_s:
            super()._add_callback(heapq.heappop(self._later)[2], 0)
