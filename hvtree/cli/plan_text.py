"""A plan in words for a terminal, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hvtree.operations.base import Plan, Risk

RISKS = {
    Risk.NONE: "None: nothing is lost and nothing is interrupted.",
    Risk.INTERRUPTS: "Nothing is lost; whoever works with a VM that runs is interrupted.",
    Risk.FORGETS: "Checkpoints go; what the VMs hold now stays.",
    Risk.LOSES: "The present state of a VM, or part of it, is lost for good.",
}


def plan_lines(plan: Plan) -> Iterator[str]:
    """Return the lines: title, steps, consequences, risk, PowerShell."""
    yield plan.title
    yield ""
    yield "Steps:"
    for number, step in enumerate((*plan.steps, *plan.bring_back), start=1):
        note = "" if number <= len(plan.steps) else "  (also if something fails before)"
        yield f"  {number}. {step.title}{note}"
    if plan.consequences:
        yield "What it means:"
        yield from (f"  - {sentence}" for sentence in plan.consequences)
    yield f"Risk: {RISKS[plan.risk]}"
    if plan.powershell:
        yield "In PowerShell:"
        yield from (f"  {line}" for line in plan.powershell.splitlines())


def plan_record(plan: Plan) -> dict[str, Any]:
    """Return the plan for JSON."""
    return {
        "title": plan.title,
        "verb": plan.verb,
        "steps": [step.title for step in plan.steps],
        "bring_back": [step.title for step in plan.bring_back],
        "consequences": list(plan.consequences),
        "risk": plan.risk.name.lower(),
        "vms": list(plan.vm_ids),
        "powershell": plan.powershell,
    }
