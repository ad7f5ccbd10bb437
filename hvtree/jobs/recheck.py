"""Whether a plan that somebody approved is still the plan: compared in what matters, not in sizes that grow by themselves."""

from __future__ import annotations

import re

from hvtree.domain.agreement import differences
from hvtree.domain.edits import Edit
from hvtree.operations.base import Plan, Step

_QUANTITY = re.compile(
    r"just now|\d[\d.,]*(?: (?:bytes?|[KMGTP]B|(?:minutes?|hours?|days?|months?|years?)(?: ago)?))?"
)


def is_same_plan(approved: Plan, fresh: Plan) -> bool:
    """Both do the same to VMs that stand the same, for the same price in words."""
    return (
        approved.risk == fresh.risk
        and approved.vm_ids == fresh.vm_ids
        and _edits(approved.steps) == _edits(fresh.steps)
        and _edits(approved.bring_back) == _edits(fresh.bring_back)
        and _edits(approved.after_failure) == _edits(fresh.after_failure)
        and _in_words(approved) == _in_words(fresh)
        and not differences(approved.before, fresh.before, approved.vm_ids)
    )


def _edits(steps: tuple[Step, ...]) -> list[Edit]:
    return [step.edit for step in steps]


def _in_words(plan: Plan) -> list[str]:
    """Return the consequences without quantities: how many bytes merge changes while one reads."""
    return [_QUANTITY.sub("#", sentence) for sentence in plan.consequences]
