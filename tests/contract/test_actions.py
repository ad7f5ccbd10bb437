"""Every verb that changes something: what it does, an answer for each id, the errors of Hyper-V as they are."""

from __future__ import annotations

import pytest

from hvtree.emulator.cmdlets.settings import VmChange
from hvtree.emulator.host.enums import CheckpointType
from hvtree.emulator.host.faults import ErrorName, Fault
from tests.support.agent_answer import Message
from tests.support.agent_connection import AgentConnection
from tests.support.backends import Backend, checkpoint, names

NOBODY = "00000000-0000-4000-8000-00000000dead"


def code_of(error: Message) -> int:
    return int(error["hresult"]) & 0xFFFFFFFF


@pytest.mark.parametrize(
    ("verb", "before", "after"),
    [
        ("vm.start", "Off", "Running"),
        ("vm.start", "Saved", "Running"),
        ("vm.save", "Running", "Saved"),
        ("vm.save", "Paused", "Saved"),
        ("vm.suspend", "Running", "Paused"),
        ("vm.resume", "Paused", "Running"),
        ("vm.turn_off", "Running", "Off"),
        ("vm.turn_off", "Paused", "Off"),
    ],
)
def test_a_power_verb_brings_a_vm_from_one_state_to_another(
    backend: Backend, connection: AgentConnection, verb: str, before: str, after: str
) -> None:
    vm = backend.vm(before)
    result = connection.ask(verb, ids=[vm["id"]]).result
    assert (result["id"], result.get("error")) == (vm["id"], None)
    assert backend.state(vm["id"]) == after
    assert result["began"] <= result["ended"]


def test_a_host_gets_ready_for_vms_and_does_nothing_with_them(
    backend: Backend, connection: AgentConnection
) -> None:
    vms = {vm["id"]: vm["state"] for vm in (backend.vm("Running"), backend.vm("Off"), backend.vm("Paused"))}
    results = connection.ask("vm.ready", ids=[*vms, NOBODY], lease={"id": "none", "seconds": 45}).results
    assert [each["id"] for each in results] == [*vms, NOBODY]
    assert ["error" in each for each in results] == [False, False, False, True]
    assert {each: backend.state(each) for each in vms} == vms


def test_a_guest_is_asked_to_shut_down(backend: Backend, connection: AgentConnection) -> None:
    vm = backend.vm("Running")
    assert "error" not in connection.ask("vm.shut_down", ids=[vm["id"]]).result
    assert backend.state(vm["id"]) == "Off"


def test_a_guest_that_does_not_answer_is_left_running_and_the_others_go(
    backend: Backend, connection: AgentConnection
) -> None:  # fact 52
    vms = [backend.vm("Running") for _ in range(3)]
    ids = [vm["id"] for vm in vms]
    backend.host.faults.add(Fault("Stop-VM", ids[1], "GuestSilent"))
    results = connection.ask("vm.shut_down", ids=ids).results
    assert ["error" in each for each in results] == [False, True, False]
    error = results[1]["error"]
    assert (error["category"], error["fqid"]) == (
        "InvalidOperation",
        "InvalidOperation,Microsoft.HyperV.PowerShell.Commands.StopVM",
    )
    assert error["target"] == vms[1]["name"]
    assert [backend.state(each) for each in ids] == ["Off", "Running", "Off"]


@pytest.mark.parametrize("verb", ["vm.save", "vm.suspend"])
def test_a_verb_that_the_state_forbids_is_an_error_of_the_cmdlet(
    backend: Backend, connection: AgentConnection, verb: str
) -> None:
    vm = backend.vm("Off")
    cmdlet = {"vm.save": "SaveVM", "vm.suspend": "SuspendVM"}[verb]
    error = connection.ask(verb, ids=[vm["id"]]).result["error"]
    assert error["category"] == "InvalidOperation"
    assert error["fqid"] == f"InvalidState,Microsoft.HyperV.PowerShell.Commands.{cmdlet}"
    assert error["target"] == vm["name"]
    assert (
        "The operation cannot be performed while the virtual machine is in its current state."
        in error["message"]
    )


def test_a_verb_with_nothing_to_do_warns_and_succeeds(backend: Backend, connection: AgentConnection) -> None:
    vm = backend.vm("Running")
    answer = connection.ask("vm.start", ids=[vm["id"]])
    assert answer.result.get("error") is None
    assert answer.ok["warnings"] == ["The virtual machine is already in the specified state."]


def test_each_id_has_its_own_answer_in_the_order_of_the_question(
    backend: Backend, connection: AgentConnection
) -> None:
    running, off = backend.vm("Running"), backend.vm("Off")
    asked = [off["id"], NOBODY, running["id"]]
    results = connection.ask("vm.save", ids=asked).results
    assert [result["id"] for result in results] == asked
    assert ["error" in result for result in results] == [True, True, False]
    assert backend.state(running["id"]) == "Saved"


def test_an_id_may_be_given_twice_and_in_capitals(backend: Backend, connection: AgentConnection) -> None:
    vm = backend.vm("Running")
    results = connection.ask("vm.save", ids=[vm["id"].upper(), vm["id"]]).results
    assert [result["id"] for result in results] == [vm["id"]]


def test_no_ids_are_answered_with_no_results(connection: AgentConnection) -> None:
    assert connection.ask("vm.save", ids=[]).results == []


def test_a_checkpoint_is_taken_below_the_present_one(backend: Backend, connection: AgentConnection) -> None:
    vm = backend.vm("Off")
    made = connection.ask("vm.checkpoint", ids=[vm["id"]], name="new").result["checkpoint"]
    told = backend.read(vm["id"])
    (new,) = (each for each in told["checkpoints"] if each["id"] == made)
    assert (told["parent"], new["parent"], new["name"]) == (made, vm["parent"], "new")


def test_checkpoints_of_many_vms_are_taken_under_one_name(
    backend: Backend, connection: AgentConnection
) -> None:
    vms = [backend.vm("Off"), backend.vm("Saved")]
    results = connection.ask("vm.checkpoint", ids=[vm["id"] for vm in vms], name="all").results
    assert [backend.read(vm["id"])["parent"] for vm in vms] == [result["checkpoint"] for result in results]


def test_a_vm_that_takes_no_checkpoints_says_why(backend: Backend, connection: AgentConnection) -> None:
    vm = backend.vm("Off")
    backend.host.set_vm(vm=vm["id"], change=VmChange(checkpoint_type=CheckpointType.Disabled))
    error = connection.ask("vm.checkpoint", ids=[vm["id"]], name="no").result["error"]
    assert error["fqid"] == "OperationFailed,Microsoft.HyperV.PowerShell.Commands.CheckpointVM"
    assert f"Virtual machine ID {vm['id'].upper()}" in error["message"]


def test_a_rename_changes_the_name_only(backend: Backend, connection: AgentConnection) -> None:
    vm = backend.vm()
    one = checkpoint(vm, "p1")
    assert "error" not in connection.ask("checkpoint.rename", ids=[one], name="patched").result
    before = {each["id"]: {**each, "name": ""} for each in vm["checkpoints"]}
    told = backend.read(vm["id"])
    assert {each["id"]: {**each, "name": ""} for each in told["checkpoints"]} == before
    assert names(told) == ["base", "p2", "patched", "side"]


NOTES = 'line 1\r\n<b>&amp; "it\'s" $(x) `n \u2028 ]]> ·\n[HVTree] why · locked\n'


def test_the_notes_of_checkpoints_are_written_letter_by_letter_and_nothing_else(
    backend: Backend, connection: AgentConnection
) -> None:
    vm = backend.vm("Off")
    ids = [checkpoint(vm, "p1"), checkpoint(vm, "side")]
    results = connection.ask("checkpoint.set_notes", ids=ids, notes=[NOTES, "other"]).results
    assert [(each["id"], each.get("error"), each.get("checkpoint")) for each in results] == [
        (each, None, None) for each in ids
    ]
    told = backend.read(vm["id"])
    notes = {each["id"]: each.get("notes", "") for each in told["checkpoints"]}
    assert [notes[each] for each in ids] == [NOTES, "other"]
    assert {**told, "checkpoints": 0} == {**vm, "checkpoints": 0}
    unwritten = [{**each, "notes": ""} for each in vm["checkpoints"]]
    assert [{**each, "notes": ""} for each in told["checkpoints"]] == unwritten


def test_the_notes_of_a_vm_are_written_and_taken_away(backend: Backend, connection: AgentConnection) -> None:
    vm = backend.vm("Off")
    assert "error" not in connection.ask("vm.set_notes", ids=[vm["id"]], notes=NOTES).result
    assert backend.read(vm["id"])["notes"] == NOTES
    assert "error" not in connection.ask("vm.set_notes", ids=[vm["id"]], notes="").result
    assert not backend.read(vm["id"]).get("notes")


def test_a_new_checkpoint_has_the_notes_of_its_vm(backend: Backend, connection: AgentConnection) -> None:
    vm = backend.vm("Off")  # fact 243
    connection.ask("vm.set_notes", ids=[vm["id"]], notes="of the VM")
    made = connection.ask("vm.checkpoint", ids=[vm["id"]], name="new").result["checkpoint"]
    (notes,) = (each["notes"] for each in backend.read(vm["id"])["checkpoints"] if each["id"] == made)
    assert notes == "of the VM"


def test_notes_that_a_host_refuses_stay_as_they_were(backend: Backend, connection: AgentConnection) -> None:
    vm = backend.vm("Off")
    one = checkpoint(vm, "base")
    refusals: tuple[tuple[ErrorName, str], ...] = (
        ("InvalidState", "InvalidOperation"),
        ("AccessDenied", "PermissionDenied"),
    )
    for error, category in refusals:
        backend.host.faults.add(Fault("ModifySystemSettings", vm["id"], error))
        result = connection.ask("checkpoint.set_notes", ids=[one], notes=["x"]).result
        assert result["error"]["category"] == category
    assert backend.host.get_vm_snapshot(id=one).objects[0].notes == ""


def test_notes_that_fail_in_the_hosts_job_are_an_error(backend: Backend, connection: AgentConnection) -> None:
    vm = backend.vm("Off")  # fact 245
    one = checkpoint(vm, "base")
    backend.host.faults.add(Fault("ModifySystemSettings", vm["id"], "OperationFailed", when="after"))
    assert "error" in connection.ask("checkpoint.set_notes", ids=[one], notes=["x"]).result
    assert backend.host.get_vm_snapshot(id=one).objects[0].notes == ""


@pytest.mark.parametrize("verb", ["checkpoint.set_notes", "vm.set_notes"])
def test_a_request_for_notes_without_notes_is_refused(connection: AgentConnection, verb: str) -> None:
    assert connection.ask(verb, ids=[NOBODY]).error["target"] == "notes"


def test_notes_of_checkpoints_without_a_text_for_each_are_refused(connection: AgentConnection) -> None:
    asked = connection.ask("checkpoint.set_notes", ids=[NOBODY, NOBODY[:-1] + "1"], notes=["one"])
    assert asked.error["target"] == "notes"


def test_applying_a_checkpoint_moves_now_and_gives_its_state(
    backend: Backend, connection: AgentConnection
) -> None:
    vm = backend.vm("Running")
    one = checkpoint(vm, "side")
    assert "error" not in connection.ask("checkpoint.apply", ids=[one]).result
    assert (backend.read(vm["id"])["parent"], backend.state(vm["id"])) == (one, "Saved")


def test_deleting_a_checkpoint_moves_its_children_up(backend: Backend, connection: AgentConnection) -> None:
    vm = backend.vm("Off")
    assert "error" not in connection.ask("checkpoint.delete", ids=[checkpoint(vm, "p1")]).result
    told = backend.read(vm["id"])
    (p2,) = (each for each in told["checkpoints"] if each["name"] == "p2")
    assert (names(told), p2["parent"]) == (["base", "p2", "side"], checkpoint(vm, "base"))


def test_deleting_two_checkpoints_of_one_vm_is_done_in_order(
    backend: Backend, connection: AgentConnection
) -> None:
    vm = backend.vm("Off")
    results = connection.ask("checkpoint.delete", ids=[checkpoint(vm, "p2"), checkpoint(vm, "side")]).results
    assert ["error" in result for result in results] == [False, False]
    assert names(backend.read(vm["id"])) == ["base", "p1"]


def test_deleting_a_subtree_takes_all_below(backend: Backend, connection: AgentConnection) -> None:
    vm = backend.vm("Off")
    assert "error" not in connection.ask("checkpoint.delete_subtree", ids=[checkpoint(vm, "p1")]).result
    told = backend.read(vm["id"])
    assert (names(told), told["parent"]) == (["base", "side"], checkpoint(vm, "base"))


def test_a_subtree_with_others_in_it_than_were_named_is_left_alone(
    backend: Backend, connection: AgentConnection
) -> None:
    vm = backend.vm("Off")
    p1, p2 = checkpoint(vm, "p1"), checkpoint(vm, "p2")
    refused = connection.ask("checkpoint.delete_subtree", ids=[p1], only=[p1]).result
    assert refused["error"]["fqid"] == "SubtreeChanged,HVTree"
    assert names(backend.read(vm["id"])) == ["base", "p1", "p2", "side"]
    done = connection.ask("checkpoint.delete_subtree", ids=[p1], only=[p1, p2, checkpoint(vm, "side")]).result
    assert "error" not in done
    assert names(backend.read(vm["id"])) == ["base", "side"]


def test_exporting_writes_a_vm_into_a_folder(backend: Backend, connection: AgentConnection) -> None:
    vm = backend.vm("Off")
    assert (
        "error"
        not in connection.ask("checkpoint.export", ids=[checkpoint(vm, "base")], path="D:\\Out").result
    )
    written = backend.host.get_child_item(f"D:\\Out\\{vm['name']}")
    assert any(path.endswith(".vmcx") for path in written)
    assert any(path.endswith(f"{vm['name']}.vhdx") for path in written)


def test_an_export_over_existing_files_fails_with_the_systems_code(
    backend: Backend, connection: AgentConnection
) -> None:
    vm = backend.vm("Off")
    one = checkpoint(vm, "base")
    connection.ask("checkpoint.export", ids=[one], path="D:\\Twice")
    error = connection.ask("checkpoint.export", ids=[one], path="D:\\Twice").result["error"]
    assert code_of(error) == 0x80070050
    assert error["fqid"] == "OperationFailed,Microsoft.HyperV.PowerShell.Commands.ExportVMSnapshot"


def test_an_export_to_a_share_without_rights_fails_with_the_systems_code(
    backend: Backend, connection: AgentConnection
) -> None:
    vm = backend.vm("Off")
    path = "\\\\nas\\readonly\\x"
    error = connection.ask("checkpoint.export", ids=[checkpoint(vm, "base")], path=path).result["error"]
    assert code_of(error) == 0x80070005


@pytest.mark.parametrize(
    "verb",
    [
        "checkpoint.apply",
        "checkpoint.delete",
        "checkpoint.delete_subtree",
        "checkpoint.rename",
        "checkpoint.set_notes",
    ],
)
def test_a_checkpoint_that_is_not_there_is_an_error(connection: AgentConnection, verb: str) -> None:
    result = connection.ask(verb, ids=[NOBODY], name="x", notes=["x"]).result
    assert result["error"]["category"] == "ObjectNotFound"


def test_a_request_that_fails_changes_nothing(backend: Backend, connection: AgentConnection) -> None:
    vm = backend.vm("Off")
    assert "error" in connection.ask("vm.checkpoint", ids=[vm["id"]], name="x" * 101).result
    assert names(backend.read(vm["id"])) == ["base", "p1", "p2", "side"]
