"""How long tests wait, on machines that may stand still for a minute or two in the middle of anything."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

WAIT_S = 300.0
"""How long a test waits for what must come, in seconds; standstills of the whole machine included.

It only ends what would hang for ever. No test may say more about time: what is promised to be quick is tested by what it
does not wait for, and what is promised to come late by the wait that was asked for.
"""
WAIT_MS = round(WAIT_S * 1000)
"""The same for Qt."""
FOR_EVER_S = 2 * WAIT_S
"""How long something must take that is not to be waited for: whoever waits for it all the same waits in vain."""
LAST_WORD_S = 10.0
_LOOK_EVERY_S = 0.01

T = TypeVar("T")


def comes_true(holds: Callable[[], bool]) -> bool:
    """Look again and again whether something holds that nobody would tell, such as what another process has written."""
    pause = threading.Event()
    return any(holds() or pause.wait(_LOOK_EVERY_S) for _ in range(int(WAIT_S / _LOOK_EVERY_S)))


async def in_time(story: Coroutine[Any, Any, T], wait_s: float = WAIT_S) -> T:
    """Return what a story gives; raise `TimeoutError` if it does not come to its end, also when it clings to its work."""
    task = asyncio.ensure_future(story)
    await asyncio.wait((task,), timeout=wait_s)
    if task.done():
        return task.result()
    for _ in range(2):  # the first one may only ask the host to stop
        task.cancel()
        await asyncio.wait((task,), timeout=LAST_WORD_S)
    raise TimeoutError("It did not come to its end.")
