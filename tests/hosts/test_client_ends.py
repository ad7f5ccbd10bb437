"""The client over an agent by script: cuts, garbage, cancelling, pings, and the end."""

from __future__ import annotations

import asyncio

import pytest

from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.edits import Apply, Delete, Export
from hvtree.domain.errors import (
    BadHostData,
    ConnectionFailure,
    HVTreeError,
    OutcomeUnknown,
)
from hvtree.hosts.client import Client
from hvtree.hosts.handshake import Timing
from tests.support.scripted_agent import ScriptedChannel, inventory, ok, silence, vm
from tests.support.scripted_client import connected, nothing, results
from tests.support.virtual_time import run

REF = CheckpointRef("v1", "c1")


def test_a_lost_agent_leaves_the_outcome_unknown_fails_readings_and_is_told_once() -> None:
    async def story() -> None:
        channel = ScriptedChannel(answers={"checkpoint.delete": silence, "host.read": silence})
        async with connected(channel) as client:
            lost: list[HVTreeError] = []
            client.on_lost = lost.append
            edit = asyncio.ensure_future(client.perform(Delete((REF,)), nothing))
            reading = asyncio.ensure_future(client.read())
            await asyncio.sleep(1)
            channel.lose(ConnectionFailure("The agent has ended."))
            with pytest.raises(OutcomeUnknown, match="no answer came back"):
                await edit
            with pytest.raises(ConnectionFailure, match="agent has ended"):
                await reading
            with pytest.raises(ConnectionFailure, match="not connected"):
                await client.perform(Delete((REF,)), nothing)
            with pytest.raises(ConnectionFailure, match="not connected"):
                await client.read()
            assert [error.what for error in lost] == ["The agent has ended."]

    run(story())


def test_after_a_cut_edits_are_repeated_under_their_id_and_readings_made_anew() -> None:
    async def story() -> None:
        channel = ScriptedChannel(answers={"checkpoint.delete": silence, "host.read": silence})
        async with connected(channel) as client:
            edit = asyncio.ensure_future(client.perform(Delete((REF,)), nothing))
            reading = asyncio.ensure_future(client.read())
            await asyncio.sleep(1)
            channel.answers = {"checkpoint.delete": ok(results("c1")), "host.read": inventory(vm("v1"))}
            channel.cut()
            assert (await edit).outcomes[0].is_ok
            assert list((await reading).vms) == ["v1"]
            first, second = channel.asked("checkpoint.delete")
            assert first == second
            first, second = channel.asked("host.read")
            assert first.id != second.id

    run(story())


def test_an_answer_that_comes_twice_counts_once() -> None:
    async def story() -> None:
        twice = [{"ok": results("c1")}, {"ok": results("c1")}]
        async with connected(ScriptedChannel(answers={"checkpoint.apply": lambda _: twice})) as client:
            assert (await client.perform(Apply((REF,)), nothing)).outcomes[0].is_ok
            await client.perform(Apply((REF,)), nothing)

    run(story())


def test_the_line_across_a_cut_may_be_damaged() -> None:
    async def story() -> None:
        channel = ScriptedChannel(answers={"host.read": inventory()})
        async with connected(channel) as client:
            channel.output(b'#hvtree#{"ev":"chan')
            await asyncio.sleep(1)
            channel.cut()
            channel.output(b'n":7}}\n')
            await asyncio.sleep(1)
            assert not (await client.read()).vms

    run(story())


def test_garbage_under_the_marker_ends_the_connection_with_a_sentence() -> None:
    async def story() -> None:
        channel = ScriptedChannel()
        async with connected(channel) as client:
            lost: list[HVTreeError] = []
            client.on_lost = lost.append
            channel.output(b"WARNING: noise\n#hvtree#{garbage}\n")
            await asyncio.sleep(1)
            assert isinstance(lost[0], BadHostData)
            assert "cannot be read" in lost[0].sentence
            assert "noise" in lost[0].details

    run(story())


def test_news_are_told_unless_they_were_read_already() -> None:
    async def story() -> None:
        channel = ScriptedChannel(answers={"host.read": inventory(revision=3)})
        async with connected(channel) as client:
            news: list[None] = []
            await client.watch(lambda: news.append(None))
            assert channel.requests[-1].args == {"on": True}
            await client.read()
            counts = []
            for revision in (3, 4, "odd"):
                channel.say({"ev": "changed", "data": {"revision": revision}})
                await asyncio.sleep(1)
                counts.append(len(news))
            channel.cut()
            assert [*counts, len(news)] == [0, 1, 2, 3]

    run(story())


def test_cancelling_asks_the_host_to_stop_and_waits_for_its_last_word() -> None:
    async def story() -> None:
        channel = ScriptedChannel(answers={"checkpoint.export": silence})
        async with connected(channel) as client:
            task = asyncio.ensure_future(client.perform(Export(REF, "D:\\x"), nothing))
            await asyncio.sleep(1)
            task.cancel()
            await asyncio.sleep(100)
            request = channel.asked("checkpoint.export")[0]
            assert [each.args for each in channel.asked("request.cancel")] == [{"request": request.id}]
            assert not task.done()
            channel.say({"id": request.id, "ok": results("c1", error={"message": "cancelled"})})
            with pytest.raises(asyncio.CancelledError):
                await task

    run(story())


def test_cancelling_twice_waits_for_nothing() -> None:
    async def story() -> None:
        async with connected(ScriptedChannel(answers={"checkpoint.export": silence})) as client:
            task = asyncio.ensure_future(client.perform(Export(REF, "D:\\x"), nothing))
            await asyncio.sleep(1)
            task.cancel()
            await asyncio.sleep(1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    run(story())


def test_a_quiet_connection_is_kept_alive_with_a_ping_every_6_seconds() -> None:
    async def story() -> None:
        channel = ScriptedChannel()
        async with connected(channel):
            await asyncio.sleep(200)
            assert len(channel.asked("ping")) == 33

    run(story())


def test_a_host_that_answers_no_ping_is_lost() -> None:
    async def story() -> None:
        channel = ScriptedChannel(answers={"ping": silence})
        client = Client(channel, "hv01", Timing(ping_s=10, pong_s=5))
        lost: list[HVTreeError] = []
        client.on_lost = lost.append
        await client.connect()
        await asyncio.sleep(14)
        assert not lost
        await asyncio.sleep(2)
        assert "has not answered for 5 seconds" in lost[0].what
        await client.close()

    run(story())


def test_closing_fails_whatever_waits_and_is_not_told_as_a_loss() -> None:
    async def story() -> None:
        channel = ScriptedChannel(answers={"checkpoint.delete": silence, "host.read": silence})
        client = Client(channel, "hv01")
        lost: list[HVTreeError] = []
        client.on_lost = lost.append
        await client.connect()
        edit = asyncio.ensure_future(client.perform(Delete((REF,)), nothing))
        reading = asyncio.ensure_future(client.read())
        await asyncio.sleep(1)
        await client.close()
        with pytest.raises(OutcomeUnknown):
            await edit
        with pytest.raises(ConnectionFailure, match="has been closed"):
            await reading
        await client.close()
        assert not lost

    run(story())


def test_nothing_can_be_asked_before_connecting() -> None:
    async def story() -> None:
        client = Client(ScriptedChannel(), "hv01")
        with pytest.raises(ConnectionFailure, match="not connected"):
            await client.perform(Apply((REF,)), nothing)
        await client.close()

    run(story())
