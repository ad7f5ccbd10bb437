"""The rungs of the ladder to an emulated host that delivers standard input only so far that this one is needed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from hvtree.emulator.mischief import Stdin
from hvtree.hosts.introduction import Timing
from hvtree.hosts.ladder import LadderClient, RoadMemory
from hvtree.hosts.remote import remote_client
from tests.support.remote_host import RemoteHost

RAW, LINES, CALLS = RUNGS = range(3)
MODES = {
    RAW: "NTLM, encrypted, one persistent PowerShell",
    LINES: "NTLM, encrypted, one persistent PowerShell that is fed line by line",
    CALLS: "NTLM, encrypted, one PowerShell per request: slower",
}
STDIN = {RAW: Stdin.EVERYWHERE, LINES: Stdin.INPUT_ONLY, CALLS: Stdin.INPUT_AT_END}
QUICK = Timing(hello_s=0.3, self_test_s=5, poll_s=0.2)


def remembering(host: RemoteHost, rung: int) -> RoadMemory:
    """Give a memory in which this rung has led to the host before."""
    memory = RoadMemory()
    memory.note(host.endpoint.url, rung)
    return memory


@asynccontextmanager
async def on_rung(
    host: RemoteHost, rung: int, timing: Timing | None = None, **changes: Any
) -> AsyncIterator[LadderClient]:
    """Connect over this rung at once."""
    host.mischief.stdin = STDIN[rung]
    client = remote_client(host.settings(**changes), timing, remembering(host, rung))
    await client.connect()
    try:
        assert client.mode == MODES[rung]
        yield client
    finally:
        await client.close()
