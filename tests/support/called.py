"""Clients for which every request has a PowerShell of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from hvtree.emulator.winrm.connection_faults import Stdin
from hvtree.hosts.client import Client
from hvtree.hosts.fallback import FallbackClient
from hvtree.hosts.oneshot_channel import OneShotChannel
from hvtree.hosts.winrm.oneshot_runner import WinRmAgentRunner
from tests.support.remote_client import DB
from tests.support.remote_host import RemoteHost


@asynccontextmanager
async def called(host: RemoteHost, **options: Any) -> AsyncIterator[Client]:
    """Connect by calls of our own making."""
    host.connection_faults.stdin = Stdin.INPUT_AT_END
    client = Client(OneShotChannel(WinRmAgentRunner(host.login(), **options)), "vhost", polls=True)
    await client.connect()
    try:
        yield client
    finally:
        await client.close()


def at_once(_: float) -> bool:
    """Do not wait where a connection would."""
    return False


async def names(client: Client | FallbackClient, vm_id: str = DB) -> list[str]:
    return [checkpoint.name for checkpoint in (await client.read()).vms[vm_id].checkpoints]
