"""Cmdlets on several targets."""

from __future__ import annotations

from typing import Any

from hvtree.emulator.host.enums import JobState, VMState
from hvtree.emulator.host.quirks import Quirks
from tests.support.virtual_host import VirtualHost, guid, virtual_host, vm_spec


def farm(**given: Any) -> VirtualHost:
    return virtual_host(*(vm_spec(name, state="Running") for name in "abc"), **given)


def test_targets_are_worked_on_one_after_the_other() -> None:  # fact 103
    lab = farm()
    call = lab.host.save_vm(["a", "b", "c"])
    assert [lab.vm(name).state for name in "abc"] == [VMState.Saving, VMState.Running, VMState.Running]
    lab.finish(call)
    first, second, _ = call.results
    assert first.ended == second.began


def test_targets_may_be_worked_on_side_by_side() -> None:  # fact 103, switched
    lab = farm(quirks=Quirks(targets_side_by_side=True))
    call = lab.host.save_vm(["a", "b", "c"])
    assert {lab.vm(name).state for name in "abc"} == {VMState.Saving}
    lab.finish(call)
    assert len({result.ended for result in call.results}) == 1


def test_one_failure_does_not_stop_the_others() -> None:  # fact 104
    lab = farm()
    lab.do(lab.host.stop_vm("b", turn_off=True))
    call = lab.finish(lab.host.save_vm(["a", "b", "none", "c"]))
    assert [result.error is None for result in call.results] == [True, False, False, True]


def test_progress_and_end_are_reported() -> None:
    lab = virtual_host("*", vm={"state": "Running", "memory": "20 GB"})
    seen: list[int] = []
    ends: list[bool] = []
    call = lab.host.checkpoint_vm("vm", "x")
    call.on_progress(lambda _, percent: seen.append(percent))
    call.on_done(lambda: ends.append(call.is_done))
    lab.clock.advance(5)
    assert 0 < call.percent < 100
    lab.finish(call)
    assert len(seen) > 5
    assert seen == sorted(seen)
    assert ends == [True]
    assert call.percent == 100


def test_done_is_told_also_to_those_who_ask_late() -> None:
    lab = virtual_host("base*")
    ends: list[int] = []
    lab.host.rename_vm_snapshot("vm", "base", new_name="new").on_done(lambda: ends.append(1))
    assert ends == [1]


def test_cancelling_stops_the_current_target_and_begins_no_other() -> None:
    lab = farm()
    call = lab.host.save_vm(["a", "b", "c"])
    lab.clock.advance(1)
    assert call.cancel()
    assert call.is_done
    assert [error.category for error in call.errors] == ["OperationStopped"] * 3
    assert {lab.vm(name).state for name in "abc"} == {VMState.Running}
    assert not call.cancel()


def test_what_cannot_be_stopped_is_finished_when_cancelled() -> None:
    lab = farm()
    call = lab.host.start_vm(["a"])
    lab.do(lab.host.stop_vm("a", turn_off=True))
    call = lab.host.start_vm("a")
    assert not call.cancel()
    lab.finish(call)
    assert lab.vm("a").state is VMState.Running


def test_a_cmdlet_without_targets_is_done_at_once() -> None:
    call = virtual_host("*").host.remove_vm_snapshot("vm")
    assert call.is_done
    assert call.percent == 100


def test_jobs_are_listed_and_forgotten_five_minutes_after_their_end() -> None:  # fact 76
    lab = virtual_host("*", vm={"state": "Running"})
    call = lab.host.checkpoint_vm("vm")
    (job,) = lab.host.get_jobs()
    assert (job.job_state, job.percent_complete, job.cancellable) == (JobState.Running, 0, True)
    lab.finish(call)
    (job,) = lab.host.get_jobs()
    assert (job.job_state, job.percent_complete, job.cancellable) == (JobState.Completed, 100, False)
    lab.clock.advance(301)
    assert lab.host.get_jobs() == ()


def test_a_job_can_be_cancelled_by_its_id() -> None:
    lab = virtual_host("*", vm={"state": "Running"})
    call = lab.host.checkpoint_vm("vm")
    assert lab.host.cancel_job(lab.host.get_jobs()[0].instance_id)
    assert call.errors[0].category == "OperationStopped"
    assert lab.host.get_jobs()[0].job_state is JobState.Terminated
    assert lab.host.get_vm_snapshot(vm=guid("vm")).objects == ()
