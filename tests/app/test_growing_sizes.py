"""A host without news is read again from time to time: what grows on it is no news of its own."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from hvtree.app.backoff import Backoff
from hvtree.app.workspace import Workspace
from hvtree.emulator.host.clock import VirtualClock
from hvtree.hosts.client import Client
from hvtree.hosts.messages import Request
from tests.support import virtual_time
from tests.support.emulated import PROFILE, SECRET
from tests.support.scripted_agent import ScriptedChannel, inventory, vm

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_what_grows_without_news_is_seen_within_five_minutes() -> None:
    readings: list[float] = []
    ended = asyncio.Event()

    def connect(_profile: object, _secret: object) -> Client:
        channel = ScriptedChannel()

        def read(request: Request) -> list[dict[str, Any]]:
            readings.append(asyncio.get_running_loop().time())
            if len(readings) == 3:
                ended.set()
            return inventory(vm("a"))(request)

        channel.answers.update({"host.read": read, "host.watch": lambda _: [{"ok": {}}]})
        return Client(channel, "hv01")

    async def story() -> None:
        workspace = Workspace(connect, clock=VirtualClock(NOW).now)
        workspace.add_host(PROFILE, SECRET)
        await ended.wait()
        await workspace.close()

    virtual_time.run(story())
    first, second, third = readings[:3]
    assert second - first == pytest.approx(300, abs=1)
    assert third - second == pytest.approx(300, abs=1)


def test_a_slow_host_is_left_alone_for_longer() -> None:
    assert Backoff().rest_s(reading_s=0.5) == 300
    assert Backoff().rest_s(reading_s=24) == 1200
