"""What happened on a host between two readings, in sentences: for people who did not do it themselves."""

from __future__ import annotations

from collections.abc import Iterator

from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.difference import CheckpointDifference, VmDifference, compare
from hvtree.domain.model import HostState, VirtualMachine
from hvtree.domain.names import quoted
from hvtree.domain.state_words import activity_words, state_words
from hvtree.domain.words import count_words
from hvtree.values import replace


def news(old: HostState, new: HostState) -> tuple[str, ...]:
    """Return one sentence for each thing that a person would call a change, VM by VM.

    Sizes, percents and places in a list are no news; neither is where the children of a deleted checkpoint went.
    """
    return tuple(sentence for difference in compare(old, new) for sentence in _sentences(difference))


def _sentences(difference: VmDifference) -> Iterator[str]:
    before, after = difference.before, difference.after
    if before is None:
        assert after is not None
        checkpoints = (
            f" with {count_words(len(after.checkpoints), 'checkpoint')}" if after.checkpoints else ""
        )
        yield f"VM {quoted(after.name)} has come{checkpoints}."
    elif after is None:
        yield f"VM {quoted(before.name)} is gone."
    else:
        yield from _of_vm(before, after)
        yield from (f"{_named(each, after)} was taken." for each in difference.added)
        for changed in difference.changed:
            yield from _of_checkpoint(changed, after)
        if difference.is_now_moved:
            yield from _of_now(before, after)
        yield from (f"{_named(each, after)} was deleted." for each in difference.removed)


def _of_vm(before: VirtualMachine, after: VirtualMachine) -> Iterator[str]:
    if before.name != after.name:
        yield f"VM {quoted(before.name)} is now called {quoted(after.name)}."
    name = quoted(after.name)
    if before.state is not after.state:
        yield f"VM {name} is {state_words(after.state)}; it was {state_words(before.state)}."
    if before.activity is not after.activity:
        yield f"VM {name}: {_doing(after)}."


def _doing(vm: VirtualMachine) -> str:
    """Return what is being done with a VM; how far it is would be old news."""
    return activity_words(replace(vm, percent=None)) or "nothing is being done with it any more"


def _of_checkpoint(changed: CheckpointDifference, vm: VirtualMachine) -> Iterator[str]:
    if changed.is_renamed:
        yield f"{_named(changed.before, vm)} was renamed to {quoted(changed.after.name)}."
    if changed.before.notes != changed.after.notes:
        yield f"{_named(changed.after, vm)} has other notes."


def _of_now(before: VirtualMachine, after: VirtualMachine) -> Iterator[str]:
    """Yield news of a VM that was taken back; a Now that follows a new or a deleted checkpoint is no news of its own."""
    is_known = after.now_id in before.by_id
    is_left = before.now_id in after.by_id
    if is_known and is_left and after.now_id is not None:
        yield f"VM {quoted(after.name)} was taken to checkpoint {quoted(after.by_id[after.now_id].name)}."


def _named(checkpoint: Checkpoint, vm: VirtualMachine) -> str:
    return f"Checkpoint {quoted(checkpoint.name)} on VM {quoted(vm.name)}"
