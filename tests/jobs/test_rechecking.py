"""Between the yes to a plan and the first step a host may change: then the job asks again, or says why not."""

from hvtree.jobs.job import Verdict
from hvtree.operations.apply import RevertVm
from hvtree.operations.base import Plan
from hvtree.operations.create import CreateCheckpoint
from hvtree.operations.delete import DeleteCheckpointSubtree
from hvtree.operations.rename import RenameCheckpoint
from tests.support.harness import Asked, Harness, with_harness
from tests.support.plans import vm_at
from tests.support.trees import lab

LAB = lab(web="base(p1(p2*) p3)", db="x*")


def test_a_plan_that_still_fits_is_carried_out_without_a_word() -> None:
    async def story(harness: Harness) -> None:
        asked = Asked()
        job = await harness.do(DeleteCheckpointSubtree(harness.ref("web", "p1")), asked)
        assert job.verdict is Verdict.AS_PLANNED
        assert asked.plans == []

    with_harness(LAB, story)


def test_a_plan_grows_ten_minutes_old_and_nobody_is_asked_again() -> None:
    async def story(harness: Harness) -> None:
        await harness.do(CreateCheckpoint((vm_at("web"),), "fresh"))
        plan = harness.workspace.plan(RevertVm(vm_at("web"), safety=False))
        said = [each.sentence for each in plan.consequences]
        await harness.host.clock.pass_by(600)
        asked = Asked()
        job = await harness.do(plan, asked)
        assert job.verdict is Verdict.AS_PLANNED, job.message
        assert asked.plans == []
        later = harness.workspace.plan(RevertVm(vm_at("web"), safety=False))
        assert [each.sentence for each in later.consequences] != said

    with_harness(LAB, story)


def test_a_host_that_changed_after_the_plan_was_approved_is_asked_about_again() -> None:
    async def story(harness: Harness) -> None:
        plan = harness.workspace.plan(DeleteCheckpointSubtree(harness.ref("web", "p1")))
        await harness.changed_by_somebody("web")
        asked = Asked()
        job_id = harness.submit(plan, asked)
        await asked.question()
        assert "has changed" in harness.workspace.job(job_id).message
        asked.answer()
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.AS_PLANNED, job.message
        assert harness.shape("web") == "base*(p3)"

    with_harness(LAB, story)


def test_no_to_the_new_plan_touches_nothing() -> None:
    async def story(harness: Harness) -> None:
        plan = harness.workspace.plan(DeleteCheckpointSubtree(harness.ref("web", "p1")))
        await harness.changed_by_somebody("web")
        asked = Asked()
        job_id = harness.submit(plan, asked)
        await asked.question()
        asked.answer(yes=False)
        assert (await harness.ended(job_id)).verdict is Verdict.DECLINED
        assert "checkpoint.delete_subtree" not in harness.host.verbs()

    with_harness(LAB, story)


def test_what_became_impossible_meanwhile_is_refused_and_says_so() -> None:
    async def story(harness: Harness) -> None:
        plan = harness.workspace.plan(RenameCheckpoint(harness.ref("db", "x"), "y"))
        harness.host.hyperv.remove_vm_snapshot(vm_snapshot=[harness.ref("db", "x").checkpoint_id])
        job = await harness.do(plan)
        assert job.verdict is Verdict.REFUSED
        assert "has changed" in job.message

    with_harness(LAB, story)


def test_another_vm_that_changed_meanwhile_needs_no_question() -> None:
    async def story(harness: Harness) -> None:
        plan = harness.workspace.plan(RenameCheckpoint(harness.ref("db", "x"), "y"))
        await harness.changed_by_somebody("web")
        asked = Asked()
        assert (await harness.do(plan, asked)).verdict is Verdict.AS_PLANNED
        assert asked.plans == []

    with_harness(LAB, story)


def test_a_host_that_never_holds_still_is_refused_in_the_end() -> None:
    async def story(harness: Harness) -> None:
        class Slow:
            async def approve(self, _plan: Plan) -> bool:
                await harness.changed_by_somebody("db")
                return True

        plan = harness.workspace.plan(RenameCheckpoint(harness.ref("db", "x"), "y"))
        await harness.changed_by_somebody("db")
        job = await harness.do(plan, Slow())
        assert job.verdict is Verdict.REFUSED
        assert "keeps changing" in job.message

    with_harness(LAB, story)
