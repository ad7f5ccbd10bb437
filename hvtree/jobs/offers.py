"""What can be done about a job whose program ended in the middle: operations, planned, shown and carried out as any other.

They are about VMs that stay as they are: what a host was asked last may still be under way.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from hvtree.domain.address import CheckpointAddress
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.edits import Apply, Create, Delete, DeleteSubtree, Rename, SetPower, vm_ids_of
from hvtree.domain.fleet import Fleet
from hvtree.domain.model import VmState
from hvtree.domain.state_words import state_words
from hvtree.domain.words import count_words
from hvtree.jobs.kept import KeptPlan
from hvtree.jobs.notes_left import notes_left
from hvtree.jobs.outcomes import FoundVm, Outcome, is_applied
from hvtree.jobs.power_left import is_about_power, power_left
from hvtree.jobs.return_left import return_left
from hvtree.operations.as_found import AsFound
from hvtree.operations.base import Operation, steps_of
from hvtree.operations.bring_back import BringBack, can_bring_back
from hvtree.operations.consequence import checkpoints
from hvtree.operations.delete import DeleteCheckpoints, DeleteCheckpointSubtree
from hvtree.operations.notes import EditNotes
from hvtree.operations.rename import RenameCheckpoint


class Offer(Struct, frozen=True):
    """Something that can be done now."""

    words: str
    """"Bring 3 VMs back to Running"."""
    operation: AsFound
    """It is refused as soon as one of the job's VMs has changed."""
    is_decision: bool = False
    """It is one of several, each instead of the others: when one has been carried out, nobody waits for another."""


_Way = tuple[str, Operation]
"""What can be done, in words and as an operation."""


def offers_for(
    plan: KeptPlan, found: tuple[FoundVm, ...], made: frozenset[str], fleet: Fleet
) -> Iterator[Offer]:
    """Yield what can be done about the VMs of a job.

    VMs that stay as they are do not wait for the others to be brought back; what concerns all of them does.
    """
    idle = tuple(each for each in found if each.can_be_acted_on)
    seen = fleet.only(each.address for each in idle if each.now is not None)
    ways = _ways_for_all(plan, found, made, fleet) if len(idle) == len(found) else _ways(plan, idle)
    for (words, operation), is_decision in ways:
        yield Offer(words, AsFound(operation, seen), is_decision)


def _ways_for_all(
    plan: KeptPlan, found: tuple[FoundVm, ...], made: frozenset[str], fleet: Fleet
) -> Iterator[tuple[_Way, bool]]:
    """Yield ways about VMs that all stay as they are, and whether each is one of several to decide between."""
    mixture = tuple(_finish_return(plan, found, made, fleet))
    yield from ((way, True) for way in mixture)
    yield from _ways(plan, found, is_mixed=bool(mixture))
    yield from ((way, False) for way in _finish_power(plan, found))
    left = tuple(_left_over(plan, found, made))
    if left and not mixture:  # while some have gone back, the safety checkpoints of all belong together
        names = checkpoints(each for _address, each in left)
        yield (f"Delete the {names} of it", DeleteCheckpoints(tuple(address for address, _ in left))), False


def _ways(
    plan: KeptPlan, found: tuple[FoundVm, ...], *, is_mixed: bool = False
) -> Iterator[tuple[_Way, bool]]:
    """Yield ways about each VM by itself; of a group that is mixed they are only to be brought back."""
    back = tuple((each.address, goal) for each in found if (goal := _goal(plan, each)) is not None)
    if back:
        was = " or ".join(dict.fromkeys(state_words(goal) for _address, goal in back))
        words = f"{'Only bring' if is_mixed else 'Bring'} {count_words(len(back), 'VM')} back to {was}"
        yield (words, BringBack(back)), is_mixed
    yield from ((way, False) for way in _finish(plan, found))


def _goal(plan: KeptPlan, vm: FoundVm) -> VmState | None:
    """Return the state that a VM is to be brought back into; None if it is there, or nothing of the job has stopped it."""
    if vm.now is None or not _is_stopped_by(plan, vm.before.id):
        return None
    is_done = vm.outcome is Outcome.AS_PLANNED
    expected = next(
        state.vms[vm.before.id] for state in plan.expected.hosts.values() if vm.before.id in state.vms
    )
    goal = expected.state if is_done else vm.before.state
    return goal if can_bring_back(vm.now.state, goal) else None


def _is_stopped_by(plan: KeptPlan, vm_id: str) -> bool:
    for step in steps_of(plan.phases):
        if isinstance(step.edit, SetPower | Apply) and vm_id in vm_ids_of(step.edit):
            return True
    return False


def _finish(plan: KeptPlan, found: tuple[FoundVm, ...]) -> Iterator[_Way]:
    """Yield what is left to do of deletions, renaming and notes, if some of it was done."""
    if all(each.outcome is Outcome.AS_BEFORE for each in found):
        return
    present = {each.before.id: each for each in found if each.now is not None}
    doomed: list[CheckpointAddress] = []
    for step in steps_of(plan.phases):
        match step.edit:
            case Delete(refs=refs):
                for ref in refs:
                    vm = present.get(ref.vm_id)
                    if vm is not None and vm.now is not None and ref.checkpoint_id in vm.now.by_id:
                        doomed.append(CheckpointAddress(vm.address.host_id, ref.vm_id, ref.checkpoint_id))
            case DeleteSubtree(ref=ref) if ref.vm_id in present:
                vm = present[ref.vm_id]
                if vm.now is not None and ref.checkpoint_id in vm.now.by_id:
                    address = CheckpointAddress(vm.address.host_id, ref.vm_id, ref.checkpoint_id)
                    yield "Delete the rest of the subtree", DeleteCheckpointSubtree(address)
            case Rename(ref=ref, name=name) if ref.vm_id in present:
                vm = present[ref.vm_id]
                checkpoint = vm.now.by_id.get(ref.checkpoint_id) if vm.now is not None else None
                if checkpoint is not None and checkpoint.name != name:
                    address = CheckpointAddress(vm.address.host_id, ref.vm_id, ref.checkpoint_id)
                    yield "Rename it", RenameCheckpoint(address, name)
            case _:
                continue
    there = {each.before.id: (each.address, each.now) for each in found if each.now is not None}
    if written := notes_left(plan, there):
        yield "Write the notes", EditNotes(written)
    if doomed:
        left = count_words(len(doomed), "checkpoint")
        yield f"Go on and delete {left}", DeleteCheckpoints(tuple(doomed))


def _finish_power(plan: KeptPlan, found: tuple[FoundVm, ...]) -> Iterator[_Way]:
    """Yield what is left to do of a job that was about the states of VMs, if some of it was done."""
    pairs = zip(plan.vms, found, strict=True)
    rest = {was: each.address for was, each in pairs if each.outcome is Outcome.AS_BEFORE}
    if is_about_power(plan) and 0 < len(rest) < len(found):
        yield power_left(plan, rest)


def _finish_return(
    plan: KeptPlan, found: tuple[FoundVm, ...], made: frozenset[str], fleet: Fleet
) -> Iterator[_Way]:
    """Yield what makes a group one again of which only some have gone back; what others have changed stays theirs."""
    pairs = tuple(zip(plan.vms, found, strict=True))
    gone_back = {
        was: each.address
        for was, each in pairs
        if each.outcome is Outcome.AS_PLANNED and is_applied(plan, was)
    }
    on_the_way = (Outcome.AS_BEFORE, Outcome.HALF_WAY)
    others = {was: each.address for was, each in pairs if each.outcome in on_the_way}
    return return_left(plan, made, fleet, gone_back=gone_back, others=others)


def _left_over(
    plan: KeptPlan, found: tuple[FoundVm, ...], made: frozenset[str]
) -> Iterator[tuple[CheckpointAddress, Checkpoint]]:
    """Yield the checkpoints that the job has taken although what they were taken for did not come to its end."""
    if all(each.outcome is Outcome.AS_PLANNED for each in found):
        return
    names = {
        (vm_id, step.edit.name)
        for step in steps_of(plan.phases)
        if isinstance(step.edit, Create)
        for vm_id in step.edit.vm_ids
    }
    for was, vm in zip(plan.vms, found, strict=True):
        if vm.outcome in (Outcome.AS_PLANNED, Outcome.CHANGED) and is_applied(plan, was):
            continue  # it has gone back, or may have: what it held before is in its safety checkpoint alone
        for each in vm.now.checkpoints if vm.now is not None else ():
            is_new = each.id not in vm.before.by_id
            if is_new and (each.id in made or (vm.before.id, each.name) in names):
                yield CheckpointAddress(vm.address.host_id, vm.before.id, each.id), each
