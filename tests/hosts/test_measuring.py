"""Asking a host for sizes: what comes is kept, what is absurd or never comes harms nothing."""

from __future__ import annotations

import asyncio
import gc
import weakref
from typing import Any

import pytest

from hvtree.domain.errors import ConnectionFailure, HVTreeError
from hvtree.domain.model import HostState
from hvtree.hosts.messages import Request
from tests.support.scripted_agent import ScriptedChannel, inventory, silence, vm
from tests.support.scripted_client import connected
from tests.support.virtual_time import jump, run

CREATED = "2020-01-01T00:00:00Z"


def picture(vm_id: str) -> dict[str, Any]:
    checkpoint = {"id": f"c-{vm_id}", "name": "c", "created": CREATED, "drives": [f"{vm_id}.avhdx"]}
    return vm(vm_id, drives=[f"{vm_id}-now.avhdx"], checkpoints=[checkpoint])


def sizes(vm_id: str, size: int = 1000) -> dict[str, Any]:
    disks = [{"path": f"{vm_id}{end}.avhdx", "size": size, "virtual": 9} for end in ("", "-now")]
    return {"id": vm_id, "disks": disks, "states": {f"c-{vm_id}": 10}}


def part(*found: Any) -> dict[str, Any]:
    return {"part": {"vms": list(found)}}


def told(request: Request) -> list[dict[str, Any]]:
    return [*(part(sizes(each)) for each in request.args["ids"]), {"ok": {}}]


def channel(*vm_ids: str, **answers: Any) -> ScriptedChannel:
    vms = [picture(each) for each in vm_ids]
    return ScriptedChannel(answers={"host.read": inventory(*vms), "host.sizes": told, **answers})


def size_of(state: HostState, vm_id: str) -> int | None:
    return state.vms[vm_id].checkpoints[0].size_bytes


def test_a_reading_asks_for_no_sizes_and_says_that_it_has_none() -> None:
    async def story() -> None:
        ends = channel("a", "b")
        async with connected(ends) as client:
            state = await client.read()
            assert ends.asked("host.read")[0].args["sizes"] is False
            assert [each.is_measured for each in state.vms.values()] == [False, False]
            assert size_of(state, "a") is None
            assert state.vms["a"].drives == ("a-now.avhdx",)
            after = await client.measure(["b"])
            assert (size_of(after, "a"), size_of(after, "b")) == (None, 1010)
            assert after.vms["a"] is state.vms["a"]
            assert [each.args["ids"] for each in ends.asked("host.sizes")] == [["b"]]

    run(story())


def test_a_vm_as_it_was_before_it_had_sizes_is_kept_by_nobody() -> None:
    async def story() -> None:
        async with connected(channel("a")) as client:
            before = weakref.ref((await client.read()).vms["a"].tree)  # kept by its VM alone
            await client.measure(["a"])
            gc.collect()
            assert before() is None

    run(story())


def test_an_agent_that_sends_sizes_with_the_picture_is_taken_at_its_word() -> None:
    async def story() -> None:
        disks = sizes("a")["disks"]
        async with connected(channel("b", **{"host.read": inventory(vm("a", disks=disks))})) as client:
            state = await client.read()
            assert state.vms["a"].is_measured
            assert len(state.vms["a"].files) == 2

    run(story())


def test_sizes_are_told_as_they_come() -> None:
    async def story() -> None:
        ends = channel("a", "b", **{"host.sizes": silence})
        seen: list[list[str]] = []
        async with connected(ends) as client:
            await client.read()
            measuring = asyncio.create_task(
                client.measure(
                    ["a", "b"],
                    lambda state: seen.append([one.id for one in state.vms.values() if one.is_measured]),
                )
            )
            await asyncio.sleep(0)
            (asked,) = ends.asked("host.sizes")
            for each in ("a", "b"):
                ends.say({"id": asked.id, **part(sizes(each))})
            ends.say({"id": asked.id, "ok": {}})
            await measuring
        assert seen[:2] == [["a"], ["a", "b"]]

    run(story())


def test_a_cut_in_the_middle_asks_only_for_those_that_have_not_come() -> None:
    async def story() -> None:
        ends = channel("a", "b", "c", **{"host.sizes": silence})
        async with connected(ends) as client:
            await client.read()
            measuring = asyncio.create_task(client.measure(["a", "b", "c"]))
            await asyncio.sleep(0)
            ends.say({"id": ends.asked("host.sizes")[0].id, **part(sizes("a"))})
            await asyncio.sleep(1)
            ends.answers["host.sizes"] = told
            ends.cut()
            state = await measuring
            assert [each.args["ids"] for each in ends.asked("host.sizes")] == [["a", "b", "c"], ["b", "c"]]
            assert [size_of(state, each) for each in "abc"] == [1010] * 3

    run(story())


def test_a_lost_connection_ends_the_question_with_the_reason() -> None:
    async def story() -> None:
        ends = channel("a", **{"host.sizes": silence})
        async with connected(ends) as client:
            await client.read()
            measuring = asyncio.create_task(client.measure(["a"]))
            await asyncio.sleep(0)
            ends.lose(ConnectionFailure("The cable is out."))
            with pytest.raises(ConnectionFailure, match="The cable is out"):
                await measuring

    run(story())


def test_cancelling_asks_the_host_to_stop_and_keeps_what_came() -> None:
    async def story() -> None:
        ends = channel("a", "b", **{"host.sizes": silence})
        async with connected(ends) as client:
            await client.read()
            measuring = asyncio.create_task(client.measure(["a", "b"]))
            await asyncio.sleep(0)
            (asked,) = ends.asked("host.sizes")
            ends.say({"id": asked.id, **part(sizes("a"))})
            await asyncio.sleep(1)
            measuring.cancel()
            await asyncio.wait((measuring,))
            assert [each.args for each in ends.asked("request.cancel")] == [{"request": asked.id}]
            ends.answers["host.sizes"] = told
            state = await client.measure([])
            assert (size_of(state, "a"), size_of(state, "b")) == (1010, None)

    run(story())


def test_a_host_that_never_tells_sizes_is_not_dead_and_not_asked_for_ever() -> None:
    async def story() -> None:
        ends = channel("a", **{"host.sizes": silence, "ping": lambda _: [{"ok": {"time": CREATED}}]})
        lost: list[HVTreeError] = []
        async with connected(ends) as client:
            client.on_lost = lost.append
            await client.read()
            state = await client.measure(["a"])
            assert state.vms["a"].is_measured
            assert size_of(state, "a") is None
            assert not state.vms["a"].has_all_sizes
            assert len(ends.asked("host.sizes")) == 1
            assert len(ends.asked("request.cancel")) == 1
        assert not lost
        assert len(ends.asked("ping")) >= 60 // 6 - 1, "it is pinged as an idle host"

    run(story())


def test_sizes_that_come_after_a_jump_of_the_clock_are_taken() -> None:
    async def story() -> None:
        ends = channel("a", **{"host.sizes": silence, "ping": lambda _: [{"ok": {"time": CREATED}}]})
        async with connected(ends) as client:
            await client.read()
            measuring = asyncio.create_task(client.measure(["a"]))
            await asyncio.sleep(1)
            (asked,) = ends.asked("host.sizes")
            jump(3600)
            await asyncio.sleep(3)
            ends.say({"id": asked.id, **part(sizes("a"))})
            ends.say({"id": asked.id, "ok": {}})
            assert size_of(await measuring, "a") == 1010
            assert not ends.asked("request.cancel")

    run(story())


def test_a_host_that_dies_over_sizes_is_said_not_to_answer_like_an_idle_one() -> None:
    async def story() -> None:
        ends = channel("a", **{"host.sizes": silence, "ping": silence})
        async with connected(ends) as client:
            silent: asyncio.Future[float | None] = asyncio.get_running_loop().create_future()
            client.on_silent = lambda seconds: None if silent.done() else silent.set_result(seconds)
            await client.read()
            measuring = asyncio.create_task(client.measure(["a"]))
            seconds = await silent
            assert seconds is not None
            assert seconds <= 11
            measuring.cancel()

    run(story())


@pytest.mark.parametrize(
    "answer",
    [
        [{"part": {"vms": [{"id": "a", "disks": [{"path": "a", "size": -1, "virtual": 0}]}]}}, {"ok": {}}],
        [{"part": {"vms": [{"id": "a", "states": {"c-a": 2**80}}]}}, {"ok": {}}],
        [{"part": {"vms": "a"}}, {"ok": {}}],
        [{"part": 7}, {"ok": {}}],
        [{"ok": {}}],
        [{"ok": None}],
        [{"error": {"message": "host.sizes is no verb of this agent."}}],
        [part({"id": "b", "states": {}}, sizes("nobody")), {"ok": {}}],
        [part(vm("a")), {"ok": {}}],
    ],
)
def test_an_absurd_answer_leaves_the_sizes_unknown_and_the_host_connected(
    answer: list[dict[str, Any]],
) -> None:
    async def story() -> None:
        ends = channel("a", "b", **{"host.sizes": lambda _: answer})
        lost: list[HVTreeError] = []
        async with connected(ends) as client:
            client.on_lost = lost.append
            before = await client.read()
            state = await client.measure(["a"])
            assert list(state.vms) == ["a", "b"]
            assert size_of(state, "a") is None
            assert state.vms["a"].is_measured, "it is not asked for ever"
            assert state.vms["b"] is before.vms["b"], "nobody has asked about it"
        assert not lost

    run(story())


def test_sizes_of_a_vm_that_was_read_again_meanwhile_do_not_settle_it() -> None:
    async def story() -> None:
        ends = channel("a", **{"host.sizes": silence})
        async with connected(ends) as client:
            await client.read()
            measuring = asyncio.create_task(client.measure(["a"]))
            await asyncio.sleep(0)
            changed = inventory(picture("a") | {"name": "renamed"}, revision=2, full=False)
            ends.answers["host.read"] = changed
            await client.read()
            (asked,) = ends.asked("host.sizes")
            ends.say({"id": asked.id, **part(sizes("a"))})
            ends.say({"id": asked.id, "ok": {}})
            state = await measuring
            assert state.vms["a"].name == "renamed"
            assert size_of(state, "a") == 1010
            assert not state.vms["a"].is_measured

    run(story())


def test_the_first_reading_is_told_part_by_part_and_later_ones_are_not() -> None:
    async def story() -> None:
        ends = channel("a", "b")
        ends.answers["host.import"] = lambda _: [
            {"ok": {"host": "hv01", "has_module": True, "time": CREATED}}
        ]
        parts: list[list[str]] = []
        async with connected(ends) as client:
            client.on_part = lambda state: parts.append(list(state.vms))
            await client.read()
            await client.read()
        assert parts == [["a"], ["a", "b"]]

    run(story())
