"""What is kept of a plan when its program is gone: its steps, and what they should lead to."""

from __future__ import annotations

from msgspec import Struct

from hvtree.domain.address import VmAddress
from hvtree.domain.fleet import Fleet
from hvtree.operations.base import Phase, Plan, Risk, steps_of


class KeptPlan(Struct, frozen=True):
    """The part of a `Plan` that the journal keeps as data."""

    verb: str
    title: str
    button: str
    risk: Risk
    phases: tuple[Phase, ...]
    bring_back: tuple[Phase, ...]
    after_failure: tuple[Phase, ...]
    before: Fleet
    expected: Fleet
    vms: tuple[VmAddress, ...]
    is_joint: bool = False


def kept(plan: Plan) -> KeptPlan:
    """Return what is kept of a plan."""
    values = {name: getattr(plan, name) for name in KeptPlan.__struct_fields__ if name != "verb"}
    return KeptPlan(verb=plan.operation.verb, **values)


def checked(plan: KeptPlan) -> KeptPlan:
    """Return a plan whose parts fit together, as those of every plan do that was made; raise `KeyError` or `ValueError` else."""
    for fleet in (plan.before, plan.expected):
        for state in fleet.hosts.values():
            for vm_id, vm in state.vms.items():
                if vm.id != vm_id or len(vm.tree) != len(vm.checkpoints):
                    raise ValueError(f"The VM {vm_id} cannot be.")
        for address in plan.vms:
            fleet.vm(address)
    states = dict(plan.before.hosts)
    for step in steps_of(plan.phases):
        states[step.host_id] = step.edit.on(states[step.host_id])
    return plan
