"""A client of a remote host: the client, the threads and the WinRM roads put together, one above the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hvtree.hosts.calls import CallChannel
from hvtree.hosts.channel import Channel, ThreadedChannel
from hvtree.hosts.client import Client
from hvtree.hosts.introduction import Timing
from hvtree.hosts.ladder import LadderClient, RoadMemory
from hvtree.hosts.winrm import bootstrap
from hvtree.hosts.winrm.calls import WinRmCalls
from hvtree.hosts.winrm.pipe import WinRmPipe
from hvtree.hosts.winrm.settings import WinRmSettings

FIRST_HELLO_S = 10.0
"""How long the first road is waited for: the second is as good, so being wrong about a slow host costs nothing."""
LAST_HELLO_S = 60.0
"""How long the last road is waited for: after it there is none."""


def persistent_channel(settings: WinRmSettings, script: str = bootstrap.BOOTSTRAP) -> ThreadedChannel:
    """Return a channel to an agent that stays, whose input is delivered as one of the bootstraps expects it."""
    return ThreadedChannel(WinRmPipe(settings, script=script), bootstrap.agent_line())


def channels(settings: WinRmSettings) -> tuple[Callable[[], Channel], ...]:
    """Return what makes the channel of each road to a host, the quickest first."""
    return (
        lambda: persistent_channel(settings),
        lambda: persistent_channel(settings, bootstrap.LINES_BOOTSTRAP),
        lambda: CallChannel(WinRmCalls(settings)),
    )


def roads_to(
    settings: WinRmSettings, timings: tuple[Timing, Timing, Timing]
) -> tuple[Callable[[], Client], ...]:
    """Return the roads to a host, the quickest first, each with its own limits."""
    raw, lines, calls = channels(settings)
    first, second, third = timings
    return (
        lambda: Client(raw(), settings.name, first),
        lambda: Client(lines(), settings.name, second),
        lambda: Client(calls(), settings.name, third, polls=True),
    )


def remote_client(
    settings: WinRmSettings, timing: Timing | None = None, memory: RoadMemory | None = None
) -> LadderClient:
    """Return a client that is not yet connected; `memory` lets it begin with the road that led to the host before."""
    usual = Timing()
    first = replace(usual, hello_s=FIRST_HELLO_S)
    last = replace(usual, hello_s=LAST_HELLO_S, self_test_s=LAST_HELLO_S)
    timings = (first, usual, last) if timing is None else (timing, timing, timing)
    return LadderClient(settings.endpoint, roads_to(settings, timings), memory)
