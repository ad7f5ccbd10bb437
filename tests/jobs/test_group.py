"""A group at one instant: whatever happens, its members come back, and the verdict says what exists where."""

import pytest

from hvtree.app.host_view import Event
from hvtree.domain.model import VmState
from hvtree.emulator.host.faults import Fault
from hvtree.jobs.job import StepPhase, Verdict
from hvtree.jobs.wait_idle import TimeLimits
from hvtree.operations.group import CheckpointGroup
from tests.support.desk import Desk, at_desk
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


def states(desk: Desk) -> dict[str, VmState]:
    return {name: desk.vm(name).state for name in MEMBERS}


def with_checkpoint(desk: Desk) -> set[str]:
    return {
        name for name in MEMBERS if any(each.name == "before patch" for each in desk.vm(name).checkpoints)
    }


def test_every_member_gets_its_checkpoint_and_its_former_state() -> None:
    async def story(desk: Desk) -> None:
        job = await desk.do(GROUP)
        assert job.verdict is Verdict.AS_PLANNED, job.message
        assert states(desk) == MEMBERS
        assert with_checkpoint(desk) == set(MEMBERS)

    at_desk(LAB, story)


def test_pausing_is_one_request_for_all_members() -> None:
    async def story(desk: Desk) -> None:
        await desk.do(GROUP)
        (first, *_) = [request for request in desk.host.requests if request.verb == "vm.suspend"]
        assert set(first.args["ids"]) == {id_of("web"), id_of("db")}

    at_desk(LAB, story)


@pytest.mark.parametrize("cmdlet", ["Suspend-VM", "Save-VM", "Checkpoint-VM"])
def test_if_one_member_fails_the_others_are_brought_back(cmdlet: str) -> None:
    async def story(desk: Desk) -> None:
        desk.host.hyperv.faults.add(Fault(cmdlet=cmdlet, vm="db", error="OperationFailed"))
        job = await desk.do(GROUP)
        assert job.verdict is Verdict.FAILED
        assert states(desk) == MEMBERS

    at_desk(LAB, story)


def test_if_one_member_cannot_be_saved_no_checkpoint_is_taken() -> None:
    async def story(desk: Desk) -> None:
        desk.host.hyperv.faults.add(Fault(cmdlet="Save-VM", vm="db", error="DiskFull"))
        job = await desk.do(GROUP)
        assert with_checkpoint(desk) == set()
        phases = {step.title.split()[0]: step.phase for step in job.steps[:3]}
        assert phases == {"Pause": StepPhase.DONE, "Save": StepPhase.FAILED, "Checkpoint": StepPhase.SKIPPED}

    at_desk(LAB, story)


def test_if_one_member_has_no_checkpoint_the_verdict_lists_who_has_one() -> None:
    async def story(desk: Desk) -> None:
        desk.host.hyperv.faults.add(Fault(cmdlet="Checkpoint-VM", vm="db", error="DiskFull"))
        job = await desk.do(GROUP)
        assert job.verdict is Verdict.FAILED
        assert with_checkpoint(desk) == set(MEMBERS) - {"db"}
        assert "VM ‘web’ is Running and has the new checkpoint ‘before patch’." in job.message
        assert "VM ‘db’ is Running and has no new checkpoint." in job.message

    at_desk(LAB, story)


def test_a_member_that_cannot_be_started_again_is_named() -> None:
    async def story(desk: Desk) -> None:
        desk.host.hyperv.faults.add(Fault(cmdlet="Start-VM", vm="db", error="OutOfMemory", times=None))
        job = await desk.do(GROUP)
        assert job.verdict is Verdict.FAILED
        assert "not every VM could be brought back" in job.message
        assert "VM ‘db’ is Saved (it was Running)" in job.message
        assert states(desk) == {**MEMBERS, "db": VmState.SAVED}

    at_desk(LAB, story)


def test_cancelling_a_group_brings_its_members_back() -> None:
    async def story(desk: Desk) -> None:
        desk.host.hold("vm.save")
        job_id = desk.submit(GROUP)
        await desk.host.asked("vm.save")
        desk.workspace.cancel(job_id)
        assert desk.workspace.job(job_id).verdict is None
        desk.host.release()
        job = await desk.ended(job_id)
        assert job.verdict is Verdict.CANCELLED
        assert states(desk) == MEMBERS
        assert with_checkpoint(desk) == set()

    at_desk(LAB, story)


def test_a_connection_that_is_cut_leaves_no_member_paused_or_saved() -> None:
    async def story(desk: Desk) -> None:
        job_id = await desk.lose_during(GROUP, "vm.checkpoint")
        desk.host.release()
        job = await desk.ended(job_id)
        assert job.verdict is Verdict.FAILED
        assert "nothing has changed" in job.message
        assert states(desk) == MEMBERS

    at_desk(LAB, story)


def test_a_connection_that_is_cut_twice_still_leaves_no_member_saved() -> None:
    async def story(desk: Desk) -> None:
        desk.host.hold("vm.checkpoint")
        desk.host.hold("vm.start")
        job_id = desk.submit(GROUP)
        await desk.host.asked("vm.checkpoint")
        desk.host.lose()
        await desk.host.asked("vm.start")
        desk.host.lose()
        desk.host.release()
        await desk.ended(job_id)
        assert states(desk) == MEMBERS

    at_desk(LAB, story)


def test_a_host_that_stays_away_leaves_the_outcome_unknown_and_warns() -> None:
    async def story(desk: Desk) -> None:
        job_id = await desk.lose_during(GROUP, "vm.checkpoint", for_good=True)
        job = await desk.ended(job_id)
        assert job.verdict is Verdict.UNKNOWN
        assert "Some of them may still be paused" in job.message
        assert job.steps[-1].phase is StepPhase.UNKNOWN

    at_desk(LAB, story, TimeLimits(reconnect_s=100))


def test_a_connection_that_is_cut_between_two_steps_leaves_no_member_paused() -> None:
    async def story(desk: Desk) -> None:
        tell = not_none(desk.workspace.listener)
        is_cut: list[bool] = []

        def cut_after_the_first_step(event: Event) -> None:
            tell(event)
            steps = desk.workspace.jobs[0].steps if desk.workspace.jobs else ()
            if steps and steps[0].phase is StepPhase.DONE and not is_cut:
                is_cut.append(True)
                desk.host.lose()

        desk.workspace.listener = cut_after_the_first_step
        job = await desk.do(GROUP)
        assert is_cut
        assert job.verdict is Verdict.FAILED
        assert "not connected" in job.message
        assert states(desk) == MEMBERS

    at_desk(LAB, story)
