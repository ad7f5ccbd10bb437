"""A talk with the agent for the connection doctor: like a client's, but each thing by itself and without its own judgement."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime
from time import perf_counter
from typing import TypeVar

from hvtree.domain.errors import ConnectionFailure, HVTreeError
from hvtree.domain.model import HostState
from hvtree.hosts.channel import Channel
from hvtree.hosts.codec import Decoder, News, decoded
from hvtree.hosts.handshake import Handshake, Timing
from hvtree.hosts.inventory import utc
from hvtree.hosts.messages import HostFacts
from hvtree.hosts.reading import Reader
from hvtree.hosts.rpc import Rpc
from hvtree.hosts.stage_results import AgentStart, Pulse

PINGS = 5
PING_S = 30.0
READ_S = 300.0

T = TypeVar("T")


class Talk:
    """One agent, from its start to its end. It is the `channel.Listener` of its channel."""

    def __init__(
        self,
        channel: Channel,
        name: str,
        timing: Timing | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._channel = channel
        self._timing = timing or Timing()
        self._now = now or (lambda: datetime.now(UTC))
        self._decoder = Decoder()
        self._rpc = Rpc(name, channel.send)
        self._reader = Reader(self._rpc, self._decoder)

    async def start(self) -> AgentStart:
        """Start the agent, hear its greeting, and test that the connection damages nothing."""
        started = perf_counter()
        self._rpc.begin()
        handshake = Handshake(self._rpc, self._timing, self._decoder.end)
        await self._channel.open(self._decoder, self)
        hello = await handshake.greet()
        await handshake.test_the_connection()
        return AgentStart(hello.agent, hello.powershell, perf_counter() - started)

    async def facts(self) -> tuple[HostFacts, float]:
        """Let the agent load the Hyper-V module; give what it found, also if there is none, and how long it took."""
        started = perf_counter()
        asked = self._rpc.ask("host.import", {}, "load the Hyper-V module")
        body = await self._within(self._timing.import_s, asked, "its Hyper-V module did not load")
        return decoded(body, HostFacts, "the question for its Hyper-V module"), perf_counter() - started

    async def read(self) -> tuple[HostState, float]:
        """Read all VMs; give them, and how long it took."""
        started = perf_counter()
        state = await self._within(READ_S, self._reader.read(), "the list of its VMs did not come")
        return state, perf_counter() - started

    async def pulse(self) -> Pulse:
        """Ping some times, one after the other. The quickest trip says most about the clock."""
        trips: list[tuple[float, float]] = []
        for _ in range(PINGS):
            before, started = self._now(), perf_counter()
            asked = self._rpc.ask("ping", {}, "answer a ping")
            body = await self._within(PING_S, asked, "it did not answer a ping")
            trip_s = perf_counter() - started
            theirs = utc(decoded(body, dict[str, str], "a ping").get("time", ""), "a ping")
            trips.append((trip_s, (theirs - before).total_seconds() - trip_s / 2))
        quickest_s, ahead_s = min(trips)
        return Pulse(tuple(trip_s for trip_s, _ in trips), ahead_s, quickest_s / 2)

    async def close(self) -> None:
        """End the agent and the connection to it; never raises."""
        self._rpc.end(ConnectionFailure("The examination is over."))
        await self._reader.end()
        await self._channel.close()

    def received(self, news: News) -> None:
        """Hear a message of the agent."""
        self._rpc.take(news)

    def torn(self) -> None:
        """Ask again what may have been lost."""
        self._rpc.repeat()

    def unanswered(self, ids: Collection[str], error: HVTreeError, *, is_torn: bool) -> None:
        """Hear that these requests get no answer any more."""
        self._rpc.unanswered(ids, error, is_torn=is_torn)

    def lost(self, error: HVTreeError) -> None:
        """Hear that the agent is gone."""
        noise = self._decoder.end()
        if noise and noise not in error.details:
            error.details = f"{error.details}\nOther output of the host:\n{noise}".lstrip()
        self._rpc.end(error)

    async def _within(self, timeout_s: float, answer: Awaitable[T], problem: str) -> T:
        try:
            async with asyncio.timeout(timeout_s):
                return await answer
        except TimeoutError as error:
            raise ConnectionFailure(
                f"The host ‘{self._rpc.name}’ was reached, but {problem} within {timeout_s:g} seconds.",
                now="Try again; the details show what the host said instead.",
                details=self._decoder.end(),
                code="timeout",
            ) from error
