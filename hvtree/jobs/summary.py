"""What exists where, in sentences: how VMs differ between two readings of a host, and what things are called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hvtree.domain.automatic import taken_by_itself
from hvtree.domain.difference import VmDifference, compare_vms
from hvtree.domain.edits import (
    Apply,
    Create,
    Delete,
    DeleteSubtree,
    Edit,
    Export,
    Rename,
    SetNotes,
    SetPower,
    SetVmNotes,
)
from hvtree.domain.model import HostState, VirtualMachine
from hvtree.domain.names import quoted
from hvtree.domain.state_words import state_words
from hvtree.operations.consequence import NAMES_SHOWN, checkpoints, vms
from hvtree.operations.preconditions import busy


def what_is_where(before: HostState, after: HostState, vm_ids: Iterable[str]) -> tuple[str, ...]:
    """Return for each VM its state, which checkpoints it has gained, lost or renamed, and what is going on with it."""
    return tuple(_about(vm_id, before.vms.get(vm_id), after.vms.get(vm_id)) for vm_id in vm_ids)


def what_came_by_itself(before: HostState, after: HostState, vm_ids: Iterable[str]) -> Iterator[str]:
    """Yield which VMs have a checkpoint more that nobody has asked for."""
    if found := taken_by_itself(before, after, vm_ids):
        those = vms(after.vms[vm_id] for vm_id in found)
        yield f"Hyper-V took an automatic checkpoint of {those} when {those:it} {those:were} started."


def name_of(target_id: str, *states: HostState) -> str:
    """Return the words for a VM or checkpoint by its id, from the first state that knows it."""
    for state in states:
        if target_id in state.vms:
            return f"VM {quoted(state.vms[target_id].name)}"
        for vm in state.vms.values():
            if target_id in vm.by_id:
                return f"Checkpoint {quoted(vm.by_id[target_id].name)} on VM {quoted(vm.name)}"
    return target_id


def targets_of(edit: Edit) -> tuple[str, ...]:
    """Return the ids that an edit is about, as its receipt will list them."""
    match edit:
        case SetPower(vm_ids=ids) | Create(vm_ids=ids) | SetVmNotes(vm_ids=ids):
            return ids
        case Delete(refs=refs) | Apply(refs=refs) | SetNotes(refs=refs):
            return tuple(ref.checkpoint_id for ref in refs)
        case Rename(ref=ref) | Export(ref=ref) | DeleteSubtree(ref=ref):
            return (ref.checkpoint_id,)


def _about(vm_id: str, before: VirtualMachine | None, after: VirtualMachine | None) -> str:
    if after is None:
        name = before.name if before else vm_id
        return f"VM {quoted(name)} is not on the host."
    was = f" (it was {state_words(before.state)})" if before and before.state is not after.state else ""
    difference = compare_vms(before, after)
    *parts, last = (
        f"is {state_words(after.state)}{was}",
        *_changes(difference or VmDifference(before, after), after),
    )
    under_way = busy(after)
    return f"VM {quoted(after.name)} {', '.join(parts)} and {last}." + (
        f" {under_way.why}" if under_way else ""
    )


def _changes(difference: VmDifference, after: VirtualMachine) -> Iterator[str]:
    gained = difference.added if difference.before is not None else after.checkpoints
    if gained:
        yield f"has the new {checkpoints(gained)}"
    else:
        yield "has no new checkpoint"
    if difference.removed:
        yield f"no longer has the {checkpoints(difference.removed)}"
    renamed = [each for each in difference.changed if each.is_renamed]
    for each in renamed[:NAMES_SHOWN]:
        yield f"has {quoted(each.before.name)} renamed to {quoted(each.after.name)}"
    if difference.is_now_moved and all(each.id != after.now_id for each in gained):
        yield f"stands on {_stand(after)}"


def _stand(vm: VirtualMachine) -> str:
    here = vm.by_id.get(vm.now_id) if vm.now_id else None
    return f"{quoted(here.name)}" if here else "no checkpoint"
