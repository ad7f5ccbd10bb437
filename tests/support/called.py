"""Clients for which every request has a PowerShell of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from hvtree.emulator.winrm.mischief import Stdin
from hvtree.hosts.calls import CallChannel
from hvtree.hosts.client import Client
from hvtree.hosts.ladder import LadderClient
from hvtree.hosts.winrm.calls import WinRmCalls
from tests.support.remote_client import DB
from tests.support.remote_host import RemoteHost


@asynccontextmanager
async def called(host: RemoteHost, **options: Any) -> AsyncIterator[Client]:
    """Connect by calls of our own making."""
    host.mischief.stdin = Stdin.INPUT_AT_END
    client = Client(CallChannel(WinRmCalls(host.settings(), **options)), "vhost", polls=True)
    await client.connect()
    try:
        yield client
    finally:
        await client.close()


def at_once(_: float) -> bool:
    """Wait not at all where a road would."""
    return False


async def names(client: Client | LadderClient, vm_id: str = DB) -> list[str]:
    return [checkpoint.name for checkpoint in (await client.read()).vms[vm_id].checkpoints]
