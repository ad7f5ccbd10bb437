"""What happened on a host between two readings, in sentences: for whoever did not do it himself."""

from __future__ import annotations

from collections.abc import Iterator

from hvtree.domain.changes import (
    Change,
    CheckpointAdded,
    CheckpointChanged,
    CheckpointMoved,
    CheckpointRemoved,
    NowMoved,
    VmAdded,
    VmChanged,
    VmRemoved,
)
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.diff import diff
from hvtree.domain.model import HostState, VirtualMachine
from hvtree.domain.names import quoted
from hvtree.domain.words import count_words


def news(old: HostState, new: HostState) -> tuple[str, ...]:
    """Return one sentence for each thing that a person would call a change, in the order of the rows.

    Sizes, percents and places in a list are no news; neither is where the children of a deleted checkpoint went.
    """
    return tuple(sentence for change in diff(old, new) for sentence in _sentences(change, old, new))


def _sentences(change: Change, old: HostState, new: HostState) -> Iterator[str]:
    match change:
        case VmAdded(vm=vm):
            checkpoints = f" with {count_words(len(vm.checkpoints), 'checkpoint')}" if vm.checkpoints else ""
            yield f"VM {quoted(vm.name)} has come{checkpoints}."
        case VmRemoved(vm_id=vm_id):
            yield f"VM {quoted(old.vms[vm_id].name)} is gone."
        case VmChanged(old=before, new=after):
            yield from _of_vm(before, after)
        case CheckpointAdded(checkpoint=checkpoint):
            yield f"{_named(checkpoint, new)} was taken."
        case CheckpointChanged(old=was, new=now):
            yield from _of_checkpoint(was, now, old, new)
        case CheckpointRemoved(vm_id=vm_id, checkpoint_id=checkpoint_id):
            yield f"{_named(old.vms[vm_id].by_id[checkpoint_id], old)} was deleted."
        case NowMoved(vm_id=vm_id):
            yield from _of_now(old.vms[vm_id], new.vms[vm_id])
        case CheckpointMoved() | _:
            return


def _of_vm(before: VirtualMachine, after: VirtualMachine) -> Iterator[str]:
    if before.name != after.name:
        yield f"VM {quoted(before.name)} is now called {quoted(after.name)}."
    name = quoted(after.name)
    if before.state is not after.state:
        yield f"VM {name} is {after.state}; it was {before.state}."
    if before.activity is not after.activity:
        yield f"VM {name}: {after.status or after.activity or 'nothing is being done with it any more'}."


def _of_checkpoint(was: Checkpoint, now: Checkpoint, old: HostState, new: HostState) -> Iterator[str]:
    if was.name != now.name:
        yield f"{_named(was, old)} was renamed to {quoted(now.name)}."
    if was.notes != now.notes:
        yield f"{_named(now, new)} has other notes."


def _of_now(before: VirtualMachine, after: VirtualMachine) -> Iterator[str]:
    """Tell of a VM that was taken back; a Now that follows a new or a deleted checkpoint is no news of its own."""
    is_known = after.now_id in before.by_id
    is_left = before.now_id in after.by_id
    if is_known and is_left and after.now_id is not None:
        yield f"VM {quoted(after.name)} was taken to checkpoint {quoted(after.by_id[after.now_id].name)}."


def _named(checkpoint: Checkpoint, state: HostState) -> str:
    return f"Checkpoint {quoted(checkpoint.name)} on VM {quoted(state.vms[checkpoint.vm_id].name)}"
