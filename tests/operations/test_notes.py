"""Notes, passports and locks: what is planned, and what is refused."""

from datetime import date

import pytest

from hvtree.domain.edits import CheckpointNotes, SetNotes, SetVmNotes
from hvtree.domain.model import HostState, VmState
from hvtree.domain.passport import Passport, passport_of, with_passport
from hvtree.domain.predictions import set_notes, set_vm_notes
from hvtree.operations.apply import ApplyCheckpoint
from hvtree.operations.base import Operation, Risk
from hvtree.operations.create import CreateCheckpoint
from hvtree.operations.delete import DeleteCheckpoints, DeleteCheckpointSubtree
from hvtree.operations.group import CheckpointGroup
from hvtree.operations.notes import EditNotes, LockCheckpoints, UnlockCheckpoints, Written
from hvtree.values import replace
from tests.support.narrowing import not_none
from tests.support.plans import after, at, fleet, refusal, sentences, titles, vm_at
from tests.support.trees import READ_AT, lab, vm

LAB = lab(web="base(p1(p2*) side)", db="x*")
WHY = Passport("Before patching", ticket="CHG-1", author="CORP\\anna")


def noted(state: HostState, vm_name: str, name: str, passport: Passport) -> HostState:
    """Return the state with a passport in the notes of a checkpoint."""
    return set_notes(state, {at(state, vm_name, name).ref: with_passport("theirs", passport)})


LOCKED = noted(LAB, "web", "p1", replace(WHY, is_locked=True))


def test_editing_notes_writes_the_whole_text_and_nothing_else() -> None:
    target = at(LAB, "web", "p1")
    plan = EditNotes((Written(target, "a\nb"),)).plan(fleet(LAB))
    assert plan.title == "Edit the notes of checkpoint ‘p1’ on VM ‘web’"
    assert (plan.button, plan.risk) == ("Save notes", Risk.NONE)
    assert [step.edit for step in plan.steps] == [SetNotes((CheckpointNotes(target.ref, "a\nb"),))]
    assert after(plan) == set_notes(LAB.only([target.vm_id]), {target.ref: "a\nb"})
    assert sentences(plan) == ("Only the notes change.",)


def test_a_vm_has_notes_too() -> None:
    plan = EditNotes((Written(vm_at("web"), "text"),)).plan(fleet(LAB))
    assert titles(plan) == ["Write the notes of VM ‘web’"]
    assert plan.steps[0].edit == SetVmNotes((vm_at("web").vm_id,), "text")


def test_several_notes_are_one_plan_that_leaves_out_what_is_so_already() -> None:
    state = set_vm_notes(LAB, [vm_at("db").vm_id], "same")
    wanted = (
        Written(at(state, "web", "p1"), "1"),
        Written(at(state, "web", "p2"), "2"),
        Written(vm_at("db"), "same"),
    )
    plan = EditNotes(wanted).plan(fleet(state))
    assert plan.title == "Edit the notes of 1 VM and 2 checkpoints"
    assert len(plan.steps) == 2


def test_what_notes_lose_is_said() -> None:
    plan = EditNotes((Written(at(LOCKED, "web", "p1"), ""),)).plan(fleet(LOCKED))
    assert {each.kind for each in plan.consequences} >= {"loses-passport", "loses-notes"}


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (EditNotes(()), "Select VMs"),
        (
            EditNotes((Written(at(LAB, "web", "p1"), ""),)),
            "The notes of checkpoint ‘p1’ on VM ‘web’ say this already.",
        ),
        (EditNotes((Written(at(LAB, "web", "p1"), "a\x01b"),)), "U+0001"),
        (EditNotes((Written(vm_at("web"), "\ud800"),)), "U+D800"),
        (LockCheckpoints(()), "No checkpoint is selected"),
        (UnlockCheckpoints((at(LAB, "web", "p1"),)), "it is not locked"),
    ],
)
def test_notes_that_make_no_sense_are_refused(operation: Operation, words: str) -> None:
    assert words in refusal(operation, LAB)


def test_notes_wait_for_a_vm_that_is_busy() -> None:
    state = lab(web=vm("base(p1*)", "web", state=VmState.SAVING))
    assert "Saving" in refusal(EditNotes((Written(at(state, "web", "p1"), "x"),)), state)


def test_a_lock_goes_into_the_passport_beside_the_notes_of_others() -> None:
    state = set_notes(LAB, {at(LAB, "web", "p1").ref: "theirs"})
    plan = LockCheckpoints((at(state, "web", "p1"),), author="anna").plan(fleet(state))
    (step,) = plan.steps
    assert isinstance(step.edit, SetNotes)
    assert step.edit.written[0].text.startswith("theirs\n[HVTree] · locked · by anna · 2026-09-24 12:00Z")
    assert after(plan).checkpoint(at(state, "web", "p1").ref).is_locked
    assert plan.button == "Lock"


def test_a_lock_leaves_the_rest_of_the_passport_and_unlocking_gives_it_back() -> None:
    state = noted(LAB, "web", "p1", WHY)
    target = at(state, "web", "p1")
    locking = after(LockCheckpoints((target,), author="bob").plan(fleet(state)))
    assert locking.checkpoint(target.ref).passport == replace(WHY, is_locked=True)
    unlocked = after(UnlockCheckpoints((target,)).plan(fleet(locking)))
    assert unlocked.checkpoint(target.ref).notes == state.checkpoint(target.ref).notes


def test_only_those_are_locked_that_are_not() -> None:
    both = (at(LOCKED, "web", "p1"), at(LOCKED, "web", "side"))
    plan = LockCheckpoints(both).plan(fleet(LOCKED))
    assert titles(plan) == ["Lock checkpoint ‘side’ on VM ‘web’"]


@pytest.mark.parametrize(
    "operation",
    [
        DeleteCheckpoints((at(LOCKED, "web", "p1"),)),
        DeleteCheckpoints((at(LOCKED, "web", "side"), at(LOCKED, "web", "p1"))),
        DeleteCheckpointSubtree(at(LOCKED, "web", "base")),
    ],
)
def test_a_locked_checkpoint_is_not_deleted_and_is_named(operation: Operation) -> None:
    said = refusal(operation, LOCKED)
    assert "Checkpoint ‘p1’ on VM ‘web’ cannot be deleted now." in said
    assert "is locked by CORP\\anna: Before patching." in said
    assert "Unlock it first" in said


def test_a_locked_checkpoint_may_be_applied_and_its_neighbours_deleted() -> None:
    ApplyCheckpoint(at(LOCKED, "web", "p1")).plan(fleet(LOCKED))
    DeleteCheckpoints((at(LOCKED, "web", "base"), at(LOCKED, "web", "p2"))).plan(fleet(LOCKED))


def test_a_checkpoint_is_taken_and_then_gets_its_passport() -> None:
    state = set_vm_notes(LAB, [vm_at("web").vm_id], "of the VM")
    wanted = replace(WHY, is_locked=True, keep_until=date(2026, 12, 24))
    plan = CreateCheckpoint((vm_at("web"), vm_at("db")), "new", passport=wanted).plan(fleet(state))
    assert titles(plan) == [
        "Take checkpoint ‘new’ of VMs ‘web’ and ‘db’",
        "< Write the notes of the 2 new checkpoints",
    ]
    for name, others in (("web", "of the VM\n"), ("db", "")):
        made = after(plan).checkpoint(at(after(plan), name, "new").ref)
        passport = not_none(made.passport)
        assert passport == replace(wanted, at_utc=READ_AT)
        assert made.notes == others + passport.line
    said = " ".join(sentences(plan))
    assert "refuses to delete it until it is unlocked" in said
    assert "until 2026-12-24" in said


def test_a_passport_with_nothing_but_author_and_time_costs_one_short_step_and_no_more_words() -> None:
    operation = CreateCheckpoint((vm_at("web"),), "new")
    plan = replace(operation, passport=Passport(author="CORP\\anna")).plan(fleet(LAB))
    assert titles(plan) == [
        "Take checkpoint ‘new’ of VM ‘web’",
        "< Write author and time into the notes of the new checkpoint",
    ]
    assert sentences(plan) == sentences(operation.plan(fleet(LAB)))
    assert "'[HVTree] · by CORP\\anna · 2026-09-24 12:00Z'" in plan.powershell


def test_a_vm_is_taken_back_and_started_before_the_notes_of_its_safety_checkpoint_are_written() -> None:
    passport = Passport(author="anna")
    plan = ApplyCheckpoint(at(LAB, "web", "side"), start=True, passport=passport).plan(fleet(LAB))
    assert titles(plan)[-2:] == [
        "Start VM ‘web’",
        "< Write the notes of the new checkpoint",
    ]
    by_hand = [line for line in plan.powershell.splitlines() if line.startswith("# ")]
    assert by_hand.index("# Write the notes of the new checkpoint") == 1 + next(
        number for number, line in enumerate(by_hand) if line.startswith("# Take checkpoint ‘Safety")
    )


def test_without_a_passport_nothing_is_written() -> None:
    plan = CreateCheckpoint((vm_at("web"),), "new").plan(fleet(LAB))
    assert titles(plan) == ["Take checkpoint ‘new’ of VM ‘web’"]


def test_a_group_is_brought_back_before_its_passports_are_written() -> None:
    state = lab(web=vm("a*", "web", state=VmState.RUNNING), db="x*")
    plan = CheckpointGroup((vm_at("web"), vm_at("db")), "farm", passport=WHY).plan(fleet(state))
    assert titles(plan)[-2:] == ["< Start 1 VM", "< Write the notes of the 2 new checkpoints"]
    passport = not_none(after(plan).checkpoint(at(after(plan), "web", "farm").ref).passport)
    assert replace(passport, group=None) == replace(WHY, at_utc=READ_AT)


def test_a_safety_checkpoint_says_what_it_is_and_until_when() -> None:
    passport = Passport(author="anna", keep_until=date(2026, 10, 1))
    plan = ApplyCheckpoint(at(LAB, "web", "side"), passport=passport).plan(fleet(LAB))
    (safety,) = [each for each in after(plan).all_checkpoints() if each.name.startswith("Safety")]
    assert passport_of(safety.notes) == replace(passport, safety="side", at_utc=READ_AT)
    assert len(titles(plan)) == 3
    lost = ApplyCheckpoint(at(LAB, "web", "side"), safety=False, passport=passport).plan(fleet(LAB))
    assert len(titles(lost)) == 1
