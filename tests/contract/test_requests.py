"""Requests that are repeated, cancelled or take long; news that come unasked."""

from __future__ import annotations

from hvtree.emulator.host.faults import Fault
from tests.support.backends import SPEED, Backend, checkpoint, names
from tests.support.talk import Message, Talk


def slow_export(vm: Message) -> Fault:
    """Let the next export of a VM take longer than a test waits: it goes on until it is cancelled."""
    return Fault(cmdlet="Export-VMSnapshot", vm=vm["id"], delay_s=100 * SPEED)


def test_a_repeated_request_is_done_once_and_answered_alike(backend: Backend, talk: Talk) -> None:
    vm = backend.vm("Off")
    first = talk.answer(talk.send("vm.checkpoint", "again", ids=[vm["id"]], name="once"))
    second = talk.answer(talk.send("vm.checkpoint", "again", ids=[vm["id"]], name="once"))
    assert second.message == first.message
    assert names(backend.read(vm["id"])).count("once") == 1


def test_a_request_that_is_repeated_while_it_is_at_work_is_answered_once(
    backend: Backend, talk: Talk
) -> None:
    vm = backend.vm("Running")
    for _ in range(3):
        talk.send("vm.save", "thrice", ids=[vm["id"]])
    talk.answer("thrice")
    talk.ask("ping")
    assert backend.state(vm["id"]) == "Saved"


def test_an_export_tells_how_far_it_is(backend: Backend, talk: Talk) -> None:
    vm = backend.vm("Off")
    one = checkpoint(vm, "p2")
    backend.host.faults.add(slow_export(vm))
    request = talk.send("checkpoint.export", ids=[one], path="D:\\Far")
    told = talk.progress(request)
    assert told["target"] == one
    assert 0 <= told["percent"] <= 100
    talk.ask("request.cancel", request=request)
    talk.answer(request)


def test_a_ping_does_not_wait_for_an_export(backend: Backend, talk: Talk) -> None:
    vm = backend.vm("Off")
    request = talk.send("checkpoint.export", ids=[checkpoint(vm, "p2")], path="D:\\Slow")
    assert talk.ask("ping").ok
    assert "error" not in talk.answer(request).result


def test_a_cancelled_export_ends_and_says_so(backend: Backend, talk: Talk) -> None:
    vm = backend.vm("Off")
    backend.host.faults.add(slow_export(vm))
    request = talk.send("checkpoint.export", ids=[checkpoint(vm, "p2")], path="D:\\Cancelled")
    talk.progress(request)
    assert talk.ask("request.cancel", request=request).ok == {"cancelled": True}
    assert talk.answer(request).result["error"]["category"] == "OperationStopped"
    assert backend.host.get_child_item("D:\\Cancelled") == ()


def test_cancelling_what_is_not_at_work_does_nothing(talk: Talk) -> None:
    assert talk.ask("request.cancel", request="nobody").ok == {"cancelled": False}


def test_a_change_is_told_unasked(backend: Backend, talk: Talk) -> None:
    vm = backend.vm("Off")
    talk.ask("host.watch", on=True)
    revision = talk.ask("host.read", since=0).ok["revision"]
    talk.forget()
    backend.host.rename_vm_snapshot(vm_snapshot=checkpoint(vm, "p1"), new_name="by somebody else")
    assert talk.event("changed")["revision"] > revision
    told = talk.ask("host.read", since=revision)
    assert vm["id"] in [each["id"] for each in told.vms]
    talk.ask("host.watch", on=False)


def test_the_end_of_a_merge_is_told_unasked(backend: Backend, talk: Talk) -> None:
    vm = backend.vm("Off")
    talk.ask("host.watch", on=True)
    talk.ask("checkpoint.delete", ids=[checkpoint(vm, "p2")])
    while len(backend.read(vm["id"])["disks"]) >= len(vm["disks"]):
        talk.event("changed")
    assert backend.read(vm["id"])["status"] == "Operating normally"
    talk.ask("host.watch", on=False)
