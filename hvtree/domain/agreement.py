"""Whether a host is as it was expected to be: a sentence for each difference that counts.

What counts for the VMs in question: that they are there, their states, which checkpoints they have, how these are
called and what their parents are, and where Now stands. What does not: activity, merges, sizes, times, files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.model import HostState, VirtualMachine
from hvtree.domain.names import quoted
from hvtree.domain.predictions import is_placeholder


def differences(expected: HostState, actual: HostState, vm_ids: Iterable[str]) -> tuple[str, ...]:
    """Return a sentence for each way in which `actual` is not as expected; none if it is.

    A checkpoint that was only predicted is found again by its name and its parent among those that `expected` does
    not know by id; if there are several, the newest is taken.
    """
    found: list[str] = []
    for vm_id in dict.fromkeys(vm_ids):
        want, have = expected.vms.get(vm_id), actual.vms.get(vm_id)
        if want is have:
            continue
        if want is not None and have is not None:
            found.extend(_between(want, have, expected.taken_at_utc))
        elif want is not None:
            found.append(f"VM {quoted(want.name)} is not on the host.")
        elif have is not None:
            found.append(f"VM {quoted(have.name)} is on the host, but should not be.")
    return tuple(found)


def real_ids(expected: VirtualMachine, actual: VirtualMachine) -> Mapping[str, str]:
    """Return the id in `actual` of each checkpoint of `expected` that is there: its own unless it was a placeholder."""
    ids = {each.id: each.id for each in expected.checkpoints if each.id in actual.by_id}
    fresh: dict[tuple[str | None, str], list[Checkpoint]] = {}
    for each in sorted(actual.checkpoints, key=lambda one: (one.created_utc, one.id)):
        if each.id not in expected.by_id:
            fresh.setdefault((_parent(each, actual), each.name), []).append(each)
    for each in expected.checkpoints:  # a placeholder comes after its parent: it was appended later
        if is_placeholder(each.id) and each.id not in ids:
            parent_id = _parent(each, expected)
            key = (ids.get(parent_id) if parent_id is not None else None, each.name)
            if (parent_id is None or parent_id in ids) and fresh.get(key):
                ids[each.id] = fresh[key].pop().id
    return ids


def _between(want: VirtualMachine, have: VirtualMachine, since_utc: datetime) -> Iterator[str]:
    if want.state is not have.state:
        yield f"VM {quoted(have.name)} is {have.state}, not {want.state}."
    ids = real_ids(want, have)
    for each in want.checkpoints:
        yield from _about(each, want, have, ids)
    matched = set(ids.values())
    for each in have.checkpoints:
        if each.id not in matched:
            is_old = each.created_utc <= since_utc
            yield f"{_named(each, have)} {'is still there' if is_old else 'has come unasked'}."
    now_id = ids.get(want.now_id) if want.now_id is not None else None
    if have.now_id != now_id and (want.now_id is None or now_id is not None):
        where, goal = _place(have.now_id, have), _place(now_id, have)
        yield f"VM {quoted(have.name)} stands on {where} instead of {goal}."


def _about(
    each: Checkpoint, want: VirtualMachine, have: VirtualMachine, ids: Mapping[str, str]
) -> Iterator[str]:
    """Return what is different about one checkpoint that should be there."""
    there = have.by_id.get(ids[each.id]) if each.id in ids else None
    if there is None:
        yield f"{_named(each, have)} is not there."
        return
    if there.name != each.name:
        yield f"{_named(there, have)} should be called {quoted(each.name)}."
    parent_id, actual_id = _parent(each, want), _parent(there, have)
    wanted_id = ids.get(parent_id) if parent_id is not None else None
    if (parent_id is None or wanted_id is not None) and wanted_id != actual_id:
        where, goal = _place(actual_id, have), _place(wanted_id, have)
        yield f"{_named(there, have)} is below {where} instead of {goal}."


def _parent(checkpoint: Checkpoint, vm: VirtualMachine) -> str | None:
    """Return the parent that is there, or None."""
    return checkpoint.parent_id if checkpoint.parent_id in vm.by_id else None


def _named(checkpoint: Checkpoint, vm: VirtualMachine) -> str:
    return f"Checkpoint {quoted(checkpoint.name)} on VM {quoted(vm.name)}"


def _place(checkpoint_id: str | None, vm: VirtualMachine) -> str:
    return (
        f"checkpoint {quoted(vm.by_id[checkpoint_id].name)}" if checkpoint_id is not None else "no checkpoint"
    )
