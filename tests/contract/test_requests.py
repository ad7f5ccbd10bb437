"""Requests that are repeated, cancelled or take long; news that come unasked."""

from __future__ import annotations

from hvtree.emulator.host.faults import Fault
from tests.support.agent_answer import Message
from tests.support.agent_connection import AgentConnection
from tests.support.backends import SPEED, Backend, checkpoint, names


def slow_export(vm: Message) -> Fault:
    """Let the next export of a VM take longer than a test waits: it goes on until it is cancelled."""
    return Fault(cmdlet="Export-VMSnapshot", vm=vm["id"], delay_s=100 * SPEED)


def test_a_repeated_request_is_done_once_and_answered_alike(
    backend: Backend, connection: AgentConnection
) -> None:
    vm = backend.vm("Off")
    first = connection.answer(connection.send("vm.checkpoint", "again", ids=[vm["id"]], name="once"))
    second = connection.answer(connection.send("vm.checkpoint", "again", ids=[vm["id"]], name="once"))
    assert second.message == first.message
    assert names(backend.read(vm["id"])).count("once") == 1


def test_a_request_that_is_repeated_while_it_is_at_work_is_answered_once(
    backend: Backend, connection: AgentConnection
) -> None:
    vm = backend.vm("Running")
    for _ in range(3):
        connection.send("vm.save", "thrice", ids=[vm["id"]])
    connection.answer("thrice")
    connection.ask("ping")
    assert backend.state(vm["id"]) == "Saved"


def test_an_export_tells_how_far_it_is(backend: Backend, connection: AgentConnection) -> None:
    vm = backend.vm("Off")
    one = checkpoint(vm, "p2")
    backend.host.faults.add(slow_export(vm))
    request = connection.send("checkpoint.export", ids=[one], path="D:\\Far")
    told = connection.progress(request)
    assert told["target"] == one
    assert 0 <= told["percent"] <= 100
    connection.ask("request.cancel", request=request)
    connection.answer(request)


def test_a_ping_does_not_wait_for_an_export(backend: Backend, connection: AgentConnection) -> None:
    vm = backend.vm("Off")
    request = connection.send("checkpoint.export", ids=[checkpoint(vm, "p2")], path="D:\\Slow")
    assert connection.ask("ping").ok
    assert "error" not in connection.answer(request).result


def test_a_cancelled_export_ends_and_says_so(backend: Backend, connection: AgentConnection) -> None:
    vm = backend.vm("Off")
    backend.host.faults.add(slow_export(vm))
    request = connection.send("checkpoint.export", ids=[checkpoint(vm, "p2")], path="D:\\Cancelled")
    connection.progress(request)
    assert connection.ask("request.cancel", request=request).ok == {"cancelled": True}
    assert connection.answer(request).result["error"]["category"] == "OperationStopped"
    assert backend.host.get_child_item("D:\\Cancelled") == ()


def test_cancelling_what_is_not_at_work_does_nothing(connection: AgentConnection) -> None:
    assert connection.ask("request.cancel", request="nobody").ok == {"cancelled": False}


def test_a_change_is_told_unasked(backend: Backend, connection: AgentConnection) -> None:
    vm = backend.vm("Off")
    connection.ask("host.watch", on=True)
    revision = connection.ask("host.read", since=0).ok["revision"]
    connection.forget()
    backend.host.rename_vm_snapshot(vm_snapshot=checkpoint(vm, "p1"), new_name="by somebody else")
    assert connection.event("changed")["revision"] > revision
    told = connection.ask("host.read", since=revision)
    assert vm["id"] in [each["id"] for each in told.vms]
    connection.ask("host.watch", on=False)


def test_the_end_of_a_merge_is_told_unasked(backend: Backend, connection: AgentConnection) -> None:
    vm = backend.vm("Off")
    connection.ask("host.watch", on=True)
    connection.ask("checkpoint.delete", ids=[checkpoint(vm, "p2")])
    while len(backend.read(vm["id"])["disks"]) >= len(vm["disks"]):
        connection.event("changed")
    assert backend.read(vm["id"])["status"] == "Operating normally"
    connection.ask("host.watch", on=False)
