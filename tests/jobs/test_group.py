"""A group at one instant: whatever happens, its members come back, and the verdict says what exists where."""

import pytest

from hvtree.app.host_view import Event
from hvtree.domain.group import GroupMethod
from hvtree.domain.group_mark import GroupMark
from hvtree.domain.model import VmState
from hvtree.emulator.host.faults import Fault
from hvtree.jobs.group_times import group_times
from hvtree.jobs.job import StepPhase, Verdict
from hvtree.jobs.wait_idle import TimeLimits
from hvtree.operations.group import CheckpointGroup
from hvtree.values import replace
from tests.support.harness import Harness, with_harness
from tests.support.narrowing import not_none
from tests.support.plans import vm_at
from tests.support.trees import id_of, lab, vm

MEMBERS = {
    "web": VmState.RUNNING,
    "db": VmState.RUNNING,
    "paused": VmState.PAUSED,
    "saved": VmState.SAVED,
    "off": VmState.OFF,
}
LAB = lab(**{name: vm("a*", name, state=state) for name, state in MEMBERS.items()})
GROUP = CheckpointGroup(tuple(vm_at(name) for name in MEMBERS), "before patch")


def states(harness: Harness) -> dict[str, VmState]:
    return {name: harness.vm(name).state for name in MEMBERS}


def with_checkpoint(harness: Harness) -> set[str]:
    return {
        name for name in MEMBERS if any(each.name == "before patch" for each in harness.vm(name).checkpoints)
    }


def test_every_member_gets_its_checkpoint_and_its_former_state() -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(GROUP)
        assert job.verdict is Verdict.AS_PLANNED, job.message
        assert states(harness) == MEMBERS
        assert with_checkpoint(harness) == set(MEMBERS)

    with_harness(LAB, story)


def test_pausing_is_one_request_for_all_members() -> None:
    async def story(harness: Harness) -> None:
        await harness.do(GROUP)
        (first, *_) = [request for request in harness.host.requests if request.verb == "vm.suspend"]
        assert set(first.args["ids"]) == {id_of("web"), id_of("db")}

    with_harness(LAB, story)


@pytest.mark.parametrize("cmdlet", ["Suspend-VM", "Save-VM", "Checkpoint-VM"])
def test_if_one_member_fails_the_others_are_brought_back(cmdlet: str) -> None:
    async def story(harness: Harness) -> None:
        harness.host.hyperv.faults.add(Fault(cmdlet=cmdlet, vm="db", error="OperationFailed"))
        job = await harness.do(GROUP)
        assert job.verdict is Verdict.FAILED
        assert states(harness) == MEMBERS

    with_harness(LAB, story)


def test_if_one_member_cannot_be_saved_no_checkpoint_is_taken() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hyperv.faults.add(Fault(cmdlet="Save-VM", vm="db", error="DiskFull"))
        job = await harness.do(GROUP)
        assert with_checkpoint(harness) == set()
        phases = {step.title.split()[0]: step.phase for step in job.steps[:3]}
        assert phases == {"Pause": StepPhase.DONE, "Save": StepPhase.FAILED, "Checkpoint": StepPhase.SKIPPED}

    with_harness(LAB, story)


def test_if_one_member_has_no_checkpoint_the_verdict_lists_who_has_one() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hyperv.faults.add(Fault(cmdlet="Checkpoint-VM", vm="db", error="DiskFull"))
        job = await harness.do(replace(GROUP, keep_partial=True))
        assert job.verdict is Verdict.FAILED
        assert with_checkpoint(harness) == set(MEMBERS) - {"db"}
        assert "VM ‘web’ is Running and has the new checkpoint ‘before patch’." in job.message
        assert "VM ‘db’ is Running and has no new checkpoint." in job.message

    with_harness(LAB, story)


def test_if_one_member_has_no_checkpoint_those_of_the_others_are_deleted_again() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hyperv.faults.add(Fault(cmdlet="Checkpoint-VM", vm="db", error="DiskFull"))
        job = await harness.do(GROUP)
        assert job.verdict is Verdict.FAILED
        assert "The VMs are as they were before." in job.message
        assert with_checkpoint(harness) == set()
        assert states(harness) == MEMBERS
        assert [harness.shape(name) for name in MEMBERS] == ["a*"] * 5

    with_harness(LAB, story)


def test_checkpoints_that_others_have_taken_meanwhile_stay() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("vm.checkpoint")
        job_id = harness.submit(GROUP)
        await harness.host.asked("vm.checkpoint")
        harness.host.hyperv.checkpoint_vm(vm=[id_of("db")], snapshot_name="before patch")
        harness.host.hyperv.faults.add(Fault(cmdlet="Checkpoint-VM", vm="db", error="DiskFull"))
        harness.host.release()
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.FAILED
        assert with_checkpoint(harness) == {"db"}

    with_harness(LAB, story)


def test_a_group_whose_last_answer_was_lost_is_kept_if_it_is_whole() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("vm.checkpoint")
        job_id = harness.submit(GROUP)
        await harness.host.asked("vm.checkpoint")
        harness.host.hyperv.checkpoint_vm(vm=[id_of(name) for name in MEMBERS], snapshot_name="before patch")
        harness.host.lose()
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.AS_PLANNED, job.message
        assert with_checkpoint(harness) == set(MEMBERS)
        assert set(marks(harness)) == set(MEMBERS)

    with_harness(LAB, story)


def marks(harness: Harness) -> dict[str, GroupMark]:
    vms = {name: harness.vm(name) for name in MEMBERS}
    return {name: mark for name, vm in vms.items() for mark in vm.group_marks.values()}


def test_what_was_measured_is_kept_in_the_notes_of_each() -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(GROUP)
        times = group_times(job)
        assert times.spread_ms is not None
        found = marks(harness)
        assert {each.spread_ms for each in found.values()} == {times.spread_ms}
        stopped = {name: each.stopped_ms for name, each in found.items()}
        assert stopped == {
            name: times.stopped_ms.get(vm_at(name)) if state is VmState.RUNNING else None
            for name, state in MEMBERS.items()
        }
        assert min(times.stopped_ms.values()) > times.spread_ms

    with_harness(LAB, story)


@pytest.mark.parametrize("method", GroupMethod)
def test_by_every_method_all_have_their_checkpoint_and_their_former_state(method: GroupMethod) -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(replace(GROUP, method=method))
        assert job.verdict is Verdict.AS_PLANNED, job.message
        assert states(harness) == MEMBERS
        assert with_checkpoint(harness) == set(MEMBERS) == set(marks(harness))

    with_harness(LAB, story)


def test_a_member_that_cannot_be_started_again_is_named() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hyperv.faults.add(Fault(cmdlet="Start-VM", vm="db", error="OutOfMemory", times=None))
        job = await harness.do(GROUP)
        assert job.verdict is Verdict.FAILED
        assert "not every VM could be brought back" in job.message
        assert "VM ‘db’ is Saved (it was Running)" in job.message
        assert states(harness) == {**MEMBERS, "db": VmState.SAVED}

    with_harness(LAB, story)


def test_cancelling_a_group_brings_its_members_back() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("vm.save")
        job_id = harness.submit(GROUP)
        await harness.host.asked("vm.save")
        harness.workspace.cancel(job_id)
        assert harness.workspace.job(job_id).verdict is None
        harness.host.release()
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.CANCELLED
        assert states(harness) == MEMBERS
        assert with_checkpoint(harness) == set()

    with_harness(LAB, story)


@pytest.mark.parametrize("verb", ["vm.suspend", "vm.save", "vm.checkpoint"])
def test_at_any_moment_cancelling_leaves_everything_as_it_was(verb: str) -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold(verb)
        job_id = harness.submit(GROUP)
        await harness.host.asked(verb)
        assert harness.workspace.job(job_id).can_cancel
        harness.workspace.cancel(job_id)
        harness.host.release()
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.CANCELLED, job.message
        assert states(harness) == MEMBERS
        assert [harness.shape(name) for name in MEMBERS] == ["a*"] * 5

    with_harness(LAB, story)


def test_a_connection_that_is_cut_leaves_no_member_paused_or_saved() -> None:
    async def story(harness: Harness) -> None:
        job_id = await harness.lose_during(GROUP, "vm.checkpoint")
        harness.host.release()
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.FAILED
        assert "The VMs are as they were before." in job.message
        assert states(harness) == MEMBERS

    with_harness(LAB, story)


def test_a_connection_that_is_cut_twice_still_leaves_no_member_saved() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("vm.checkpoint")
        harness.host.hold("vm.start")
        job_id = harness.submit(GROUP)
        await harness.host.asked("vm.checkpoint")
        harness.host.lose()
        await harness.host.asked("vm.start")
        harness.host.lose()
        harness.host.release()
        await harness.ended(job_id)
        assert states(harness) == MEMBERS

    with_harness(LAB, story)


def test_a_host_that_stays_away_leaves_the_outcome_unknown_and_warns() -> None:
    async def story(harness: Harness) -> None:
        job_id = await harness.lose_during(GROUP, "vm.checkpoint", for_good=True)
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.UNKNOWN
        assert "Some of them may still be paused" in job.message
        back = [each.phase for each in job.steps if each.title == "Start 3 VMs"]
        assert back == [StepPhase.UNKNOWN]

    with_harness(LAB, story, TimeLimits(reconnect_s=100))


def test_a_connection_that_is_cut_between_two_steps_leaves_no_member_paused() -> None:
    async def story(harness: Harness) -> None:
        tell = not_none(harness.workspace.listener)
        is_cut: list[bool] = []

        def cut_after_the_first_step(event: Event) -> None:
            tell(event)
            steps = harness.workspace.jobs[0].steps if harness.workspace.jobs else ()
            if steps and steps[0].phase is StepPhase.DONE and not is_cut:
                is_cut.append(True)
                harness.host.lose()

        harness.workspace.listener = cut_after_the_first_step
        job = await harness.do(GROUP)
        assert is_cut
        assert job.verdict is Verdict.FAILED
        assert "not connected" in job.message
        assert states(harness) == MEMBERS

    with_harness(LAB, story)
