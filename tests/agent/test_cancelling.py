"""A request that is cancelled: what the host can stop is stopped, what has not begun is not done."""

from __future__ import annotations

from pathlib import Path

from tests.agent.test_work import called, noted
from tests.agent.world import checkpoint, checkpoint_id, job, vm, write_world
from tests.support.powershell import AgentProcess
from tests.support.waiting import FOR_EVER_S


def test_cancelling_stops_the_job_that_can_be_stopped(agent: AgentProcess, world: Path, calls: Path) -> None:
    write_world(
        world,
        vm(1, "web", checkpoint(1, "base")),
        seconds={"Export-VMSnapshot": FOR_EVER_S},
        jobs=[job(1, 62, 37)],
    )
    before = noted(calls)
    agent.ask("host.read", since=0)
    export = agent.send("checkpoint.export", ids=[checkpoint_id(1)], path="D:\\Export")
    agent.progress(export)

    assert agent.ask("request.cancel", request=export).ok == {"cancelled": True}
    assert agent.answer(export).by_id[checkpoint_id(1)]["error"]["category"] == "OperationStopped"
    assert "Invoke-CimMethod RequestStateChange 4" in called(calls, before)


def test_a_job_that_cannot_be_stopped_is_not_said_to_be(agent: AgentProcess, world: Path) -> None:
    write_world(
        world,
        vm(1, "web", checkpoint(1, "base")),
        seconds={"Export-VMSnapshot": FOR_EVER_S},
        jobs=[job(1, 62, 37, cancellable=False)],
    )
    agent.ask("host.read", since=0)
    export = agent.send("checkpoint.export", ids=[checkpoint_id(1)], path="D:\\Export")
    agent.progress(export)

    assert agent.ask("request.cancel", request=export).ok == {"cancelled": False}
    write_world(world, vm(1, "web"))
    assert "error" not in agent.answer(export).by_id[checkpoint_id(1)]


def test_what_has_not_begun_is_not_done_after_a_cancel(agent: AgentProcess, world: Path) -> None:
    tree = [checkpoint(number, f"c{number}") for number in range(1, 4)]
    write_world(world, vm(1, "web", *tree), seconds={"Remove-VMSnapshot": FOR_EVER_S}, jobs=[job(1, 72, 10)])
    ids = [each["id"] for each in tree]
    agent.ask("host.read", since=0)
    request = agent.send("checkpoint.delete", ids=ids)
    agent.progress(request)

    assert agent.ask("request.cancel", request=request).ok == {"cancelled": True}
    write_world(world, vm(1, "web", *tree))
    errors = [result.get("error", {}).get("category") for result in agent.answer(request).ok["results"]]
    assert errors == [None, "OperationStopped", "OperationStopped"]


def test_cancelling_what_is_not_at_work_cancels_nothing(agent: AgentProcess) -> None:
    assert agent.ask("request.cancel", request="nothing").ok == {"cancelled": False}
