"""A client that falls back: the quickest mode of reaching an agent first, the next one only where no agent answers in it.

What is wrong with the host itself (nothing listens, a refused login, no Hyper-V) stays what it is: no other mode is tried
for it, so a wrong password in particular is tried once.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from hvtree.domain.errors import BadHostData, HVTreeError
from hvtree.domain.lease import Lease
from hvtree.domain.model import HostState
from hvtree.hosts.channel import AgentUnreachable
from hvtree.hosts.client import Client
from hvtree.hosts.handshake import ProtocolMismatch
from hvtree.hosts.messages import Hello, HostFacts
from hvtree.hosts.mode_memory import ModeMemory

if TYPE_CHECKING:
    from hvtree.domain.edits import Edit
    from hvtree.domain.receipt import Progress, Receipt
    from hvtree.domain.vm_group import VmGroup

T = TypeVar("T")
_log = logging.getLogger(__name__)


class FallbackClient:
    """A client that finds its mode when it starts the agent; like a `Client` in everything else."""

    def __init__(
        self, host: str, modes: Sequence[Callable[[], Client]], memory: ModeMemory | None = None
    ) -> None:
        """`host` is the name under which `memory` keeps what failed; `modes` make a client each, the quickest first."""
        self.on_lost: Callable[[HVTreeError], None] | None = None
        """Called once when the connection is gone for good without `close`; `close` is still to be called then."""
        self.on_silent: Callable[[float | None], None] | None = None
        """Called as that of a `Client`."""
        self.on_part: Callable[[HostState], None] | None = None
        """Called as that of a `Client`."""
        self.failures: tuple[str, ...] = ()
        """The modes that did not work when the agent was started, and why."""
        self._host = host
        self._modes = modes
        self._memory = memory or ModeMemory()
        self._order = self._memory.order(host, len(modes))
        self._exchanges = 0
        self._client = self._client_for(self._order[0])

    @property
    def mode(self) -> str:
        """How the host is reached, in words."""
        return self._client.mode

    @property
    def exchanges(self) -> int:
        """Number of HTTP exchanges so far, in all modes."""
        return self._exchanges + self._client.exchanges

    @property
    def hello(self) -> Hello | None:
        """What the agent has said in greeting."""
        return self._client.hello

    async def connect(self, *, and_read: bool = False) -> None:
        """Connect in the first mode in which an agent answers; as `Client.connect`."""
        await self.start_agent(and_load_module=True, and_read=and_read)
        await self._client.connect()

    async def start_agent(self, *, and_load_module: bool = False, and_read: bool = False) -> Hello:
        """Start the agent in the first mode in which it answers; as `Client.start_agent`.

        If it answers in none, raise what was wrong in the first, with the others in the details.
        """
        failures: list[tuple[str, HVTreeError]] = []
        for place, mode in enumerate(self._order):
            if failures:
                self._exchanges += self._client.exchanges
                self._client = self._client_for(mode)
            try:
                hello = await self._client.start_agent(and_load_module=and_load_module, and_read=and_read)
            except ProtocolMismatch:
                raise
            except (AgentUnreachable, BadHostData) as error:
                _log.info("host %r: falling back from %r: %r", self._host, self._client.mode, error)
                failures.append((self._client.mode, error))
            else:
                self._memory.note(self._host, mode, self._order[:place])
                self.failures = _told(failures)
                return hello
        raise _all_in_one(failures)

    async def load_module(self) -> HostFacts:
        """Let the agent load the Hyper-V module."""
        return await self._client.load_module()

    async def ping(self) -> datetime:
        """Return the host's time."""
        return await self._client.ping()

    async def within(self, timeout_s: float, answer: Awaitable[T], problem: str) -> T:
        """Wait for an answer; raise `ConnectionFailure` if it does not come in time."""
        return await self._client.within(timeout_s, answer, problem)

    async def read(self) -> HostState:
        """Return the host as it is now."""
        return await self._client.read()

    async def measure(
        self, vm_ids: Iterable[str], tell: Callable[[HostState], None] | None = None
    ) -> HostState:
        """Ask for the sizes of VMs; return the last reading with them."""
        return await self._client.measure(vm_ids, tell)

    async def vm_groups(self) -> tuple[VmGroup, ...]:
        """Return the VM groups that the host keeps itself; raise `Refused` if it knows none."""
        return await self._client.vm_groups()

    async def read_and_measure(self) -> HostState:
        """Return the host as it is now, with all sizes."""
        return await self._client.read_and_measure()

    @property
    def lease_left_s(self) -> int:
        """For how long the agent may still bring VMs back."""
        return self._client.lease_left_s

    async def perform(
        self, edit: Edit, report: Callable[[Progress], None], lease: Lease | None = None
    ) -> Receipt:
        """Carry out one edit."""
        return await self._client.perform(edit, report, lease)

    async def make_ready(self, vm_ids: Collection[str]) -> None:
        """Let the host load what it needs to work on these VMs."""
        await self._client.make_ready(vm_ids)

    async def end_lease(self, lease_id: str) -> None:
        """Let the agent let go the VMs of a job."""
        await self._client.end_lease(lease_id)

    async def watch(self, on_change: Callable[[], None], on_same: Callable[[], None] | None = None) -> None:
        """Ask for news, and to be told when there are none."""
        await self._client.watch(on_change, on_same)

    def renew(self) -> None:
        """Cut and resume the network connection."""
        self._client.renew()

    async def close(self) -> None:
        """End the connection, however it is."""
        await self._client.close()

    def _client_for(self, mode: int) -> Client:
        client = self._modes[mode]()
        client.on_lost = self._lose
        client.on_silent = self._tell_silence
        client.on_part = self._tell_part
        return client

    def _lose(self, error: HVTreeError) -> None:
        if self.on_lost is not None:
            self.on_lost(error)

    def _tell_part(self, state: HostState) -> None:
        if self.on_part is not None:
            self.on_part(state)

    def _tell_silence(self, seconds: float | None) -> None:
        if self.on_silent is not None:
            self.on_silent(seconds)


def _told(failures: Sequence[tuple[str, HVTreeError]]) -> tuple[str, ...]:
    return tuple(f"{mode}: {error.what} {error.why}".rstrip() for mode, error in failures)


def _all_in_one(failures: Sequence[tuple[str, HVTreeError]]) -> HVTreeError:
    (mode, first), *others = failures
    tried = [f"This was tried: {mode}.", *(["Tried as well:", *_told(others)] if others else [])]
    first.details = "\n".join(line for line in (first.details, *tried) if line)
    return first
