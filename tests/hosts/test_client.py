"""The client over an agent by script: what it asks, what it makes of the answers, and how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.edits import Apply, Create, Delete, DeleteSubtree, Edit, Export, Power, Rename, SetPower
from hvtree.domain.errors import (
    AuthenticationFailure,
    BadHostData,
    ConnectionFailure,
    HostFailure,
    HVTreeError,
    OutcomeUnknown,
)
from hvtree.domain.receipt import Progress
from hvtree.hosts.client import Client
from hvtree.hosts.introduction import Timing
from hvtree.hosts.messages import Request
from tests.support.scripted_agent import ScriptedChannel, inventory, ok, silence, vm
from tests.support.virtual_time import run

REF = CheckpointRef("v1", "c1")


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


def test_connecting_greets_tests_the_road_and_loads_the_module() -> None:
    async def story() -> None:
        channel = ScriptedChannel()
        async with connected(channel) as client:
            assert [request.verb for request in channel.requests] == ["echo", "echo", "emit", "host.import"]
            assert len(channel.requests[1].args["text"]) == 200_000
            assert client.hello is not None
            assert client.hello.agent == "script"
            assert client.facts is not None
            assert client.mode == "in memory"
        assert not channel.is_open

    run(story())


@pytest.mark.parametrize(
    ("channel", "kind", "sentence"),
    [
        (ScriptedChannel(greeting=None), ConnectionFailure, "did not start there within 30 seconds"),
        (ScriptedChannel(greeting=b"'powershell' is not recognized\n"), ConnectionFailure, "did not start"),
        (
            ScriptedChannel(greeting=b'#hvtree#{"ev":"hello","data":{"v":1,'),
            ConnectionFailure,
            "did not start",
        ),
        (ScriptedChannel(greeting=b'#hvtree#{"ev":"hel\n'), BadHostData, "cannot be read"),
        (ScriptedChannel(greeting=b'#hvtree#{"ev":"hello"}\n'), BadHostData, "greeting cannot be read"),
        (
            ScriptedChannel(greeting=b'#hvtree#{"ev":"hello","data":{"v":9,"host":"h","agent":"a"}}\n'),
            BadHostData,
            "speaks version 9",
        ),
        (ScriptedChannel(answers={"echo": silence}), ConnectionFailure, "test of the road"),
        (ScriptedChannel(answers={"echo": ok({"text": "Z?rich"})}), BadHostData, "damages what is sent"),
        (ScriptedChannel(answers={"emit": ok({})}), ConnectionFailure, "test of the road"),
        (ScriptedChannel(answers={"host.import": silence}), ConnectionFailure, "did not load within 120"),
        (
            ScriptedChannel(answers={"host.import": ok({"host": "hv01", "has_module": False})}),
            ConnectionFailure,
            "no Hyper-V module",
        ),
        (ScriptedChannel(answers={"host.import": ok([])}), BadHostData, "Hyper-V module cannot be read"),
        (
            ScriptedChannel(answers={"host.import": lambda _: [{"error": {"message": "boom"}}]}),
            HostFailure,
            "could not load the Hyper-V module",
        ),
    ],
)
def test_a_host_that_is_none_of_ours_is_refused_with_a_sentence(
    channel: ScriptedChannel, kind: type[HVTreeError], sentence: str
) -> None:
    async def story() -> None:
        lost: list[HVTreeError] = []
        client = Client(channel, "hv01")
        client.on_lost = lost.append
        with pytest.raises(kind, match=sentence):
            await client.connect()
        assert not channel.is_open
        assert not lost

    run(story())


def test_what_the_host_said_instead_of_a_greeting_is_in_the_details() -> None:
    async def story() -> None:
        channel = ScriptedChannel(greeting=b"Access is denied.\nhalf a li")
        with pytest.raises(ConnectionFailure) as caught:
            await Client(channel, "hv01").connect()
        assert caught.value.details == "Access is denied.\nhalf a li"

    run(story())


def test_a_refused_login_is_told_as_it_is() -> None:
    async def story() -> None:
        channel = ScriptedChannel(open_error=AuthenticationFailure("The host refused."))
        with pytest.raises(AuthenticationFailure):
            await Client(channel, "hv01").connect()

    run(story())


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
            impatient, patient = asyncio.ensure_future(client.read()), asyncio.ensure_future(client.read())
            await asyncio.sleep(0)
            impatient.cancel()
            assert list((await patient).vms) == ["v1"]

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


EDITS: list[tuple[Edit, str, dict[str, Any]]] = [
    (SetPower(("v1", "v2"), Power.START), "vm.start", {"ids": ["v1", "v2"]}),
    (SetPower(("v1",), Power.SAVE), "vm.save", {"ids": ["v1"]}),
    (SetPower(("v1",), Power.PAUSE), "vm.suspend", {"ids": ["v1"]}),
    (SetPower(("v1",), Power.RESUME), "vm.resume", {"ids": ["v1"]}),
    (SetPower(("v1",), Power.TURN_OFF), "vm.turn_off", {"ids": ["v1"]}),
    (Create(("v1", "v2"), "a ‘name’ $(x)"), "vm.checkpoint", {"ids": ["v1", "v2"], "name": "a ‘name’ $(x)"}),
    (Rename(REF, "n"), "checkpoint.rename", {"ids": ["c1"], "name": "n"}),
    (Apply(REF), "checkpoint.apply", {"ids": ["c1"]}),
    (Export(REF, "D:\\x"), "checkpoint.export", {"ids": ["c1"], "path": "D:\\x"}),
    (Delete((REF, CheckpointRef("v2", "c2"))), "checkpoint.delete", {"ids": ["c1", "c2"]}),
    (DeleteSubtree(REF), "checkpoint.delete_subtree", {"ids": ["c1"]}),
]


@pytest.mark.parametrize(("edit", "verb", "args"), EDITS)
def test_each_edit_is_one_request(edit: Edit, verb: str, args: dict[str, Any]) -> None:
    async def story() -> None:
        channel = ScriptedChannel(answers={verb: ok(results(*args["ids"]))})
        async with connected(channel) as client:
            receipt = await client.perform(edit, nothing)
            assert [outcome.target_id for outcome in receipt.outcomes] == args["ids"]
            assert not receipt.failures
            assert channel.requests[-1].verb == verb
            assert channel.requests[-1].args == args

    run(story())


def test_a_receipt_has_ids_errors_and_times_in_the_order_of_the_question() -> None:
    async def story() -> None:
        answer = {
            "results": [
                {"id": "V2", "error": {"message": "No", "fqid": "OperationFailed,X", "hresult": -2147024891}},
                {"id": "v1", "checkpoint": "NEW", "began": "2020-01-01T00:00:00Z", "ended": "odd"},
            ],
            "warnings": ["slow disk"],
        }
        async with connected(ScriptedChannel(answers={"vm.checkpoint": ok(answer)})) as client:
            receipt = await client.perform(Create(("v1", "v2"), "n"), nothing)
            first, second = receipt.outcomes
            assert (first.target_id, first.result_id, first.ended_utc) == ("v1", "new", None)
            assert first.began_utc is not None
            assert second.error is not None
            assert second.error.identifier == "OperationFailed"
            assert receipt.failures == (second,)
            assert receipt.warnings == ("slow disk",)

    run(story())


def test_progress_is_reported_while_a_request_runs() -> None:
    async def story() -> None:
        answer = [
            {"progress": {"target": "C1", "percent": 10, "text": "copying"}},
            {"progress": {"target": "c1", "percent": 200}},
            {"progress": {"target": "c1"}},
            {"ok": results("c1")},
        ]
        async with connected(ScriptedChannel(answers={"checkpoint.export": lambda _: answer})) as client:
            seen: list[Progress] = []
            await client.perform(Export(REF, "D:\\x"), seen.append)
            assert seen == [Progress("c1", 10, "copying"), Progress("c1", 100), Progress("c1", None)]

    run(story())


def test_an_edit_of_nothing_asks_nothing() -> None:
    async def story() -> None:
        channel = ScriptedChannel()
        async with connected(channel) as client:
            before = len(channel.requests)
            assert (await client.perform(Delete(()), nothing)).outcomes == ()
            assert len(channel.requests) == before

    run(story())


def test_an_error_for_the_whole_request_is_a_failure_of_the_host() -> None:
    async def story() -> None:
        answers = {
            "checkpoint.apply": lambda _: [
                {"error": {"message": "this agent cannot", "category": "NotInstalled"}}
            ]
        }
        async with connected(ScriptedChannel(answers=answers)) as client:
            with pytest.raises(HostFailure, match="could not apply a checkpoint"):
                await client.perform(Apply(REF), nothing)

    run(story())


@pytest.mark.parametrize(
    "body", [None, {}, results("other"), results("c1", "c2"), results("c1", "c1"), results()]
)
def test_an_answer_to_an_edit_that_makes_no_sense_leaves_its_outcome_unknown(body: Any) -> None:
    async def story() -> None:
        async with connected(ScriptedChannel(answers={"checkpoint.delete": ok(body)})) as client:
            with pytest.raises(OutcomeUnknown, match="asked to delete a checkpoint"):
                await client.perform(Delete((REF,)), nothing)

    run(story())


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
            with pytest.raises(OutcomeUnknown, match="may or may not"):
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
            assert (await client.perform(Apply(REF), nothing)).outcomes[0].is_ok
            await client.perform(Apply(REF), nothing)

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


def test_the_connection_is_kept_alive_with_a_ping_every_45_seconds() -> None:
    async def story() -> None:
        channel = ScriptedChannel()
        async with connected(channel):
            await asyncio.sleep(200)
            assert len(channel.asked("ping")) == 4

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
            await client.perform(Apply(REF), nothing)
        await client.close()

    run(story())
