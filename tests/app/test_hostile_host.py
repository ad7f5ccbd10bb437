"""A host whose answers cannot be used: it is tried less and less often, and says why."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from hvtree.app.backoff import Backoff
from hvtree.app.host_view import ConnectionPhase
from hvtree.app.workspace import Workspace
from hvtree.emulator.host.clock import VirtualClock
from hvtree.hosts import wire
from hvtree.hosts.client import Client
from hvtree.hosts.messages import Request
from tests.support import virtual_time
from tests.support.emulated import PROFILE, SECRET
from tests.support.narrowing import not_none
from tests.support.scripted_agent import Answer, ScriptedChannel, inventory, vm

DEEP = wire.MARKER + b'{"ok":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
ABSURD = inventory(vm("a"), taken_at="20000-01-01T00:00:00Z")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
LONG_S = 600.0


class Host:
    """A host that connects each time, is read once, and answers `bad` to the second reading."""

    def __init__(self, bad: Callable[[ScriptedChannel, Request], list[dict[str, Any]]]) -> None:
        self.bad = bad
        self.attempts = 0

    def connect(self, _profile: object, _secret: object) -> Client:
        self.attempts += 1
        good: list[Answer] = [inventory(vm("a"))]
        channel = ScriptedChannel()

        def read(request: Request) -> list[dict[str, Any]]:
            return good.pop()(request) if good else self.bad(channel, request)

        def watch(_: Request) -> list[dict[str, Any]]:
            channel.say({"ev": "changed", "data": {"revision": 2}})
            return [{"ok": {}}]

        channel.answers.update({"host.read": read, "host.watch": watch})
        return Client(channel, "hv01")


def dive(channel: ScriptedChannel, _request: Request) -> list[dict[str, Any]]:
    channel.output(DEEP)
    return []


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (dive, "The host's answer cannot be read."),
        (
            lambda _, request: ABSURD(request),
            "The time ‘20000-01-01T00:00:00Z’ of the host ‘hv01’ cannot be read.",
        ),
        (lambda _, __: [{"ok": "nothing"}], "The host's answer to the question for its VMs cannot be read."),
    ],
)
def test_a_host_that_always_answers_nonsense_is_tried_less_and_less_often_and_says_why(
    bad: Callable[[ScriptedChannel, Request], list[dict[str, Any]]], why: str
) -> None:
    async def story() -> None:
        loop = asyncio.get_running_loop()
        host = Host(bad)
        workspace = Workspace(
            host.connect, clock=VirtualClock(NOW).now, backoff=Backoff(first_s=2, most_s=60)
        )
        told: list[str] = []
        ended = loop.create_future()

        def listen(_event: object) -> None:
            view = workspace.host(host_id)
            if view.retry_at_utc is not None:
                told.append(not_none(view.error).what)
                assert view.phase is ConnectionPhase.STALE
            if (loop.time() > LONG_S or host.attempts > 50) and not ended.done():
                ended.set_result(None)

        host_id = workspace.add_host(PROFILE, SECRET)
        workspace.listener = listen
        await ended
        await workspace.close()
        assert set(told) == {why}
        assert 10 <= host.attempts <= 16

    virtual_time.run(story())
