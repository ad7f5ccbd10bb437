"""The stages of a connection, each by itself, for the connection doctor: what a client runs in one go.

The functions and classes that do a stage are those of a connection: `network`, `winrm.shell_connector`, `client`. Here they
are timed, limited, and kept off the loop. Only what a connection never asks is done here alone: who answers without a
login, what PowerShell is, and how quick the line is.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from time import perf_counter
from typing import TypeVar

from hvtree.domain.errors import ConnectionFailure
from hvtree.domain.model import HostState
from hvtree.hosts import agent_starter, network
from hvtree.hosts.clients import local_client, remote_client
from hvtree.hosts.failures import failure
from hvtree.hosts.fallback import FallbackClient
from hvtree.hosts.handshake import Timing
from hvtree.hosts.identify import look_at_service
from hvtree.hosts.local import environment_for, find_powershell
from hvtree.hosts.messages import HostFacts
from hvtree.hosts.powershell_facts import SCRIPT, facts_from
from hvtree.hosts.stage_results import (
    Addresses,
    AgentStart,
    LoginResult,
    PowerShellFacts,
    Pulse,
    Reached,
    Service,
    ShellResult,
    TlsFinding,
)
from hvtree.hosts.winrm.faults import FOREIGN, scrubbed
from hvtree.hosts.winrm.login import WinRmLogin
from hvtree.hosts.winrm.shell_connector import ShellConnector
from hvtree.hosts.winrm.tls import look_at_certificate
from hvtree.hosts.winrm.wsman_connection import WsmanConnection
from hvtree.hosts.worker_threads import off_loop

RESOLVE_S = 15.0
"""How long the name may be looked up: systems try several servers for 5 s each."""
LOOK_S = 45.0
"""How long looking at the certificate, or at what answers, may take however slowly it comes."""
OPERATION_S = 20
"""How long the host may take for one operation."""
POWERSHELL_S = 60.0
"""How long PowerShell may take to start and to answer: 2 s on a bad machine, more on a worse one."""
PINGS = 5
PING_S = 30.0
READ_S = 300.0

T = TypeVar("T")


class AgentStages:
    """The stages from the agent on, over a client that is not yet connected; they are the same on this computer."""

    def __init__(
        self, client: FallbackClient, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._client = client
        self._now = now

    async def start_agent(self) -> AgentStart:
        """Start HVTree's agent, over connections of its own."""
        started = perf_counter()
        hello = await self._client.start_agent()
        took_s = perf_counter() - started
        return AgentStart(hello.agent, hello.powershell, took_s, self._client.mode, self._client.failures)

    async def load_module(self) -> tuple[HostFacts, float]:
        """Load the Hyper-V module; return what the agent found, also if there is none, and the seconds that it took."""
        started = perf_counter()
        return await self._client.load_module(), perf_counter() - started

    async def read(self) -> tuple[HostState, float]:
        """Read the VMs with the sizes of their disks; return them, and the seconds that it took."""
        started = perf_counter()
        reading = self._client.read_and_measure()
        state = await self._client.within(READ_S, reading, "the list of its VMs did not come")
        return state, perf_counter() - started

    async def pulse(self) -> Pulse:
        """Ping several times, one after the other. The quickest trip says most about the clock."""
        trips: list[tuple[float, float]] = []
        for _ in range(PINGS):
            before, started = self._now(), perf_counter()
            theirs = await self._client.within(PING_S, self._client.ping(), "it did not answer a ping")
            trip_s = perf_counter() - started
            trips.append((trip_s, (theirs - before).total_seconds() - trip_s / 2))
        quickest_s, ahead_s = min(trips)
        return Pulse(tuple(trip_s for trip_s, _ in trips), ahead_s, quickest_s / 2)

    async def close(self) -> None:
        """End whatever is open; never raises."""
        await self._client.close()


class LocalStages(AgentStages):
    """The stages on this computer; its PowerShell does not see the `hidden` variables."""

    def __init__(self, name: str, timing: Timing | None = None, *, hidden: Sequence[str] = ()) -> None:
        super().__init__(FallbackClient(name, (lambda: local_client(name, timing, hidden=hidden),)))
        self._hidden = tuple(hidden)

    async def ask_powershell(self) -> PowerShellFacts:
        """Start PowerShell and ask what it is."""
        return await off_loop(lambda: _local_facts(self._hidden))


class WinRmStages(AgentStages):
    """The stages to another computer. Each is run once at most, in this order, and only while those before it succeeded."""

    def __init__(
        self,
        login: WinRmLogin,
        timing: Timing | None = None,
        *,
        resolve_s: float = RESOLVE_S,
        look_s: float = LOOK_S,
    ) -> None:
        super().__init__(remote_client(login, timing))
        self._login = login
        self._profile = login.profile
        self._resolve_s = resolve_s
        self._look_s = look_s
        self._connector = ShellConnector(login)
        self._connection: WsmanConnection | None = None
        self._shell = ""

    async def resolve(self) -> Addresses:
        """Look the name up."""
        try:
            async with asyncio.timeout(self._resolve_s):
                return await off_loop(lambda: network.resolve(self._profile))
        except TimeoutError as error:
            raise failure("name-silent", self._profile, seconds=f"{self._resolve_s:g}") from error

    async def reach(self) -> Reached:
        """Connect to the TCP port."""
        return await off_loop(lambda: network.reach(self._profile))

    async def open_other_port(self) -> int | None:
        """Look whether WinRM's other port is open."""
        return await off_loop(lambda: network.open_other_port(self._profile))

    async def certificate(self) -> TlsFinding:
        """Look at the certificate; only for https."""
        return await self._looking(lambda: look_at_certificate(self._login))

    async def service(self) -> Service:
        """Ask without a login who is there."""
        return await self._looking(lambda: look_at_service(self._profile))

    async def log_in(self) -> LoginResult:
        """Log in: the one attempt with the password."""
        return await self._off_loop(self._logged_in)

    async def open_shell(self) -> ShellResult:
        """Open a shell, asking for large messages first and for small ones where the host refuses those."""
        found = await self._off_loop(lambda: self._connector.open_shell(self._logged_in_connection()))
        self._shell = found.id
        return found

    async def ask_powershell(self) -> PowerShellFacts:
        """Start PowerShell in the shell and ask what it is; the shell is closed afterwards."""
        facts = await self._off_loop(self._powershell_facts)
        await self._off_loop(self._disconnect)
        return facts

    async def close(self) -> None:
        """End whatever is open; never raises."""
        await super().close()
        await self._off_loop(self._disconnect)

    def _logged_in(self) -> LoginResult:
        self._connection = self._connector.log_in(OPERATION_S)
        return self._connector.identify(self._connection)

    def _powershell_facts(self) -> PowerShellFacts:
        started = perf_counter()
        done = self._connector.run(self._logged_in_connection(), self._shell, SCRIPT, POWERSHELL_S)
        return facts_from(done.exit_code, done.stdout, done.stderr, perf_counter() - started)

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            if self._shell:
                self._connector.close_shell(connection, self._shell)
            connection.disconnect()

    def _logged_in_connection(self) -> WsmanConnection:
        assert self._connection is not None, "log in first"
        return self._connection

    async def _looking(self, work: Callable[[], T]) -> T:
        try:
            async with asyncio.timeout(self._look_s):
                return await off_loop(work)
        except TimeoutError as error:
            raise failure("service-endless", self._profile) from error

    async def _off_loop(self, work: Callable[[], T]) -> T:
        """Run blocking work on a thread of its own; cancelling cuts its connections."""

        def run() -> T:
            try:
                return work()
            except FOREIGN as error:
                raise self._connector.failure(error) from scrubbed(error)

        return await off_loop(run, self._connector.kill)


def _local_facts(hidden: Sequence[str]) -> PowerShellFacts:
    started = perf_counter()
    executable = find_powershell(os.environ)
    try:
        done = subprocess.run(
            [executable, *agent_starter.arguments(SCRIPT)],
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=environment_for(executable, os.environ, hidden),
            timeout=POWERSHELL_S,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ConnectionFailure(
            "PowerShell on this computer could not be asked.",
            why=f"{executable}: {error}.",
            details=repr(error),
            code="powershell-silent",
        ) from error
    return facts_from(done.returncode, done.stdout, done.stderr, perf_counter() - started)
