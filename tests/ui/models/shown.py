"""Reading a tree model back through Qt's own questions, as nested values to compare."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QAbstractItemModel, QModelIndex

from hvtree.app.host_view import HostView
from hvtree.domain.checkpoint import Checkpoint, CheckpointRef
from hvtree.domain.model import VirtualMachine
from hvtree.ui.models.nodes import NOW_KEY, CheckpointNode, Node
from hvtree.ui.models.tree_model import TreeModel
from tests.support.narrowing import not_none

Rows = list[tuple[str, "Rows"]]


def rows_of(model: QAbstractItemModel, parent: QModelIndex = QModelIndex(), *, build: bool = True) -> Rows:  # noqa: B008
    """Return (key, rows below) of each row; builds what is not built, unless told not to."""
    top: Rows = []
    waiting = [(parent, top)]
    while waiting:
        index, rows = waiting.pop()
        if build and model.canFetchMore(index):
            model.fetchMore(index)
        for row in range(model.rowCount(index)):
            child = model.index(row, 0, index)
            below: Rows = []
            rows.append((key_of(child), below))
            waiting.append((child, below))
    return top


def key_of(index: QModelIndex) -> str:
    """Return what tells a row from its siblings: an id, "now", or the text of a note."""
    return next(part for part in reversed(node_of(index).row_key) if part)


def node_of(index: QModelIndex) -> Node:
    """Return the node behind a row of a tree model."""
    model = index.model()
    assert isinstance(model, TreeModel)
    return not_none(model.node(index))


def ref_of(index: QModelIndex) -> CheckpointRef | None:
    """Return the checkpoint that a row stands for; None for another row."""
    node = node_of(index)
    return node.checkpoint.ref if isinstance(node, CheckpointNode) else None


def expected_rows(view: HostView) -> Rows:
    """Return the VMs of a view with their checkpoints as they should be shown, without notes."""
    assert view.state is not None
    vms = sorted(view.state.vms.values(), key=lambda vm: (vm.name, vm.id))
    return [(vm.id, checkpoint_rows(vm)) for vm in vms]


def checkpoint_rows(vm: VirtualMachine) -> Rows:
    """Return the rows under a VM: children by age, Now last."""
    top: Rows = []
    waiting: list[tuple[str | None, Rows]] = [(None, top)]
    ids = {each.id for each in vm.checkpoints}
    while waiting:
        parent, rows = waiting.pop()
        for each in sorted(vm.checkpoints, key=lambda each: (each.created_utc, each.id)):
            if (each.parent_id if each.parent_id in ids else None) == parent:
                below: Rows = []
                rows.append((each.id, below))
                waiting.append((each.id, below))
        if vm.now_id == parent:
            rows.append((NOW_KEY, []))
    return top


def found_rows(view: HostView, is_found: Callable[[Checkpoint], bool]) -> Rows:
    """Return the VMs with found checkpoints, and of those only the found ones and what is above them."""
    found = []
    for vm_id, rows in expected_rows(view):
        assert view.state is not None
        kept = _kept(rows, view.state.vms[vm_id], is_found)
        if kept:
            found.append((vm_id, kept))
    return found


def _kept(rows: Rows, vm: VirtualMachine, is_found: Callable[[Checkpoint], bool]) -> Rows:
    kept: Rows = []
    for key, below in rows:
        inner = _kept(below, vm, is_found)
        if inner or (key != NOW_KEY and is_found(vm.by_id[key])):
            kept.append((key, inner))
    return kept
