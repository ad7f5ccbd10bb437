"""Connections that are cut while a job is under way: the facts decide, not the last word that was heard."""

from hvtree.domain.errors import ConnectionFailure
from hvtree.jobs.job import StepPhase, Verdict
from hvtree.jobs.wait_idle import TimeLimits
from hvtree.operations.delete import DeleteCheckpoints
from hvtree.operations.export import ExportCheckpoint
from hvtree.operations.rename import RenameCheckpoint
from tests.support.harness import Harness, with_harness
from tests.support.trees import lab

LAB = lab(web="base(p1(p2*) p3)")


def test_a_request_that_never_arrived_ends_as_failed_with_nothing_changed() -> None:
    async def story(harness: Harness) -> None:
        job_id = await harness.lose_during(
            DeleteCheckpoints((harness.ref("web", "p1"),)), "checkpoint.delete"
        )
        harness.host.release()
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.FAILED
        assert "nothing has changed" in job.message
        assert job.steps[0].phase is StepPhase.FAILED

    with_harness(LAB, story)


def test_while_the_outcome_is_unknown_it_says_so_and_that_the_host_is_read_again() -> None:
    async def story(harness: Harness) -> None:
        job_id = await harness.lose_during(
            DeleteCheckpoints((harness.ref("web", "p1"),)), "checkpoint.delete"
        )
        await harness.ended(job_id)
        messages = [job.message for job in harness.seen if job.verdict is None]
        assert any("Outcome unknown" in message and "read again" in message for message in messages)

    with_harness(LAB, story)


def test_a_request_that_was_carried_out_unheard_ends_as_planned() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("checkpoint.delete")
        job_id = harness.submit(DeleteCheckpoints((harness.ref("web", "p1"),)))
        await harness.host.asked("checkpoint.delete")
        harness.host.hyperv.remove_vm_snapshot(vm_snapshot=[harness.ref("web", "p1").checkpoint_id])
        harness.host.lose()
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.AS_PLANNED
        assert "interrupted" in job.message
        assert harness.shape("web") == "base(p2* p3)"

    with_harness(LAB, story)


def test_a_request_that_was_carried_out_in_part_differs_and_says_what_is_left() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("checkpoint.delete")
        job_id = harness.submit(DeleteCheckpoints((harness.ref("web", "p1"), harness.ref("web", "p3"))))
        await harness.host.asked("checkpoint.delete")
        harness.host.hyperv.remove_vm_snapshot(vm_snapshot=[harness.ref("web", "p3").checkpoint_id])
        harness.host.lose()
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.DIFFERS
        assert "‘p1’" in job.message
        assert "no longer has the checkpoint ‘p3’" in job.message

    with_harness(LAB, story)


def test_an_export_leaves_no_trace_on_the_vm_so_its_outcome_is_unknown() -> None:
    async def story(harness: Harness) -> None:
        job_id = await harness.lose_during(
            ExportCheckpoint(harness.ref("web", "p1"), "D:\\Exports"), "checkpoint.export"
        )
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.UNKNOWN

    with_harness(LAB, story)


def test_a_host_that_does_not_come_back_leaves_the_outcome_unknown() -> None:
    async def story(harness: Harness) -> None:
        job_id = await harness.lose_during(
            RenameCheckpoint(harness.ref("web", "p1"), "new"), "checkpoint.rename", for_good=True
        )
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.UNKNOWN
        assert "did not come back" in job.message
        assert "‘web’" in job.message

    with_harness(LAB, story, TimeLimits(reconnect_s=100))


def test_a_host_that_is_lost_before_the_first_step_ends_as_failed_and_untouched() -> None:
    async def story(harness: Harness) -> None:
        plan = harness.workspace.plan(RenameCheckpoint(harness.ref("web", "p1"), "new"))
        harness.host.down = ConnectionFailure("The host is off.")
        harness.host.lose()
        job = await harness.do(plan)
        assert job.verdict is Verdict.FAILED
        assert "Nothing was changed." in job.message

    with_harness(LAB, story)


def test_a_host_that_is_lost_while_the_result_is_checked_is_checked_when_it_is_back() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("checkpoint.rename")
        job_id = harness.submit(RenameCheckpoint(harness.ref("web", "p1"), "new"))
        await harness.host.asked("checkpoint.rename")
        harness.host.hold("host.read")
        harness.host.release("checkpoint.rename")
        await harness.until(lambda: harness.workspace.job(job_id).stage == "verifying")
        harness.host.lose()
        harness.host.release()
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.AS_PLANNED, job.message

    with_harness(LAB, story)


def test_nobody_has_to_wait_for_a_host_that_stays_away() -> None:
    async def story(harness: Harness) -> None:
        job_id = await harness.lose_during(
            RenameCheckpoint(harness.ref("web", "p1"), "new"), "checkpoint.rename", for_good=True
        )
        await harness.until(lambda: harness.workspace.job(job_id).stage == "verifying")
        harness.workspace.cancel(job_id)
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.UNKNOWN
        assert "check was cancelled" in job.message

    with_harness(LAB, story)
