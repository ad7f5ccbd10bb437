"""Applying, a group, an export and the merge after a deletion, on scratch VMs; an export needs a folder of ours."""

from __future__ import annotations

from typing import Any

import pytest

from tests.live.backend import LiveBackend
from tests.live.pipe_connection import GuardedConnection
from tests.support.agent_answer import Message
from tests.support.backends import checkpoint

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
