"""What changes a host: which cmdlet, for which object, with what answer, and how it is cancelled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from hvtree.hosts.messages import Results
from tests.agent.world import OFF, RUNNING, checkpoint, checkpoint_id, job, vm, vm_id, write_world
from tests.support.powershell import AgentProcess
from tests.support.waiting import FOR_EVER_S, comes_true

HOSTILE = "x\"; Stop-VM *; '$(exit)`n %TEMP% 2026-01-02T03:04:05Z \u202e 🧪"


def called(calls: Path, since: int = 0) -> list[str]:
    lines = calls.read_text().splitlines()[since:]
    return [line for line in lines if not line.startswith("Get-")]


def noted(calls: Path) -> int:
    return len(calls.read_text().splitlines())


def only_vm(agent: AgentProcess) -> dict[str, object]:
    (found,) = agent.ask("host.read", since=0).by_name.values()
    return found


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        ("vm.start", ("Start-VM", "Running")),
        ("vm.save", ("Save-VM", "Saved")),
        ("vm.suspend", ("Suspend-VM", "Paused")),
        ("vm.resume", ("Resume-VM", "Running")),
        ("vm.turn_off", ("Stop-VM", "Off")),
    ],
)
def test_a_power_verb_calls_its_cmdlet(
    agent: AgentProcess, world: Path, calls: Path, verb: str, expected: tuple[str, str]
) -> None:
    write_world(world, vm(1, "web"))
    before = noted(calls)
    cmdlet, state = expected

    assert "error" not in agent.ask(verb, ids=[vm_id(1)]).by_id[vm_id(1)]
    assert called(calls, before) == [f"{cmdlet} {vm_id(1)}"]
    assert only_vm(agent)["state"] == state


def test_getting_ready_calls_nothing_that_changes_a_vm(agent: AgentProcess, world: Path, calls: Path) -> None:
    write_world(world, vm(1, "web"), vm(2, "db"))
    before = noted(calls)

    assert not any("error" in each for each in agent.ask("vm.ready", ids=[vm_id(1), vm_id(2)]).by_id.values())
    assert called(calls, before) == []


def test_a_result_has_the_hosts_clock_before_and_after_the_cmdlet(agent: AgentProcess, world: Path) -> None:
    write_world(world, vm(1, "web"), seconds={"Start-VM": 0.2})

    answer = agent.ask("vm.start", ids=[vm_id(1)])
    result = msgspec.convert(answer.ok, Results).results[0]
    spent = datetime.fromisoformat(str(result.ended)) - datetime.fromisoformat(str(result.began))
    assert spent.total_seconds() >= 0.2


def test_ids_may_be_in_upper_case_and_repeated(agent: AgentProcess, world: Path) -> None:
    write_world(world, vm(1, "web"))

    answer = agent.ask("vm.start", ids=[vm_id(1).upper(), vm_id(1)])
    assert [result["id"] for result in answer.ok["results"]] == [vm_id(1)]


def test_no_ids_get_no_results(agent: AgentProcess) -> None:
    assert agent.ask("vm.start", ids=[]).ok["results"] == []


def test_each_id_has_its_own_answer_in_the_order_of_the_request(agent: AgentProcess, world: Path) -> None:
    write_world(world, vm(1, "web"), vm(3, "db"))
    ids = [vm_id(3), vm_id(2), vm_id(1)]

    answer = agent.ask("vm.start", ids=ids)
    assert [result["id"] for result in answer.ok["results"]] == ids
    assert answer.by_id[vm_id(2)]["error"]["fqid"].startswith("InvalidParameter,")
    assert "error" not in answer.by_id[vm_id(1)]


def test_an_error_keeps_category_identifier_and_target(agent: AgentProcess, world: Path) -> None:
    write_world(world, vm(1, "web"), fail={"Start-VM": "It is in the wrong state."})

    error = agent.ask("vm.start", ids=[vm_id(1)]).by_id[vm_id(1)]["error"]
    assert (error["message"], error["category"], error["fqid"], error["target"]) == (
        "It is in the wrong state.",
        "InvalidOperation",
        "InvalidState,Start-VM",
        "web",
    )


def test_an_id_that_is_no_guid_is_an_error_of_its_own(agent: AgentProcess, world: Path) -> None:
    write_world(world, vm(1, "web"))

    answer = agent.ask("vm.start", ids=["web; Stop-VM *", vm_id(1)])
    assert "error" in answer.by_id["web; stop-vm *"]
    assert "error" not in answer.by_id[vm_id(1)]


def test_a_checkpoint_is_taken_and_its_id_told(agent: AgentProcess, world: Path) -> None:
    write_world(world, vm(1, "web", checkpoint(1, "base"), now=1))

    made = agent.ask("vm.checkpoint", ids=[vm_id(1)], name=HOSTILE).by_id[vm_id(1)]["checkpoint"]
    web = only_vm(agent)
    assert web["parent"] == made
    assert {each["id"]: each["name"] for each in web["checkpoints"]}[made] == HOSTILE  # type: ignore[attr-defined]


def test_a_checkpoint_may_have_no_name(agent: AgentProcess, world: Path) -> None:
    write_world(world, vm(1, "web"))

    assert agent.ask("vm.checkpoint", ids=[vm_id(1)]).by_id[vm_id(1)]["checkpoint"]


def test_a_checkpoint_is_renamed_letter_by_letter(agent: AgentProcess, world: Path) -> None:
    write_world(world, vm(1, "web", checkpoint(1, "base")))

    agent.ask("checkpoint.rename", ids=[checkpoint_id(1)], name=HOSTILE)
    assert only_vm(agent)["checkpoints"][0]["name"] == HOSTILE  # type: ignore[index]


def test_applying_asks_nobody_and_moves_now(agent: AgentProcess, world: Path) -> None:
    write_world(world, vm(1, "web", checkpoint(1, "base"), checkpoint(2, "patch", parent=1), now=2))

    assert "error" not in agent.ask("checkpoint.apply", ids=[checkpoint_id(1)]).by_id[checkpoint_id(1)]
    assert only_vm(agent)["parent"] == checkpoint_id(1)


def test_checkpoints_are_deleted_one_after_the_other(agent: AgentProcess, world: Path) -> None:
    tree = (checkpoint(1, "base"), checkpoint(2, "patch", parent=1), checkpoint(3, "late", parent=2))
    write_world(world, vm(1, "web", *tree))
    agent.ask("host.read", since=0)
    ids = [checkpoint_id(number) for number in (3, 1, 2)]

    results = agent.ask("checkpoint.delete", ids=ids).ok["results"]
    assert [result["id"] for result in results] == ids
    assert [result["began"] for result in results] == sorted(result["began"] for result in results)
    assert only_vm(agent)["checkpoints"] == []


def test_a_subtree_is_deleted_by_one_cmdlet(agent: AgentProcess, world: Path, calls: Path) -> None:
    tree = (checkpoint(1, "base"), checkpoint(2, "patch", parent=1), checkpoint(3, "late", parent=2))
    write_world(world, vm(1, "web", *tree))
    before = noted(calls)

    agent.ask("checkpoint.delete_subtree", ids=[checkpoint_id(2)])
    assert called(calls, before) == [f"Remove-VMSnapshot {vm_id(1)}"]
    assert [each["name"] for each in only_vm(agent)["checkpoints"]] == ["base"]  # type: ignore[attr-defined]


def test_an_export_goes_to_the_folder_as_it_is_written(agent: AgentProcess, world: Path, calls: Path) -> None:
    write_world(world, vm(1, "web", checkpoint(1, "base")))
    folder = "D:\\Ex[1]\\$(exit) `n"
    before = noted(calls)

    agent.ask("checkpoint.export", ids=[checkpoint_id(1)], path=folder)
    assert called(calls, before)[-1] == f"exported to {folder}"


def test_a_checkpoint_that_is_gone_is_an_error(agent: AgentProcess, world: Path) -> None:
    write_world(world, vm(1, "web"))

    error = agent.ask("checkpoint.apply", ids=[checkpoint_id(9)]).by_id[checkpoint_id(9)]["error"]
    assert error["category"] == "ObjectNotFound"


def test_a_module_that_takes_the_id_for_the_vms_does_not_lead_to_the_wrong_checkpoint(
    agent: AgentProcess, world: Path
) -> None:
    tree = (checkpoint(1, "base"), checkpoint(2, "patch", parent=1))
    write_world(world, vm(1, "web", *tree, now=2), snapshot_id_is_vm=True)
    agent.ask("host.read", since=0)

    agent.ask("checkpoint.apply", ids=[checkpoint_id(1)])
    assert only_vm(agent)["parent"] == checkpoint_id(1)


def test_a_repeated_request_gets_the_first_answer_and_is_not_done_twice(
    agent: AgentProcess, world: Path
) -> None:
    write_world(world, vm(1, "web"))
    first = agent.answer(agent.send("vm.checkpoint", "again", ids=[vm_id(1)], name="one"))

    second = agent.answer(agent.send("vm.checkpoint", "again", ids=[vm_id(1)], name="one"))
    assert second.message == first.message
    assert len(only_vm(agent)["checkpoints"]) == 1  # type: ignore[arg-type]


def test_a_request_that_is_repeated_while_it_is_at_work_is_answered_once(
    agent: AgentProcess, world: Path
) -> None:
    write_world(world, vm(1, "web"), seconds={"Checkpoint-VM": 0.5})
    for _ in range(2):
        agent.send("vm.checkpoint", "twice", ids=[vm_id(1)], name="one")
    agent.answer("twice")
    agent.ask("ping")

    assert len(only_vm(agent)["checkpoints"]) == 1  # type: ignore[arg-type]


def test_reads_and_pings_do_not_wait_for_long_work(agent: AgentProcess, world: Path) -> None:
    write_world(
        world,
        vm(1, "web", checkpoint(1, "base")),
        seconds={"Export-VMSnapshot": FOR_EVER_S},
        jobs=[job(1, 62, 1)],
    )
    export = agent.send("checkpoint.export", ids=[checkpoint_id(1)], path="D:\\Export")

    assert agent.ask("ping").ok
    assert agent.ask("host.read", since=0).vms
    assert agent.ask("request.cancel", request=export).ok["cancelled"] is True
    assert "error" in agent.answer(export).by_id[checkpoint_id(1)]


def test_vms_do_not_wait_for_each_other(agent: AgentProcess, world: Path, calls: Path) -> None:
    vms = [vm(number, f"vm{number}") for number in range(4)]
    write_world(world, *vms, seconds={"Save-VM": FOR_EVER_S})
    before = noted(calls)
    request = agent.send("vm.save", ids=[each["id"] for each in vms])

    assert comes_true(lambda: len(called(calls, before)) == len(vms))
    write_world(world, *vms)
    results = agent.answer(request).ok["results"]
    assert max(result["began"] for result in results) < min(result["ended"] for result in results)


def test_a_group_of_twenty_is_worked_on_at_the_same_time(
    start: Callable[..., AgentProcess], world: Path, calls: Path
) -> None:
    agent = start()
    vms = [vm(number, f"vm{number}") for number in range(20)]
    write_world(world, *vms, seconds={"Suspend-VM": FOR_EVER_S})
    before = noted(calls)
    request = agent.send("vm.suspend", ids=[each["id"] for each in vms])

    assert comes_true(lambda: len(called(calls, before)) == len(vms))
    write_world(world, *vms)
    assert [each for each in agent.answer(request).ok["results"] if "error" in each] == []


def test_an_export_tells_the_percent_of_the_hosts_job(agent: AgentProcess, world: Path) -> None:
    write_world(
        world,
        vm(1, "web", checkpoint(1, "base")),
        seconds={"Export-VMSnapshot": FOR_EVER_S},
        jobs=[job(1, 62, 37)],
    )
    agent.ask("host.read", since=0)  # from then on it knows whose checkpoint it is
    export = agent.send("checkpoint.export", ids=[checkpoint_id(1)], path="D:\\Export")

    assert agent.progress(export) == {"target": checkpoint_id(1), "percent": 37}
    agent.ask("request.cancel", request=export)
    agent.answer(export)


def test_an_export_does_not_begin_with_the_percent_of_a_job_before_it(
    agent: AgentProcess, world: Path
) -> None:
    write_world(world, vm(1, "web", checkpoint(1, "base")), jobs=[job(1, 62, 99)])
    agent.ask("host.read", since=0)
    write_world(
        world,
        vm(1, "web", checkpoint(1, "base")),
        seconds={"Export-VMSnapshot": FOR_EVER_S},
        jobs=[job(1, 62, 1)],
    )
    export = agent.send("checkpoint.export", ids=[checkpoint_id(1)], path="D:\\Export")

    assert agent.progress(export) == {"target": checkpoint_id(1), "percent": 1}
    agent.ask("request.cancel", request=export)
    agent.answer(export)


def test_warnings_and_noise_of_cmdlets_harm_no_line(start: Callable[..., AgentProcess], world: Path) -> None:
    write_world(world, vm(1, "web", state=RUNNING), noise=True)
    agent = start()

    answer = agent.ask("vm.start", ids=[vm_id(1)])
    assert answer.ok["warnings"] == ["Start-VM warns"]
    agent.ask("exit")
    agent.wait()
    assert (agent.noise, agent.stderr) == ([], b"")


def test_a_host_without_the_module_says_so_for_each_id(
    start: Callable[..., AgentProcess], world: Path, tmp_path: Path
) -> None:
    write_world(world, vm(1, "web", state=OFF))
    agent = start(modules=tmp_path)

    assert agent.ask("host.import").ok["has_module"] is False
    assert "error" in agent.ask("vm.start", ids=[vm_id(1)]).by_id[vm_id(1)]
