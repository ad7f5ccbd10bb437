"""A client over an agent by script, connected for as long as a story lasts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from hvtree.domain.receipt import Progress
from hvtree.hosts.client import Client
from tests.support.scripted_agent import ScriptedChannel


@asynccontextmanager
async def connected(channel: ScriptedChannel) -> AsyncIterator[Client]:
    client = Client(channel, "hv01")
    await client.connect()
    try:
        yield client
    finally:
        await client.close()


def results(*ids: str, **more: Any) -> dict[str, Any]:
    return {"results": [{"id": each, **more} for each in ids]}


def nothing(_: Progress) -> None:
    pass
