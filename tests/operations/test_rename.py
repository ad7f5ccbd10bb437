"""Renaming a checkpoint."""

from hvtree.operations.base import Risk
from hvtree.operations.rename import RenameCheckpoint
from tests.support.plans import at, expected_shapes, fleet, refusal, sentences, titles
from tests.support.trees import lab


def test_a_rename_is_one_harmless_step() -> None:
    state = lab(web="base(p1*)")
    plan = RenameCheckpoint(at(state, "web", "p1"), "fixed").plan(fleet(state))

    assert titles(plan) == [plan.title] == ["Rename checkpoint ‘p1’ on VM ‘web’ to ‘fixed’"]
    assert (plan.button, plan.risk, expected_shapes(plan)) == ("Rename", Risk.NONE, ["base(fixed*)"])
    assert sentences(plan) == ("Only the name changes: its time, its disks and what depends on it stay.",)


def test_a_name_that_another_checkpoint_has_is_allowed_but_told() -> None:
    state = lab(web="base(p1*)")
    plan = RenameCheckpoint(at(state, "web", "p1"), "base").plan(fleet(state))

    assert sentences(plan)[1] == (
        "VM ‘web’ has another checkpoint called ‘base’; scripts that go by names may take the wrong one."
    )


def test_the_name_that_it_already_has_is_refused() -> None:
    state = lab(web="base(p1*)")

    assert refusal(RenameCheckpoint(at(state, "web", "p1"), "p1"), state) == (
        "Checkpoint ‘p1’ on VM ‘web’ cannot be renamed now. It is already called ‘p1’. Enter another name."
    )


def test_a_name_that_differs_only_in_letter_case_is_told_as_taken() -> None:
    state = lab(web="base(p1*)")
    plan = RenameCheckpoint(at(state, "web", "p1"), "BASE").plan(fleet(state))

    assert sentences(plan)[1].startswith("VM ‘web’ has another checkpoint called ‘BASE’;")
