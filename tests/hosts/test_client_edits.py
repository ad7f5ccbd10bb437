"""The client over an agent by script: what it asks to be done, and what it makes of the answers."""

from __future__ import annotations

from typing import Any

import pytest

from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.edits import Apply, Create, Delete, DeleteSubtree, Edit, Export, Power, Rename, SetPower
from hvtree.domain.errors import (
    HostFailure,
    OutcomeUnknown,
)
from hvtree.domain.receipt import Progress
from tests.support.scripted_agent import ScriptedChannel, ok
from tests.support.scripted_client import connected, nothing, results
from tests.support.virtual_time import run

REF = CheckpointRef("v1", "c1")


EDITS: list[tuple[Edit, str, dict[str, Any]]] = [
    (SetPower(("v1", "v2"), Power.START), "vm.start", {"ids": ["v1", "v2"]}),
    (SetPower(("v1",), Power.SAVE), "vm.save", {"ids": ["v1"]}),
    (SetPower(("v1",), Power.PAUSE), "vm.suspend", {"ids": ["v1"]}),
    (SetPower(("v1",), Power.RESUME), "vm.resume", {"ids": ["v1"]}),
    (SetPower(("v1",), Power.SHUT_DOWN), "vm.shut_down", {"ids": ["v1"]}),
    (SetPower(("v1",), Power.TURN_OFF), "vm.turn_off", {"ids": ["v1"]}),
    (Create(("v1", "v2"), "a ‘name’ $(x)"), "vm.checkpoint", {"ids": ["v1", "v2"], "name": "a ‘name’ $(x)"}),
    (Rename(REF, "n"), "checkpoint.rename", {"ids": ["c1"], "name": "n"}),
    (Apply((REF,)), "checkpoint.apply", {"ids": ["c1"]}),
    (Apply((REF, CheckpointRef("v2", "c2"))), "checkpoint.apply", {"ids": ["c1", "c2"]}),
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


def test_a_host_cannot_put_a_line_of_its_own_into_what_is_said_of_an_edit() -> None:
    async def story() -> None:
        forged = "slow\nCreate: \u202edone"
        answer: list[dict[str, Any]] = [
            {"progress": {"target": "v1", "text": forged}},
            {"ok": {**results("v1"), "warnings": [forged]}},
        ]
        async with connected(ScriptedChannel(answers={"vm.checkpoint": lambda _: answer})) as client:
            seen: list[Progress] = []
            receipt = await client.perform(Create(("v1",), "n"), seen.append)
            harmless = "slow Create: \ufffddone"
            assert (seen[0].text, receipt.warnings) == (harmless, (harmless,))

    run(story())


def test_progress_is_reported_while_a_request_runs() -> None:
    async def story() -> None:
        answer: list[dict[str, Any]] = [
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
                await client.perform(Apply((REF,)), nothing)

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
