"""The client over an agent by script: what it reads, and what it asks for."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hvtree.domain.errors import (
    BadHostData,
    HostFailure,
)
from hvtree.hosts.messages import Request
from tests.support.scripted_agent import ScriptedChannel, inventory, silence, vm
from tests.support.scripted_client import connected
from tests.support.virtual_time import run


def test_a_reading_gives_the_state_and_the_next_one_asks_only_for_changes() -> None:
    async def story() -> None:
        channel = ScriptedChannel(answers={"host.read": inventory(vm("V1"), vm("v2"), revision=7)})
        async with connected(channel) as client:
            first = await client.read()
            channel.answers["host.read"] = inventory(vm("v2", state="Off"), revision=8, full=False)
            second = await client.read()
            assert [request.args["since"] for request in channel.asked("host.read")] == [0, 7]
            assert list(second.vms) == ["v1", "v2"]
            assert second.vms["v1"] is first.vms["v1"]
            assert second.vms["v2"].state == "Off"

    run(story())


def test_a_vm_that_a_full_reading_brings_unchanged_is_the_same_object() -> None:
    async def story() -> None:
        channel = ScriptedChannel(answers={"host.read": inventory(vm("v1"))})
        async with connected(channel) as client:
            first = await client.read()
            assert (await client.read()).vms["v1"] is first.vms["v1"]

    run(story())


def test_readings_asked_for_during_one_share_the_next_one() -> None:
    async def story() -> None:
        channel = ScriptedChannel(answers={"host.read": silence})
        async with connected(channel) as client:
            first = asyncio.ensure_future(client.read())
            await asyncio.sleep(1)
            later = [asyncio.ensure_future(client.read()) for _ in range(5)]
            await asyncio.sleep(1)
            assert len(channel.asked("host.read")) == 1
            channel.answers["host.read"] = inventory(vm("new"), revision=2)
            channel.say({"id": channel.asked("host.read")[0].id, "ok": inventory()(_any())[0]["ok"]})
            assert not (await first).vms
            states = await asyncio.gather(*later)
            assert all(state is states[0] for state in states)
            assert list(states[0].vms) == ["new"]
            assert len(channel.asked("host.read")) == 2

    run(story())


def _any() -> Request:
    return Request("", "")


def test_cancelling_one_reader_leaves_the_others_their_reading() -> None:
    async def story() -> None:
        channel = ScriptedChannel(answers={"host.read": inventory(vm("v1"))})
        async with connected(channel) as client:
            given_up, waiting = asyncio.ensure_future(client.read()), asyncio.ensure_future(client.read())
            await asyncio.sleep(0)
            given_up.cancel()
            assert list((await waiting).vms) == ["v1"]

    run(story())


def test_a_reading_that_fails_says_why_and_the_next_one_works() -> None:
    async def story() -> None:
        error = {"message": "Access denied", "category": "PermissionDenied", "fqid": "AccessDenied,GetVM"}
        channel = ScriptedChannel(answers={"host.read": lambda _: [{"error": error}]})
        async with connected(channel) as client:
            with pytest.raises(HostFailure, match="could not list its VMs") as caught:
                await client.read()
            assert caught.value.record.identifier == "AccessDenied"
            channel.answers["host.read"] = inventory()
            assert not (await client.read()).vms

    run(story())


@pytest.mark.parametrize(
    "answer",
    [
        [{"ok": {}}],
        [{"part": {"vms": 7}}, {"ok": {}}],
        [{"part": 7}, *inventory()(_any())],
        inventory(full=False)(_any()),
    ],
)
def test_a_reading_that_makes_no_sense_is_an_error_in_words(answer: list[dict[str, Any]]) -> None:
    async def story() -> None:
        async with connected(ScriptedChannel(answers={"host.read": lambda _: answer})) as client:
            with pytest.raises(BadHostData):
                await client.read()

    run(story())
