"""A plan in words for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from hvtree.jobs.job import StepView
from hvtree.operations.base import Plan, Step


def plan_lines(plan: Plan) -> Iterator[str]:
    """Return the lines: title, steps, consequences, risk, PowerShell."""
    yield plan.title
    yield ""
    yield "Steps:"
    for number, step in enumerate((*plan.steps, *plan.bring_back_steps), start=1):
        note = "" if number <= len(plan.steps) else "  (also if something fails before)"
        yield f"  {number}. {step_title(step, plan)}{note}"
    if plan.consequences:
        yield "What it means:"
        yield from (f"  - {each.sentence}" for each in plan.consequences)
    yield f"Risk: {plan.risk.words}"
    if plan.powershell:
        yield "In PowerShell:"
        yield from (f"  {line}" for line in plan.powershell.splitlines())


def step_title(step: Step | StepView, plan: Plan) -> str:
    """Return what a step is called; a plan on several hosts says on which one."""
    if len(plan.host_ids) == 1:
        return step.title
    return f"{plan.host_names[step.host_id]}: {step.title}"
