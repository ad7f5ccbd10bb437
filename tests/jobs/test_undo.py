"""Undo: each job that can be undone leads back to where the VMs were; the others say why not."""

import pytest

from hvtree.domain.difference import compare_vms
from hvtree.domain.errors import Refused
from hvtree.domain.model import VirtualMachine, VmState
from hvtree.domain.passport import Passport
from hvtree.jobs.job import JobView, Verdict
from hvtree.jobs.kept import kept
from hvtree.jobs.undo import undo_of
from hvtree.operations.apply import ApplyCheckpoint, RevertVm
from hvtree.operations.base import Operation
from hvtree.operations.create import CreateCheckpoint
from hvtree.operations.delete import DeleteCheckpoints, DeleteCheckpointSubtree
from hvtree.operations.export import ExportCheckpoint
from hvtree.operations.group import CheckpointGroup
from hvtree.operations.notes import EditNotes, LockCheckpoints, UnlockCheckpoints, Written
from hvtree.operations.rename import RenameCheckpoint
from hvtree.values import replace
from tests.support.harness import Harness, with_harness
from tests.support.narrowing import not_none
from tests.support.plans import at, vm_at
from tests.support.plans import fleet as fleet_of
from tests.support.trees import lab, vm

LAB = lab(
    web=vm("a~(b(c*) d)", "web", state=VmState.RUNNING),
    off=vm("a(b(c*) d)", "off"),
    paused=vm("a(b(c*) d)", "paused", state=VmState.PAUSED),
)


def made(job: JobView) -> tuple[str, ...]:
    return tuple(ref.checkpoint_id for step in job.steps for ref in step.taken)


def undo(harness: Harness, job: JobView, *, answers: bool = True) -> Operation:
    return undo_of(kept(job.plan), made(job) if answers else (), harness.workspace.fleet)


def is_back(before: VirtualMachine, now: VirtualMachine) -> bool:
    difference = compare_vms(before, now)
    return difference is None or not difference.is_substantial


def notes_of(machine: VirtualMachine) -> list[str]:
    return [machine.notes, *(each.notes for each in machine.checkpoints)]


@pytest.mark.parametrize(
    "operation",
    [
        RenameCheckpoint(at(LAB, "web", "d"), "e"),
        CreateCheckpoint((vm_at("web"), vm_at("off")), "patch"),
        CheckpointGroup((vm_at("web"), vm_at("off")), "farm"),
        CreateCheckpoint((vm_at("web"), vm_at("off")), "patch", passport=Passport("why")),
        CheckpointGroup((vm_at("web"), vm_at("off")), "farm", passport=Passport("why")),
        EditNotes((Written(at(LAB, "web", "d"), "why"), Written(vm_at("off"), "what"))),
        LockCheckpoints((at(LAB, "web", "d"),), author="anna"),
    ],
    ids=lambda each: each.verb,
)
def test_undone_it_is_as_it_was(operation: Operation) -> None:
    async def story(harness: Harness) -> None:
        before = harness.workspace.fleet
        job = await harness.do(operation)
        assert (await harness.do(undo(harness, job))).verdict is Verdict.AS_PLANNED
        for address in job.plan.vms:
            assert is_back(before.vm(address), harness.workspace.fleet.vm(address))
            assert notes_of(before.vm(address)) == notes_of(harness.workspace.fleet.vm(address))

    with_harness(LAB, story)


@pytest.mark.parametrize("answers", [True, False], ids=["answered", "answer lost"])
@pytest.mark.parametrize("name", ["web", "off", "paused"])
def test_an_apply_goes_back_to_its_safety_checkpoint_in_the_state_of_then(name: str, answers: bool) -> None:
    async def story(harness: Harness) -> None:
        before = harness.vm(name)
        job = await harness.do(ApplyCheckpoint(at(LAB, name, "d")))
        assert harness.vm(name).state is not VmState.RUNNING
        undone = await harness.do(undo(harness, job, answers=answers))
        assert undone.verdict is Verdict.AS_PLANNED
        now = harness.vm(name)
        assert now.state is before.state
        stands_on = now.by_id[now.now_id or ""]
        assert stands_on.name.startswith("Safety") or "Safety" in stands_on.name
        assert stands_on.parent_id == harness.ref(name, "c").checkpoint_id

    with_harness(LAB, story)


def test_undoing_notes_says_what_has_been_written_since() -> None:
    async def story(harness: Harness) -> None:
        wanted = (Written(at(LAB, "web", "d"), "why"), Written(vm_at("off"), "what"))
        job = await harness.do(EditNotes(wanted))
        kinds = {each.kind for each in harness.workspace.plan(undo(harness, job)).consequences}
        assert "loses-newer-notes" not in kinds
        await harness.do(EditNotes((Written(at(LAB, "web", "d"), "theirs"),)))
        told = [each.sentence for each in harness.workspace.plan(undo(harness, job)).consequences]
        assert "The notes of checkpoint ‘d’ have been changed since, and what was written then goes." in told

    with_harness(LAB, story)


def test_the_undo_of_a_lock_is_called_unlocking_and_that_of_unlocking_locking() -> None:
    async def story(harness: Harness) -> None:
        target = harness.ref("web", "d")
        lock = await harness.do(LockCheckpoints((target,), "anna"))
        unlocking = harness.workspace.plan(undo(harness, lock))
        assert (unlocking.title, unlocking.button) == ("Unlock checkpoint ‘d’ on VM ‘web’", "Unlock")
        assert [each.sentence for each in unlocking.consequences] == ["Checkpoint ‘d’ can be deleted again."]
        await harness.do(unlocking)
        await harness.do(LockCheckpoints((target,), "bob"))
        unlock = await harness.do(UnlockCheckpoints((target,)))
        locking = harness.workspace.plan(undo(harness, unlock))
        assert (locking.title, locking.button) == ("Lock checkpoint ‘d’ on VM ‘web’", "Lock")
        await harness.do(locking)
        found = harness.state.checkpoint(target.ref)
        assert (found.is_locked, not_none(found.passport).author) == (True, "bob")

    with_harness(LAB, story)


def test_a_locked_checkpoint_is_not_undone_until_it_is_unlocked() -> None:
    async def story(harness: Harness) -> None:
        locked = Passport("keep it", is_locked=True, author="anna")
        job = await harness.do(CreateCheckpoint((vm_at("web"),), "patch", passport=locked))
        with pytest.raises(Refused, match="cannot be deleted") as refused:
            harness.workspace.plan(undo(harness, job))
        assert "locked by anna: keep it" in refused.value.why
        await harness.do(UnlockCheckpoints((harness.ref("web", "patch"),)))
        assert (await harness.do(undo(harness, job))).verdict is Verdict.AS_PLANNED

    with_harness(LAB, story)


def test_what_was_done_since_is_kept_in_a_checkpoint_of_its_own() -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(RevertVm(vm_at("web"), start=True))
        plan = harness.workspace.plan(undo(harness, job))
        assert "keeps-present-in-checkpoint" in {each.kind for each in plan.consequences}

    with_harness(LAB, story)


@pytest.mark.parametrize(
    ("operation", "why"),
    [
        (DeleteCheckpoints((at(LAB, "web", "d"),)), "merged or thrown away"),
        (DeleteCheckpointSubtree(at(LAB, "web", "b")), "merged or thrown away"),
        (ExportCheckpoint(at(LAB, "web", "d"), "D:\\Exports"), "changes nothing on the host"),
        (ApplyCheckpoint(at(LAB, "web", "d"), safety=False), "without a safety checkpoint"),
    ],
    ids=lambda each: getattr(each, "verb", ""),
)
def test_what_cannot_be_undone_says_why(operation: Operation, why: str) -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(operation)
        with pytest.raises(Refused) as refused:
            undo(harness, job)
        assert why in refused.value.why

    with_harness(LAB, story)


@pytest.mark.parametrize(
    "operation",
    [
        CreateCheckpoint((vm_at("off"),), "patch"),
        ApplyCheckpoint(at(LAB, "off", "d")),
        RenameCheckpoint(at(LAB, "off", "b"), "e"),
    ],
    ids=lambda each: each.verb,
)
def test_what_is_gone_meanwhile_is_not_undone(operation: Operation) -> None:
    async def story(harness: Harness) -> None:
        job = await harness.do(operation)
        bare = replace(harness.vm("off"), checkpoints=(), now_id=None)
        for fleet in (fleet_of(harness.state.with_vms(bare)), fleet_of()):
            with pytest.raises(Refused, match="cannot be undone"):
                undo_of(kept(job.plan), made(job), fleet)

    with_harness(LAB, story)
