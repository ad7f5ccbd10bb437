"""Telling at once that something has come, and then not for each piece of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Batches:
    """Calls `tell` soon after pieces have come: for the first at once, then at most every `pause_s` seconds.

    With a `longest_s` each next pause is twice as long, up to that.
    """

    def __init__(self, tell: Callable[[], None], pause_s: float, longest_s: float | None = None) -> None:
        self._tell = tell
        self._pause_s = pause_s
        self._longest_s = pause_s if longest_s is None else longest_s
        self._timer: asyncio.TimerHandle | None = None
        self._told_s = float("-inf")
        self._has_more = False

    def came(self) -> None:
        """Note that a piece has come."""
        self._has_more = True
        if self._timer is not None:
            return
        loop = asyncio.get_running_loop()
        wait_s = self._told_s + self._pause_s - loop.time()
        if wait_s <= 0:
            self.flush()
        else:
            self._timer = loop.call_later(wait_s, self.flush)

    def flush(self) -> None:
        """Tell what has not been told."""
        had_more = self._has_more
        self.drop()
        if had_more:
            if self._told_s > float("-inf"):
                self._pause_s = min(2 * self._pause_s, self._longest_s)
            self._told_s = asyncio.get_running_loop().time()
            self._tell()

    def drop(self) -> None:
        """Forget what has not been told."""
        self._has_more = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
