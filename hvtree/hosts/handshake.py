"""The first exchange with an agent: its greeting, a test of the connection, and the Hyper-V module."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from msgspec import Struct

from hvtree.domain.errors import BadHostData, ConnectionFailure
from hvtree.domain.lease import LEASE_S
from hvtree.hosts.awake_timeout import awake_timeout
from hvtree.hosts.channel import AgentUnreachable
from hvtree.hosts.codec import Body, decoded
from hvtree.hosts.messages import PROTOCOL_VERSION, Hello, HostFacts
from hvtree.hosts.rpc import Rpc

ECHO_TEXT = 'Zürich – 検査 – 🧪 – "quoted" \\ $(x) `y` \' \t \u202e right'
"""What must come back unharmed before a connection counts: quotes, a tab, three scripts, a direction mark."""
ECHO_BYTES = 70_000
"""Random bytes, sent as twice as many hexadecimal digits: neither compression nor a small buffer hides a bad connection, and they
do not go in one Send."""

_T = TypeVar("_T")


class Timing(Struct, frozen=True):
    """How long a client waits, in seconds."""

    open_s: float = 120.0
    """For login, shell and command together: each answer may take half a minute, but none may come drop by drop."""
    hello_s: float = 30.0
    """For the agent's greeting; a PowerShell starts in 0.2 s on a good machine, in 2 s on a bad one."""
    self_test_s: float = 30.0
    import_s: float = 120.0
    """For the Hyper-V module; loading it on a cold host can exceed 30 s (fact 222)."""
    ping_s: float = 6.0
    """Without a word from an idle host until it is pinged: far below the 2 minutes after which a server drops an idle
    login (fact 204). A ping is one line each way; the agent looks at nothing for it."""
    watched_ping_s: float = 75.0
    """The same where TCP itself looks whether the other end is alive (`network.watch_line`): then a ping only finds out
    whether the agent hangs, and it is dear. Over WinRM it takes four HTTP messages, 7.8 KB [measured 2026-11-26]."""
    work_ping_s: float = 45.0
    """The same for a host that is at work on a request: below those 2 minutes, and below the 5 without a line after which the
    agent takes its client for dead (`resources/agent/agent.ps1`)."""
    quiet_s: float = 4.0
    """Without an answer to a ping until the host is said not to answer: a dead one shows within 10 seconds."""
    pong_s: float = 60.0
    """Without an answer to a ping until the connection is given up."""
    read_s: float = 600.0
    """For one reading. Each part of it has limits of its own on the host (`resources/agent`), but a file system that hangs knows
    none; a job must not wait for it while VMs are stopped."""
    sizes_s: float = 60.0
    """Without a part of the sizes that were asked for until they count as unknown: twice what an agent spends on one VM."""
    poll_s: float = 2.5
    """Between two readings where no agent stays to report changes."""
    lease_s: int = LEASE_S
    """Without a word of ours until an agent brings back VMs that it has stopped for us, where one stays."""


class ProtocolMismatch(BadHostData):
    """An agent that greets, and speaks another version of the protocol."""


class Handshake:
    """Finds out whether the other end is an agent that HVTree can work with.

    `noise` gives the agent's stray output, for the details of errors. All methods raise `ConnectionFailure` when no
    answer comes in time (`AgentUnreachable` before the connection is tested) and `BadHostData` for a wrong one.
    """

    def __init__(self, rpc: Rpc, timing: Timing, noise: Callable[[], str]) -> None:
        self._rpc = rpc
        self._timing = timing
        self._noise = noise
        self._hello = rpc.expect("hello")
        self._module: asyncio.Task[Body] | None = None
        self._cut = asyncio.get_running_loop().create_future()

    async def open(self, opening: Coroutine[Any, Any, None]) -> None:
        """Wait for the channel to be opened."""
        await self.within(self._timing.open_s, opening, "the login to it was not over")

    async def greet(self) -> Hello:
        """Return the agent's greeting, once it comes."""
        problem = "HVTree's agent did not start there"
        body = await self.within(self._timing.hello_s, self._greeting(), problem, AgentUnreachable)
        hello = decoded(body, Hello, "the greeting")
        if hello.v != PROTOCOL_VERSION:
            raise ProtocolMismatch(
                f"The agent on the host ‘{self._rpc.name}’ speaks version {hello.v} of HVTree's language, and "
                f"this HVTree speaks version {PROTOCOL_VERSION}.",
                now="Use the same version of HVTree at both ends.",
            )
        return hello

    def torn(self) -> None:
        """Be told that the connection was cut and resumed: the greeting may have been lost."""
        if not self._cut.done():
            self._cut.set_result(None)

    async def _greeting(self) -> Body:
        """Return the greeting; ask for it once more after a cut, or when half of the time for it has gone.

        From then on the request is open, so each further cut repeats it.
        """
        half_s = self._timing.hello_s / 2
        await asyncio.wait((self._hello, self._cut), timeout=half_s, return_when=asyncio.FIRST_COMPLETED)
        if self._hello.done():
            return await self._hello
        with self._rpc.asking("hello", {}):
            return await self._hello

    async def test_the_connection(self, ask_more: Callable[[], None] = lambda: None) -> None:
        """Send text there and back, much text, and an event: what comes back must be what was sent.

        `ask_more` is called when all that is on its way: what it asks for follows at once, and does not wait for what comes back.
        """
        large = secrets.token_hex(ECHO_BYTES)
        event = self._rpc.expect("echo")
        answers = asyncio.gather(
            self._rpc.ask("echo", {"text": ECHO_TEXT}, "echo a text"),
            self._rpc.ask("emit", {"text": ECHO_TEXT}, "send an event"),
            self._rpc.ask("echo", {"text": large}, "echo a long text"),
            event,
        )
        ask_more()
        problem = "the test of the connection to it got no answer"
        first, _, second, emitted = await self.within(
            self._timing.self_test_s, answers, problem, AgentUnreachable
        )
        back = [_text(body) for body in (first, second, emitted)]
        if back != [ECHO_TEXT, large, ECHO_TEXT]:
            raise BadHostData(
                f"The connection to the host ‘{self._rpc.name}’ damages what is sent over it.",
                why="Text that was sent there did not come back as it was.",
                now="A proxy or a filter on the way may be the reason; please report it if there is none.",
            )

    async def load_module(self) -> HostFacts:
        """Let the agent load the Hyper-V module, and return what it found, also if there is none."""
        self.ask_for_module()
        assert self._module is not None
        body = await self.within(self._timing.import_s, self._module, "its Hyper-V module did not load")
        return decoded(body, HostFacts, "the question for its Hyper-V module")

    def ask_for_module(self) -> None:
        """Send the request of `load_module`, unless that has been done."""
        if self._module is None:
            self._module = self._rpc.ask_ahead("host.import", {}, "load the Hyper-V module")

    async def within(
        self,
        timeout_s: float,
        answer: Awaitable[_T],
        problem: str,
        failure: type[ConnectionFailure] = ConnectionFailure,
    ) -> _T:
        """Wait for an answer; raise `failure` if it does not come in time."""
        try:
            async with awake_timeout(timeout_s):
                return await answer
        except TimeoutError as error:
            raise failure(
                f"The host ‘{self._rpc.name}’ was reached, but {problem} within {timeout_s:g} seconds.",
                now="Try again; the details show what the host said instead.",
                details=self._noise(),
            ) from error


def check_module(name: str, facts: HostFacts) -> None:
    """Raise `ConnectionFailure` if the host called `name` has no Hyper-V module."""
    if not facts.has_module:
        raise ConnectionFailure(
            f"The host ‘{name}’ has no Hyper-V module for PowerShell.",
            now="Install it there: Install-WindowsFeature Hyper-V-PowerShell.",
        )


def _text(body: Body) -> str:
    return decoded(body, dict[str, str], "the test of the connection to it").get("text", "")
