"""The rows of a host's tree as a value, and how changes are applied to them: the plain counterpart of an item model.

`patch(rows_of(old), diff(old, new))` is `rows_of(new)`. Applying is strict: what a tree on the screen could not do
(insert behind a sibling that is not there, remove a row that still has rows below it, move a row below itself) raises
`ValueError`, so that a wrong order of changes cannot stay unseen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

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
from hvtree.domain.diff import siblings_in_order
from hvtree.domain.model import HostState, VirtualMachine


@dataclass
class Branch:
    """The rows of one VM."""

    vm: VirtualMachine
    """What its own row shows."""
    now_parent: str | None
    checkpoints: dict[str, Checkpoint] = field(default_factory=dict)
    """What the rows of its checkpoints show, by id."""
    parents: dict[str, str | None] = field(default_factory=dict)
    children: dict[str | None, list[str]] = field(default_factory=dict)
    """The rows below each checkpoint, and directly below the VM (None); those without rows are left out."""


@dataclass
class Rows:
    """The rows of one host, in order."""

    vm_ids: list[str] = field(default_factory=list)
    branches: dict[str, Branch] = field(default_factory=dict)


def rows_of(state: HostState | None) -> Rows:
    """Return the rows that show a state."""
    vms = state.vms if state is not None else {}
    return Rows(list(vms), {vm_id: _branch(vm) for vm_id, vm in vms.items()})


def patch(rows: Rows, changes: Iterable[Change]) -> Rows:
    """Apply changes to rows, in place and in their order, and give them back; raise `ValueError` if one cannot be."""
    for change in changes:
        _apply(rows, change)
    return rows


def _branch(vm: VirtualMachine) -> Branch:
    branch = Branch(vm, vm.now_id, dict(vm.by_id))
    for each in siblings_in_order(vm.checkpoints):
        parent_id = each.parent_id if each.parent_id in vm.by_id else None
        branch.parents[each.id] = parent_id
        branch.children.setdefault(parent_id, []).append(each.id)
    return branch


def _apply(rows: Rows, change: Change) -> None:
    match change:
        case VmAdded(vm=vm, after_id=after_id):
            _insert(rows.vm_ids, vm.id, after_id)
            rows.branches[vm.id] = _branch(vm)
        case VmMoved(vm_id=vm_id, after_id=after_id):
            rows.vm_ids.remove(vm_id)
            _insert(rows.vm_ids, vm_id, after_id)
        case VmChanged(new=vm):
            rows.branches[vm.id].vm = vm
        case VmRemoved(vm_id=vm_id):
            rows.vm_ids.remove(vm_id)
            del rows.branches[vm_id]
        case CheckpointAdded(checkpoint=checkpoint):
            _place(rows.branches[checkpoint.vm_id], checkpoint.id, change)
            rows.branches[checkpoint.vm_id].checkpoints[checkpoint.id] = checkpoint
        case CheckpointMoved(vm_id=vm_id, checkpoint_id=checkpoint_id):
            branch = rows.branches[vm_id]
            _demand_not_below(branch, change.parent_id, checkpoint_id)
            _take_out(branch, checkpoint_id)
            _place(branch, checkpoint_id, change)
        case CheckpointChanged(new=checkpoint):
            rows.branches[checkpoint.vm_id].checkpoints[checkpoint.id] = checkpoint
        case NowMoved(vm_id=vm_id, parent_id=parent_id):
            _demand_there(rows.branches[vm_id], parent_id)
            rows.branches[vm_id].now_parent = parent_id
        case CheckpointRemoved(vm_id=vm_id, checkpoint_id=checkpoint_id):
            _remove(rows.branches[vm_id], checkpoint_id)


def _place(branch: Branch, checkpoint_id: str, change: CheckpointAdded | CheckpointMoved) -> None:
    _demand_there(branch, change.parent_id)
    _insert(branch.children.setdefault(change.parent_id, []), checkpoint_id, change.after_id)
    branch.parents[checkpoint_id] = change.parent_id


def _take_out(branch: Branch, checkpoint_id: str) -> None:
    parent_id = branch.parents.pop(checkpoint_id)
    branch.children[parent_id].remove(checkpoint_id)
    if not branch.children[parent_id]:
        del branch.children[parent_id]


def _remove(branch: Branch, checkpoint_id: str) -> None:
    if checkpoint_id in branch.children or branch.now_parent == checkpoint_id:
        raise ValueError(f"There are still rows below {checkpoint_id}.")
    _take_out(branch, checkpoint_id)
    del branch.checkpoints[checkpoint_id]


def _insert(siblings: list[str], row_id: str, after_id: str | None) -> None:
    siblings.insert(0 if after_id is None else siblings.index(after_id) + 1, row_id)


def _demand_there(branch: Branch, parent_id: str | None) -> None:
    if parent_id is not None and parent_id not in branch.parents:
        raise ValueError(f"There is no row {parent_id}.")


def _demand_not_below(branch: Branch, parent_id: str | None, checkpoint_id: str) -> None:
    while parent_id is not None:
        if parent_id == checkpoint_id:
            raise ValueError(f"{checkpoint_id} cannot go below itself.")
        parent_id = branch.parents.get(parent_id)
