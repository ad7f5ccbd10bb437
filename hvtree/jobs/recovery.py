"""What became of a job whose program ended in the middle, and what can be done about it.

It is found out from the plan as it was kept and from how the hosts are now, VM by VM, without asking anybody. What can be done is
offered as operations: they are planned, shown and carried out as any other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.domain.automatic import vm_passing_over_new
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.difference import VmDifference, compare_vms
from hvtree.domain.edits import (
    Apply,
    Create,
    Delete,
    DeleteSubtree,
    Edit,
    Rename,
    SetNotes,
    SetPower,
    SetVmNotes,
    noted_by,
    vm_ids_of,
)
from hvtree.domain.fleet import Fleet
from hvtree.domain.model import HostState, VirtualMachine, VmState
from hvtree.domain.names import quoted
from hvtree.domain.state_words import state_words
from hvtree.domain.words import count_words
from hvtree.jobs.kept import KeptPlan
from hvtree.jobs.notes_left import notes_left
from hvtree.jobs.power_left import is_about_power, power_left
from hvtree.jobs.return_left import return_left
from hvtree.operations.base import Operation, Step, steps_of
from hvtree.operations.bring_back import BringBack, can_bring_back
from hvtree.operations.consequence import checkpoints
from hvtree.operations.delete import DeleteCheckpoints, DeleteCheckpointSubtree
from hvtree.operations.notes import EditNotes
from hvtree.operations.rename import RenameCheckpoint


class Outcome(StrEnum):
    """How a VM is, compared with the plan of the job that was not finished."""

    AS_BEFORE = "as before"
    AS_PLANNED = "as planned"
    HALF_WAY = "half-way"
    CHANGED = "changed by others"
    GONE = "gone"
    """It is not on a host that can be seen."""


@dataclass(frozen=True, slots=True)
class FoundVm:
    """A VM of an unfinished job, as it is now."""

    address: VmAddress
    """Where it is now; where it was, if it is gone."""
    before: VirtualMachine
    now: VirtualMachine | None
    outcome: Outcome

    @property
    def sentence(self) -> str:
        """How it is, in a sentence."""
        if self.now is None:
            return f"VM {quoted(self.before.name)} is on no host that is open."
        states = state_words(self.now.state)
        if self.now.state is not self.before.state:
            states += f" (it was {state_words(self.before.state)})"
        return f"VM {quoted(self.now.name)} is {states}, {_WORDS[self.outcome]}."


_WORDS = {
    Outcome.AS_BEFORE: "and is otherwise as before",
    Outcome.AS_PLANNED: "and is otherwise as planned",
    Outcome.HALF_WAY: "half-way between before and the plan",
    Outcome.CHANGED: "and has been changed by somebody else",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be done now."""

    words: str
    """"Bring 3 VMs back to Running"."""
    operation: Operation
    is_decision: bool = False
    """It is one of several, each instead of the others: when one has been carried out, nobody waits for another."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What became of an unfinished job."""

    title: str
    vms: tuple[FoundVm, ...]
    offers: tuple[Offer, ...]

    @property
    def outcome(self) -> Outcome | None:
        """The outcome, if it is the same for all VMs."""
        outcomes = {each.outcome for each in self.vms}
        return outcomes.pop() if len(outcomes) == 1 else None

    @property
    def is_settled(self) -> bool:
        """There is nothing to do: all VMs are as before or as planned, in their states."""
        return self.outcome in (Outcome.AS_BEFORE, Outcome.AS_PLANNED) and not self.offers


def look_at(plan: KeptPlan, made: Iterable[str], fleet: Fleet) -> Recovery:
    """Return what became of a job; `made` are the ids of the checkpoints that hosts have said to have taken for it."""
    found = tuple(_find(plan, address, fleet) for address in plan.vms)
    return Recovery(plan.title, found, tuple(_offers(plan, found, frozenset(made), fleet)))


def touched_hosts(plan: KeptPlan, fleet: Fleet) -> tuple[str, ...]:
    """Return the hosts on which the VMs of a job are now, as far as they can be seen."""
    places = (_place(address, fleet) for address in plan.vms)
    return tuple(dict.fromkeys(place.host_id for place in places if place is not None))


def _place(address: VmAddress, fleet: Fleet) -> VmAddress | None:
    """Return where a VM is now: it may have moved, and its host may be known by another name."""
    if fleet.find_vm(address) is not None:
        return address
    places = (VmAddress(host_id, address.vm_id) for host_id in fleet.hosts)
    return next((place for place in places if fleet.find_vm(place) is not None), None)


def _find(plan: KeptPlan, address: VmAddress, fleet: Fleet) -> FoundVm:
    before = plan.before.vm(address)
    place = _place(address, fleet)
    if place is None:
        return FoundVm(address, before, None, Outcome.GONE)
    now = fleet.vm(place)
    return FoundVm(place, before, now, _outcome(plan, address, before, now))


def _outcome(plan: KeptPlan, address: VmAddress, before: VirtualMachine, now: VirtualMachine) -> Outcome:
    expected = plan.expected.vm(address)
    noted = noted_by(step.edit for step in steps_of(plan.phases) if step.host_id == address.host_id)
    are_alike = partial(_are_alike, noted=noted)
    is_silent = are_alike(before, expected) and _is_applied(plan, address)
    if is_silent:  # going back to where the VM stands shows in its disk files alone (fact 35)
        is_done = set(now.drives) != set(before.drives)
        same = are_alike(before, now)
        return (Outcome.AS_PLANNED if is_done else Outcome.AS_BEFORE) if same else Outcome.CHANGED
    if are_alike(before, now):
        is_about_states = are_alike(before, expected)  # or about nothing that shows
        is_done = now.state is expected.state and now.state is not before.state
        return Outcome.AS_PLANNED if is_about_states and is_done else Outcome.AS_BEFORE
    if are_alike(expected, now):
        return Outcome.AS_PLANNED
    if any(are_alike(vm, now) for vm in _on_the_way(plan, address)):
        return Outcome.HALF_WAY
    return Outcome.CHANGED


def _on_the_way(plan: KeptPlan, address: VmAddress) -> Iterator[VirtualMachine]:
    """Yield a VM as it is after each step of the plan on its host."""
    state: HostState = plan.before.hosts[address.host_id]
    for step in steps_of(plan.phases):
        if step.host_id == address.host_id:
            for part in _parts(step):
                state = part.on(state)
                yield state.vms[address.vm_id]


def _parts(step: Step) -> Iterator[Edit]:
    """Yield what a host may do a part of: of several deletions some may have been done."""
    match step.edit:
        case Delete(refs=refs):
            yield from (Delete((ref,)) for ref in refs)
        case Apply(refs=refs):
            yield from (Apply((ref,)) for ref in refs)
        case SetNotes(written=written):
            yield from (SetNotes((each,)) for each in written)
        case SetPower() | Create() | Rename() | SetVmNotes() | DeleteSubtree():
            yield step.edit
        case _:
            return  # an export changes nothing on the host


def _are_alike(one: VirtualMachine, other: VirtualMachine, noted: Collection[str]) -> bool:
    """Return whether two readings have the same checkpoints, names, parents and Now, whatever the VM's state.

    They must have the same notes where the plan writes those: in VMs and checkpoints of the ids in `noted`. What Hyper-V has taken by
    itself by the time of the `other` does not count.
    """
    difference = compare_vms(one, vm_passing_over_new(one, other))
    return difference is None or not (_has_other_tree(difference) or difference.is_renoted(noted))


def _has_other_tree(difference: VmDifference) -> bool:
    return bool(
        difference.added
        or difference.removed
        or difference.is_now_moved
        or any(each.is_moved or each.is_renamed for each in difference.changed)
    )


def _is_applied(plan: KeptPlan, address: VmAddress) -> bool:
    return any(
        isinstance(step.edit, Apply) and address.vm_id in vm_ids_of(step.edit)
        for step in steps_of(plan.phases)
        if step.host_id == address.host_id
    )


def _offers(
    plan: KeptPlan, found: tuple[FoundVm, ...], made: frozenset[str], fleet: Fleet
) -> Iterator[Offer]:
    mixture = tuple(_finish_return(plan, found, made, fleet))
    yield from mixture
    back = tuple((each.address, goal) for each in found if (goal := _goal(plan, each)) is not None)
    if back:
        was = " or ".join(dict.fromkeys(state_words(goal) for _address, goal in back))
        words = f"{'Only bring' if mixture else 'Bring'} {count_words(len(back), 'VM')} back to {was}"
        yield Offer(words, BringBack(back), is_decision=bool(mixture))
    yield from _finish(plan, found)
    yield from _finish_power(plan, found)
    left = tuple(_left_over(plan, found, made))
    if left and not mixture:  # while some have gone back, the safety checkpoints of all belong together
        names = checkpoints(each for _address, each in left)
        yield Offer(f"Delete the {names} of it", DeleteCheckpoints(tuple(address for address, _each in left)))


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


def _finish(plan: KeptPlan, found: tuple[FoundVm, ...]) -> Iterator[Offer]:
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
                    yield Offer("Delete the rest of the subtree", DeleteCheckpointSubtree(address))
            case Rename(ref=ref, name=name) if ref.vm_id in present:
                vm = present[ref.vm_id]
                checkpoint = vm.now.by_id.get(ref.checkpoint_id) if vm.now is not None else None
                if checkpoint is not None and checkpoint.name != name:
                    address = CheckpointAddress(vm.address.host_id, ref.vm_id, ref.checkpoint_id)
                    yield Offer("Rename it", RenameCheckpoint(address, name))
            case _:
                continue
    there = {each.before.id: (each.address, each.now) for each in found if each.now is not None}
    if written := notes_left(plan, there):
        yield Offer("Write the notes", EditNotes(written))
    if doomed:
        left = count_words(len(doomed), "checkpoint")
        yield Offer(f"Go on and delete {left}", DeleteCheckpoints(tuple(doomed)))


def _finish_power(plan: KeptPlan, found: tuple[FoundVm, ...]) -> Iterator[Offer]:
    """Yield what is left to do of a job that was about the states of VMs, if some of it was done."""
    pairs = zip(plan.vms, found, strict=True)
    rest = {was: each.address for was, each in pairs if each.outcome is Outcome.AS_BEFORE}
    if is_about_power(plan) and 0 < len(rest) < len(found):
        yield Offer(*power_left(plan, rest))


def _finish_return(
    plan: KeptPlan, found: tuple[FoundVm, ...], made: frozenset[str], fleet: Fleet
) -> Iterator[Offer]:
    """Yield what makes a group one again of which only some have gone back; what others have changed stays theirs."""
    pairs = tuple(zip(plan.vms, found, strict=True))
    gone_back = {
        was: each.address
        for was, each in pairs
        if each.outcome is Outcome.AS_PLANNED and _is_applied(plan, was)
    }
    on_the_way = (Outcome.AS_BEFORE, Outcome.HALF_WAY)
    others = {was: each.address for was, each in pairs if each.outcome in on_the_way}
    for words, operation in return_left(plan, made, fleet, gone_back=gone_back, others=others):
        yield Offer(words, operation, is_decision=True)


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
        if vm.outcome in (Outcome.AS_PLANNED, Outcome.CHANGED) and _is_applied(plan, was):
            continue  # it has gone back, or may have: what it held before is in its safety checkpoint alone
        for each in vm.now.checkpoints if vm.now is not None else ():
            is_new = each.id not in vm.before.by_id
            if is_new and (each.id in made or (vm.before.id, each.name) in names):
                yield CheckpointAddress(vm.address.host_id, vm.before.id, each.id), each
