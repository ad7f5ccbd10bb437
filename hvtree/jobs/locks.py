"""The turns of jobs on their hosts: one job at a time on each host, and no two jobs that wait for each other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import AsyncExitStack


class HostLocks:
    """A lane for each host. A job takes the lanes of all its hosts, in the order of the hosts' ids.

    Because all jobs keep to this order, no two can wait for each other: of two jobs with hosts in common, the one that gets
    the first of these goes on, and the other one waits there without holding anything that the first one needs.
    """

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}

    async def acquire(self, host_ids: Iterable[str]) -> AsyncExitStack:
        """Wait for the turn on all these hosts; closing the stack gives it up. Cancelling releases what was taken so far."""
        turn = AsyncExitStack()
        try:
            for host_id in sorted(set(host_ids)):
                await turn.enter_async_context(self._locks.setdefault(host_id, asyncio.Lock()))
        except BaseException:
            await turn.aclose()
            raise
        return turn
