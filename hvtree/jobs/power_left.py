"""What is left to do of a job about nothing but the states of VMs: starting, saving or shutting down a group, or bringing VMs back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hvtree.domain.address import VmAddress
from hvtree.domain.edits import SetPower, vm_ids_of
from hvtree.domain.group import StartStage
from hvtree.domain.words import count_words
from hvtree.jobs.kept import KeptPlan
from hvtree.operations.base import Operation, steps_of
from hvtree.operations.bring_back import BringBack
from hvtree.operations.group_power import SaveGroup, ShutDownGroup, StartGroup

Places = Mapping[VmAddress, VmAddress]
"""The VMs for which something is left to do, by where they were: where each of them is now."""


def is_about_power(plan: KeptPlan) -> bool:
    """Return whether a plan changes nothing but the states of VMs, so that these are what it was made for."""
    return all(isinstance(step.edit, SetPower) for step in steps_of((*plan.phases, *plan.bring_back)))


def power_left(plan: KeptPlan, places: Places) -> tuple[str, Operation]:
    """Return what is left to do for some VMs, in words and as an operation, in the plan's own order."""
    stages = tuple(_stages(plan, places))
    rest, count = tuple(places.values()), count_words(len(places), "VM")
    match plan.verb:
        case "start-group":
            return f"Start {count}", StartGroup(rest, stages)
        case "save-group":
            return f"Save {count}", SaveGroup(rest, stages[::-1])  # such plans turn the order round
        case "shut-down-group":
            return f"Shut down {count}", ShutDownGroup(rest, stages[::-1])
        case _:
            goals = ((place, plan.expected.vm(was).state) for was, place in places.items())
            return f"Bring {count} back", BringBack(tuple(goals))


def _stages(plan: KeptPlan, places: Places) -> Iterator[StartStage]:
    for phase in plan.phases:
        wanted = [VmAddress(step.host_id, vm_id) for step in phase for vm_id in vm_ids_of(step.edit)]
        mine = tuple(places[each] for each in wanted if each in places)
        if mine:
            yield StartStage(mine, max(step.wait_s for step in phase))
