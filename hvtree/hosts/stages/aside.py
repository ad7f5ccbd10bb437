"""Blocking work beside the loop, on a daemon thread: a call into a dead network cannot be ended, and must hold up nobody."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def off_loop(work: Callable[[], T], cut: Callable[[], None] = lambda: None) -> T:
    """Return what `work` gives, or raise what it raises. Cancelling calls `cut` and leaves the thread to itself."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def post(act: Callable[[], None]) -> None:
        try:
            loop.call_soon_threadsafe(lambda: None if answer.done() else act())
        except RuntimeError:
            if not loop.is_closed():
                raise

    def run() -> None:
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 - it is raised again where somebody waits
            problem = error
            post(lambda: answer.set_exception(problem))
        else:
            post(lambda: answer.set_result(result))

    threading.Thread(target=run, name="hvtree-probe", daemon=True).start()
    try:
        return await answer
    except asyncio.CancelledError:
        cut()
        raise
