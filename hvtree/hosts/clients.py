"""Clients put together: the modes of reaching an agent over WinRM, and the agent on this computer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from hvtree.hosts import agent_starter
from hvtree.hosts.channel import Channel, ThreadedChannel
from hvtree.hosts.client import Client
from hvtree.hosts.fallback import FallbackClient, ModeMemory
from hvtree.hosts.handshake import Timing
from hvtree.hosts.local import LocalPipe
from hvtree.hosts.oneshot_channel import OneShotChannel
from hvtree.hosts.winrm.login import WinRmLogin
from hvtree.hosts.winrm.oneshot_runner import WinRmAgentRunner
from hvtree.hosts.winrm.pipe import WinRmPipe

FIRST_HELLO_S = 10.0
"""How long the greeting is waited for in the first mode: the second is as good, so giving up a slow host costs nothing."""
LAST_HELLO_S = 60.0
"""How long the greeting is waited for in the last mode."""


def persistent_channel(login: WinRmLogin, script: str = agent_starter.STARTER) -> ThreadedChannel:
    """Return a channel to an agent that stays, whose input is delivered as one of the starters expects it."""
    return ThreadedChannel(WinRmPipe(login, script=script), agent_starter.agent_line())


def channels(login: WinRmLogin) -> tuple[Callable[[], Channel], ...]:
    """Return what makes the channel of each mode, the quickest first."""
    return (
        lambda: persistent_channel(login),
        lambda: persistent_channel(login, agent_starter.LINES_STARTER),
        lambda: OneShotChannel(WinRmAgentRunner(login)),
    )


def modes_of(login: WinRmLogin, timings: tuple[Timing, Timing, Timing]) -> tuple[Callable[[], Client], ...]:
    """Return what makes the client of each mode, the quickest first, each with its own limits."""
    raw, lines, calls = channels(login)
    first, second, third = timings
    return (
        lambda: Client(raw(), login.name, first),
        lambda: Client(lines(), login.name, second),
        lambda: Client(calls(), login.name, third, polls=True),
    )


def remote_client(
    login: WinRmLogin, timing: Timing | None = None, memory: ModeMemory | None = None
) -> FallbackClient:
    """Return a client that is not yet connected; `memory` lets it begin with the mode that worked before."""
    usual = Timing()
    first = replace(usual, hello_s=FIRST_HELLO_S)
    last = replace(usual, hello_s=LAST_HELLO_S, self_test_s=LAST_HELLO_S)
    timings = (first, usual, last) if timing is None else (timing, timing, timing)
    return FallbackClient(login.profile.endpoint, modes_of(login, timings), memory)


def local_client(name: str, timing: Timing | None = None, *, hidden: Sequence[str] = ()) -> Client:
    """Return a client that is not yet connected; its PowerShell does not see the `hidden` variables."""
    return Client(local_channel(hidden=hidden), name, timing)


def local_channel(*, hidden: Sequence[str] = ()) -> ThreadedChannel:
    """Return a channel to an agent in a PowerShell of its own, which does not see the `hidden` variables."""
    return ThreadedChannel(LocalPipe(agent_starter.arguments(), agent_starter.agent_line(), hidden))
