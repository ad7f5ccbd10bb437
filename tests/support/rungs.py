"""The rungs of the ladder to an emulated host that delivers standard input only so far that this one is needed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from hvtree.emulator.winrm.mischief import Stdin
from hvtree.hosts.introduction import Timing
from hvtree.hosts.ladder import LadderClient, RoadMemory
from hvtree.hosts.remote import roads_to
from tests.support.remote_host import RemoteHost

RAW, LINES, CALLS = RUNGS = range(3)
MODES = {
    RAW: "NTLM, encrypted, one persistent PowerShell",
    LINES: "NTLM, encrypted, one persistent PowerShell that is fed line by line",
    CALLS: "NTLM, encrypted, one PowerShell per request: slower",
}
STDIN = {RAW: Stdin.EVERYWHERE, LINES: Stdin.INPUT_ONLY, CALLS: Stdin.INPUT_AT_END}
IMPATIENT = Timing(hello_s=0.1, self_test_s=0.1)


def remembering(host: RemoteHost, rung: int) -> RoadMemory:
    """Return a memory in which this rung has led to the host before."""
    memory = RoadMemory()
    memory.note(host.endpoint.url, rung)
    return memory


def leading_to(
    host: RemoteHost, rung: int | None, memory: RoadMemory | None = None, **changes: Any
) -> LadderClient:
    """Return a client that soon gives up every road but this one."""
    timings = [Timing() if each == rung else IMPATIENT for each in RUNGS]
    settings = host.settings(**changes)
    return LadderClient(settings.endpoint, roads_to(settings, (timings[0], timings[1], timings[2])), memory)


@asynccontextmanager
async def on_rung(host: RemoteHost, rung: int) -> AsyncIterator[LadderClient]:
    """Connect over this rung at once."""
    host.mischief.stdin = STDIN[rung]
    client = leading_to(host, rung, remembering(host, rung))
    await client.connect()
    try:
        assert client.mode == MODES[rung]
        yield client
    finally:
        await client.close()
