"""The verbs that change something: what they do to the host, and the result for each id."""

from __future__ import annotations

import pytest

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.faults import Fault
from tests.support.agents import Rpc

WEB = "a0000000-0000-4000-8000-000000000001"
DB = "a0000000-0000-4000-8000-000000000002"
BASE, PATCH1, PATCH2, SIDE = (f"c0000000-0000-4000-8000-00000000000{number}" for number in range(1, 5))
NOWHERE = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("vm", "verbs", "state"),
    [
        (DB, ["vm.start"], "Running"),
        (WEB, ["vm.save"], "Saved"),
        (WEB, ["vm.suspend"], "Paused"),
        (WEB, ["vm.suspend", "vm.resume"], "Running"),
        (WEB, ["vm.turn_off"], "Off"),
    ],
)
def test_a_power_verb_brings_a_vm_into_its_state(
    agent: Rpc, host: HyperV, vm: str, verbs: list[str], state: str
) -> None:
    for verb in verbs:
        (result,) = agent.results(verb, ids=[vm])
        assert "error" not in result
    assert host.get_vm(id=vm).one().state.name == state


def test_a_checkpoint_comes_back_with_its_id_and_the_times_around_it(agent: Rpc, host: HyperV) -> None:
    (result,) = agent.results("vm.checkpoint", ids=[DB], name="new one")
    made = host.get_vm_snapshot(id=result["checkpoint"]).one()
    assert (made.name, made.vm_id) == ("new one", DB)
    assert result["began"] < result["ended"]


def test_without_a_name_the_host_names_the_checkpoint(agent: Rpc, host: HyperV) -> None:
    (result,) = agent.results("vm.checkpoint", ids=[DB])
    assert host.get_vm_snapshot(id=result["checkpoint"]).one().name == "db - (1/15/2026 - 9:00:00 AM)"


def test_vms_of_one_request_do_not_wait_for_each_other(agent: Rpc) -> None:
    web, db = agent.results("vm.checkpoint", ids=[WEB, DB], name="both")
    assert (web["id"], db["id"], web["began"]) == (WEB, DB, db["began"])


def test_checkpoints_of_one_vm_are_deleted_one_after_the_other(agent: Rpc, host: HyperV) -> None:
    results = agent.results("checkpoint.delete", ids=[SIDE, PATCH2])
    assert [result.get("error") for result in results] == [None, None]
    assert results[1]["began"] >= results[0]["ended"]
    assert {each.id for each in host.get_vm_snapshot(vm=WEB)} == {BASE, PATCH1}


def test_a_rename_changes_the_name(agent: Rpc, host: HyperV) -> None:
    agent.results("checkpoint.rename", ids=[PATCH1], name='a "new" $(name)')
    assert host.get_vm_snapshot(id=PATCH1).one().name == 'a "new" $(name)'


def test_applying_moves_now_to_the_checkpoint(agent: Rpc, host: HyperV) -> None:
    agent.results("vm.turn_off", ids=[WEB])
    (result,) = agent.results("checkpoint.apply", ids=[SIDE])
    assert "error" not in result
    assert host.get_vm(id=WEB).one().parent_snapshot_id == SIDE


def test_deleting_a_subtree_takes_its_children_along(agent: Rpc, host: HyperV) -> None:
    agent.results("checkpoint.delete_subtree", ids=[PATCH1])
    assert {each.id for each in host.get_vm_snapshot(vm=WEB)} == {BASE, SIDE}


def test_an_export_writes_into_the_folder(agent: Rpc, host: HyperV) -> None:
    (result,) = agent.results("checkpoint.export", ids=[BASE], path="D:\\out")
    assert "error" not in result
    assert any(path.lower().endswith(".vhdx") for path in host.get_child_item("D:\\out"))


def test_each_id_has_its_own_answer_in_the_order_of_the_request(agent: Rpc, host: HyperV) -> None:
    host.faults.add(Fault(cmdlet="Save-VM", vm=DB, error="AccessDenied"))
    results = agent.results("vm.save", ids=[DB, NOWHERE, WEB])
    assert [result["id"] for result in results] == [DB, NOWHERE, WEB]
    assert results[0]["error"]["category"] == "PermissionDenied"
    assert NOWHERE in results[1]["error"]["message"]
    assert "error" not in results[2]


def test_an_unknown_checkpoint_is_not_found(agent: Rpc) -> None:
    (result,) = agent.results("checkpoint.apply", ids=[NOWHERE])
    error = result["error"]
    assert error["category"] == "ObjectNotFound"
    assert error["fqid"] == "ObjectNotFound,Microsoft.HyperV.PowerShell.Commands.RestoreVMSnapshot"


def test_an_error_carries_the_whole_record(agent: Rpc, host: HyperV) -> None:
    host.faults.add(Fault(cmdlet="Checkpoint-VM", vm=DB, error="DiskFull"))
    (result,) = agent.results("vm.checkpoint", ids=[DB], name="full")
    assert result["error"]["hresult"] == 0x80070070
    assert result["error"]["fqid"].endswith(".CheckpointVM")
    assert result["error"]["target"]


def test_a_caller_without_rights_gets_an_error_for_each_id(agent: Rpc, host: HyperV) -> None:
    host.faults.is_access_denied = True
    results = agent.results("vm.save", ids=[WEB, DB])
    assert [result["error"]["fqid"].partition(",")[0] for result in results] == [
        "AccessDenied",
        "AccessDenied",
    ]


def test_a_warning_comes_with_the_answer(agent: Rpc) -> None:
    answer = agent.call("vm.start", ids=[WEB])
    assert answer["warnings"] == ["The virtual machine is already in the specified state."]


def test_an_id_that_is_given_twice_is_done_once(agent: Rpc, host: HyperV) -> None:
    results = agent.results("vm.checkpoint", ids=[DB, DB.upper()], name="once")
    assert len(results) == 1
    assert [each.name for each in host.get_vm_snapshot(vm=DB)].count("once") == 1


def test_a_request_about_nothing_is_answered(agent: Rpc) -> None:
    assert agent.call("vm.save", ids=[]) == {"results": []}


def test_a_blank_name_is_refused_by_the_host(agent: Rpc) -> None:
    (result,) = agent.results("checkpoint.rename", ids=[PATCH1], name="  ")
    assert result["error"]["category"] == "InvalidArgument"
