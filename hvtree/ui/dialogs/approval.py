"""How a decision made in a dialog reaches the job: yes to the plan that was shown, a second look at any other."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from hvtree.operations.base import Plan

_QUANTITY = re.compile(r"\d[\d.,\u202f]*\s*(?:bytes?|[KMGTP]B|%|seconds?|minutes?|hours?)")


class Agreed:
    """An approver that says yes to one plan, and asks again if the runner brings another one.

    Two plans count as the same if they have the same title, risk, steps and consequences. Amounts inside the
    consequences may differ: the disks of a running VM grow while its owner reads.
    """

    def __init__(self, shown: Plan, ask_again: Callable[[Plan], Awaitable[bool]]) -> None:
        self._shown = shown
        self._ask_again = ask_again

    async def approve(self, plan: Plan) -> bool:
        """Return the answer of the user to this plan."""
        if is_same_intention(self._shown, plan):
            return True
        return await self._ask_again(plan)


class Always:
    """An approver for what needs no question: a rename in place, a checkpoint at once."""

    async def approve(self, plan: Plan) -> bool:
        """Say yes."""
        return bool(plan.steps)


def is_same_intention(shown: Plan, fresh: Plan) -> bool:
    """Return whether a fresh plan is still what the user said yes to."""
    return (shown.title, shown.risk, _sayings(shown), _edits(shown)) == (
        fresh.title,
        fresh.risk,
        _sayings(fresh),
        _edits(fresh),
    )


def _sayings(plan: Plan) -> tuple[str, ...]:
    return tuple(_QUANTITY.sub("…", sentence) for sentence in plan.consequences)


def _edits(plan: Plan) -> tuple[object, ...]:
    return tuple((step.title, step.edit) for step in (*plan.steps, *plan.bring_back))
