"""Lanes: one job after the other on a host, side by side across hosts."""

from dataclasses import replace

from hvtree.jobs.job import Verdict
from hvtree.operations.rename import RenameCheckpoint
from tests.support.desk import Asked, Desk, at_desk
from tests.support.emulated import PROFILE, SECRET
from tests.support.narrowing import not_none
from tests.support.trees import lab

LAB = lab(web="base(p1*)", db="x*")


def test_two_jobs_on_one_host_run_one_after_the_other() -> None:
    async def story(desk: Desk) -> None:
        desk.host.hold("checkpoint.rename")
        first = desk.submit(RenameCheckpoint(desk.ref("web", "base"), "one"))
        second = desk.submit(RenameCheckpoint(desk.ref("db", "x"), "two"))
        await desk.until(
            lambda: bool(desk.workspace.job(second).plan) and desk.workspace.job(second).stage == "waiting"
        )
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
        asked = Asked()
        second = desk.submit(RenameCheckpoint(desk.ref("db", "x"), "two"), asked)
        assert (await asked.question()).title
        asked.answer()
        desk.host.release()
        await desk.ended(first)
        assert (await desk.ended(second)).verdict is Verdict.AS_PLANNED

    at_desk(LAB, story)


def test_jobs_on_two_hosts_run_side_by_side() -> None:
    async def story(desk: Desk) -> None:
        other = desk.workspace.add_host(replace(PROFILE, name="other"), SECRET)
        await desk.until(lambda: desk.workspace.host(other).state is not None)
        desk.host.hold("checkpoint.rename")
        operations = [
            RenameCheckpoint(desk.ref("web", "base"), "one"),
            RenameCheckpoint(desk.ref("db", "x"), "two"),
        ]
        desk.submit(operations[0])
        desk.workspace.submit(other, operations[1], Asked())
        job = desk.submit(operations[0])
        await desk.host.asked("checkpoint.rename")
        desk.host.release()
        await desk.ended(job)

    at_desk(LAB, story)
