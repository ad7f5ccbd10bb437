"""Short ways to plan an operation in a test, and to look at what came out."""

from __future__ import annotations

import pytest

from hvtree.domain.errors import Refused
from hvtree.domain.model import HostState
from hvtree.operations.base import Operation, Plan
from tests.support.trees import shape


def refusal(operation: Operation, state: HostState) -> str:
    """Plan an operation that must be refused, and give the sentences: what, why, what now."""
    with pytest.raises(Refused) as refused:
        operation.plan(state)
    assert refused.value.what.endswith(".")
    assert refused.value.why.endswith(".") or not refused.value.why
    assert refused.value.now.endswith(".")
    return refused.value.sentence


def titles(plan: Plan) -> list[str]:
    """Return the titles of all steps, those that bring VMs back behind an arrow."""
    return [step.title for step in plan.steps] + [f"< {step.title}" for step in plan.bring_back]


def expected_shapes(plan: Plan) -> list[str]:
    """Return the expected trees of all VMs, each as a line."""
    return [shape(vm) for vm in plan.expected.vms.values()]
