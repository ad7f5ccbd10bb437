"""Several plans of one kind as one: their steps side by side, their consequences one after the other, each once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hvtree.domain.fleet import Fleet
from hvtree.operations.base import Operation, Plan, before_and_after, side_by_side
from hvtree.operations.consequence import Consequence
from hvtree.operations.powershell import script


def together(operation: Operation, plans: Sequence[Plan], fleet: Fleet, *, title: str, button: str) -> Plan:
    """Return one plan for an operation that does what several plans say, each about other VMs."""
    phases = side_by_side(step for plan in plans for step in plan.steps)
    touched = tuple(dict.fromkeys(vm for plan in plans for vm in plan.vms))
    before, expected = before_and_after(fleet, touched, phases)
    return Plan(
        operation=operation,
        title=title,
        button=button,
        phases=phases,
        before=before,
        expected=expected,
        vms=touched,
        risk=max(plan.risk for plan in plans),
        consequences=tuple(_each_once(each for plan in plans for each in plan.consequences)),
        powershell=script(phases, fleet),
        needs_sizes=any(plan.needs_sizes for plan in plans),
    )


def _each_once(consequences: Iterable[Consequence]) -> Iterator[Consequence]:
    """Yield those that say different things; what is the same for all is said once."""
    said: set[str] = set()
    for each in consequences:
        if each.sentence not in said:
            said.add(each.sentence)
            yield each
