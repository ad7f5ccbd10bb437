"""Leases that a client has given: kept while it is there to renew them, and told to the agent with what stops VMs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from hvtree.domain.errors import ConnectionFailure, HostFailure, HVTreeError
from hvtree.domain.lease import Lease
from hvtree.hosts.rpc import Rpc

WORDS = 3
"""How often a lease is renewed while it would last: one word may be lost, and one may be late."""


class Leases:
    """The leases of one connection that have not been ended. `ask_for_pong` says a word to the agent, and waits for its answer."""

    def __init__(self, rpc: Rpc, ask_for_pong: Callable[[], Awaitable[object]]) -> None:
        self._rpc = rpc
        self._ask_for_pong = ask_for_pong
        self._open: dict[str, int] = {}
        self._renewing: asyncio.Task[None] | None = None

    @property
    def longest_s(self) -> int:
        """For how long an agent that hears nothing more may still hold VMs; 0 if it holds none."""
        return max(self._open.values(), default=0)

    def give(self, lease: Lease) -> dict[str, Any]:
        """Return a lease as the argument of a request; from now on it is renewed.

        Raise `ConnectionFailure` for one that was given on another connection: its VMs have been brought back, or are just now.
        """
        if not lease.is_first and lease.id not in self._open:
            raise ConnectionFailure(
                f"The host ‘{self._rpc.name}’ was lost in the middle of this job.",
                why="It brings the VMs back by itself that were stopped for it.",
            )
        self._open[lease.id] = lease.seconds
        if self._renewing is None:
            self._renewing = asyncio.get_running_loop().create_task(self._renew())
        return {"id": lease.id, "seconds": lease.seconds, "running": lease.running, "paused": lease.paused}

    async def end(self, lease_id: str) -> None:
        """Let the agent let go what it holds; nothing is asked about a lease that this connection does not have."""
        if lease_id in self._open:
            await self._rpc.ask("lease.end", {"lease": lease_id}, "let go the VMs of a job")
            self._open.pop(lease_id, None)
        if not self._open:
            await self.close()

    def forget(self) -> None:
        """Be told that the agent is gone, and with it what it held."""
        self._open.clear()

    async def close(self) -> None:
        """Say no more; an agent that holds VMs brings them back by and by."""
        task, self._renewing = self._renewing, None
        if task is not None:
            task.cancel()
            await asyncio.wait((task,))

    async def _renew(self) -> None:
        while True:
            every_s = min(self._open.values(), default=0) / WORDS
            if every_s == 0:
                return
            await asyncio.sleep(every_s)
            try:
                async with asyncio.timeout(every_s):
                    await self._ask_for_pong()
            except (TimeoutError, HostFailure):
                continue
            except HVTreeError:
                return  # whoever found the loss has reported it
