"""Between the yes to a plan and the first step a host may change: then the job asks again, or says why not."""

from hvtree.jobs.job import Verdict
from hvtree.operations.apply import RevertVm
from hvtree.operations.base import Plan
from hvtree.operations.create import CreateCheckpoint
from hvtree.operations.delete import DeleteCheckpointSubtree
from hvtree.operations.rename import RenameCheckpoint
from tests.support.desk import Asked, Desk, at_desk
from tests.support.plans import vm_at
from tests.support.trees import lab

LAB = lab(web="base(p1(p2*) p3)", db="x*")


def test_a_plan_that_still_fits_is_carried_out_without_a_word() -> None:
    async def story(desk: Desk) -> None:
        asked = Asked()
        job = await desk.do(DeleteCheckpointSubtree(desk.ref("web", "p1")), asked)
        assert job.verdict is Verdict.AS_PLANNED
        assert asked.plans == []

    at_desk(LAB, story)


def test_a_plan_grows_ten_minutes_old_and_nobody_is_asked_again() -> None:
    async def story(desk: Desk) -> None:
        await desk.do(CreateCheckpoint((vm_at("web"),), "fresh"))
        plan = desk.workspace.plan(RevertVm(vm_at("web"), safety=False))
        said = [each.sentence for each in plan.consequences]
        await desk.host.clock.pass_by(600)
        asked = Asked()
        job = await desk.do(plan, asked)
        assert job.verdict is Verdict.AS_PLANNED, job.message
        assert asked.plans == []
        later = desk.workspace.plan(RevertVm(vm_at("web"), safety=False))
        assert [each.sentence for each in later.consequences] != said

    at_desk(LAB, story)


def test_a_host_that_changed_after_the_plan_was_approved_is_asked_about_again() -> None:
    async def story(desk: Desk) -> None:
        plan = desk.workspace.plan(DeleteCheckpointSubtree(desk.ref("web", "p1")))
        await desk.changed_by_somebody("web")
        asked = Asked()
        job_id = desk.submit(plan, asked)
        await asked.question()
        assert "has changed" in desk.workspace.job(job_id).message
        asked.answer()
        job = await desk.ended(job_id)
        assert job.verdict is Verdict.AS_PLANNED, job.message
        assert desk.shape("web") == "base*(p3)"

    at_desk(LAB, story)


def test_no_to_the_new_plan_touches_nothing() -> None:
    async def story(desk: Desk) -> None:
        plan = desk.workspace.plan(DeleteCheckpointSubtree(desk.ref("web", "p1")))
        await desk.changed_by_somebody("web")
        asked = Asked()
        job_id = desk.submit(plan, asked)
        await asked.question()
        asked.answer(yes=False)
        assert (await desk.ended(job_id)).verdict is Verdict.DECLINED
        assert "checkpoint.delete_subtree" not in desk.host.verbs()

    at_desk(LAB, story)


def test_what_became_impossible_meanwhile_is_refused_and_says_so() -> None:
    async def story(desk: Desk) -> None:
        plan = desk.workspace.plan(RenameCheckpoint(desk.ref("db", "x"), "y"))
        desk.host.hyperv.remove_vm_snapshot(vm_snapshot=[desk.ref("db", "x").checkpoint_id])
        job = await desk.do(plan)
        assert job.verdict is Verdict.REFUSED
        assert "has changed" in job.message

    at_desk(LAB, story)


def test_another_vm_that_changed_meanwhile_needs_no_question() -> None:
    async def story(desk: Desk) -> None:
        plan = desk.workspace.plan(RenameCheckpoint(desk.ref("db", "x"), "y"))
        await desk.changed_by_somebody("web")
        asked = Asked()
        assert (await desk.do(plan, asked)).verdict is Verdict.AS_PLANNED
        assert asked.plans == []

    at_desk(LAB, story)


def test_a_host_that_never_holds_still_is_refused_in_the_end() -> None:
    async def story(desk: Desk) -> None:
        class Slow:
            async def approve(self, _plan: Plan) -> bool:
                await desk.changed_by_somebody("db")
                return True

        plan = desk.workspace.plan(RenameCheckpoint(desk.ref("db", "x"), "y"))
        await desk.changed_by_somebody("db")
        job = await desk.do(plan, Slow())
        assert job.verdict is Verdict.REFUSED
        assert "keeps changing" in job.message

    at_desk(LAB, story)
