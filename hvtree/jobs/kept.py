"""What is kept of a plan when its program is gone: its steps, and what they should lead to."""

from __future__ import annotations

from dataclasses import dataclass, fields

from hvtree.domain.address import VmAddress
from hvtree.domain.fleet import Fleet
from hvtree.operations.base import Phase, Plan, Risk


@dataclass(frozen=True, slots=True)
class KeptPlan:
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
    values = {each.name: getattr(plan, each.name) for each in fields(KeptPlan) if each.name != "verb"}
    return KeptPlan(verb=plan.operation.verb, **values)
