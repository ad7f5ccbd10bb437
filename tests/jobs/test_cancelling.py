"""Cancelling: at once where that is harmless, at the next safe place otherwise, and never an error."""

from hvtree.domain.model import VmState
from hvtree.jobs.job import StepPhase, Verdict
from hvtree.operations.apply import ApplyCheckpoint
from hvtree.operations.delete import DeleteCheckpoints
from hvtree.operations.export import ExportCheckpoint
from hvtree.operations.rename import RenameCheckpoint
from tests.support.harness import Asked, Harness, with_harness
from tests.support.trees import lab, vm

LAB = lab(web="base(p1(p2*) p3)", db="x*")


def test_a_job_that_waits_for_an_answer_can_be_cancelled() -> None:
    async def story(harness: Harness) -> None:
        plan = harness.workspace.plan(DeleteCheckpoints((harness.ref("web", "p1"),)))
        await harness.changed_by_somebody("web")
        asked = Asked()
        job_id = harness.submit(plan, asked)
        await asked.question()
        assert harness.workspace.job(job_id).can_cancel
        harness.workspace.cancel(job_id)
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.CANCELLED
        assert "checkpoint.delete" not in harness.host.verbs()

    with_harness(LAB, story)


def test_a_job_that_waits_for_its_turn_can_be_cancelled_and_the_next_one_runs() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("checkpoint.rename")
        first = harness.submit(RenameCheckpoint(harness.ref("web", "p1"), "first"))
        await harness.host.asked("checkpoint.rename")
        second = harness.submit(RenameCheckpoint(harness.ref("web", "p2"), "second"))
        third = harness.submit(RenameCheckpoint(harness.ref("web", "p3"), "third"))
        harness.workspace.cancel(second)
        assert (await harness.ended(second)).verdict is Verdict.CANCELLED
        harness.host.release()
        assert (await harness.ended(first)).verdict is Verdict.AS_PLANNED
        assert (await harness.ended(third)).verdict is Verdict.AS_PLANNED
        assert harness.shape("web") == "base(first(p2*) third)"

    with_harness(LAB, story)


def test_an_export_is_cancelled_half_way() -> None:
    async def story(harness: Harness) -> None:
        job_id = harness.submit(ExportCheckpoint(harness.ref("web", "p1"), "D:\\Exports"))
        await harness.until(
            lambda: bool(
                harness.workspace.job(job_id).steps and harness.workspace.job(job_id).steps[0].percent
            )
        )
        job = harness.workspace.job(job_id)
        assert job.can_cancel
        assert "stops" in job.cancel_note
        harness.workspace.cancel(job_id)
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.CANCELLED
        assert job.steps[0].phase is StepPhase.SKIPPED
        assert not harness.host.hyperv.get_child_item("D:\\Exports")

    with_harness(LAB, story)


def test_what_hyper_v_cannot_stop_says_so_and_goes_on() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("checkpoint.delete")
        job_id = harness.submit(DeleteCheckpoints((harness.ref("web", "p1"),)))
        await harness.host.asked("checkpoint.delete")
        job = harness.workspace.job(job_id)
        assert not job.can_cancel
        assert "cannot stop" in job.cancel_note
        harness.workspace.cancel(job_id)
        harness.host.release()
        assert (await harness.ended(job_id)).verdict is Verdict.AS_PLANNED

    with_harness(LAB, story)


def test_between_two_steps_a_job_stops_and_the_vm_runs_again() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("vm.save")
        job_id = harness.submit(ApplyCheckpoint(harness.ref("web", "base")))
        await harness.host.asked("vm.save")
        assert harness.workspace.job(job_id).can_cancel
        harness.workspace.cancel(job_id)
        assert not harness.workspace.job(job_id).can_cancel
        harness.host.release()
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.CANCELLED
        assert harness.vm("web").state is VmState.RUNNING
        assert harness.shape("web") == "base(p1*)"

    with_harness(lab(web=vm("base(p1*)", "web", state=VmState.RUNNING)), story)


def test_a_job_that_has_ended_stays_as_it_ended() -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(RenameCheckpoint(harness.ref("db", "x"), "y"))
        harness.workspace.cancel(job.id)
        assert harness.workspace.job(job.id) == job

    with_harness(LAB, story)
