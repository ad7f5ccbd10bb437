"""An event loop that Qt and asyncio share, by the real clock: for windows on real connections. It measures its own gaps."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop
from shiboken6 import delete

PATIENCE_S = 40.0


@dataclass
class _Waiter:
    holds: Callable[[], bool]
    what: str
    until_s: float
    answer: asyncio.Future[None]


class RealQtLoop(QEventLoop):
    """`until` looks at each round of Qt's loop whether something holds."""

    def __init__(self, application: QApplication) -> None:
        self._waiters: list[_Waiter] = []
        self.complaints: list[dict[str, Any]] = []
        self.longest_gap_s = 0.0
        """The longest time for which the window stood still; it may be set to 0 to measure anew."""
        self._round_s = time.monotonic()
        super().__init__(application)
        self.set_exception_handler(lambda _, context: self.complaints.append(context))
        self._rounds = QTimer()
        self._rounds.setInterval(1)
        self._rounds.timeout.connect(self._on_round)
        self._rounds.start()

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
        waiter = _Waiter(holds, what, time.monotonic() + PATIENCE_S, self.create_future())
        self._waiters.append(waiter)
        await waiter.answer

    def _on_round(self) -> None:
        now = time.monotonic()
        self.longest_gap_s = max(self.longest_gap_s, now - self._round_s)
        self._round_s = now
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
