"""Steps that wait for their time: how long, what is shown meanwhile, and what cancelling does."""

from __future__ import annotations

import pytest

from hvtree.domain.edits import Power, SetPower
from hvtree.domain.model import VmState
from hvtree.emulator.host.faults import Fault
from hvtree.jobs.job import JobView, StepPhase, Verdict
from hvtree.operations.base import Step
from tests.support.harness import Harness, with_harness
from tests.support.plans import HOST
from tests.support.steps import Steps
from tests.support.trees import id_of, lab, vm

NAMES = ("db", "app", "web")
OFF = lab(**{name: vm("a*", name) for name in NAMES})
TWO = (lab("near", db="a*", app="a*"), lab("far", web="a*"))


def start(name: str, wait_s: int = 0, host: str = HOST) -> Step:
    return Step(f"Start {name}", host, SetPower((id_of(name),), Power.START), wait_s=wait_s)


def stop(name: str) -> Step:
    return Step(f"Save {name}", HOST, SetPower((id_of(name),), Power.SAVE))


async def waiting(harness: Harness, job_id: int, title: str) -> JobView:
    """Wait until a step of that title waits for its time."""

    def is_waiting() -> bool:
        steps = [step for step in harness.workspace.job(job_id).steps if step.title == title]
        return any(step.phase is StepPhase.WAITING and step.text for step in steps)

    await harness.until(is_waiting)
    return harness.workspace.job(job_id)


def seconds_of(job: JobView) -> float:
    assert job.started_utc is not None
    assert job.ended_utc is not None
    return (job.ended_utc - job.started_utc).total_seconds()


def running(harness: Harness, host_id: str = "") -> set[str]:
    host = harness.hosts[host_id or harness.host_id].hyperv
    return {each.name for each in host.get_vm().objects if each.state.name == "Running"}


@pytest.mark.parametrize("is_way_back", [False, True])
def test_each_vm_starts_its_seconds_after_the_one_before(is_way_back: bool) -> None:
    phases = ((start("db"),), (start("app", 30),), (start("web", 90),))

    async def story(harness: Harness) -> None:
        job_id = harness.submit(
            Steps(bring_back=phases) if is_way_back else Steps(*phases),
        )
        first = await waiting(harness, job_id, "Start app")
        assert first.steps[1].text == "Waiting 30 s…"
        assert running(harness) == {"db"}
        second = await waiting(harness, job_id, "Start web")
        assert second.steps[2].text == "Waiting 90 s…"
        assert running(harness) == {"db", "app"}
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.AS_PLANNED, job.message
        assert 120 <= seconds_of(job) < 150
        assert [step.text for step in job.steps] == ["", "", ""]

    with_harness(OFF, story)


def test_cancelling_a_wait_is_at_once_and_the_step_is_not_done() -> None:
    async def story(harness: Harness) -> None:
        job_id = harness.submit(Steps((start("db"),), (start("app", 3600),)))
        job = await waiting(harness, job_id, "Start app")
        assert (job.can_cancel, job.cancel_note) == (
            True,
            "Cancelling ends the wait, and ‘Start app’ is not done.",
        )
        harness.workspace.cancel(job_id)
        job = await harness.ended(job_id)
        assert (job.verdict, [step.phase for step in job.steps]) == (
            Verdict.CANCELLED,
            [StepPhase.DONE, StepPhase.SKIPPED],
        )
        assert running(harness) == {"db"}
        assert seconds_of(job) < 60

    with_harness(OFF, story)


def test_on_the_way_back_cancelling_skips_all_waits_and_the_vms_are_started() -> None:
    way_back = ((start("db"),), (start("app", 3600),), (start("web", 3600),))

    async def story(harness: Harness) -> None:
        job_id = harness.submit(Steps(bring_back=way_back))
        job = await waiting(harness, job_id, "Start app")
        assert job.can_cancel
        harness.workspace.cancel(job_id)
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.AS_PLANNED
        assert running(harness) == set(NAMES)
        assert seconds_of(job) < 60

    with_harness(OFF, story)


def test_after_a_wait_was_skipped_a_host_that_is_lost_is_waited_for() -> None:
    way_back = ((start("db"),), (start("app", 3600),), (start("web", 3600),))

    async def story(harness: Harness) -> None:
        harness.lose_at("Start web", HOST)
        job_id = harness.submit(Steps(bring_back=way_back))
        await waiting(harness, job_id, "Start app")
        harness.workspace.cancel(job_id)
        assert (await harness.ended(job_id)).verdict is Verdict.AS_PLANNED
        assert running(harness) == set(NAMES)

    with_harness(OFF, story)


def test_nobody_waits_for_a_vm_that_is_where_it_belongs() -> None:
    on = lab(**{name: vm("a*", name, state=VmState.RUNNING) for name in NAMES})

    async def story(harness: Harness) -> None:
        job = await harness.do(Steps((stop("db"),), bring_back=((start("app", 600),), (start("db"),))))
        assert job.verdict is Verdict.AS_PLANNED
        assert job.steps[1].phase is StepPhase.SKIPPED
        assert seconds_of(job) < 60

    with_harness(on, story)


def test_a_vm_that_somebody_else_starts_meanwhile_is_not_started_again() -> None:
    async def story(harness: Harness) -> None:
        job_id = harness.submit(Steps(bring_back=((start("db"),), (start("app", 600),))))
        await waiting(harness, job_id, "Start app")
        harness.host.hyperv.start_vm(vm=[id_of("app")])
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.AS_PLANNED
        asked = [each.args["ids"] for each in harness.host.requests if each.verb == "vm.start"]
        assert asked == [[id_of("db")]]

    with_harness(OFF, story)


def test_a_host_that_waits_holds_up_no_other() -> None:
    phases = ((start("db", 600, "near"), start("web", 0, "far")),)

    async def story(harness: Harness) -> None:
        job_id = harness.submit(Steps(*phases, is_joint=True))
        await waiting(harness, job_id, "Start db")
        await harness.until(lambda: running(harness, "far") == {"web"})
        assert running(harness, "near") == set()
        assert (await harness.ended(job_id)).verdict is Verdict.AS_PLANNED

    with_harness(TWO, story)


def test_one_host_of_several_can_be_cancelled_in_its_wait() -> None:
    phases = ((start("db", 600, "near"), start("web", 300, "far")),)

    async def story(harness: Harness) -> None:
        job_id = harness.submit(Steps(*phases))
        await waiting(harness, job_id, "Start db")
        await waiting(harness, job_id, "Start web")
        harness.workspace.cancel(job_id, "near")
        job = await harness.ended(job_id)
        assert {each.host_id: each.verdict for each in job.host_verdicts} == {
            "near": Verdict.CANCELLED,
            "far": Verdict.AS_PLANNED,
        }
        assert (running(harness, "near"), running(harness, "far")) == (set(), {"web"})

    with_harness(TWO, story)


def test_the_lease_lasts_through_a_wait() -> None:
    """What was stopped for the job is still its own when it is started, long after a silence would have ended the lease."""
    on = lab(db=vm("a*", "db", state=VmState.RUNNING), app="a*")

    async def story(harness: Harness) -> None:
        job = await harness.do(
            Steps((stop("db"),), (start("app", 600),), (start("db"),)),
        )
        assert job.verdict is Verdict.AS_PLANNED, job.message
        assert running(harness) == {"db", "app"}
        assert len([each for each in harness.host.requests if each.verb == "vm.start"]) == 2

    with_harness(on, story)


def test_what_fails_after_its_wait_is_brought_back_as_ever() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hyperv.faults.add(Fault(cmdlet="Start-VM", vm="app", error="OutOfMemory"))
        job = await harness.do(Steps((start("db"),), (start("app", 30),)))
        assert job.verdict is Verdict.FAILED
        assert "VM ‘app’" in job.steps[1].text

    with_harness(OFF, story)


@pytest.mark.parametrize("wait_s", [-1, 3601])
def test_a_wait_that_makes_no_sense_is_none_of_a_step(wait_s: int) -> None:
    with pytest.raises(ValueError, match=str(wait_s)):
        start("db", wait_s)
