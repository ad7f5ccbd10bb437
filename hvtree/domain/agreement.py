"""Whether a host is as it was expected to be: a sentence for each difference that counts.

What counts is what `VmDifference.is_substantial` says: whether the VMs are there, their states, which checkpoints they
have, the names and parents of these, and where Now stands; and the notes that the plan has written. Checkpoints that Hyper-V has
taken by itself since do not count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from hvtree.domain.automatic import passing_over_new
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.difference import CheckpointDifference, VmDifference, compare
from hvtree.domain.model import HostState, VirtualMachine
from hvtree.domain.names import quoted
from hvtree.domain.predictions import is_placeholder
from hvtree.domain.state_words import state_words


def disagreements(
    expected: HostState, actual: HostState, vm_ids: Iterable[str], noted: Collection[str] = ()
) -> tuple[str, ...]:
    """Return a sentence for each way in which `actual` is not as expected; none if it is.

    Notes count for the VMs and checkpoints of the ids in `noted`, as `expected` knows them.
    """
    ids = tuple(vm_ids)
    return tuple(
        sentence
        for difference in compare(expected, passing_over_new(expected, actual, ids), ids)
        for sentence in (*_sentences(difference, expected.taken_at_utc), *_about_notes(difference, noted))
    )


def _sentences(difference: VmDifference, since_utc: datetime) -> Iterator[str]:
    want, have = difference.before, difference.after
    if want is None:
        assert have is not None
        yield f"VM {quoted(have.name)} is on the host, but should not be."
    elif have is None:
        yield f"VM {quoted(want.name)} is not on the host."
    else:
        yield from _of_vm(difference, want, have, since_utc)


def _of_vm(
    difference: VmDifference, want: VirtualMachine, have: VirtualMachine, since_utc: datetime
) -> Iterator[str]:
    if difference.is_state_changed:
        yield f"VM {quoted(have.name)} is {state_words(have.state)}, not {state_words(want.state)}."
    elsewhere = _elsewhere(difference, since_utc)
    for missing in difference.removed:
        if missing.id in elsewhere:
            where, goal = _place(elsewhere[missing.id].parent_id, have), _place(missing.parent_id, want)
            yield f"{_named(missing, have)} is below {where} instead of {goal}."
        else:
            yield f"{_named(missing, have)} is not there."
    for each in difference.changed:
        yield from _of_checkpoint(each, difference, want, have)
    for extra in difference.added:
        if extra in elsewhere.values():
            continue
        is_old = extra.created_utc <= since_utc
        yield f"{_named(extra, have)} {'is still there' if is_old else 'has come unasked'}."
    if difference.is_now_moved and (want.now_id is None or want.now_id in difference.ids):
        where, goal = _place(have.now_id, have), _place(_found(want.now_id, difference), have)
        yield f"VM {quoted(have.name)} stands on {where} instead of {goal}."


def _elsewhere(difference: VmDifference, since_utc: datetime) -> dict[str, Checkpoint]:
    """Return for new checkpoints that are not where they were to be those of their names that are the only ones elsewhere.

    Somebody may take a checkpoint at the same time: then ours comes below it.
    """
    names = Counter(each.name for each in (*difference.removed, *difference.added))
    new = {each.name: each for each in difference.added if each.created_utc > since_utc}
    return {
        each.id: new[each.name]
        for each in difference.removed
        if is_placeholder(each.id) and each.name in new and names[each.name] == 2  # it and that one
    }


def _of_checkpoint(
    each: CheckpointDifference, difference: VmDifference, want: VirtualMachine, have: VirtualMachine
) -> Iterator[str]:
    """Yield what is wrong with a checkpoint that is there. A parent that is missing has been told already."""
    if each.is_renamed:
        yield f"{_named(each.after, have)} should be called {quoted(each.before.name)}."
    parent_id = each.before.parent_id if each.before.parent_id in want.by_id else None
    if each.is_moved and (parent_id is None or parent_id in difference.ids):
        where, goal = _place(each.after.parent_id, have), _place(_found(parent_id, difference), have)
        yield f"{_named(each.after, have)} is below {where} instead of {goal}."


def _about_notes(difference: VmDifference, noted: Collection[str]) -> Iterator[str]:
    want, have = difference.before, difference.after
    if want is None or have is None:
        return
    if want.id in noted and want.notes != have.notes:
        yield f"VM {quoted(have.name)} has other notes."
    for each in difference.renoted(noted):
        yield f"{_named(each.after, have)} has other notes."


def _found(checkpoint_id: str | None, difference: VmDifference) -> str | None:
    return difference.ids.get(checkpoint_id) if checkpoint_id is not None else None


def _named(checkpoint: Checkpoint, vm: VirtualMachine) -> str:
    return f"Checkpoint {quoted(checkpoint.name)} on VM {quoted(vm.name)}"


def _place(checkpoint_id: str | None, vm: VirtualMachine) -> str:
    found = vm.by_id.get(checkpoint_id) if checkpoint_id is not None else None
    return f"checkpoint {quoted(found.name)}" if found else "no checkpoint"
