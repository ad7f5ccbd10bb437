"""An emulated host behind a real WinRM endpoint on loopback, with clients that reach it through pywinrm."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import closing, contextmanager
from typing import Any, TypeVar

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import RealClock
from hvtree.emulator.serve import endpoint_for
from hvtree.emulator.winrm.connection_faults import ConnectionFaults
from hvtree.emulator.winrm.negotiate import Account
from hvtree.emulator.winrm.process import ProcessOutput
from hvtree.emulator.winrm.wsman import Endpoint, EndpointConfig
from hvtree.emulator.worlds import worlds
from hvtree.emulator.worlds.schema import World
from hvtree.hosts.clients import remote_client
from hvtree.hosts.fallback import FallbackClient
from hvtree.hosts.handshake import Timing
from hvtree.hosts.winrm.login import WinRmLogin
from tests.support.logins import login_to
from tests.support.running_time import RunningTime
from tests.support.threads import none_left
from tests.support.waiting import in_time

USER = "demo"
PASSWORD = "correct horse"
SPEED = 200.0
"""How fast the host's clock goes: a save of seconds takes milliseconds."""

T = TypeVar("T")


class RemoteHost:
    """An endpoint with an emulated host behind it."""

    def __init__(self, endpoint: Endpoint, hyperv: HyperV) -> None:
        self.endpoint = endpoint
        self.hyperv = hyperv

    @property
    def connection_faults(self) -> ConnectionFaults:
        return self.endpoint.connection_faults

    @property
    def output(self) -> ProcessOutput:
        """Standard output of the agent that was started last."""
        return self.endpoint.shells.outputs()[-1]

    def login(self, **changes: Any) -> WinRmLogin:
        return login_to(
            **{
                "name": "vhost",
                "endpoint": self.endpoint.url,
                "user": USER,
                "password": PASSWORD,
                **changes,
            }
        )

    def client(self, timing: Timing | None = None, **changes: Any) -> FallbackClient:
        """Return a client that is not yet connected."""
        return remote_client(self.login(**changes), timing)

    def count(self, *kinds: str) -> int:
        """Return how many HTTP exchanges of these kinds there were; of all if none is named."""
        counts = self.endpoint.exchanges.counts()
        return sum(number for kind, number in counts.items() if not kinds or kind in kinds)


@contextmanager
def remote_host(world: str | World = "pair", **config: Any) -> Iterator[RemoteHost]:
    """Serve a world; at the end no thread may be left, the clients' included."""
    with none_left(), serving(world, **config) as host:
        yield host


@contextmanager
def serving(world: str | World = "pair", *, speed: float = SPEED, **config: Any) -> Iterator[RemoteHost]:
    """Serve a world; for several hosts at once, whose threads somebody else counts."""
    with RunningTime() as seconds, closing(RealClock(speed, seconds=seconds)) as clock:
        found = worlds.load(world) if isinstance(world, str) else world
        hyperv = HyperV(worlds.build(found, clock.now()), clock)
        with endpoint_for(hyperv, EndpointConfig(Account(USER, PASSWORD), **config)) as endpoint:
            yield RemoteHost(endpoint, hyperv)


def run(story: Coroutine[Any, Any, T]) -> T:
    """Run a story on an ordinary loop."""
    return asyncio.run(in_time(story))
