"""Notices that this computer has slept: its clock has gone on, and the loop's has not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

LOOK_EVERY_S = 5.0
SLEPT_S = 15.0
"""By how much the clock must be ahead to count; a busy computer or a corrected clock is not asleep."""


async def watch_for_sleep(clock: Callable[[], datetime], on_wake: Callable[[], None]) -> None:
    """Call `on_wake` each time after a sleep, for as long as nobody cancels it.

    Connections do not survive a sleep, but nothing reports that: the next answer would never come.
    """
    loop = asyncio.get_running_loop()
    while True:
        began, began_s = clock(), loop.time()
        await asyncio.sleep(LOOK_EVERY_S)
        passed_s = (clock() - began).total_seconds()
        # Some systems stop the loop's clock in a sleep, others let it run on: then the pause itself was too long.
        if passed_s - min(loop.time() - began_s, LOOK_EVERY_S) > SLEPT_S:
            on_wake()
