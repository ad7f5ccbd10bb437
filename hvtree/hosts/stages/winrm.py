"""All probes of one host that is reached by WinRM, as coroutines: `app.doctor.stages.Probes`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from hvtree.domain.errors import ConnectionFailure
from hvtree.domain.model import HostState
from hvtree.hosts.clients import channels
from hvtree.hosts.handshake import Timing
from hvtree.hosts.messages import HostFacts
from hvtree.hosts.stage_results import (
    Addresses,
    AgentStart,
    Login,
    OpenShell,
    PowerShellFacts,
    Pulse,
    Reached,
    Service,
    TlsFinding,
)
from hvtree.hosts.stages import network
from hvtree.hosts.stages.agent import AgentProbes
from hvtree.hosts.stages.service import look_at_service
from hvtree.hosts.stages.tls import look_at_certificate
from hvtree.hosts.winrm.examination import Examination
from hvtree.hosts.winrm.settings import WinRmSettings
from hvtree.hosts.worker_threads import off_loop

LOOK_S = 45.0
"""How long looking at the certificate, or at what answers, may take however slowly it comes."""
RESOLVE_S = 15.0
"""How long the name may be looked for: systems try several servers for 5 s each."""

T = TypeVar("T")


class WinRmStages:
    """Each probe is tried once, in the order in which they are here; the doctor says which ones still make sense."""

    def __init__(
        self, settings: WinRmSettings, timing: Timing | None = None, *, look_s: float = LOOK_S
    ) -> None:
        self._look_s = look_s
        self._settings = settings
        self._examination = Examination(settings)
        self._agent = AgentProbes(settings.name, channels(settings), timing)

    async def resolve(self) -> Addresses:
        """Look the name up."""
        host, port = self._settings.address
        try:
            async with asyncio.timeout(RESOLVE_S):
                return await off_loop(lambda: network.resolve(host, port))
        except TimeoutError as error:
            raise ConnectionFailure(
                f"Nobody says what the name ‘{host}’ stands for.",
                why=f"The name servers of this computer did not answer within {RESOLVE_S:g} seconds.",
                now="Check the network of this computer, or use the IP address of the host.",
                code="name-unknown",
            ) from error

    async def reach(self) -> Reached:
        """Connect to the TCP port."""
        host, port = self._settings.address
        return await off_loop(lambda: network.reach(host, port))

    async def open_other_port(self) -> int | None:
        """Look whether WinRM's other port is open."""
        host, port = self._settings.address
        return await off_loop(lambda: network.open_other_port(host, port))

    async def certificate(self) -> TlsFinding:
        """Look at the certificate."""
        return await self._soon(lambda: look_at_certificate(self._settings))

    async def service(self) -> Service:
        """Ask without a login who is there."""
        return await self._soon(lambda: look_at_service(self._settings))

    async def log_in(self) -> Login:
        """Log in: the one attempt with the password."""
        return await self._examined(self._examination.log_in)

    async def open_shell(self) -> OpenShell:
        """Open a shell."""
        return await self._examined(self._examination.open_shell)

    async def ask_powershell(self) -> PowerShellFacts:
        """Ask PowerShell what it is; the shell is closed afterwards."""
        facts = await self._examined(self._examination.ask_powershell)
        await self._examined(self._examination.close)
        return facts

    async def start_agent(self) -> AgentStart:
        """Start HVTree's agent, over connections of its own."""
        return await self._agent.start()

    async def facts(self) -> tuple[HostFacts, float]:
        """Load the Hyper-V module; give what the agent found, and how long it took in seconds."""
        return await self._agent.facts()

    async def read(self) -> tuple[HostState, float]:
        """Read the VMs; give them, and how long it took in seconds."""
        return await self._agent.read()

    async def pulse(self) -> Pulse:
        """Ping some times."""
        return await self._agent.pulse()

    async def close(self) -> None:
        """End whatever is open; never raises."""
        await self._agent.close()
        await self._examined(self._examination.close)

    async def _soon(self, work: Callable[[], T]) -> T:
        try:
            async with asyncio.timeout(self._look_s):
                return await off_loop(work)
        except TimeoutError as error:
            raise ConnectionFailure(
                f"The host ‘{self._settings.name}’ answers, but never comes to an end.",
                why="The service there is overloaded, or something that is no WinRM service drips its answer.",
                now="Check the address, and restart the WinRM service there.",
                code="service-silent",
            ) from error

    async def _examined(self, work: Callable[[], T]) -> T:
        return await off_loop(work, self._examination.cut)
