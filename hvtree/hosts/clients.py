"""A client of a remote host: the client, the threads and the WinRM connections put together, one above the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from hvtree.hosts.channel import Channel, ThreadedChannel
from hvtree.hosts.client import Client
from hvtree.hosts.fallback import FallbackClient, ModeMemory
from hvtree.hosts.handshake import Timing
from hvtree.hosts.local import LocalPipe
from hvtree.hosts.oneshot_channel import OneShotChannel
from hvtree.hosts.winrm import bootstrap
from hvtree.hosts.winrm.oneshot_runner import WinRmAgentRunner
from hvtree.hosts.winrm.pipe import WinRmPipe
from hvtree.hosts.winrm.settings import WinRmSettings

FIRST_HELLO_S = 10.0
"""How long the first connection is waited for: the second is as good, so being wrong about a slow host costs nothing."""
LAST_HELLO_S = 60.0
"""How long the last connection is waited for: after it there is none."""


def persistent_channel(settings: WinRmSettings, script: str = bootstrap.BOOTSTRAP) -> ThreadedChannel:
    """Return a channel to an agent that stays, whose input is delivered as one of the bootstraps expects it."""
    return ThreadedChannel(WinRmPipe(settings, script=script), bootstrap.agent_line())


def channels(settings: WinRmSettings) -> tuple[Callable[[], Channel], ...]:
    """Return what makes the channel of each connection to a host, the quickest first."""
    return (
        lambda: persistent_channel(settings),
        lambda: persistent_channel(settings, bootstrap.LINES_BOOTSTRAP),
        lambda: OneShotChannel(WinRmAgentRunner(settings)),
    )


def modes_of(
    settings: WinRmSettings, timings: tuple[Timing, Timing, Timing]
) -> tuple[Callable[[], Client], ...]:
    """Return the connections to a host, the quickest first, each with its own limits."""
    raw, lines, calls = channels(settings)
    first, second, third = timings
    return (
        lambda: Client(raw(), settings.name, first),
        lambda: Client(lines(), settings.name, second),
        lambda: Client(calls(), settings.name, third, polls=True),
    )


def remote_client(
    settings: WinRmSettings, timing: Timing | None = None, memory: ModeMemory | None = None
) -> FallbackClient:
    """Return a client that is not yet connected; `memory` lets it begin with the connection that led to the host before."""
    usual = Timing()
    first = replace(usual, hello_s=FIRST_HELLO_S)
    last = replace(usual, hello_s=LAST_HELLO_S, self_test_s=LAST_HELLO_S)
    timings = (first, usual, last) if timing is None else (timing, timing, timing)
    return FallbackClient(settings.endpoint, modes_of(settings, timings), memory)


def local_client(name: str, timing: Timing | None = None, *, hidden: Sequence[str] = ()) -> Client:
    """Return a client that is not yet connected; its PowerShell does not see the `hidden` variables."""
    return Client(local_channel(hidden=hidden), name, timing)


def local_channel(*, hidden: Sequence[str] = ()) -> ThreadedChannel:
    """Return a channel to an agent in a PowerShell of its own, which does not see the `hidden` variables."""
    return ThreadedChannel(LocalPipe(bootstrap.arguments(), bootstrap.agent_line(), hidden))
