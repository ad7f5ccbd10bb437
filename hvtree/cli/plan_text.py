"""A plan in words for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from hvtree.cli.colour import PLAIN, Paint
from hvtree.cli.text import harmless, shown
from hvtree.cli.wrapping import wrapped
from hvtree.jobs.job import StepView
from hvtree.operations.base import Plan, Risk, Step
from hvtree.operations.consequence import Consequence

_WARNINGS = (
    "-short",
    "-lacks-space",
    "-at-risk",
    "-is-behind",
    "-is-taken",
    "-if-cut",
    "nears-limit",
    "shares-its-folder",
)
"""What ends the kinds of consequences that are worth a second look."""


def plan_lines(plan: Plan, paint: Paint = PLAIN, fit: int | None = None) -> Iterator[str]:
    """Return the lines, harmless and painted: title, steps, consequences, risk, PowerShell.

    Sentences are broken to fit a terminal's line of so many cells; PowerShell never is, so that it can be copied.
    """
    yield wrapped(paint.strong(harmless(plan.title)), fit)
    yield ""
    yield paint.strong("Steps:")
    for number, step in enumerate((*plan.steps, *plan.bring_back_steps), start=1):
        is_always = number > len(plan.steps) and not step.writes_notes
        note = "  (also if something fails before)" if is_always else ""
        yield wrapped(
            f"  {number}. {harmless(step_title(step, plan))}{step.later}{note}", fit, indent="     "
        )
    if plan.consequences:
        yield paint.strong("What it means:")
        yield from (wrapped(f"  - {_painted(each, paint)}", fit, indent="    ") for each in plan.consequences)
    yield wrapped(f"{paint.strong('Risk:')} {_of_risk(plan.risk, paint)}", fit, indent="      ")
    if plan.powershell:
        yield paint.strong("In PowerShell:")
        yield from (f"  {paint.faint(harmless(line))}" for line in plan.powershell.splitlines())


def _painted(consequence: Consequence, paint: Paint) -> str:
    """Return a sentence so that what is lost, and what may go wrong, is not overlooked."""
    sentence = harmless(consequence.sentence)
    if consequence.kind.startswith("loses-") or consequence.kind == "turns-off":
        return paint.bad(sentence)
    return paint.caution(sentence) if consequence.kind.endswith(_WARNINGS) else sentence


def _of_risk(risk: Risk, paint: Paint) -> str:
    match risk:
        case Risk.NONE:
            return paint.good(risk.words)
        case Risk.LOSES:
            return paint.bad(risk.words)
        case _:
            return paint.caution(risk.words)


def step_title(step: Step | StepView, plan: Plan) -> str:
    """Return what a step is called; a plan on several hosts says on which one."""
    if len(plan.host_ids) == 1:
        return step.title
    return f"{shown(plan.host_names[step.host_id])}: {step.title}"
