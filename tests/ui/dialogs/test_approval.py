"""When a yes still counts: for the plan that was shown, and for no other."""

import asyncio
from dataclasses import replace

from hvtree.operations.base import Plan
from hvtree.operations.delete import DeleteCheckpoints
from hvtree.ui.dialogs.approval import Agreed, is_same_intention
from tests.support import trees

STATE = trees.lab(web="base(p1(p2*))")
PLAN = DeleteCheckpoints((trees.ref(STATE, "web", "p1"),)).plan(STATE)


def test_the_same_plan_is_the_same_intention() -> None:
    again = DeleteCheckpoints((trees.ref(STATE, "web", "p1"),)).plan(STATE)
    assert is_same_intention(PLAN, again)


def test_disks_that_grow_meanwhile_change_no_intention() -> None:
    grown = replace(PLAN, consequences=("4.3 GB are moved.",))
    assert is_same_intention(replace(PLAN, consequences=("4.2 GB are moved.",)), grown)


def test_another_consequence_is_another_intention() -> None:
    assert not is_same_intention(PLAN, replace(PLAN, consequences=("The VM stops.",)))


def test_another_step_is_another_intention() -> None:
    assert not is_same_intention(PLAN, replace(PLAN, steps=()))


def test_a_different_plan_is_asked_about_and_that_answer_counts() -> None:
    asked = []

    async def ask_again(plan: Plan) -> bool:
        asked.append(plan)
        return False

    other = replace(PLAN, title="Something else")
    approver = Agreed(PLAN, ask_again)
    assert asyncio.run(approver.approve(PLAN)) is True
    assert asyncio.run(approver.approve(other)) is False
    assert asked == [other]
