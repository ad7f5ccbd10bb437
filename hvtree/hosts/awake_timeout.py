"""A time limit that a sleep of this computer does not use up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from math import ceil

_STEP_S = 5.0
"""The longest step in which time is counted, and so the shortest time that is left after a sleep."""
_SLEPT_S = 15.0
"""By how much a step must be too long to count as a sleep; a busy computer is not asleep."""


@asynccontextmanager
async def awake_timeout(limit_s: float) -> AsyncIterator[None]:
    """Raise `TimeoutError` after so many seconds in which this computer was awake; else as `asyncio.timeout`.

    After a sleep, or a jump of the clock, the limit seems to be long over while the answer is already there, or on its way.
    """
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(None) as timeout:
        countdown = _Countdown(limit_s, lambda: timeout.reschedule(loop.time()))
        try:
            yield
        finally:
            countdown.cancel()


class _Countdown:
    """Counts time in steps, and begins one anew that was slept through."""

    def __init__(self, limit_s: float, over: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._over = over
        self._left = max(1, ceil(limit_s / _STEP_S))
        self._step_s = limit_s / self._left
        self._timer = self._begin_step()

    def cancel(self) -> None:
        self._timer.cancel()

    def _begin_step(self) -> asyncio.TimerHandle:
        return self._loop.call_later(self._step_s, self._end_step)

    def _end_step(self) -> None:
        if self._loop.time() - self._timer.when() < _SLEPT_S:
            self._left -= 1
        if self._left:
            self._timer = self._begin_step()
        else:
            self._over()
