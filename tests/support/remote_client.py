"""A client of the remote host, connected for as long as a story lasts, and the ids of the world it sees."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.receipt import Progress
from hvtree.hosts.fallback import FallbackClient
from tests.support.remote_host import RemoteHost
from tests.support.waiting import WAIT_S

WEB = "a0000000-0000-4000-8000-000000000001"


DB = "a0000000-0000-4000-8000-000000000002"
BASE, PATCH1, PATCH2, SIDE = (
    CheckpointRef(WEB, f"c0000000-0000-4000-8000-00000000000{number}") for number in (1, 2, 3, 4)
)


@asynccontextmanager
async def connected(host: RemoteHost, **changes: Any) -> AsyncIterator[FallbackClient]:
    client = host.client(**changes)
    await client.connect()
    try:
        yield client
    finally:
        await client.close()


def nothing(_: Progress) -> None:
    pass


async def until_listening(host: RemoteHost) -> None:
    """Wait until the receiving connection waits at the host, so that what follows meets a quiet connection."""
    listening = host.endpoint.shells.wait_for_listener(WAIT_S)
    assert listening
