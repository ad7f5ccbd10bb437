"""An event loop that Qt and asyncio share, and on which time passes as the process runs: for windows on real connections."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from shiboken6 import delete

from hvtree.ui.loop import Loop
from tests.support.waiting import WAIT_S


@dataclass
class _Waiter:
    holds: Callable[[], bool]
    what: str
    until_s: float
    answer: asyncio.Future[None]


class RealQtLoop(Loop):
    """`until` looks at each round of Qt's loop whether something holds. `seconds` is the loop's time."""

    def __init__(self, application: QApplication, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._waiters: list[_Waiter] = []
        self.complaints: list[dict[str, Any]] = []
        super().__init__(application)
        self.set_exception_handler(lambda _, context: self.complaints.append(context))
        self._rounds = QTimer()
        self._rounds.setInterval(1)
        self._rounds.timeout.connect(self._on_round)
        self._rounds.start()

    def time(self) -> float:
        return self._seconds()

    def close(self) -> None:
        self._rounds.stop()
        super().close()
        for timer in (
            self._rounds,
            self._timer,
        ):  # here: the collector might end them in a thread that is not Qt's
            delete(timer)

    async def until(self, holds: Callable[[], bool], what: str) -> None:
        """Return once something holds; fail if it does not for too long."""
        waiter = _Waiter(holds, what, self.time() + WAIT_S, self.create_future())
        self._waiters.append(waiter)
        await waiter.answer

    def _add_callback(self, handle: asyncio.Handle, delay: float = 0) -> asyncio.Handle:
        if delay <= 0:
            return super()._add_callback(handle, 0)
        self._go_on(handle, self.time() + delay)
        return handle

    def _go_on(self, handle: asyncio.Handle, due_s: float) -> None:
        """Run something when it is due: Qt's own timers go by another clock, so each is followed by a look at ours."""
        left_s = due_s - self.time()
        if left_s <= 0:
            super()._add_callback(handle, 0)
        elif not handle.cancelled():
            super()._add_callback(asyncio.Handle(self._go_on, (handle, due_s), self), left_s)

    def _on_round(self) -> None:
        now = self.time()
        for waiter in list(self._waiters):
            try:
                holds = waiter.holds()
            except Exception as error:  # noqa: BLE001 - the story is to hear of it, not Qt a thousand times
                self._end(waiter, error)
                continue
            if holds:
                self._end(waiter, None)
            elif waiter.until_s < now:
                self._end(waiter, AssertionError(f"waited in vain: {waiter.what}"))

    def _end(self, waiter: _Waiter, error: BaseException | None) -> None:
        self._waiters.remove(waiter)
        if waiter.answer.done():
            return
        if error is None:
            waiter.answer.set_result(None)
        else:
            waiter.answer.set_exception(error)
