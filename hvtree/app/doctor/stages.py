"""What the doctor needs of the way to a host: one coroutine for each thing to try; `hosts.stages` has them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from hvtree.app.settings import HostProfile
from hvtree.domain.model import HostState
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


class ConnectionStages(Protocol):
    """The way to another computer.

    Each is called at most once, in this order, and only while those before it succeeded. They raise `HVTreeError`s.
    """

    async def resolve(self) -> Addresses:
        """Look the name up."""
        ...

    async def reach(self) -> Reached:
        """Connect to the TCP port."""
        ...

    async def open_other_port(self) -> int | None:
        """Look whether WinRM's other port is open."""
        ...

    async def certificate(self) -> TlsFinding:
        """Look at the certificate; only for https."""
        ...

    async def service(self) -> Service:
        """Ask without a login who is there."""
        ...

    async def log_in(self) -> Login:
        """Log in: the one attempt with the password."""
        ...

    async def open_shell(self) -> OpenShell:
        """Open a shell."""
        ...


class HostStages(Protocol):
    """What is there at the end of the way, also on this computer; called like `ConnectionStages`, and after them."""

    async def ask_powershell(self) -> PowerShellFacts:
        """Ask PowerShell what it is."""
        ...

    async def start_agent(self) -> AgentStart:
        """Start HVTree's agent."""
        ...

    async def facts(self) -> tuple[HostFacts, float]:
        """Load the Hyper-V module; give what the agent found, and how long it took in seconds."""
        ...

    async def read(self) -> tuple[HostState, float]:
        """Read the VMs; give them, and how long it took in seconds."""
        ...

    async def pulse(self) -> Pulse:
        """Ping some times."""
        ...

    async def close(self) -> None:
        """End whatever is open; never raises."""
        ...


@dataclass(frozen=True, slots=True)
class Target:
    """The connection that is examined, as far as words and remedies are about it: never with its password."""

    name: str
    endpoint: str
    user: str
    transport: str
    is_local: bool = False
    """It is this computer: there is no way to go."""

    @property
    def is_tls(self) -> bool:
        """The endpoint is https."""
        return urlsplit(self.endpoint).scheme == "https"

    @property
    def host(self) -> str:
        """Name or address of the host."""
        return urlsplit(self.endpoint).hostname or ""

    @property
    def port(self) -> int:
        """TCP port."""
        return urlsplit(self.endpoint).port or (5986 if self.is_tls else 5985)


def target_of(profile: HostProfile) -> Target:
    """Return the target of a profile."""
    name = profile.name or profile.endpoint
    user = _own_name() if profile.is_local else profile.user
    return Target(name, profile.endpoint, user, profile.transport, profile.is_local)


def _own_name() -> str:
    """Return the name of whoever runs HVTree, as the system tells it to every program."""
    return os.environ.get("USERNAME") or os.environ.get("USER") or ""
