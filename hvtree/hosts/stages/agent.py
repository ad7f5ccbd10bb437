"""The probes of HVTree's agent, over whichever connection leads to one: the quickest first, as a client tries them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from hvtree.domain.errors import BadHostData, HVTreeError
from hvtree.domain.model import HostState
from hvtree.hosts.channel import AgentUnreachable, Channel
from hvtree.hosts.handshake import ProtocolMismatch, Timing
from hvtree.hosts.messages import HostFacts
from hvtree.hosts.stage_results import AgentStart, Pulse
from hvtree.hosts.stages.talk import Talk


class AgentProbes:
    """One agent on one host; `channels` make the connections to try."""

    def __init__(
        self, name: str, channels: Sequence[Callable[[], Channel]], timing: Timing | None = None
    ) -> None:
        self._name = name
        self._channels = channels
        self._timing = timing
        self._talk: Talk | None = None

    async def start(self) -> AgentStart:
        """Start the agent over the first connection that leads to one; raise what was wrong with the first if none does."""
        failures: list[tuple[str, HVTreeError]] = []
        for make in self._channels:
            channel = make()
            talk = self._talk = Talk(channel, self._name, self._timing)
            try:
                started = await talk.start()
            except (AgentUnreachable, BadHostData) as error:
                if isinstance(error, ProtocolMismatch):
                    raise
                failures.append((channel.mode, error))
                await talk.close()
            else:
                told = tuple(f"{mode}: {error.what} {error.why}".strip() for mode, error in failures)
                return replace(started, mode=channel.mode, failures=told)
        raise failures[0][1]

    async def facts(self) -> tuple[HostFacts, float]:
        """Load the Hyper-V module; give what the agent found, and how long it took in seconds."""
        return await self._started().facts()

    async def read(self) -> tuple[HostState, float]:
        """Read the VMs; give them, and how long it took in seconds."""
        return await self._started().read()

    async def pulse(self) -> Pulse:
        """Ping some times."""
        return await self._started().pulse()

    async def close(self) -> None:
        """End the agent, if there is one; never raises."""
        if self._talk is not None:
            await self._talk.close()

    def _started(self) -> Talk:
        assert self._talk is not None, "start the agent first"
        return self._talk
