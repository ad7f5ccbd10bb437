"""A job from the click to the verdict, on the emulated host."""

from datetime import timedelta

import pytest

from hvtree.domain.edits import Rename
from hvtree.domain.errors import ConnectionFailure, Refused
from hvtree.domain.model import CheckpointType, VmState
from hvtree.domain.names import parse_default_name
from hvtree.emulator.host.faults import Fault
from hvtree.jobs.job import StepPhase, Verdict
from hvtree.operations.apply import ApplyCheckpoint, RevertVm
from hvtree.operations.base import Operation, Plan
from hvtree.operations.create import CreateCheckpoint
from hvtree.operations.delete import DeleteCheckpoints, DeleteCheckpointSubtree
from hvtree.operations.export import ExportCheckpoint
from hvtree.operations.group import CheckpointGroup
from hvtree.operations.rename import RenameCheckpoint
from tests.support.harness import Asked, Harness, with_harness
from tests.support.narrowing import not_none
from tests.support.plans import everything_on, vm_at
from tests.support.trees import id_of, lab, vm

LAB = lab(web="base(p1(p2*) p3)", db="x*")


def test_deleting_an_inner_checkpoint_ends_as_planned_and_checked() -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(DeleteCheckpoints((harness.ref("web", "p1"),)))
        assert job.verdict is Verdict.AS_PLANNED, job.message
        assert harness.shape("web") == "base(p2* p3)"
        assert [step.phase for step in job.steps] == [StepPhase.DONE]

    with_harness(LAB, story)


def test_deleting_a_subtree_ends_as_planned() -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(DeleteCheckpointSubtree(harness.ref("web", "p1")))
        assert job.verdict is Verdict.AS_PLANNED, job.message
        assert harness.shape("web") == "base*(p3)"

    with_harness(LAB, story)


def test_creating_checkpoints_of_two_vms_ends_as_planned() -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(CreateCheckpoint((vm_at("web"), vm_at("db")), "both"))
        assert job.verdict is Verdict.AS_PLANNED, job.message
        assert harness.shape("db") == "x(both*)"
        assert harness.shape("web") == "base(p1(p2(both*)) p3)"

    with_harness(LAB, story)


def test_nobody_is_asked_again_because_of_the_time_in_a_default_name() -> None:
    async def story(harness: Harness) -> None:
        plan = harness.workspace.plan(CreateCheckpoint((vm_at("db"),)))
        before = harness.state
        harness.workspace.refresh(harness.host_id)
        await harness.until(lambda: harness.state is not before)
        asked = Asked()
        job = await harness.do(plan, asked)
        assert job.verdict is Verdict.AS_PLANNED, job.message
        assert asked.plans == []

    with_harness(LAB, story)


@pytest.mark.parametrize(
    "planned",
    [CreateCheckpoint((vm_at("db"),)), CheckpointGroup((vm_at("db"),)), RevertVm(vm_at("db"), safety=True)],
    ids=["default", "group", "safety"],
)
def test_a_default_name_says_when_the_checkpoint_was_made_and_not_when_it_was_planned(
    planned: Operation,
) -> None:
    async def story(harness: Harness) -> None:
        plan = harness.workspace.plan(planned)
        await harness.host.clock.pass_by(600)
        asked = Asked()
        job = await harness.do(plan, asked)
        assert (job.verdict, asked.plans) == (Verdict.AS_PLANNED, [])
        made = max(harness.vm("db").checkpoints, key=lambda each: each.created_utc)
        named = not_none(parse_default_name(made.name))
        late = made.created_utc.astimezone().replace(tzinfo=None) - named.local_time
        assert timedelta(0) <= late < timedelta(seconds=10)

    with_harness(LAB, story)


def test_renaming_ends_as_planned_whatever_the_name() -> None:
    async def story(harness: Harness) -> None:
        for name in ("it's", '"$(Remove-VM *)" `n', "\u202egnirts", "🧪 検査", "x" * 100):
            job = await harness.do(RenameCheckpoint(everything_on(harness.state)[-1], name))
            assert job.verdict is Verdict.AS_PLANNED, job.message
            assert harness.vm("db").checkpoints[0].name == name

    with_harness(LAB, story)


def test_applying_with_a_safety_checkpoint_keeps_the_present_state() -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(ApplyCheckpoint(harness.ref("web", "p3")))
        assert job.verdict is Verdict.AS_PLANNED, job.message
        assert harness.vm("web").by_id[not_none(harness.vm("web").now_id)].name == "p3"
        assert len(harness.vm("web").checkpoints) == 5

    with_harness(LAB, story)


def test_applying_to_a_running_vm_and_starting_it_ends_with_it_running() -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(ApplyCheckpoint(harness.ref("web", "base"), safety=True, start=True))
        assert job.verdict is Verdict.AS_PLANNED, job.message
        assert harness.vm("web").state is VmState.RUNNING

    with_harness(lab(web=vm("base(p1*)", "web", state=VmState.RUNNING)), story)


def test_reverting_without_a_safety_checkpoint_turns_a_running_vm_off() -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(RevertVm(vm_at("web"), safety=False))
        assert job.verdict is Verdict.AS_PLANNED, job.message
        assert harness.vm("web").state is VmState.OFF

    with_harness(lab(web=vm("base(p1*)", "web", state=VmState.RUNNING)), story)


def test_an_export_shows_its_percentage_and_ends_as_planned() -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(ExportCheckpoint(harness.ref("web", "p1"), "D:\\Exports"))
        assert job.verdict is Verdict.AS_PLANNED, job.message
        percents = [view.steps[0].percent for view in harness.seen if view.steps]
        moving = [percent for percent in percents if percent not in (None, 100)]
        assert len(set(moving)) > 2
        assert moving == sorted(moving)

    with_harness(LAB, story)


def test_the_stages_come_in_their_order() -> None:
    async def story(harness: Harness) -> None:
        await harness.do(DeleteCheckpoints((harness.ref("web", "p1"),)))
        stages = list(dict.fromkeys(view.stage for view in harness.seen))
        assert stages == ["waiting", "checking", "performing", "verifying", "ended"]

    with_harness(LAB, story)


def test_what_cannot_be_planned_is_refused_with_the_reason_before_there_is_a_job() -> None:
    async def story(harness: Harness) -> None:
        gone = harness.ref("web", "p1")
        await harness.do(DeleteCheckpointSubtree(harness.ref("web", "base")))
        for operation, reason in (
            (RenameCheckpoint(gone, "new"), "web"),
            (RenameCheckpoint(harness.ref("db", "x"), "  \t"), "name"),
            (CreateCheckpoint((vm_at("off"),), "x"), "disabled"),
        ):
            with pytest.raises(Refused) as refused:
                harness.submit(operation)
            assert reason in refused.value.sentence
        assert len(harness.workspace.jobs) == 1

    with_harness(
        lab(web="base(p1(p2*) p3)", db="x*", off=vm("a*", "off", checkpoint_type=CheckpointType.DISABLED)),
        story,
    )


def test_nothing_is_planned_on_a_host_that_is_not_connected() -> None:
    async def story(harness: Harness) -> None:
        harness.host.down = ConnectionFailure("The host is off.")
        harness.host.lose()
        await harness.until(lambda: not harness.view.is_connected)
        with pytest.raises(Refused, match="not connected"):
            harness.workspace.plan(RenameCheckpoint(harness.ref("db", "x"), "y"))

    with_harness(LAB, story)


def test_an_error_of_the_host_fails_the_job_with_its_words_and_record() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hyperv.faults.add(Fault(cmdlet="Remove-VMSnapshot", error="FileInUse"))
        job = await harness.do(DeleteCheckpoints((harness.ref("web", "p1"),)))
        assert job.verdict is Verdict.FAILED
        assert "‘p1’" in job.message
        assert "The VM is as it was before." in job.message
        assert "FullyQualifiedErrorId" in job.details
        assert job.steps[0].phase is StepPhase.FAILED

    with_harness(LAB, story)


def test_a_failure_of_one_of_two_says_what_exists_where() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hyperv.faults.add(Fault(cmdlet="Checkpoint-VM", vm="db", error="DiskFull"))
        job = await harness.do(CreateCheckpoint((vm_at("web"), vm_at("db")), "both"))
        assert job.verdict is Verdict.FAILED
        assert "VM ‘web’ is Off and has the new checkpoint ‘both’." in job.message
        assert "VM ‘db’ is Off and has no new checkpoint." in job.message

    with_harness(LAB, story)


def test_a_vm_that_was_saved_for_nothing_runs_again() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hyperv.faults.add(Fault(cmdlet="Checkpoint-VM", error="DiskFull"))
        job = await harness.do(ApplyCheckpoint(harness.ref("web", "base")))
        assert job.verdict is Verdict.FAILED
        assert harness.vm("web").state is VmState.RUNNING
        assert harness.shape("web") == "base(p1*)"
        assert job.steps[-1].phase is StepPhase.DONE

    with_harness(lab(web=vm("base(p1*)", "web", state=VmState.RUNNING)), story)


def test_a_host_that_is_not_as_planned_though_it_answered_ok_differs() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("checkpoint.rename")
        job_id = harness.submit(RenameCheckpoint(harness.ref("db", "x"), "y"))
        await harness.host.asked("checkpoint.rename")
        harness.host.hyperv.checkpoint_vm(vm=[id_of("db")], snapshot_name="by somebody else")
        await harness.until(lambda: len(harness.vm("db").checkpoints) == 2)
        harness.host.release()
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.DIFFERS
        assert "‘by somebody else’" in job.message

    with_harness(LAB, story)


def test_a_merge_that_goes_on_does_not_hold_up_the_verdict() -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(DeleteCheckpoints((harness.ref("web", "p1"),)))
        assert job.verdict is Verdict.AS_PLANNED
        assert harness.vm("web").activity is not None or len(harness.vm("web").files) > 4

    with_harness(LAB, story)


def test_the_plan_of_the_workspace_touches_nothing() -> None:
    async def story(harness: Harness) -> None:
        plan = harness.workspace.plan(RenameCheckpoint(harness.ref("db", "x"), "y"))
        assert plan.steps[0].edit == Rename(harness.ref("db", "x").ref, "y")
        assert harness.host.verbs() == ["host.read"]

    with_harness(LAB, story)


def test_a_job_is_called_by_its_plan_from_the_first_moment() -> None:
    async def story(harness: Harness) -> None:
        job_id = harness.submit(RenameCheckpoint(harness.ref("db", "x"), "y"))
        assert harness.workspace.job(job_id).title == "Rename checkpoint ‘x’ on VM ‘db’ to ‘y’"
        await harness.ended(job_id)

    with_harness(LAB, story)


def test_a_vm_on_its_way_is_waited_for_before_the_verdict() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("checkpoint.rename")
        job_id = harness.submit(RenameCheckpoint(harness.ref("db", "x"), "y"))
        await harness.host.asked("checkpoint.rename")
        harness.host.hyperv.start_vm(vm=[id_of("db")])
        harness.host.release()
        job = await harness.ended(job_id)
        assert harness.vm("db").state is VmState.RUNNING
        assert job.verdict in {Verdict.DIFFERS, Verdict.FAILED}

    with_harness(LAB, story)


def test_a_vm_that_never_comes_to_rest_is_judged_as_it_is_when_the_time_is_over() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hyperv.faults.add(Fault(cmdlet="Start-VM", delay_s=100_000))
        harness.host.hold("checkpoint.rename")
        job_id = harness.submit(RenameCheckpoint(harness.ref("db", "x"), "y"))
        await harness.host.asked("checkpoint.rename")
        harness.host.hyperv.start_vm(vm=[id_of("db")])
        harness.host.release()
        began = harness.host.clock.now()
        job = await harness.ended(job_id)
        assert (harness.host.clock.now() - began).total_seconds() < 130
        assert "Starting" in job.message

    with_harness(LAB, story)


def test_a_fault_of_hvtree_itself_ends_the_job_with_its_details() -> None:
    class Broken:
        async def approve(self, _plan: Plan) -> bool:
            raise ZeroDivisionError

    async def story(harness: Harness) -> None:
        plan = harness.workspace.plan(RenameCheckpoint(harness.ref("db", "x"), "y"))
        await harness.changed_by_somebody("db")
        job = await harness.do(plan, Broken())
        assert job.verdict is Verdict.UNKNOWN
        assert "mistake of its own (ZeroDivisionError)" in job.message
        assert "Traceback" in job.details

    with_harness(LAB, story)
