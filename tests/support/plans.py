"""Short ways to plan an operation in a test, and to look at what came out."""

from __future__ import annotations

import pytest

from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.domain.errors import Refused
from hvtree.domain.fleet import Fleet
from hvtree.domain.model import HostState
from hvtree.operations.base import Operation, Plan, touched
from tests.support.trees import id_of, ref, shape

HOST = "vhost"
"""Id and name of the host that `trees.lab` makes unless it is told another one."""


def fleet(*states: HostState) -> Fleet:
    """Return a fleet of these hosts, each under its own name."""
    return Fleet.of({state.host: state for state in states})


def vm_at(name: str, host: str = HOST) -> VmAddress:
    """Return the address of the VM of that name on a host that `trees.lab` made."""
    return VmAddress(host, id_of(name))


def at(state: HostState, vm_name: str, checkpoint_name: str) -> CheckpointAddress:
    """Return the address of the only checkpoint of that name on the only VM of that name."""
    found = ref(state, vm_name, checkpoint_name)
    return CheckpointAddress(state.host, found.vm_id, found.checkpoint_id)


def everything_on(state: HostState) -> tuple[CheckpointAddress, ...]:
    """Return the addresses of all checkpoints of a host."""
    return tuple(CheckpointAddress(state.host, each.vm_id, each.id) for each in state.all_checkpoints())


def refusal(operation: Operation, *states: HostState) -> str:
    """Plan an operation that must be refused, and return the sentences: what, why, what now.

    Without a plan, as for enabling, it is refused in the same words.
    """
    with pytest.raises(Refused) as refused:
        operation.plan(fleet(*states))
    with pytest.raises(Refused) as looked_at:
        touched(operation, fleet(*states))
    assert looked_at.value.sentence == refused.value.sentence
    assert refused.value.what.endswith(".")
    assert refused.value.why.endswith(".") or not refused.value.why
    assert refused.value.now.endswith(".")
    return refused.value.sentence


def titles(plan: Plan) -> list[str]:
    """Return the titles of all steps, those that bring VMs back behind an arrow."""
    return [step.title for step in plan.steps] + [f"< {step.title}" for step in plan.bring_back_steps]


def sentences(plan: Plan) -> tuple[str, ...]:
    """Return the consequences in words."""
    return tuple(each.sentence for each in plan.consequences)


def after(plan: Plan, host: str = HOST) -> HostState:
    """Return what a host is expected to be, as far as the plan touches it."""
    return plan.expected.hosts[host]


def expected_shapes(plan: Plan) -> list[str]:
    """Return the expected trees of all touched VMs, each as a line."""
    return [shape(vm) for state in plan.expected.hosts.values() for vm in state.vms.values()]
