"""Lanes: one job after the other on a host, side by side across hosts."""

from hvtree.jobs.job import StepPhase, Verdict
from hvtree.operations.group import CheckpointGroup
from hvtree.operations.rename import RenameCheckpoint
from tests.support.desk import Desk, at_desk
from tests.support.narrowing import not_none
from tests.support.trees import lab

LAB = lab(web="base(p1*)", db="x*")


def test_two_jobs_on_one_host_run_one_after_the_other() -> None:
    async def story(desk: Desk) -> None:
        desk.host.hold("checkpoint.rename")
        first = desk.submit(RenameCheckpoint(desk.ref("web", "base"), "one"))
        second = desk.submit(RenameCheckpoint(desk.ref("db", "x"), "two"))
        await desk.host.asked("checkpoint.rename")
        assert desk.host.verbs().count("checkpoint.rename") == 1
        desk.host.release()
        done = [await desk.ended(first), await desk.ended(second)]
        assert [job.verdict for job in done] == [Verdict.AS_PLANNED] * 2
        assert not_none(done[0].ended_utc) <= not_none(done[1].started_utc)

    at_desk(LAB, story)


def test_a_plan_is_shown_at_once_although_the_lane_is_busy() -> None:
    async def story(desk: Desk) -> None:
        desk.host.hold("checkpoint.rename")
        first = desk.submit(RenameCheckpoint(desk.ref("web", "base"), "one"))
        await desk.host.asked("checkpoint.rename")
        second = desk.submit(RenameCheckpoint(desk.ref("db", "x"), "two"))
        job = desk.workspace.job(second)
        assert (job.stage, job.title) == ("waiting", "Rename checkpoint ‘x’ on VM ‘db’ to ‘two’")
        assert [step.phase for step in job.steps] == [StepPhase.WAITING]
        desk.host.release()
        await desk.ended(first)
        assert (await desk.ended(second)).verdict is Verdict.AS_PLANNED

    at_desk(LAB, story)


def test_jobs_on_two_hosts_run_side_by_side() -> None:
    async def story(desk: Desk) -> None:
        desk.host.hold("checkpoint.rename")
        held = desk.submit(RenameCheckpoint(desk.ref("web", "base"), "one"))
        await desk.host.asked("checkpoint.rename")
        job = await desk.do(RenameCheckpoint(desk.ref("db", "x", "other"), "two"))
        assert job.verdict is Verdict.AS_PLANNED
        assert desk.workspace.job(held).verdict is None
        desk.host.release()
        await desk.ended(held)

    at_desk((LAB, lab("other", db="x*")), story)


def test_jobs_that_cross_on_two_hosts_do_not_wait_for_each_other() -> None:
    async def story(desk: Desk) -> None:
        web, far = desk.vm_at("web"), desk.vm_at("db", "other")
        jobs = [
            desk.submit(CheckpointGroup(members, f"group {number}"))
            for number, members in enumerate(((web, far), (far, web), (web, far), (far, web)))
        ]
        ended = [await desk.ended(job) for job in jobs]
        # each of the later ones finds another tree than it was planned for, asks, and hears a yes
        assert [job.verdict for job in ended] == [Verdict.AS_PLANNED] * 4
        assert len(desk.vm("web").checkpoints) == len(desk.vm("db", "other").checkpoints) + 1 == 6

    at_desk((LAB, lab("other", db="x*")), story)


def test_a_job_that_waits_for_its_second_host_lets_go_of_the_first_when_it_is_cancelled() -> None:
    async def story(desk: Desk) -> None:
        other = desk.hosts["other"]
        other.hold("checkpoint.rename")
        held = desk.submit(RenameCheckpoint(desk.ref("db", "x", "other"), "held"))
        await other.asked("checkpoint.rename")
        both = desk.submit(CheckpointGroup((desk.vm_at("web", "a"), desk.vm_at("db", "other")), "group"))
        behind = desk.submit(RenameCheckpoint(desk.ref("web", "base", "a"), "behind"))
        desk.workspace.cancel(both)
        assert (await desk.ended(both)).verdict is Verdict.CANCELLED
        assert (await desk.ended(behind)).verdict is Verdict.AS_PLANNED
        other.release()
        await desk.ended(held)

    at_desk((lab("a", web="base(p1*)"), lab("other", db="x*")), story)
