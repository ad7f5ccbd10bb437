"""A job knows the bytes that its plan is about, waits for no others, and is not held up for ever by a host that tells none."""

from __future__ import annotations

import asyncio

from hvtree.jobs.job import Verdict
from hvtree.operations.delete import DeleteCheckpoints
from hvtree.operations.rename import RenameCheckpoint
from tests.support.harness import Asked, Harness, with_harness
from tests.support.trees import lab

LAB = lab(web="base(p1(p2*) p3)", db="x*", mail="y*")


def asked_since(harness: Harness, count: int) -> list[tuple[str, list[str]]]:
    """Return what the host was asked since then: the verb, and the names of the VMs whose sizes were wanted."""
    names = {vm.id: vm.name for vm in harness.state.vms.values()}
    return [
        (one.verb, [names[each] for each in one.args["ids"]] if one.verb == "host.sizes" else [])
        for one in harness.host.requests[count:]
        if one.verb != "ping"
    ]


def test_a_job_reads_the_sizes_of_its_own_vms_before_it_acts() -> None:
    async def story(harness: Harness) -> None:
        count = len(harness.host.requests)
        job = await harness.do(DeleteCheckpoints((harness.ref("web", "p1"),)))
        assert job.verdict is Verdict.AS_PLANNED, job.message
        asked = asked_since(harness, count)
        assert asked[:3] == [("host.read", []), ("host.sizes", ["web"]), ("checkpoint.delete", [])]

    with_harness(LAB, story)


def test_a_job_about_no_bytes_asks_for_none() -> None:
    async def story(harness: Harness) -> None:
        count = len(harness.host.requests)
        await harness.do(RenameCheckpoint(harness.ref("web", "p1"), "other"))
        assert [verb for verb, _ in asked_since(harness, count)][:2] == ["host.read", "checkpoint.rename"]

    with_harness(LAB, story)


def test_a_job_waits_for_its_vms_and_not_for_those_that_are_being_measured() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hyperv.faults.vhd_delay_s = 5.0
        await harness.workspace.measured([harness.vm_at("web")])
        job = await harness.do(DeleteCheckpoints((harness.ref("web", "p1"),)))
        assert job.verdict is Verdict.AS_PLANNED, job.message
        assert not harness.vm("mail").is_measured

    with_harness(LAB, story, is_measured=False)


def test_a_host_whose_sizes_hang_holds_a_job_up_for_less_than_a_minute() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("host.sizes")
        asked, began_s = Asked(), asyncio.get_running_loop().time()
        job = await harness.do(DeleteCheckpoints((harness.ref("web", "p1"),)), asked)
        assert job.verdict is Verdict.AS_PLANNED, job.message
        assert asked.plans == []
        assert asyncio.get_running_loop().time() - began_s < 60

    with_harness(LAB, story)


def test_a_verdict_does_not_wait_for_sizes() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("checkpoint.delete")
        job_id = harness.submit(DeleteCheckpoints((harness.ref("web", "p1"),)))
        await harness.host.asked("checkpoint.delete")
        harness.host.hold("host.sizes")
        harness.host.release("checkpoint.delete")
        began_s = asyncio.get_running_loop().time()
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.AS_PLANNED, job.message
        assert asyncio.get_running_loop().time() - began_s < 30
        assert not harness.vm("web").is_measured

    with_harness(LAB, story)


def test_files_that_came_after_the_plan_are_known_before_it_is_made_again() -> None:
    async def story(harness: Harness) -> None:
        plan = harness.workspace.plan(DeleteCheckpoints((harness.ref("web", "p1"),)))
        await harness.changed_by_somebody("web")
        asked = Asked()
        job_id = harness.submit(plan, asked)
        await asked.question()
        (fresh,) = asked.plans
        assert fresh.unmeasured == ()
        assert "sizes-unknown" not in [each.kind for each in fresh.consequences]
        asked.answer()
        assert (await harness.ended(job_id)).verdict is Verdict.AS_PLANNED

    with_harness(LAB, story)
