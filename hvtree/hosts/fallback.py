"""The fallback of connections to one host: the quickest first, the next one only where an agent cannot be talked to over it.

What is wrong with the host itself (nobody there, a refused login, no Hyper-V) stays what it is: no other connection is tried
for it, so a wrong password in particular is tried once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from hvtree.domain.edits import Edit
from hvtree.domain.errors import BadHostData, HVTreeError
from hvtree.domain.model import HostState
from hvtree.domain.receipt import Progress, Receipt
from hvtree.hosts.channel import AgentUnreachable
from hvtree.hosts.client import Client
from hvtree.hosts.handshake import ProtocolMismatch
from hvtree.hosts.messages import Hello, HostFacts

_log = logging.getLogger(__name__)


class ModeMemory:
    """Which index has led to which host, for as long as the program runs: the next connection begins with it."""

    def __init__(self) -> None:
        self._modes: dict[str, int] = {}

    def note(self, host: str, index: int) -> None:
        """Remember the index that has led to a host."""
        self._modes[host] = index

    def known(self, host: str) -> int | None:
        """Return the index that has led to a host, or None."""
        return self._modes.get(host)

    def order(self, host: str, count: int) -> list[int]:
        """Return the modes in the order in which to try them."""
        known = self.known(host)
        others = [index for index in range(count) if index != known]
        return others if known is None else [known, *others]


class FallbackClient:
    """A client that looks for its connection when it connects; like a `Client` in everything else."""

    def __init__(
        self, host: str, modes: Sequence[Callable[[], Client]], memory: ModeMemory | None = None
    ) -> None:
        """`host` is the name under which `memory` keeps what worked."""
        self.on_lost: Callable[[HVTreeError], None] | None = None
        """Called once when the connection is gone for good without `close`; `close` is still to be called then."""
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
        """Number of HTTP exchanges so far, on all modes."""
        return self._exchanges + self._client.exchanges

    @property
    def hello(self) -> Hello | None:
        """What the agent has said in greeting."""
        return self._client.hello

    @property
    def facts(self) -> HostFacts | None:
        """What the agent knows about the host."""
        return self._client.facts

    async def connect(self) -> None:
        """Connect over the first connection that leads to an agent; as `Client.connect`.

        If none does, raise what was wrong with the first, with the others in the details.
        """
        failures: list[tuple[str, HVTreeError]] = []
        for index in self._order:
            if failures:
                self._exchanges += self._client.exchanges
                self._client = self._client_for(index)
            try:
                await self._client.connect()
            except (AgentUnreachable, BadHostData) as error:
                if self._client.has_agent or isinstance(error, ProtocolMismatch):
                    raise
                _log.info("host %r: falling back from %r: %r", self._host, self._client.mode, error)
                failures.append((self._client.mode, error))
            else:
                self._memory.note(self._host, index)
                return
        raise _all_in_one(failures)

    async def read(self) -> HostState:
        """Return the host as it is now."""
        return await self._client.read()

    async def perform(self, edit: Edit, report: Callable[[Progress], None]) -> Receipt:
        """Carry out one edit."""
        return await self._client.perform(edit, report)

    async def watch(self, on_change: Callable[[], None]) -> None:
        """Ask for news."""
        await self._client.watch(on_change)

    def renew(self) -> None:
        """Cut and resume what connects the two computers."""
        self._client.renew()

    async def close(self) -> None:
        """End the connection, however it is."""
        await self._client.close()

    def _client_for(self, index: int) -> Client:
        client = self._modes[index]()
        client.on_lost = self._lose
        return client

    def _lose(self, error: HVTreeError) -> None:
        if self.on_lost is not None:
            self.on_lost(error)


def _all_in_one(failures: Sequence[tuple[str, HVTreeError]]) -> HVTreeError:
    (mode, first), *others = failures
    told = [f"{mode}: {error.what} {error.why}".rstrip() for mode, error in others]
    details = [first.details, f"This was tried: {mode}.", *(["Tried as well:", *told] if told else [])]
    first.details = "\n".join(line for line in details if line)
    return first
