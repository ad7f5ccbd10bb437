"""A job tells by short names what went wrong, the same in every language of a host: for programs, which read no sentences."""

from hvtree.domain.errors import ConnectionFailure
from hvtree.emulator.host.faults import Fault
from hvtree.jobs.job import Verdict
from hvtree.operations.delete import DeleteCheckpoints
from hvtree.operations.rename import RenameCheckpoint
from tests.support.harness import Harness, with_harness
from tests.support.trees import lab

LAB = lab(web="base(p1(p2*) p3)")
CUT = ConnectionFailure("The connection to the host ‘LAB’ broke.", code="cut")


def test_what_the_host_reports_is_named() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hyperv.faults.add(Fault(error="DiskFull"))
        job = await harness.do(RenameCheckpoint(harness.ref("web", "p1"), "other"))
        assert (job.verdict, job.errors) == (Verdict.FAILED, ("disk-full",))

    with_harness(LAB, story)


def test_a_connection_that_broke_is_named_though_all_went_as_planned() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("checkpoint.delete")
        job_id = harness.submit(DeleteCheckpoints((harness.ref("web", "p1"),)))
        await harness.host.asked("checkpoint.delete")
        harness.host.hyperv.remove_vm_snapshot(vm_snapshot=[harness.ref("web", "p1").checkpoint_id])
        harness.host.lose(CUT)
        job = await harness.ended(job_id)
        assert (job.verdict, job.errors) == (Verdict.AS_PLANNED, ("cut",))

    with_harness(LAB, story)


def test_what_kept_a_job_from_beginning_is_named() -> None:
    async def story(harness: Harness) -> None:
        plan = harness.workspace.plan(RenameCheckpoint(harness.ref("web", "p1"), "other"))
        harness.host.down = CUT
        harness.host.lose(CUT)
        job = await harness.do(plan)
        assert (job.started_utc, job.errors) == (None, ("cut",))

    with_harness(LAB, story)


def test_where_nothing_went_wrong_nothing_is_named() -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(RenameCheckpoint(harness.ref("web", "p1"), "other"))
        assert job.errors == ()

    with_harness(LAB, story)
