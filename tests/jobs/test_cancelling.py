"""Cancelling: at once where that is harmless, at the next safe place otherwise, and never an error."""

from hvtree.domain.model import VmState
from hvtree.jobs.job import StepPhase, Verdict
from hvtree.operations.apply import ApplyCheckpoint
from hvtree.operations.delete import DeleteCheckpoints
from hvtree.operations.export import ExportCheckpoint
from hvtree.operations.rename import RenameCheckpoint
from tests.support.desk import Asked, Desk, at_desk
from tests.support.trees import lab, vm

LAB = lab(web="base(p1(p2*) p3)", db="x*")


def test_a_job_that_waits_for_an_answer_can_be_cancelled() -> None:
    async def story(desk: Desk) -> None:
        plan = desk.workspace.plan(DeleteCheckpoints((desk.ref("web", "p1"),)))
        await desk.changed_by_somebody("web")
        asked = Asked()
        job_id = desk.submit(plan, asked)
        await asked.question()
        assert desk.workspace.job(job_id).can_cancel
        desk.workspace.cancel(job_id)
        job = await desk.ended(job_id)
        assert job.verdict is Verdict.CANCELLED
        assert "checkpoint.delete" not in desk.host.verbs()

    at_desk(LAB, story)


def test_a_job_that_waits_for_its_turn_can_be_cancelled_and_the_next_one_runs() -> None:
    async def story(desk: Desk) -> None:
        desk.host.hold("checkpoint.rename")
        first = desk.submit(RenameCheckpoint(desk.ref("web", "p1"), "first"))
        await desk.host.asked("checkpoint.rename")
        second = desk.submit(RenameCheckpoint(desk.ref("web", "p2"), "second"))
        third = desk.submit(RenameCheckpoint(desk.ref("web", "p3"), "third"))
        desk.workspace.cancel(second)
        assert (await desk.ended(second)).verdict is Verdict.CANCELLED
        desk.host.release()
        assert (await desk.ended(first)).verdict is Verdict.AS_PLANNED
        assert (await desk.ended(third)).verdict is Verdict.AS_PLANNED
        assert desk.shape("web") == "base(first(p2*) third)"

    at_desk(LAB, story)


def test_an_export_is_cancelled_half_way() -> None:
    async def story(desk: Desk) -> None:
        job_id = desk.submit(ExportCheckpoint(desk.ref("web", "p1"), "D:\\Exports"))
        await desk.until(
            lambda: bool(desk.workspace.job(job_id).steps and desk.workspace.job(job_id).steps[0].percent)
        )
        job = desk.workspace.job(job_id)
        assert job.can_cancel
        assert "stops" in job.cancel_note
        desk.workspace.cancel(job_id)
        job = await desk.ended(job_id)
        assert job.verdict is Verdict.CANCELLED
        assert job.steps[0].phase is StepPhase.SKIPPED
        assert not desk.host.hyperv.get_child_item("D:\\Exports")

    at_desk(LAB, story)


def test_what_hyper_v_cannot_stop_says_so_and_goes_on() -> None:
    async def story(desk: Desk) -> None:
        desk.host.hold("checkpoint.delete")
        job_id = desk.submit(DeleteCheckpoints((desk.ref("web", "p1"),)))
        await desk.host.asked("checkpoint.delete")
        job = desk.workspace.job(job_id)
        assert not job.can_cancel
        assert "cannot stop" in job.cancel_note
        desk.workspace.cancel(job_id)
        desk.host.release()
        assert (await desk.ended(job_id)).verdict is Verdict.AS_PLANNED

    at_desk(LAB, story)


def test_between_two_steps_a_job_stops_and_the_vm_runs_again() -> None:
    async def story(desk: Desk) -> None:
        desk.host.hold("vm.save")
        job_id = desk.submit(ApplyCheckpoint(desk.ref("web", "base")))
        await desk.host.asked("vm.save")
        assert desk.workspace.job(job_id).can_cancel
        desk.workspace.cancel(job_id)
        assert not desk.workspace.job(job_id).can_cancel
        desk.host.release()
        job = await desk.ended(job_id)
        assert job.verdict is Verdict.CANCELLED
        assert desk.vm("web").state is VmState.RUNNING
        assert desk.shape("web") == "base(p1*)"

    at_desk(lab(web=vm("base(p1*)", "web", state=VmState.RUNNING)), story)


def test_a_job_that_has_ended_stays_as_it_ended() -> None:
    async def story(desk: Desk) -> None:
        job = await desk.do(RenameCheckpoint(desk.ref("db", "x"), "y"))
        desk.workspace.cancel(job.id)
        assert desk.workspace.job(job.id) == job

    at_desk(LAB, story)
