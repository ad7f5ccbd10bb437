"""Between the look at a plan and the yes to it a host may change: then the job asks again, or says why not."""

from hvtree.jobs.job import Verdict
from hvtree.operations.base import Plan
from hvtree.operations.delete import DeleteCheckpointSubtree
from hvtree.operations.rename import RenameCheckpoint
from tests.support.desk import Asked, Desk, at_desk
from tests.support.trees import id_of, lab

LAB = lab(web="base(p1(p2*) p3)", db="x*")


def test_a_host_that_changed_while_the_plan_was_read_is_asked_about_again() -> None:
    async def story(desk: Desk) -> None:
        asked = Asked()
        job_id = desk.submit(DeleteCheckpointSubtree(desk.ref("web", "p1")), asked)
        await asked.question()
        desk.host.hyperv.checkpoint_vm(vm=[id_of("web")], snapshot_name="by somebody else")
        await desk.until(lambda: len(desk.vm("web").checkpoints) == 5)
        asked.answer()
        await asked.question()
        assert "has changed" in desk.workspace.job(job_id).message
        asked.answer()
        job = await desk.ended(job_id)
        assert job.verdict is Verdict.AS_PLANNED, job.message
        assert desk.shape("web") == "base*(p3)"

    at_desk(LAB, story)


def test_no_to_the_second_question_touches_nothing() -> None:
    async def story(desk: Desk) -> None:
        asked = Asked()
        job_id = desk.submit(DeleteCheckpointSubtree(desk.ref("web", "p1")), asked)
        await asked.question()
        desk.host.hyperv.checkpoint_vm(vm=[id_of("web")], snapshot_name="by somebody else")
        await desk.until(lambda: len(desk.vm("web").checkpoints) == 5)
        asked.answer()
        await asked.question()
        asked.answer(yes=False)
        assert (await desk.ended(job_id)).verdict is Verdict.DECLINED
        assert "checkpoint.delete_subtree" not in desk.host.verbs()

    at_desk(LAB, story)


def test_what_became_impossible_while_the_plan_was_read_is_refused_and_says_so() -> None:
    async def story(desk: Desk) -> None:
        asked = Asked()
        job_id = desk.submit(RenameCheckpoint(desk.ref("db", "x"), "y"), asked)
        await asked.question()
        desk.host.hyperv.remove_vm_snapshot(vm_snapshot=[desk.ref("db", "x").checkpoint_id])
        await desk.until(lambda: not desk.vm("db").checkpoints)
        asked.answer()
        job = await desk.ended(job_id)
        assert job.verdict is Verdict.REFUSED
        assert "has changed" in job.message

    at_desk(LAB, story)


def test_another_vm_that_changed_meanwhile_needs_no_second_question() -> None:
    async def story(desk: Desk) -> None:
        asked = Asked()
        job_id = desk.submit(RenameCheckpoint(desk.ref("db", "x"), "y"), asked)
        await asked.question()
        desk.host.hyperv.checkpoint_vm(vm=[id_of("web")], snapshot_name="by somebody else")
        await desk.until(lambda: len(desk.vm("web").checkpoints) == 5)
        asked.answer()
        assert (await desk.ended(job_id)).verdict is Verdict.AS_PLANNED
        assert len(asked.plans) == 1

    at_desk(LAB, story)


def test_a_host_that_never_holds_still_is_refused_in_the_end() -> None:
    async def story(desk: Desk) -> None:
        class Slow:
            async def approve(self, _plan: Plan) -> bool:
                count = len(desk.vm("db").checkpoints)
                desk.host.hyperv.checkpoint_vm(vm=[id_of("db")], snapshot_name="by somebody else")
                await desk.until(lambda: len(desk.vm("db").checkpoints) > count)
                return True

        job = await desk.do(RenameCheckpoint(desk.ref("db", "x"), "y"), Slow())
        assert job.verdict is Verdict.REFUSED
        assert "keeps changing" in job.message

    at_desk(LAB, story)
