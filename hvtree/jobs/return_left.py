"""What can be done where a group went back in part: the others follow, or those that went are taken to how they were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.domain.edits import Apply, Create, Power, SetPower
from hvtree.domain.fleet import Fleet
from hvtree.domain.group import Member, place_of
from hvtree.domain.group_checkpoint import GroupRecord, RecordedPart
from hvtree.domain.words import count_words
from hvtree.jobs.kept import KeptPlan
from hvtree.jobs.power_left import Places
from hvtree.jobs.undo import safety_record
from hvtree.operations.apply_group import ApplyGroupCheckpoint
from hvtree.operations.base import Operation, steps_of
from hvtree.operations.group_target import GroupTarget


def return_left(
    plan: KeptPlan, made: frozenset[str], fleet: Fleet, *, gone_back: Places, others: Places
) -> Iterator[tuple[str, Operation]]:
    """Yield what finishes the return of a group and what takes it back, in words and as operations: one of them is enough.

    Nobody takes a second safety checkpoint of a VM that still stands on its first one.
    """
    goals = _goals(plan)
    others = {was: place for was, place in others.items() if was in goals}
    if plan.verb != ApplyGroupCheckpoint.verb or not gone_back or not others:
        return
    safety = safety_record(plan, made, fleet)
    kept = {each.address.vm_id: each.address for each in safety.parts} if safety else {}
    places = {**gone_back, **others}
    members = tuple(_members(plan, places, fleet))
    still_kept = tuple(
        kept[each.vm_id]
        for each in others.values()
        if each.vm_id in kept and fleet.vm(each).now_id == kept[each.vm_id].checkpoint_id
    )
    is_kept = len(still_kept) == len(others)
    record = _record(plan, goals)
    yield (
        f"Go on and apply it to {count_words(len(others), 'VM')}",
        ApplyGroupCheckpoint(
            GroupTarget(record.id, record),
            safety=_takes_safety(plan) and not is_kept,
            members=members,
            states=tuple((place, plan.expected.vm(was).state) for was, place in places.items()),
            rest=tuple(each.vm_id for each in others.values()),
            kept=still_kept if is_kept else (),
        ),
    )
    if safety is not None and all(each.vm_id in kept for each in gone_back.values()):
        yield (
            f"Take {count_words(len(gone_back), 'VM')} back to before it",
            ApplyGroupCheckpoint(
                GroupTarget(safety.id, safety),
                safety=False,
                members=members,
                states=tuple((place, plan.before.vm(was).state) for was, place in places.items()),
                rest=tuple(each.vm_id for each in gone_back.values()),
            ),
        )


def _goals(plan: KeptPlan) -> Mapping[VmAddress, str]:
    """Return the checkpoint to which each VM was to go, by where the VM was."""
    return {
        VmAddress(step.host_id, ref.vm_id): ref.checkpoint_id
        for step in steps_of(plan.phases)
        if isinstance(step.edit, Apply)
        for ref in step.edit.refs
    }


def _takes_safety(plan: KeptPlan) -> bool:
    return any(isinstance(step.edit, Create) for step in steps_of(plan.phases))


def _record(plan: KeptPlan, goals: Mapping[VmAddress, str]) -> GroupRecord:
    """Return the group checkpoint that was applied, as it was when that was planned."""
    machines = {was: plan.before.vm(was) for was in goals}
    marks = (vm.group_marks.get(goals[was]) for was, vm in machines.items())
    mark = next(filter(None, marks), None)
    checkpoints = {was: vm.by_id[goals[was]] for was, vm in machines.items()}
    first = next(iter(checkpoints.values()))
    parts = tuple(
        RecordedPart(
            CheckpointAddress(was.host_id, was.vm_id, each.id),
            machines[was].name,
            plan.before.hosts[was.host_id].host,
            each.parent_id,
        )
        for was, each in checkpoints.items()
    )
    return GroupRecord(
        mark.id if mark is not None else first.id, first.name, first.created_utc, parts, size=len(parts)
    )


def _members(plan: KeptPlan, places: Places, fleet: Fleet) -> Iterator[Member]:
    """Yield the VMs of a plan in the order in which it starts them; none if it starts them all at once."""
    stages = [
        phase
        for phase in plan.bring_back
        if any(isinstance(step.edit, SetPower) and step.edit.power is Power.START for step in phase)
    ]
    if len(stages) < 2:
        return
    waits = [max(step.wait_s for step in phase) for phase in stages[1:]]
    orders = {
        VmAddress(step.host_id, vm_id): number
        for number, phase in enumerate(stages)
        for step in phase
        if isinstance(step.edit, SetPower)
        for vm_id in step.edit.vm_ids
    }
    for was in plan.vms:
        place = places.get(was) or place_of(was, fleet) or was
        number = orders.get(was, 0)
        delay_s = waits[number] if number < len(waits) else 0
        yield Member(place, plan.before.vm(was).name, start_order=number + 1, delay_s=delay_s)
