"""An operation that is nothing but its steps: for tests of what carries plans out, not of who makes them."""

from __future__ import annotations

from typing import Any, ClassVar

from hvtree.domain.address import VmAddress
from hvtree.domain.edits import vm_ids_of
from hvtree.domain.fleet import Fleet
from hvtree.operations.base import Phase, Plan, Risk, before_and_after, steps_of


class Steps:
    """Phases, and whatever else a plan shall have."""

    verb: ClassVar[str] = "steps"

    def __init__(self, *phases: Phase, bring_back: tuple[Phase, ...] = (), **more: Any) -> None:
        self._phases = phases
        self._more = {"bring_back": bring_back, **more}

    def plan(self, fleet: Fleet) -> Plan:
        """Plan the steps as they are."""
        every = (*self._phases, *self._more["bring_back"])
        touched = (
            VmAddress(step.host_id, vm_id) for step in steps_of(every) for vm_id in vm_ids_of(step.edit)
        )
        vms = tuple(dict.fromkeys(touched))
        before, expected = before_and_after(fleet, vms, every)
        titles = " and ".join(step.title for step in steps_of(every))
        return Plan(self, titles, "Do it", self._phases, before, expected, vms, Risk.LOSES, **self._more)
