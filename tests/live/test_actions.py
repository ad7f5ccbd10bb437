"""The contract's tests of what changes something, on scratch VMs; the tests of exports, which need a folder of ours, are here.

What the sources are unsure about is no test here: the probe notes it.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.test_actions import (
    test_a_checkpoint_is_taken_below_the_present_one,
    test_a_checkpoint_that_is_not_there_is_an_error,
    test_a_new_checkpoint_has_the_notes_of_its_vm,
    test_a_power_verb_brings_a_vm_from_one_state_to_another,
    test_a_rename_changes_the_name_only,
    test_an_id_may_be_given_twice_and_in_capitals,
    test_checkpoints_of_many_vms_are_taken_under_one_name,
    test_deleting_a_checkpoint_moves_its_children_up,
    test_deleting_a_subtree_takes_all_below,
    test_deleting_two_checkpoints_of_one_vm_is_done_in_order,
    test_each_id_has_its_own_answer_in_the_order_of_the_question,
    test_no_ids_are_answered_with_no_results,
    test_the_notes_of_a_vm_are_written_and_taken_away,
    test_the_notes_of_checkpoints_are_written_letter_by_letter_and_nothing_else,
)
from tests.live.backend import LiveBackend
from tests.live.pipe_connection import GuardedConnection
from tests.support.agent_answer import Message
from tests.support.backends import checkpoint

__all__ = [
    "test_a_checkpoint_is_taken_below_the_present_one",
    "test_a_checkpoint_that_is_not_there_is_an_error",
    "test_a_new_checkpoint_has_the_notes_of_its_vm",
    "test_a_power_verb_brings_a_vm_from_one_state_to_another",
    "test_a_rename_changes_the_name_only",
    "test_an_id_may_be_given_twice_and_in_capitals",
    "test_checkpoints_of_many_vms_are_taken_under_one_name",
    "test_deleting_a_checkpoint_moves_its_children_up",
    "test_deleting_a_subtree_takes_all_below",
    "test_deleting_two_checkpoints_of_one_vm_is_done_in_order",
    "test_each_id_has_its_own_answer_in_the_order_of_the_question",
    "test_no_ids_are_answered_with_no_results",
    "test_the_notes_of_a_vm_are_written_and_taken_away",
    "test_the_notes_of_checkpoints_are_written_letter_by_letter_and_nothing_else",
]

pytestmark = pytest.mark.live


@pytest.mark.parametrize(("name", "state"), [("side", "Saved"), ("base", "Off")])
def test_applying_moves_now_and_gives_the_state_of_the_checkpoint(
    backend: LiveBackend, connection: GuardedConnection, vm: Message, name: str, state: str
) -> None:
    one = checkpoint(vm, name)
    assert "error" not in connection.ask("checkpoint.apply", ids=[one]).result
    assert (backend.read(vm["id"])["parent"], backend.state(vm["id"])) == (one, state)


def test_the_next_checkpoint_after_applying_opens_a_branch(
    backend: LiveBackend, connection: GuardedConnection, vm: Message
) -> None:
    connection.ask("checkpoint.apply", ids=[checkpoint(vm, "p1")])
    made = connection.ask("vm.checkpoint", ids=[vm["id"]], name="branch").result["checkpoint"]
    (new,) = (each for each in backend.read(vm["id"])["checkpoints"] if each["id"] == made)
    assert new["parent"] == checkpoint(vm, "p1")


def test_a_group_is_paused_saved_checkpointed_and_started_again(
    backend: LiveBackend, connection: GuardedConnection
) -> None:
    ids = [backend.vm("Running")["id"], backend.vm("Running")["id"]]
    for verb in ("vm.suspend", "vm.save"):
        assert ["error" in result for result in connection.ask(verb, ids=ids).results] == [False, False]
    made = [each["checkpoint"] for each in connection.ask("vm.checkpoint", ids=ids, name="all").results]
    assert ["error" in result for result in connection.ask("vm.start", ids=ids).results] == [False, False]
    assert [backend.read(each)["parent"] for each in ids] == made
    assert [backend.state(each) for each in ids] == ["Running", "Running"]


def test_exporting_twice_to_one_folder_fails_the_second_time(
    backend: LiveBackend, connection: GuardedConnection, vm: Message
) -> None:
    asked: dict[str, Any] = {"ids": [checkpoint(vm, "base")], "path": f"{backend.steward.folder}\\export"}
    first = connection.send("checkpoint.export", **asked)
    assert connection.ask("ping").ok  # does not wait for it
    assert "error" not in connection.answer(first).result
    error = connection.ask("checkpoint.export", **asked).result["error"]
    assert int(error["hresult"]) & 0xFFFFFFFF == 0x80070050


def test_the_disks_of_deleted_checkpoints_are_merged(
    backend: LiveBackend, connection: GuardedConnection
) -> None:
    vm = backend.vm("Running")
    connection.ask("host.watch", on=True)
    assert "error" not in connection.ask("checkpoint.delete_subtree", ids=[checkpoint(vm, "base")]).result
    while not all(path.lower().endswith(".vhdx") for path in backend.read(vm["id"])["drives"]):
        connection.event("changed")
    connection.ask("host.watch", on=False)
    assert backend.state(vm["id"]) == "Running"
