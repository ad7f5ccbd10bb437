"""Whether a plan that somebody approved is still the plan."""

from dataclasses import replace
from datetime import timedelta

from hvtree.domain.edits import Rename
from hvtree.domain.model import VmState
from hvtree.jobs.recheck import is_same_plan
from hvtree.operations.apply import ApplyCheckpoint
from tests.support.trees import EPOCH, lab, ref, vm


def test_a_plan_stays_the_same_while_somebody_reads_it_and_checkpoints_grow_older() -> None:
    state = replace(
        lab(web=vm("base(p1~*)", "web", state=VmState.RUNNING)), taken_at_utc=EPOCH + timedelta(seconds=70)
    )
    later = replace(state, taken_at_utc=EPOCH + timedelta(minutes=59))
    approved = ApplyCheckpoint(ref(state, "web", "base"), safety=False).plan(state)

    assert is_same_plan(approved, approved.operation.plan(later))


def test_a_plan_is_another_one_when_the_tree_has_changed() -> None:
    state = lab(web="base(p1*)")
    approved = ApplyCheckpoint(ref(state, "web", "base")).plan(state)
    changed = Rename(ref(state, "web", "p1"), "renamed").on(state)

    assert not is_same_plan(approved, approved.operation.plan(changed))
