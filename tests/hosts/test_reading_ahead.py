"""The client over an agent by script: what it asks for before it is connected, and what becomes of that."""

from __future__ import annotations

import asyncio

import pytest

from hvtree.domain.errors import ConnectionFailure, HostFailure
from hvtree.domain.model import HostState
from hvtree.hosts.client import Client
from tests.support.scripted_agent import FACTS, ScriptedChannel, inventory, ok, silence, vm
from tests.support.virtual_time import run

AHEAD = ["echo", "emit", "echo", "host.import", "host.read", "host.watch"]


def _verbs(channel: ScriptedChannel) -> list[str]:
    return [request.verb for request in channel.requests]


def test_the_first_reading_and_news_are_asked_for_while_the_connection_is_tested() -> None:
    async def story() -> None:
        channel = ScriptedChannel(answers={"host.read": inventory(vm("v1"))})
        client = Client(channel, "hv01")
        await client.connect(and_read=True)
        assert list((await client.read()).vms) == ["v1"]
        await client.watch(lambda: None)
        assert _verbs(channel) == AHEAD
        await client.close()

    run(story())


def test_the_second_reading_and_the_next_wish_for_news_are_asked_for() -> None:
    async def story() -> None:
        channel = ScriptedChannel(answers={"host.read": inventory(vm("v1"), revision=3)})
        client = Client(channel, "hv01")
        await client.connect(and_read=True)
        for _ in range(2):
            await client.read()
            await client.watch(lambda: None)
        assert _verbs(channel) == [*AHEAD, "host.read", "host.watch"]
        assert [request.args["since"] for request in channel.asked("host.read")] == [0, 3]
        await client.close()

    run(story())


@pytest.mark.parametrize(("revision", "is_told"), [(1, False), (2, True)])
def test_news_that_came_before_anybody_listened_are_told_then(revision: int, *, is_told: bool) -> None:
    async def story() -> None:
        channel = ScriptedChannel(answers={"host.read": inventory(revision=1)})
        client = Client(channel, "hv01")
        await client.connect(and_read=True)
        await client.read()
        channel.say({"ev": "changed", "data": {"revision": revision}})
        await asyncio.sleep(0)  # it arrives
        told: list[str] = []
        await client.watch(lambda: told.append("changed"))
        assert told == (["changed"] if is_told else [])
        await client.close()

    run(story())


def test_vms_that_came_before_the_host_was_connected_are_shown_then() -> None:
    async def story() -> None:
        channel = ScriptedChannel(answers={"host.read": silence, "host.import": silence})
        client = Client(channel, "hv01")
        shown: list[tuple[bool, list[str]]] = []

        def show(state: HostState) -> None:
            shown.append((client.facts is not None, list(state.vms)))

        client.on_part = show
        channel.answers["host.watch"] = lambda _: _parts_and_module(channel)
        await client.connect(and_read=True)
        assert shown == [(True, ["v1", "v2"])]
        reading = channel.asked("host.read")[0].id
        channel.say({"id": reading, "part": {"vms": [vm("v3")]}})
        await asyncio.sleep(0)  # it arrives
        assert shown[1:] == [(True, ["v1", "v2", "v3"])]
        channel.say({"id": reading, **inventory()(channel.requests[0])[-1]})
        assert list((await client.read()).vms) == ["v1", "v2", "v3"]
        await client.close()

    run(story())


def _parts_and_module(channel: ScriptedChannel) -> list[dict[str, object]]:
    """Say two VMs, and only then that the module is there."""
    for each in ("v1", "v2"):
        channel.say({"id": channel.asked("host.read")[0].id, "part": {"vms": [vm(each)]}})
    channel.say({"id": channel.asked("host.import")[0].id, "ok": {**FACTS, "time": "2020-01-01T00:00:00Z"}})
    return [{"ok": {}}]


def test_where_no_agent_stays_nothing_is_asked_ahead() -> None:
    async def story() -> None:
        channel = ScriptedChannel()
        client = Client(channel, "hv01", polls=True)
        await client.connect(and_read=True)
        assert _verbs(channel) == AHEAD[:4]
        await client.close()

    run(story())


def test_a_host_without_the_module_says_so_and_not_that_it_cannot_be_read() -> None:
    async def story() -> None:
        error = {"message": "Get-VM?", "category": "ObjectNotFound", "fqid": "CommandNotFoundException"}
        answers = {
            "host.import": ok({"host": "hv01", "has_module": False}),
            "host.read": lambda _: [{"error": error}],
        }
        channel = ScriptedChannel(answers=answers)
        with pytest.raises(ConnectionFailure, match="no Hyper-V module"):
            await Client(channel, "hv01").connect(and_read=True)
        assert not channel.is_open

    run(story())


def test_a_reading_ahead_that_fails_says_why_and_the_next_one_works() -> None:
    async def story() -> None:
        error = {"message": "Access denied", "category": "PermissionDenied", "fqid": "AccessDenied,GetVM"}
        channel = ScriptedChannel(answers={"host.read": lambda _: [{"error": error}]})
        client = Client(channel, "hv01")
        await client.connect(and_read=True)
        with pytest.raises(HostFailure, match="could not list its VMs"):
            await client.read()
        channel.answers["host.read"] = inventory(vm("v1"))
        assert list((await client.read()).vms) == ["v1"]
        await client.close()

    run(story())


def test_a_connection_that_is_cut_meanwhile_is_read_all_the_same() -> None:
    async def story() -> None:
        channel = ScriptedChannel(answers={"host.read": silence})
        client = Client(channel, "hv01")
        await client.connect(and_read=True)
        channel.answers["host.read"] = inventory(vm("v1"))
        channel.cut()
        assert list((await client.read()).vms) == ["v1"]
        assert len(channel.asked("host.read")) == 2
        await client.close()

    run(story())
