"""What a name may mean, as a small table: ids to copy, and what tells those of one name apart."""

from __future__ import annotations

from collections.abc import Sequence

from hvtree.cli.table import columns
from hvtree.cli.text import local_time, shown
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.model import HostState, VirtualMachine
from hvtree.domain.state_words import state_words
from hvtree.domain.words import count_words, size_words, sum_words

MOST = 20
"""How many are listed."""
_NAME_WIDTH = 40


def vm_table(found: Sequence[VirtualMachine]) -> str:
    """Return VMs as lines: id, name, state, how many checkpoints, what these take, when the last was taken."""
    headings = ("ID", "VM", "STATE", "CHECKPOINTS", "SIZE", "LAST CREATED")
    return _lines(headings, [_vm_cells(vm) for vm in found[:MOST]], len(found))


def checkpoint_table(found: Sequence[Checkpoint], state: HostState) -> str:
    """Return checkpoints as lines: id, name with its VM, when it was taken, its size, its parent."""
    headings = ("ID", "VM/CHECKPOINT", "CREATED", "SIZE", "PARENT")
    cells = [_checkpoint_cells(each, state.vms[each.vm_id]) for each in found[:MOST]]
    return _lines(headings, cells, len(found))


def _vm_cells(vm: VirtualMachine) -> tuple[str, ...]:
    newest = max((each.created_utc for each in vm.checkpoints), default=None)
    return (
        vm.id,
        shown(vm.name, _NAME_WIDTH),
        state_words(vm.state),
        count_words(len(vm.checkpoints), "checkpoint"),
        sum_words(vm.space.total_bytes, is_complete=vm.space.is_complete),
        local_time(newest) if newest is not None else "",
    )


def _checkpoint_cells(checkpoint: Checkpoint, vm: VirtualMachine) -> tuple[str, ...]:
    parent_id = vm.tree.parent(checkpoint.id)
    return (
        checkpoint.id,
        f"{shown(vm.name, _NAME_WIDTH)}/{shown(checkpoint.name, _NAME_WIDTH)}",
        local_time(checkpoint.created_utc),
        size_words(checkpoint.size_bytes),
        "none: a root" if parent_id is None else _parent_words(vm.by_id[parent_id]),
    )


def _parent_words(parent: Checkpoint) -> str:
    """Return a parent's name with the beginning of its id: namesakes often hang below each other."""
    return f"{shown(parent.name, _NAME_WIDTH)} ({parent.id[:8]})"


def _lines(headings: tuple[str, ...], cells: Sequence[tuple[str, ...]], count: int) -> str:
    lines = columns([headings, *cells])
    if count > len(cells):
        lines.append(f"and {count - len(cells)} more")
    return "".join(f"\n  {line}" for line in lines)
