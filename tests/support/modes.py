"""The modes in which an agent runs, on an emulated host that delivers standard input so that only one of them works."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from hvtree.emulator.winrm.connection_faults import Stdin
from hvtree.hosts.clients import modes_of
from hvtree.hosts.fallback import FallbackClient
from hvtree.hosts.handshake import Timing
from hvtree.hosts.mode_memory import ENOUGH_FAILURES, ModeMemory
from tests.support.remote_host import RemoteHost

RAW, LINES, CALLS = MODE_INDEXES = range(3)
MODES = {
    RAW: "NTLM, encrypted, one persistent PowerShell",
    LINES: "NTLM, encrypted, one persistent PowerShell that is fed line by line",
    CALLS: "NTLM, encrypted, one PowerShell per request: slower",
}
STDIN = {RAW: Stdin.EVERYWHERE, LINES: Stdin.INPUT_ONLY, CALLS: Stdin.INPUT_AT_END}
SHORT = Timing(hello_s=0.1, self_test_s=0.1)


def remembering(host: RemoteHost, index: int) -> ModeMemory:
    """Return a memory in which the mode of this index was needed before."""
    memory = ModeMemory()
    for _ in range(ENOUGH_FAILURES):
        memory.note(host.endpoint.url, index, range(index))
    return memory


def only_mode(
    host: RemoteHost, index: int | None, memory: ModeMemory | None = None, **changes: Any
) -> FallbackClient:
    """Return a client that soon gives up every mode but this one."""
    timings = [Timing() if each == index else SHORT for each in MODE_INDEXES]
    login = host.login(**changes)
    modes = modes_of(login, (timings[0], timings[1], timings[2]))
    return FallbackClient(login.profile.endpoint, modes, memory)


@asynccontextmanager
async def in_mode(host: RemoteHost, index: int) -> AsyncIterator[FallbackClient]:
    """Connect in the mode of this index, without waiting for others."""
    host.connection_faults.stdin = STDIN[index]
    client = only_mode(host, index, remembering(host, index))
    await client.connect()
    try:
        assert client.mode == MODES[index]
        yield client
    finally:
        await client.close()
