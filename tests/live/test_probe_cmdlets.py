"""Notes what the Hyper-V cmdlets do where the sources are silent or disagree; nothing here is right or wrong.

Each fact is what `scratch.try` gives: types that came out, names, warnings, the error in parts, the state afterwards.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.live.backend import LiveBackend, Steward
from tests.live.guard import NOBODY
from tests.live.pipe_connection import GuardedConnection
from tests.live.record import Record
from tests.support.agent_answer import Message
from tests.support.backends import checkpoint

pytestmark = pytest.mark.live

_ODD_NAMES = {
    "100 characters": "x" * 100,
    "101 characters": "x" * 101,
    "10,000 characters": "x" * 10_000,
    "a blank": " ",
    "a tab": "a\tb",
    "a line end": "a\nb",
    "one that is there already": "p2",
}


class Trials:
    """Tries cmdlets on one scratch VM, and notes what comes of it."""

    def __init__(self, steward: Steward, record: Record, vm_id: str) -> None:
        self._steward = steward
        self._record = record
        self._vm = vm_id

    def __call__(self, cmdlet: str, circumstance: str = "", **given: Any) -> Message:
        found = self._steward.ask("scratch.try", vm=self._vm, cmdlet=cmdlet, **given)
        self._record.fact(f"{cmdlet}, {circumstance}" if circumstance else cmdlet, found)
        return found


def test_power_cmdlets_in_every_state(steward: Steward, record: Record) -> None:
    trial = Trials(steward, record, steward.make("Off", tree=False))
    for cmdlet in ("Save-VM", "Suspend-VM", "Resume-VM", "Stop-VM -TurnOff"):
        trial(cmdlet, "Off")
    trial("Start-VM", "Off")
    for cmdlet in ("Start-VM", "Resume-VM", "Remove-VM of one that runs"):
        trial(cmdlet, "Running")
    trial("Suspend-VM", "Running")
    for cmdlet in ("Suspend-VM", "Checkpoint-VM", "Start-VM"):
        trial(cmdlet, "Paused")
    trial("Save-VM", "Running or Paused")
    for cmdlet in ("Save-VM", "Suspend-VM", "Resume-VM", "Checkpoint-VM"):
        trial(cmdlet, "Saved")
    trial("Start-VM", "Saved")
    trial("Stop-VM -TurnOff", "Running")


def test_names_of_checkpoints(steward: Steward, record: Record, vm: Message) -> None:
    trial = Trials(steward, record, vm["id"])
    one = checkpoint(vm, "p1")
    for kind, name in _ODD_NAMES.items():
        trial("Rename-VMSnapshot", f"to {kind}", checkpoint=one, text=name)
    trial("Checkpoint-VM -SnapshotName", "one that is there already", text="p2")
    trial("Get-VMSnapshot -Name", "one that two have", text="p2")
    trial("Get-VMSnapshot -Name", "with wildcards", text="s*[de]e")
    trial("Get-VMSnapshot -Name", "that is not there", text="nobody")


def test_looking_things_up_by_id(steward: Steward, record: Record, vm: Message) -> None:
    trial = Trials(steward, record, vm["id"])
    trial("Get-VMSnapshot -Id", "of a checkpoint", checkpoint=checkpoint(vm, "p1"))
    trial("Get-VMSnapshot -Id of the VM")
    trial("Get-VM -Id", "that is not there", text=NOBODY)


@pytest.mark.parametrize("state", ["Running", "Paused", "Saved"])
def test_applying_in_states_other_than_off(
    backend: LiveBackend, steward: Steward, record: Record, state: str
) -> None:
    vm = backend.vm(state)
    steward.ask("scratch.set", vm=vm["id"], name=f"{vm['name']}b", notes="newer than the checkpoint")
    trial = Trials(steward, record, vm["id"])
    trial("Restore-VMSnapshot", f"one with memory, {state}", checkpoint=checkpoint(vm, "side"))
    look = steward.ask("scratch.look", vm=vm["id"])
    went_back = {"name": look["name"] == vm["name"], "notes": look["notes"] != "newer than the checkpoint"}
    record.fact(f"applying, {state}: what went back", went_back)
    if state == "Running":
        trial("Start-VM", "after applying")
        trial("Restore-VMSnapshot", "one without memory, Running", checkpoint=checkpoint(vm, "base"))


@pytest.mark.parametrize("kind", ["Disabled", "ProductionOnly", "Production"])
def test_taking_checkpoints_of_each_type(steward: Steward, record: Record, kind: str) -> None:
    vm_id = steward.make("Running", tree=False)
    steward.ask("scratch.set", vm=vm_id, type=kind)
    Trials(steward, record, vm_id)("Checkpoint-VM", f"{kind}, Running, without a guest")


def test_deleting_one_with_two_children_and_then_one_of_them(
    backend: LiveBackend, steward: Steward, record: Record, vm: Message
) -> None:
    trial = Trials(steward, record, vm["id"])
    for name in ("base", "side"):
        trial("Remove-VMSnapshot", name, checkpoint=checkpoint(vm, name))
        told = backend.read(vm["id"])
        names = {each["id"]: each["name"] for each in told["checkpoints"]}
        parents = {each["name"]: names.get(each.get("parent", "")) for each in told["checkpoints"]}
        record.fact(f"the tree after deleting {name}", parents)


def test_a_cancelled_export(
    backend: LiveBackend, connection: GuardedConnection, record: Record, vm: Message
) -> None:
    folder = f"{backend.steward.folder}\\cancelled"
    request = connection.send("checkpoint.export", ids=[checkpoint(vm, "p2")], path=folder)
    cancelled = connection.ask("request.cancel", request=request).message
    answer = connection.answer(request)
    record.fact(
        "export.cancelled", {"cancel": cancelled, "export": answer.message, "progress": answer.progress}
    )


def test_how_far_apart_two_vms_of_a_group_are_paused(
    backend: LiveBackend, connection: GuardedConnection, record: Record
) -> None:
    ids = [backend.vm("Running")["id"], backend.vm("Running")["id"]]
    for verb in ("vm.suspend", "vm.save"):
        spans = [(each["began"], each["ended"]) for each in connection.ask(verb, ids=ids).results]
        record.fact(f"group.{verb}", spans)
