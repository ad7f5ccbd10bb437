"""What is left of an export that did not come to its end: the folder is named, on its host."""

from hvtree.jobs.job import JobView, StepPhase, Verdict
from hvtree.operations.export import ExportCheckpoint
from tests.support.harness import Harness, with_harness
from tests.support.trees import lab

LAB = lab(web="base(p1*)")
FOLDER = "D:\\Exports\\web"


def exporting(harness: Harness) -> ExportCheckpoint:
    return ExportCheckpoint(harness.ref("web", "p1"), "D:\\Exports")


def left_in(job: JobView) -> list[tuple[str, ...]]:
    return [each.left_in for each in job.host_verdicts]


def test_a_cancelled_export_names_the_folder_and_the_host_of_what_may_be_left() -> None:
    async def story(harness: Harness) -> None:
        job_id = harness.submit(exporting(harness))
        await harness.until(
            lambda: any(step.phase is StepPhase.RUNNING for step in harness.workspace.job(job_id).steps)
        )
        harness.workspace.cancel(job_id)
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.CANCELLED
        assert f"may be left in ‘{FOLDER}’ on host ‘vhost’" in job.message
        assert left_in(job) == [(FOLDER,)]

    with_harness(LAB, story)


def test_an_export_that_was_cut_says_where_to_look_for_its_files() -> None:
    async def story(harness: Harness) -> None:
        job_id = await harness.lose_during(exporting(harness), "checkpoint.export")
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.UNKNOWN
        assert f"If it was begun, its files are in ‘{FOLDER}’ on host ‘vhost’" in job.message
        assert left_in(job) == [(FOLDER,)]

    with_harness(LAB, story)


def test_an_export_that_is_done_says_where_it_is_and_that_nothing_is_left() -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(exporting(harness))
        assert job.verdict is Verdict.AS_PLANNED
        assert f"Its files are in ‘{FOLDER}’ on host ‘vhost’." in job.message
        assert "checked" not in job.message
        assert left_in(job) == [()]

    with_harness(LAB, story)


def test_an_export_over_an_earlier_one_does_not_call_that_its_own_leftovers() -> None:
    async def story(harness: Harness) -> None:
        await harness.do(exporting(harness))
        job = await harness.do(exporting(harness))
        assert job.verdict is Verdict.FAILED
        assert "already" in job.message
        assert "left" not in job.message
        assert left_in(job) == [()]

    with_harness(LAB, story)


def test_an_export_that_never_began_has_left_nothing() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("host.read")
        job_id = harness.submit(exporting(harness))
        await harness.host.asked("host.read", 2)
        harness.workspace.cancel(job_id)
        harness.host.release()
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.CANCELLED
        assert FOLDER not in job.message

    with_harness(LAB, story)
