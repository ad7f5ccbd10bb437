"""The notes of new checkpoints come last: they are written whatever happened before, and their trouble is no failure."""

from hvtree.domain.model import VmState
from hvtree.domain.passport import Passport
from hvtree.emulator.cmdlets.settings import VmChange
from hvtree.emulator.host.faults import Fault
from hvtree.hosts.messages import is_edit
from hvtree.jobs.job import StepPhase, Verdict
from hvtree.jobs.verdict import UNWRITTEN
from hvtree.operations.apply import ApplyCheckpoint
from hvtree.operations.create import CreateCheckpoint
from hvtree.operations.group import CheckpointGroup
from tests.support.harness import Harness, with_harness
from tests.support.plans import vm_at
from tests.support.trees import lab, vm

LAB = lab(web=vm("base(p1*)", "web"), db="x*")
ANNA = Passport(author="anna")
BOTH = CreateCheckpoint((vm_at("web"), vm_at("db")), "new", passport=ANNA)


def author(harness: Harness, vm_name: str, name: str = "new") -> str:
    """Return who took a checkpoint, as its host tells it."""
    (notes,) = (
        each.notes
        for each in harness.host.hyperv.get_vm_snapshot(vm=[vm_at(vm_name).vm_id]).objects
        if each.name == name
    )
    return "anna" if "by anna" in notes else notes


def test_a_host_that_is_busy_with_something_else_makes_no_failure_of_a_checkpoint() -> None:
    async def story(harness: Harness) -> None:
        busy = Fault("ModifySystemSettings", vm_at("db").vm_id, "InvalidState", times=None)
        harness.host.hyperv.faults.add(busy)
        job = await harness.do(BOTH)
        assert job.verdict is Verdict.AS_PLANNED
        assert "The notes of new checkpoints could not be written." in job.message
        assert "Checkpoint ‘new’ on VM ‘db’: " in job.message
        assert (author(harness, "web"), author(harness, "db")) == ("anna", "")

    with_harness(LAB, story)


def test_a_host_that_was_busy_for_a_moment_is_asked_again_for_the_notes() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hyperv.faults.add(Fault("ModifySystemSettings", vm_at("db").vm_id, "InvalidState"))
        job = await harness.do(BOTH)
        assert (job.verdict, job.steps[-1].phase) == (Verdict.AS_PLANNED, StepPhase.DONE)
        assert UNWRITTEN not in job.message
        assert (author(harness, "web"), author(harness, "db")) == ("anna", "anna")

    with_harness(LAB, story)


def test_a_way_back_whose_notes_fail_has_gone_its_way() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hyperv.faults.add(Fault("ModifySystemSettings", error="InvalidState", times=None))
        job = await harness.do(ApplyCheckpoint(harness.ref("web", "base"), passport=ANNA))
        assert job.verdict is Verdict.AS_PLANNED
        assert harness.shape("web").startswith("base*")

    with_harness(LAB, story)


def test_of_two_vms_the_one_whose_checkpoint_is_taken_gets_its_notes() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hyperv.faults.add(Fault("Checkpoint-VM", vm_at("db").vm_id, "OperationFailed"))
        job = await harness.do(BOTH)
        assert job.verdict is Verdict.FAILED
        assert author(harness, "web") == "anna"

    with_harness(LAB, story)


def test_checkpoints_of_which_no_answer_told_get_their_notes() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("vm.checkpoint")
        job_id = harness.submit(BOTH)
        await harness.host.asked("vm.checkpoint")
        harness.host.hyperv.checkpoint_vm(vm=[each.vm_id for each in BOTH.vms], snapshot_name="new")
        harness.host.lose()
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.AS_PLANNED
        assert (author(harness, "web"), author(harness, "db")) == ("anna", "anna")

    with_harness(LAB, story)


def test_a_connection_that_is_lost_over_the_notes_is_made_again_for_them() -> None:
    async def story(harness: Harness) -> None:
        job_id = await harness.lose_during(BOTH, "checkpoint.set_notes")
        harness.host.release()
        job = await harness.ended(job_id)
        assert (job.verdict, job.steps[-1].phase) == (Verdict.AS_PLANNED, StepPhase.DONE)
        assert (author(harness, "web"), author(harness, "db")) == ("anna", "anna")

    with_harness(LAB, story)


def test_notes_cost_one_request_however_different_they_are_and_come_after_the_vms_are_back() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hyperv.set_vm(vm=[vm_at("db").vm_id], change=VmChange(notes="of the VM"))
        await harness.until(lambda: harness.vm("db").notes != "")
        before = len(harness.host.verbs())
        await harness.do(CheckpointGroup(BOTH.vms, "new", passport=ANNA))
        verbs = [each for each in harness.host.verbs()[before:] if is_edit(each)]
        assert verbs[-2:] == ["vm.start", "checkpoint.set_notes"]
        assert author(harness, "db") == "anna"

    with_harness(lab(web=vm("base(p1*)", "web", state=VmState.RUNNING), db="x*"), story)


def test_a_host_that_has_done_its_part_signs_it_while_another_takes_its_time() -> None:
    async def story(harness: Harness) -> None:
        slow = harness.hosts["slow"]
        slow.hold("vm.checkpoint")
        both = (harness.vm_at("web"), harness.vm_at("db", "slow"))
        job_id = harness.submit(CreateCheckpoint(both, "new", passport=ANNA))
        await harness.host.asked("checkpoint.set_notes")
        slow.release()
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.AS_PLANNED
        assert [step.phase for step in job.steps] == [StepPhase.DONE] * 4
        assert author(harness, "web") == "anna"
        for host in harness.hosts.values():
            assert host.verbs().count("checkpoint.set_notes") == 1

    with_harness((lab(web="base*"), lab("slow", db="x*")), story)


def test_notes_that_fail_early_are_told_with_the_verdict() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hyperv.faults.add(Fault("ModifySystemSettings", error="InvalidState", times=None))
        slow = harness.hosts["slow"]
        slow.hold("vm.checkpoint")
        both = (harness.vm_at("web"), harness.vm_at("db", "slow"))
        job_id = harness.submit(CreateCheckpoint(both, "new", passport=ANNA))
        await harness.host.asked("checkpoint.set_notes")
        slow.release()
        job = await harness.ended(job_id)
        assert job.verdict is Verdict.AS_PLANNED
        assert [UNWRITTEN in each.message for each in job.host_verdicts] == [True, False]

    with_harness((lab(web="base*"), lab("slow", db="x*")), story)
