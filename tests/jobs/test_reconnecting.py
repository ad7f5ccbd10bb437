"""Waiting for a host that was lost: once for a whole job, said aloud, and no longer than somebody wants to."""

import pytest

from hvtree.domain.model import VmState
from hvtree.jobs.job import StepPhase, Verdict
from hvtree.jobs.wait_idle import TimeLimits
from hvtree.operations.group import CheckpointGroup
from tests.support.harness import Harness, with_harness
from tests.support.plans import vm_at
from tests.support.trees import lab, vm
from tests.support.virtual_time import jump

LAB = lab(
    web=vm("base*", "web", state=VmState.RUNNING),
    db=vm("base*", "db", state=VmState.PAUSED),
)
GROUP = CheckpointGroup((vm_at("web"), vm_at("db")), "G")


def test_a_host_that_stays_away_is_waited_for_once_and_not_at_every_step() -> None:
    async def story(harness: Harness) -> None:
        job_id = await harness.lose_during(GROUP, "vm.checkpoint", for_good=True)
        began = harness.host.clock.now()
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.UNKNOWN
        assert job.message.count("The host did not come back.") == 1
        assert (harness.host.clock.now() - began).total_seconds() == pytest.approx(100, abs=5)

    with_harness(LAB, story, TimeLimits(reconnect_s=100))


def test_while_it_waits_the_job_says_for_what_and_how_long() -> None:
    async def story(harness: Harness) -> None:
        job_id = await harness.lose_during(GROUP, "vm.checkpoint", for_good=True)
        await harness.until(lambda: "waits" in harness.workspace.job(job_id).message)
        job = harness.workspace.job(job_id)
        assert job.message == (
            "The connection to the host is lost. HVTree waits up to 100 seconds for it to come back."
        )
        harness.host.down = None
        job = await harness.ended(job_id)
        assert {harness.vm("web").state, harness.vm("db").state} == {VmState.RUNNING, VmState.PAUSED}

    with_harness(LAB, story, TimeLimits(reconnect_s=100))


def test_what_it_said_is_gone_when_the_host_is_back() -> None:
    async def story(harness: Harness) -> None:
        job_id = await harness.lose_during(GROUP, "vm.checkpoint")
        await harness.ended(job_id)
        waiting = [each.message for each in harness.seen].index(
            "The connection to the host is lost. HVTree waits up to 300 seconds for it to come back."
        )
        assert "" in [each.message for each in harness.seen[waiting:]]

    with_harness(LAB, story)


def test_a_jump_of_the_clock_does_not_end_the_wait() -> None:
    async def story(harness: Harness) -> None:
        job_id = await harness.lose_during(GROUP, "vm.checkpoint", for_good=True)
        await harness.until(lambda: "waits" in harness.workspace.job(job_id).message)
        jump(3600)
        await harness.host.clock.pass_by(3)
        harness.host.down = None
        job = await harness.ended(job_id)
        assert "did not come back" not in job.message
        assert {harness.vm("web").state, harness.vm("db").state} == {VmState.RUNNING, VmState.PAUSED}

    with_harness(LAB, story)


def test_nobody_has_to_wait_before_vms_are_brought_back() -> None:
    async def story(harness: Harness) -> None:
        job_id = await harness.lose_during(GROUP, "vm.checkpoint", for_good=True)
        await harness.until(lambda: "waits" in harness.workspace.job(job_id).message)
        assert harness.workspace.job(job_id).can_cancel
        began = harness.host.clock.now()
        harness.workspace.cancel(job_id)
        job = await harness.ended(job_id)
        back = [each.phase for each in job.steps if each.title == "Start 2 VMs"]
        assert (job.verdict, back) == (Verdict.UNKNOWN, [StepPhase.UNKNOWN])
        assert "may still be paused" in job.message
        assert (harness.host.clock.now() - began).total_seconds() < 1

    with_harness(LAB, story)


def test_a_job_that_was_cancelled_before_the_cut_still_waits_to_bring_vms_back() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("vm.save")
        job_id = harness.submit(GROUP)
        await harness.host.asked("vm.save")
        harness.workspace.cancel(job_id)
        harness.host.lose()
        harness.host.release()
        await harness.ended(job_id)
        assert (harness.vm("web").state, harness.vm("db").state) == (VmState.RUNNING, VmState.PAUSED)

    with_harness(LAB, story)


def test_a_cut_while_it_looks_what_is_left_to_bring_back_leaves_no_vm_behind() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("vm.checkpoint")
        job_id = harness.submit(GROUP)
        await harness.host.asked("vm.checkpoint")
        harness.host.hold("host.read")
        reads = harness.host.verbs().count("host.read")
        harness.host.release("vm.checkpoint")
        await harness.host.asked("host.read", reads + 1)
        harness.host.lose()
        harness.host.release()
        await harness.ended(job_id)
        assert (harness.vm("web").state, harness.vm("db").state) == (VmState.RUNNING, VmState.PAUSED)

    with_harness(LAB, story)
