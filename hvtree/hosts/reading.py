"""Readings of a host: shared by those who ask at the same time, and after the first only of what changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping

from hvtree.domain.model import HostState, VirtualMachine
from hvtree.domain.sizes import Sized
from hvtree.hosts.codec import Decoder, News, decoded
from hvtree.hosts.inventory import merged
from hvtree.hosts.messages import InventoryEnd
from hvtree.hosts.rpc import Rpc, TornAnswer
from hvtree.values import replace


class Reader:
    """Reads one host. A VM that did not change is the same object in the next reading."""

    def __init__(self, rpc: Rpc, decoder: Decoder, *, sizes: bool = False, lease_s: int = 0) -> None:
        """With `sizes` they come with each reading, rather than afterwards and when they are asked for.

        `lease_s` is what the connection can promise about VMs that are stopped (`HostState.lease_s`).
        """
        self.on_part: Callable[[tuple[VirtualMachine, ...]], None] | None = None
        """Called with VMs of the first reading as they come, before it is whole."""
        self.state: HostState | None = None
        """The last reading, with the sizes that came since."""
        self.revision = 0
        """The host's revision at the last reading; 0 before the first."""
        self._rpc = rpc
        self._decoder = decoder
        self._sizes = sizes
        self._lease_s = lease_s
        self._ahead: asyncio.Task[HostState] | None = None
        """The first reading, begun before anybody waited for it."""
        self._next: asyncio.Task[HostState] | None = None
        self._running: asyncio.Task[HostState] | None = None
        self._readings = 0
        self._came_in: dict[str, int] = {}
        """By VM id, the number of the reading that has brought it last."""

    def read_ahead(self) -> None:
        """Begin the first reading: the first call of `read` returns it."""
        self._ahead = self._next = self._begun()

    async def read(self) -> HostState:
        """Return the host as it is now, read after this call began or ahead of it; cancelling one call leaves the others theirs."""
        if self._ahead is not None:
            ahead, self._ahead = self._ahead, None
            return await asyncio.shield(ahead)
        if self._next is None:
            self._next = self._begun()
        return await asyncio.shield(self._next)

    async def end(self) -> None:
        """Wait for the readings that are under way, which fail when the connection ends."""
        tasks = [task for task in (self._running, self._next) if task is not None]
        await asyncio.gather(*tasks, return_exceptions=True)

    def asked(self, vm_ids: Iterable[str]) -> dict[str, int]:
        """Return for each of these VMs which reading has brought it: an answer is about that one."""
        return {vm_id: self._came_in[vm_id] for vm_id in vm_ids if vm_id in self._came_in}

    def not_measured(self, asked: Mapping[str, int]) -> list[str]:
        """Return those VMs that have not been measured, in their order."""
        vms = self.state.vms if self.state is not None else {}
        return [vm_id for vm_id in asked if vm_id in vms and not vms[vm_id].is_measured]

    def take(self, found: Iterable[Sized], asked: Mapping[str, int]) -> None:
        """Put sizes into the state; those of a VM that nobody has asked for, or that is gone, are left out."""
        if self.state is None:
            return
        vms = self.state.vms
        by_id = {each.found.vm_id: each for each in found}
        self._put(
            each.on(vms[vm_id], is_current=self._came_in[vm_id] == asked[vm_id])
            for vm_id, each in by_id.items()
            if vm_id in asked and vm_id in vms
        )

    def give_up(self, asked: Mapping[str, int]) -> None:
        """Let VMs count as measured although the host has not told everything."""
        if self.state is None:
            return
        vms = self.state.vms
        self._put(
            replace(vms[vm_id], is_measured=True)
            for vm_id in self.not_measured(asked)
            if self._came_in[vm_id] == asked[vm_id]
        )

    def _put(self, vms: Iterable[VirtualMachine]) -> None:
        made = tuple(vms)
        if made and self.state is not None:
            for vm in made:
                _ = vm.space, vm.has_only_plain  # added up while the window waits for nothing
            self.state = self.state.with_vms(*made)
            self._decoder.known = self.state.vms

    def _begun(self) -> asyncio.Task[HostState]:
        reading = asyncio.get_running_loop().create_task(self._read_after(self._running))
        reading.add_done_callback(self._forget)
        return reading

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
        args: dict[str, int] = {"since": self.revision}
        if not self._sizes:
            args["sizes"] = False
        with self._rpc.asking("host.read", args, in_parts=True, on_part=self._tell_part) as call:
            message = await call.answer
        self._rpc.check(message, "list its VMs")
        if call.flaw is not None:
            raise call.flaw
        end = decoded(message.ok, InventoryEnd, "the question for its VMs")
        self.state = replace(merged(self.state, call.vms, end), lease_s=self._lease_s)
        self.revision = end.revision
        self._readings += 1
        self._came_in = {
            **{vm_id: number for vm_id, number in self._came_in.items() if vm_id in self.state.vms},
            **{vm.id: self._readings for vm in call.vms if vm.id in self.state.vms},
        }
        self._decoder.known = self.state.vms
        return self.state

    def _forget(self, task: asyncio.Task[HostState]) -> None:
        """Let go of a reading that has ended: its VMs are without their sizes, and each of them as large as one with them.

        Its error is known to those who asked, and there may be nobody left.
        """
        if task is self._running:
            self._running = None
        if not task.cancelled():
            task.exception()

    def _tell_part(self, news: News) -> None:
        if self.state is None and self.on_part is not None:
            self.on_part(news.vms)
