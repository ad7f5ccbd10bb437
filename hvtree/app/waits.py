"""Waiting for the next change of something that changes again and again, and for the end of a task."""

from __future__ import annotations

import asyncio


class Turns:
    """Wakes all who wait whenever something has changed."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    async def next(self) -> None:
        """Return at the next change."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(turn)
        try:
            await turn
        finally:
            self._waiting.discard(turn)

    def changed(self) -> None:
        """Wake those who wait."""
        for turn in self._waiting:
            if not turn.done():
                turn.set_result(None)


async def comes_within(event: asyncio.Event, wait_s: float) -> bool:
    """Wait until there is something to do; return False if there was nothing for so long."""
    try:
        async with asyncio.timeout(wait_s):
            return await event.wait()
    except TimeoutError:
        return False


async def ended(task: asyncio.Task[None] | None) -> None:
    """Cancel a task and wait until it has ended, also when this is cancelled meanwhile."""
    if task is None:
        return
    task.cancel()
    await asyncio.wait((task,))
