"""Clients put together: the modes of reaching an agent over WinRM, and the agent on this computer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hvtree.domain.lease import LEASE_S
from hvtree.hosts import agent_starter
from hvtree.hosts.channel import ThreadedChannel
from hvtree.hosts.client import Client
from hvtree.hosts.fallback import FallbackClient
from hvtree.hosts.handshake import Timing
from hvtree.hosts.local import LocalPipe
from hvtree.hosts.mode_memory import ModeMemory
from hvtree.hosts.network import WATCHES_LINES
from hvtree.hosts.turn import Turn
from hvtree.hosts.winrm.login import WinRmLogin
from hvtree.hosts.winrm.pipe import WinRmPipe
from hvtree.values import replace

FIRST_HELLO_S = 10.0
"""How long the greeting is waited for in the first mode: the second is as good, so giving up a slow host costs nothing."""
LAST_HELLO_S = 60.0
"""How long the greeting is waited for in the last mode."""


def modes_of(
    login: WinRmLogin, timings: tuple[Timing, Timing, Timing], turn: Turn | None = None
) -> tuple[Callable[[], Client], ...]:
    """Return what makes the client of each mode, the quickest first, each with its own limits."""

    def persistent(script: str) -> ThreadedChannel:
        return ThreadedChannel(WinRmPipe(login, script=script, turn=turn), agent_starter.agent_text())

    def one_by_call() -> Client:
        # Imported here: few hosts need it.
        from hvtree.hosts.oneshot_channel import OneShotChannel  # noqa: PLC0415
        from hvtree.hosts.winrm.oneshot_runner import WinRmAgentRunner  # noqa: PLC0415

        return Client(OneShotChannel(WinRmAgentRunner(login)), login.name, third, polls=True, turn=turn)

    first, second, third = timings
    return (
        lambda: Client(persistent(agent_starter.STARTER), login.name, first, turn=turn),
        lambda: Client(persistent(agent_starter.LINES_STARTER), login.name, second, turn=turn),
        one_by_call,
    )


def remote_client(
    login: WinRmLogin,
    timing: Timing | None = None,
    memory: ModeMemory | None = None,
    *,
    turn: Turn | None = None,
    lease_s: int = LEASE_S,
) -> FallbackClient:
    """Return a client that is not yet connected; `memory` lets it begin with the mode that is needed there.

    `turn` is what the connections to all hosts share. `timing` is for all modes; otherwise each has its own, with this `lease_s`.
    """
    usual = Timing(lease_s=lease_s)
    if WATCHES_LINES:
        usual = replace(usual, ping_s=usual.watched_ping_s)
    first = replace(usual, hello_s=FIRST_HELLO_S)
    last = replace(usual, hello_s=LAST_HELLO_S, self_test_s=LAST_HELLO_S)
    timings = (first, usual, last) if timing is None else (timing, timing, timing)
    return FallbackClient(login.profile.endpoint, modes_of(login, timings, turn), memory)


def local_client(name: str, timing: Timing | None = None, *, hidden: Sequence[str] = ()) -> Client:
    """Return a client that is not yet connected; its PowerShell does not see the `hidden` variables."""
    pipe = LocalPipe(agent_starter.arguments(), hidden)
    return Client(ThreadedChannel(pipe, agent_starter.agent_text()), name, timing)
