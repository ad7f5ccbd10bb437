"""Guests that are asked to shut down: what is expected, how long it may take, and that nobody brings back what is meant to be off."""

from __future__ import annotations

from hvtree.domain.edits import Power, SetPower
from hvtree.domain.lease import LEASE_S
from hvtree.domain.model import VmState
from hvtree.emulator.cmdlets.settings import VmChange
from hvtree.emulator.host.faults import Fault
from hvtree.jobs.job import StepPhase, Verdict
from hvtree.operations.base import Step
from tests.support.harness import Harness, with_harness
from tests.support.plans import HOST
from tests.support.steps import Steps
from tests.support.trees import id_of, lab, vm

NAMES = ("web", "db")
LAB = lab(**{name: vm("a*", name, state=VmState.RUNNING) for name in NAMES}, app="b*")
IDS = tuple(map(id_of, NAMES))
DOWN = Step("Shut down 2 VMs", HOST, SetPower(IDS, Power.SHUT_DOWN))


def states(harness: Harness) -> list[str]:
    return [harness.host.hyperv.get_vm(id=vm_id).one().state.name for vm_id in IDS]


def test_guests_are_asked_in_one_request_and_their_vms_are_off() -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(Steps((DOWN,)))
        assert (job.verdict, states(harness)) == (Verdict.AS_PLANNED, ["Off", "Off"])
        (asked,) = [each for each in harness.host.requests if each.verb == "vm.shut_down"]
        assert (asked.args["ids"], "lease" in asked.args) == (list(IDS), False)

    with_harness(LAB, story)


def test_a_guest_that_takes_its_time_is_waited_for() -> None:  # fact 247
    async def story(harness: Harness) -> None:
        harness.host.hyperv.faults.add(Fault(cmdlet="Stop-VM", vm="db", delay_s=1800))
        job = await harness.do(Steps((DOWN,)))
        assert (job.verdict, states(harness)) == (Verdict.AS_PLANNED, ["Off", "Off"])

    with_harness(LAB, story)


def test_a_guest_that_does_not_answer_is_named_and_its_vm_runs_on() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hyperv.faults.add(Fault(cmdlet="Stop-VM", vm="db", error="GuestSilent"))
        job = await harness.do(Steps((DOWN,)))
        assert job.verdict is Verdict.FAILED
        assert job.steps[0].phase is StepPhase.FAILED
        assert job.steps[0].text.startswith("VM ‘db’: The guest cannot be asked to shut down")
        assert "‘web’" not in job.steps[0].text
        assert states(harness) == ["Off", "Running"]

    with_harness(LAB, story)


def test_a_host_that_hears_nothing_more_leaves_off_what_was_shut_down() -> None:
    start = Step("Start app", HOST, SetPower((id_of("app"),), Power.START), wait_s=600)

    async def story(harness: Harness) -> None:
        job_id = await harness.forsake_during(Steps((DOWN,), (start,)), "vm.start")
        await harness.host.clock.pass_by(LEASE_S + 10)
        assert states(harness) == ["Off", "Off"]
        harness.workspace.cancel(job_id)
        await harness.ended(job_id)

    with_harness(LAB, story)


def test_what_was_paused_before_belongs_off_once_it_was_shut_down() -> None:
    """The job holds its VMs from the pause on; those that it shuts down are let go."""
    pause, resume = (Step(power.name, HOST, SetPower(IDS, power)) for power in (Power.PAUSE, Power.RESUME))
    start = Step("Start app", HOST, SetPower((id_of("app"),), Power.START))

    async def story(harness: Harness) -> None:
        job_id = await harness.forsake_during(Steps((pause,), (resume,), (DOWN,), (start,)), "vm.start")
        await harness.host.clock.pass_by(LEASE_S + 10)
        assert states(harness) == ["Off", "Off"]
        harness.workspace.cancel(job_id)
        await harness.ended(job_id)

    with_harness(LAB, story)


def test_the_checkpoint_that_was_taken_at_the_start_goes_and_is_expected_to() -> None:
    """Fact 13: an automatic checkpoint lasts until its VM is shut down."""

    async def story(harness: Harness) -> None:
        harness.host.hyperv.set_vm(vm=[id_of("app")], change=VmChange(automatic_checkpoints_enabled=True))
        job = await harness.do(Steps((Step("", HOST, SetPower((id_of("app"),), Power.START)),)))
        assert (job.verdict, len(harness.vm("app").checkpoints)) == (Verdict.AS_PLANNED, 1)
        job = await harness.do(Steps((Step("", HOST, SetPower((id_of("app"),), Power.SHUT_DOWN)),)))
        assert (job.verdict, harness.shape("app")) == (Verdict.AS_PLANNED, "")

    with_harness(lab(app=""), story)
