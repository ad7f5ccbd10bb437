"""How the VMs of a job are now whose program ended in the middle, compared with its plan as it was kept, without asking anybody."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from enum import StrEnum
from functools import partial

from msgspec import Struct

from hvtree.domain.address import VmAddress
from hvtree.domain.automatic import vm_passing_over_new
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
from hvtree.domain.model import HostState, VirtualMachine
from hvtree.domain.names import quoted
from hvtree.domain.state_words import activity_words, state_words
from hvtree.jobs.kept import KeptPlan
from hvtree.jobs.wait_idle import is_idle
from hvtree.operations.base import Step, steps_of


class Outcome(StrEnum):
    """How a VM is, compared with the plan of the job that was not finished."""

    AS_BEFORE = "as before"
    AS_PLANNED = "as planned"
    HALF_WAY = "half-way"
    CHANGED = "changed by others"
    GONE = "gone"
    """It is not on a host that can be seen."""


class FoundVm(Struct, frozen=True):
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
        sentence = f"VM {quoted(self.now.name)} is {states}, {_WORDS[self.outcome]}."
        return " ".join(filter(None, (sentence, self._work)))

    @property
    def can_be_acted_on(self) -> bool:
        """It stays as it is if nobody acts on it; what its host was asked last may still be under way."""
        return is_idle(self.now)

    @property
    def is_at_work(self) -> bool:
        """Its host is not done with it: it changes, or disks are merged, or something is exported."""
        return self.now is not None and not (self.can_be_acted_on and self.now.activity is None)

    @property
    def _work(self) -> str:
        if self.now is None or not self.is_at_work:
            return ""
        doing = activity_words(self.now)
        afterwards = "" if self.can_be_acted_on else " What can be done about it is offered afterwards."
        return f"Its host is still at work on it{f' ({doing})' if doing else ''}.{afterwards}"


_WORDS = {
    Outcome.AS_BEFORE: "and is otherwise as before",
    Outcome.AS_PLANNED: "and is otherwise as planned",
    Outcome.HALF_WAY: "half-way between before and the plan",
    Outcome.CHANGED: "and has been changed by somebody else",
}


def place_now(address: VmAddress, fleet: Fleet) -> VmAddress | None:
    """Return where a VM is now: it may have moved, and its host may be known by another name."""
    if fleet.find_vm(address) is not None:
        return address
    places = (VmAddress(host_id, address.vm_id) for host_id in fleet.hosts)
    return next((place for place in places if fleet.find_vm(place) is not None), None)


def find(plan: KeptPlan, address: VmAddress, fleet: Fleet) -> FoundVm:
    """Return how a VM of a plan is now."""
    before = plan.before.vm(address)
    place = place_now(address, fleet)
    if place is None:
        return FoundVm(address, before, None, Outcome.GONE)
    now = fleet.vm(place)
    return FoundVm(place, before, now, _outcome(plan, address, before, now))


def _outcome(plan: KeptPlan, address: VmAddress, before: VirtualMachine, now: VirtualMachine) -> Outcome:
    expected = plan.expected.vm(address)
    noted = noted_by(step.edit for step in steps_of(plan.phases) if step.host_id == address.host_id)
    are_alike = partial(_are_alike, noted=noted)
    is_silent = are_alike(before, expected) and is_applied(plan, address)
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


def is_applied(plan: KeptPlan, address: VmAddress) -> bool:
    """Return whether a plan applies a checkpoint to a VM."""
    return any(
        isinstance(step.edit, Apply) and address.vm_id in vm_ids_of(step.edit)
        for step in steps_of(plan.phases)
        if step.host_id == address.host_id
    )
