"""Cancelling a job: at once where that is harmless, else at the next safe place."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Stopped(Exception):
    """The user cancelled the job, and it has stopped here."""


class Canceller:
    """Whether a job shall stop, and what of it may be interrupted just now."""

    def __init__(self) -> None:
        self.is_requested = False
        self._interruptible: asyncio.Task[Any] | None = None

    def request(self) -> None:
        """Ask the job to stop; interrupts what may be interrupted."""
        self.is_requested = True
        if self._interruptible is not None:
            self._interruptible.cancel()

    def forget(self) -> None:
        """Take it that the request has been met; from now on another one counts."""
        self.is_requested = False

    def check(self) -> None:
        """Raise `Stopped` if the job shall stop."""
        if self.is_requested:
            raise Stopped

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Return the result of `work`, which a request to cancel interrupts with `Stopped`.

        Cancelling the job's own task is something else: it goes through as `CancelledError`.
        """
        if self.is_requested:
            work.close()
        self.check()
        task = asyncio.ensure_future(work)
        self._interruptible = task
        try:
            return await task
        except asyncio.CancelledError:
            current = asyncio.current_task()
            if self.is_requested and not (current and current.cancelling()):
                raise Stopped from None
            raise
        finally:
            self._interruptible = None
