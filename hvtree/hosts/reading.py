"""Readings of a host: shared by those who ask at the same time, and after the first only of what changed."""

from __future__ import annotations

import asyncio

from hvtree.domain.model import HostState
from hvtree.hosts.codec import Decoder, decoded
from hvtree.hosts.inventory import merged
from hvtree.hosts.messages import InventoryEnd
from hvtree.hosts.rpc import Rpc, TornAnswer


class Reader:
    """Reads one host. A VM that did not change is the same object in the next reading."""

    def __init__(self, rpc: Rpc, decoder: Decoder) -> None:
        self._rpc = rpc
        self._decoder = decoder
        self._state: HostState | None = None
        self._next: asyncio.Task[HostState] | None = None
        self._running: asyncio.Task[HostState] | None = None
        self.revision = 0
        """The host's revision at the last reading; 0 before the first."""

    async def read(self) -> HostState:
        """Return the host as it is now, read after this call began; cancelling one call leaves the others their reading."""
        if self._next is None:
            self._next = asyncio.get_running_loop().create_task(self._read_after(self._running))
            self._next.add_done_callback(_take_error)
        return await asyncio.shield(self._next)

    async def end(self) -> None:
        """Wait for the readings that are under way, which fail when the connection ends."""
        tasks = [task for task in (self._running, self._next) if task is not None]
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _read_after(self, before: asyncio.Task[HostState] | None) -> HostState:
        if before is not None:
            await asyncio.wait((before,))
        self._running, self._next = self._next, None
        while True:
            try:
                return await self._read_once()
            except TornAnswer:
                continue  # bounded: the channel gives up by itself when cuts don't end

    async def _read_once(self) -> HostState:
        with self._rpc.asking("host.read", {"since": self.revision}, in_parts=True) as call:
            message = await call.answer
        self._rpc.check(message, "list its VMs")
        if call.flaw is not None:
            raise call.flaw
        end = decoded(message.ok, InventoryEnd, "the question for its VMs")
        self._state = merged(self._state, call.vms, end)
        self.revision = end.revision
        self._decoder.known = self._state.vms
        return self._state


def _take_error(task: asyncio.Task[HostState]) -> None:
    """Mark a reading's error as seen: those who asked get it, and there may be nobody left."""
    if not task.cancelled():
        task.exception()
