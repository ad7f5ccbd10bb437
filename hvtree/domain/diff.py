"""Two readings of a host in, the ordered changes between them out; the cost is that of what changed.

First the new tree from the root down: add, move, change; then the old one from the leaves up: remove. So a survivor has
left before its old parent goes, and a new parent is in place before its children come. A VM that is the same object in
both readings is passed over; within a VM that is not, the cost is that of its checkpoints.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from hvtree.domain.changes import (
    Change,
    CheckpointAdded,
    CheckpointChanged,
    CheckpointMoved,
    CheckpointRemoved,
    NowMoved,
    VmAdded,
    VmChanged,
    VmMoved,
    VmRemoved,
)
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.model import HostState, VirtualMachine
from hvtree.domain.order import longest_rising

_Parents = Mapping[str, str | None]


def diff(old: HostState | None, new: HostState) -> tuple[Change, ...]:
    """Return the changes that lead from `old` (None: nothing was there) to `new`, in the order to apply them."""
    before: Mapping[str, VirtualMachine] = old.vms if old is not None else {}
    changes: list[Change] = list(_arrivals(before, new.vms))
    removals: list[Change] = []
    for vm_id, vm in new.vms.items():
        known = before.get(vm_id)
        if known is not None and known is not vm and known != vm:
            changes.append(VmChanged(known, vm))
            changes.extend(_growth(known, vm))
            removals.extend(_departures(known, vm))
    removals.extend(VmRemoved(vm_id) for vm_id in before if vm_id not in new.vms)
    return (*changes, *removals)


def siblings_in_order(checkpoints: Iterable[Checkpoint]) -> list[Checkpoint]:
    """Return the children of one parent in the order of their rows."""
    return sorted(checkpoints, key=_age)


def _age(checkpoint: Checkpoint) -> tuple[object, str]:
    return checkpoint.created_utc, checkpoint.id


def _arrivals(before: Mapping[str, VirtualMachine], after: Mapping[str, VirtualMachine]) -> Iterator[Change]:
    """Return the VMs that come or move, in the new order. As few as possible of the others move."""
    steady = _steady(list(before), list(after))
    previous: str | None = None
    for position, (vm_id, vm) in enumerate(after.items()):
        if vm_id not in before:
            yield VmAdded(vm, position, previous)
        elif vm_id not in steady:
            yield VmMoved(vm_id, position, previous)
        previous = vm_id


def _steady(old: Sequence[str], new: Sequence[str]) -> frozenset[str]:
    """Return the most ids that are in both, in the same order."""
    place = {name: index for index, name in enumerate(new)}
    kept = [name for name in old if name in place]
    return frozenset(kept[index] for index in longest_rising([place[name] for name in kept]))


def _growth(old: VirtualMachine, new: VirtualMachine) -> Iterator[Change]:
    """Return what comes, moves and changes among the checkpoints of a VM that stays."""
    known, present = old.by_id, new.by_id
    was, now = _parents(known), _parents(present)
    displaced = [
        each
        for each in new.checkpoints
        if each.id not in known
        or was[each.id] != now[each.id]
        or known[each.id].created_utc != each.created_utc
    ]
    yield from _placed(displaced, known, present, now)
    for each in new.checkpoints:
        before = known.get(each.id)
        if before is not None and before is not each and before != each:
            yield CheckpointChanged(before, each)
    if old.now_id != new.now_id:
        yield NowMoved(new.id, new.now_id)


def _placed(
    displaced: Sequence[Checkpoint],
    known: Mapping[str, Checkpoint],
    present: Mapping[str, Checkpoint],
    parents: _Parents,
) -> Iterator[Change]:
    """Return the arrivals and moves, parents before children and siblings from the first to the last."""
    if not displaced:
        return
    rows = _rows(present, parents, {parents[each.id] for each in displaced})
    depths = _depths((each.id for each in displaced), parents)
    for each in sorted(displaced, key=lambda one: (depths[one.id], _age(one))):
        position, after_id = rows[each.id]
        parent_id = parents[each.id]
        if each.id in known:
            yield CheckpointMoved(each.vm_id, each.id, parent_id, position, after_id)
        else:
            yield CheckpointAdded(each, parent_id, position, after_id)


def _departures(old: VirtualMachine, new: VirtualMachine) -> Iterator[Change]:
    """Return the checkpoints that are gone, children before their parents."""
    gone = [each for each in old.checkpoints if each.id not in new.by_id]
    depths = _depths((each.id for each in gone), _parents(old.by_id))
    for each in sorted(gone, key=lambda one: -depths[one.id]):
        yield CheckpointRemoved(old.id, each.id)


def _parents(checkpoints: Mapping[str, Checkpoint]) -> _Parents:
    """Return the parent of each checkpoint; one that is not among them counts as none."""
    return {
        each.id: each.parent_id if each.parent_id in checkpoints else None for each in checkpoints.values()
    }


def _rows(
    checkpoints: Mapping[str, Checkpoint], parents: _Parents, wanted: set[str | None]
) -> dict[str, tuple[int, str | None]]:
    """Return the row of each child of the wanted parents, and the sibling right before it."""
    families: dict[str | None, list[Checkpoint]] = {parent_id: [] for parent_id in wanted}
    for each in checkpoints.values():
        if parents[each.id] in families:
            families[parents[each.id]].append(each)
    rows: dict[str, tuple[int, str | None]] = {}
    for family in families.values():
        previous: str | None = None
        for position, each in enumerate(siblings_in_order(family)):
            rows[each.id] = position, previous
            previous = each.id
    return rows


def _depths(wanted: Iterable[str], parents: _Parents) -> dict[str, int]:
    """Return how far below its VM each wanted checkpoint is; each link is walked once."""
    depths: dict[str, int] = {}
    for start in wanted:
        path: list[str] = []
        node: str | None = start
        while node is not None and node not in depths:
            path.append(node)
            node = parents[node]
        depth = depths[node] if node is not None else 0
        for passed in reversed(path):
            depth += 1
            depths[passed] = depth
    return depths
