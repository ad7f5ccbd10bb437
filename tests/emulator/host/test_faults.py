"""Injected faults."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hvtree.emulator.host.errors import CmdletError
from hvtree.emulator.host.faults import ErrorName, Fault, Faults
from hvtree.emulator.host.invocation import Invocation
from tests.support.virtual_host import guid, virtual_host, vm_spec


def test_a_fault_fails_the_named_cmdlet_on_the_named_vm_once() -> None:
    lab = virtual_host(
        vm_spec("a"), vm_spec("b"), faults=Faults([Fault("Checkpoint-VM", "b", "OperationFailed")])
    )
    call = lab.finish(lab.host.checkpoint_vm(["a", "b"], "x"))
    assert [result.error is None for result in call.results] == [True, False]
    assert lab.finish(lab.host.checkpoint_vm("b", "x")).errors == ()


def test_a_fault_may_apply_always_until_it_is_cleared() -> None:
    lab = virtual_host("*", faults=Faults([Fault(vm="vm", error="InvalidState", times=None)]))
    assert len(lab.host.start_vm("vm").errors) == len(lab.host.checkpoint_vm("vm").errors) == 1
    assert len(lab.host.faults.active) == 1
    lab.host.faults.clear()
    assert lab.host.start_vm("vm").errors == ()


def test_a_fault_at_the_end_leaves_nothing_changed() -> None:
    fault = Fault("Checkpoint-VM", error="DiskFull", when="after", message="The disk went away.")
    lab = virtual_host("base*", vm={"state": "Running"}, faults=Faults([fault]))
    call = lab.host.checkpoint_vm("vm", "new")
    assert not call.is_done
    lab.finish(call)
    assert call.errors[0].message == "The disk went away."
    assert call.errors[0].hresult == 0x80070070
    assert lab.tree() == "base*"
    assert lab.host.checkpoint_vm("vm", "new").errors == ()


def test_a_failed_change_of_state_leaves_the_old_state() -> None:
    lab = virtual_host("*", vm={"state": "Running"})
    lab.host.faults.add(Fault("Save-VM", error="OperationFailed", when="after"))
    lab.finish(lab.host.save_vm("vm"))
    assert lab.vm().state.name == "Running"


def test_a_fault_may_only_be_slow() -> None:
    lab = virtual_host("base*")
    lab.host.faults.add(Fault(delay_s=30, times=2))
    host = lab.host
    begins: tuple[Callable[[], Invocation], ...] = (
        lambda: host.rename_vm_snapshot("vm", "base", new_name="b"),
        lambda: host.checkpoint_vm("vm"),
    )
    for begin in begins:
        call = begin()
        lab.clock.advance(29)
        was_done_before = call.is_done
        lab.clock.advance(3)
        assert (was_done_before, call.is_done) == (False, True)
        assert call.errors == ()


@pytest.mark.parametrize("error", ["AccessDenied", "Busy", "FileInUse", "NotFound", "OutOfMemory"])
def test_every_named_error_is_an_error_of_the_cmdlet(error: ErrorName) -> None:
    lab = virtual_host("*", faults=Faults([Fault(error=error)]))
    (found,) = lab.host.start_vm("vm").errors
    assert found.fully_qualified_error_id.endswith("Commands.StartVM")


def test_without_rights_every_cmdlet_is_refused() -> None:  # fact 67
    lab = virtual_host("*")
    lab.host.faults.is_access_denied = True
    for call in (
        lab.host.get_vm,
        lambda: lab.host.checkpoint_vm("vm"),
        lambda: lab.host.get_vm_snapshot("vm"),
    ):
        with pytest.raises(CmdletError) as caught:
            call()
        assert caught.value.message.startswith(
            "You do not have the required permission to complete this task."
        )
        assert "'HOST'" in caught.value.message
        assert caught.value.category == "PermissionDenied"
        assert caught.value.fully_qualified_error_id.startswith("AccessDenied,")


def test_a_caller_without_elevation_sees_no_vms_rather_than_an_error() -> None:  # fact 68
    lab = virtual_host("*")
    lab.host.faults.is_listing_empty = True
    assert lab.host.get_vm().objects == ()
    assert lab.host.read_vm(guid("vm")) is None
    assert lab.host.changed_since(0).changed == ()
