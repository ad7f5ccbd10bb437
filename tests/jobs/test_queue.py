"""Lanes: one job after the other on a host, side by side across hosts."""

import asyncio

from hvtree.domain.errors import ConnectionFailure
from hvtree.domain.model import VmState
from hvtree.jobs.job import StepPhase, Verdict
from hvtree.jobs.queue import KEPT
from hvtree.operations.group import CheckpointGroup
from hvtree.operations.rename import RenameCheckpoint
from tests.support.harness import Harness, with_harness
from tests.support.narrowing import not_none
from tests.support.trees import lab, vm

LAB = lab(web="base(p1*)", db="x*")


def test_two_jobs_on_one_host_run_one_after_the_other() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("checkpoint.rename")
        first = harness.submit(RenameCheckpoint(harness.ref("web", "base"), "one"))
        second = harness.submit(RenameCheckpoint(harness.ref("db", "x"), "two"))
        await harness.host.asked("checkpoint.rename")
        assert harness.host.verbs().count("checkpoint.rename") == 1
        harness.host.release()
        done = [await harness.ended(first), await harness.ended(second)]
        assert [job.verdict for job in done] == [Verdict.AS_PLANNED] * 2
        assert not_none(done[0].ended_utc) <= not_none(done[1].started_utc)

    with_harness(LAB, story)


def test_a_plan_is_shown_at_once_although_the_lane_is_busy() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("checkpoint.rename")
        first = harness.submit(RenameCheckpoint(harness.ref("web", "base"), "one"))
        await harness.host.asked("checkpoint.rename")
        second = harness.submit(RenameCheckpoint(harness.ref("db", "x"), "two"))
        job = harness.workspace.job(second)
        assert (job.stage, job.title) == ("waiting", "Rename checkpoint ‘x’ on VM ‘db’ to ‘two’")
        assert [step.phase for step in job.steps] == [StepPhase.WAITING]
        harness.host.release()
        await harness.ended(first)
        assert (await harness.ended(second)).verdict is Verdict.AS_PLANNED

    with_harness(LAB, story)


def test_of_the_jobs_that_have_ended_only_the_latest_are_kept() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("checkpoint.rename")
        held = harness.submit(RenameCheckpoint(harness.ref("web", "base"), "held"))
        await harness.host.asked("checkpoint.rename")
        name = "x"
        for number in range(KEPT + 3):
            was, name = name, f"x{number}"
            last = await harness.do(RenameCheckpoint(harness.ref("db", was, "other"), name))
        first, *others = [job.id for job in harness.workspace.jobs]
        assert (first, len(others), others[-1]) == (held, KEPT, last.id)
        harness.host.release()
        await harness.ended(held)

    with_harness((LAB, lab("other", db="x*")), story)


def test_what_was_still_under_way_when_a_job_ended_changes_it_no_more() -> None:
    """The program closes, and lets go of a job that waits for a lost host on the way back."""

    async def story(harness: Harness) -> None:
        far = harness.hosts["far"]
        for number in range(KEPT):
            await harness.do(RenameCheckpoint(harness.ref("db", f"x{number}", "near"), f"x{number + 1}"))
        far.hold("vm.start")
        job_id = harness.submit(
            CheckpointGroup((harness.vm_at("web", "far"), harness.vm_at("db", "near")), "G")
        )
        await far.asked("vm.start")
        closing = asyncio.create_task(harness.workspace.close())
        await harness.host.clock.pass_by(1)
        far.down = ConnectionFailure("The host is off.")
        far.lose()
        await closing
        views = [each for each in harness.seen if each.id == job_id]
        assert [each.verdict is not None for each in views].count(True) == 1
        assert "HVTree was closed before it came to its end" in harness.workspace.job(job_id).message
        assert len(harness.workspace.jobs) == KEPT

    running = vm("a*", "web", state=VmState.RUNNING)
    with_harness((lab("near", db="x0*"), lab("far", web=running)), story)


def test_jobs_on_two_hosts_run_side_by_side() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("checkpoint.rename")
        held = harness.submit(RenameCheckpoint(harness.ref("web", "base"), "one"))
        await harness.host.asked("checkpoint.rename")
        job = await harness.do(RenameCheckpoint(harness.ref("db", "x", "other"), "two"))
        assert job.verdict is Verdict.AS_PLANNED
        assert harness.workspace.job(held).verdict is None
        harness.host.release()
        await harness.ended(held)

    with_harness((LAB, lab("other", db="x*")), story)


def test_jobs_that_cross_on_two_hosts_do_not_wait_for_each_other() -> None:
    async def story(harness: Harness) -> None:
        web, far = harness.vm_at("web"), harness.vm_at("db", "other")
        jobs = [
            harness.submit(CheckpointGroup(members, f"group {number}"))
            for number, members in enumerate(((web, far), (far, web), (web, far), (far, web)))
        ]
        ended = [await harness.ended(job) for job in jobs]
        # each of the later ones finds another tree than it was planned for, asks, and hears a yes
        assert [job.verdict for job in ended] == [Verdict.AS_PLANNED] * 4
        assert len(harness.vm("web").checkpoints) == len(harness.vm("db", "other").checkpoints) + 1 == 6

    with_harness((LAB, lab("other", db="x*")), story)


def test_a_job_that_waits_for_its_second_host_lets_go_of_the_first_when_it_is_cancelled() -> None:
    async def story(harness: Harness) -> None:
        other = harness.hosts["other"]
        other.hold("checkpoint.rename")
        held = harness.submit(RenameCheckpoint(harness.ref("db", "x", "other"), "held"))
        await other.asked("checkpoint.rename")
        both = harness.submit(
            CheckpointGroup((harness.vm_at("web", "a"), harness.vm_at("db", "other")), "group")
        )
        behind = harness.submit(RenameCheckpoint(harness.ref("web", "base", "a"), "behind"))
        harness.workspace.cancel(both)
        assert (await harness.ended(both)).verdict is Verdict.CANCELLED
        assert (await harness.ended(behind)).verdict is Verdict.AS_PLANNED
        other.release()
        await harness.ended(held)

    with_harness((lab("a", web="base(p1*)"), lab("other", db="x*")), story)
