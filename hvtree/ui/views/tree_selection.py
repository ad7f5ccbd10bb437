"""Selecting many rows at once, all of a kind or all between two, and what selected rows stand for.

Qt compares each row that it selects with all rows of other parents, and asks the model for the parents each time:
2,000 open rows of chains took 6 seconds [measured]. Here it is given a finished selection of whole rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QItemSelectionRange, QModelIndex, Qt
from PySide6.QtWidgets import QTreeView

from hvtree.domain.checkpoint import CheckpointRef
from hvtree.ui.models.columns import Column
from hvtree.ui.models.nodes import NOW_KEY, CheckpointNode, HostNode, Node, NowNode, VmNode
from hvtree.ui.models.tree_model import TreeModel
from hvtree.ui.selection import Selection
from hvtree.ui.views.tree_geometry import vm_of

MANY = 100
"""From this many rows on, Qt's own way is too slow."""


def all_like(node: Node) -> list[Node]:
    """Return what "all" means where the focus is: all checkpoints of a VM, or all VMs of a host."""
    vm = vm_of(node)
    if vm is not None and isinstance(node, CheckpointNode | NowNode):
        return [each for each in vm.below() if isinstance(each, CheckpointNode)]
    host = node if vm is None or vm.parent is None else vm.parent
    return [each for each in host.children if isinstance(each, VmNode)]


def selected_nodes(model: TreeModel, selection_model: QItemSelectionModel) -> list[Node]:
    """Return the selected rows."""
    indexes = selected_indexes(model, selection_model)
    nodes = {node.serial: node for node in map(model.node, indexes) if node is not None}
    return list(nodes.values())


def selected_indexes(model: TreeModel, selection_model: QItemSelectionModel) -> Iterator[QModelIndex]:
    """Return the selected rows; not by `selectedRows`, which takes 8 seconds for 2,000 rows of chains [measured]."""
    chosen = selection_model.selection()
    for number in range(chosen.count()):
        part = chosen.at(number)
        for row in range(part.top(), part.bottom() + 1):
            yield model.index(row, Column.NAME, part.parent())


def first_found(model: TreeModel) -> QModelIndex:
    """Return the topmost row that the filter looks for, not one that is only above it; invalid if there is none."""
    for host_id in model.host_ids if model.is_filtered else ():
        host = model.node(model.index_of_host(host_id))
        for vm in host.children if host is not None else ():
            if isinstance(vm, VmNode):
                key = next((key for key in vm.vm.tree.walk() if key in vm.found), None) if vm.found else None
                if key is not None:
                    return model.index_of(CheckpointRef(vm.vm.id, key), host_id)
                is_now_found = vm.shown is not None and NOW_KEY in vm.shown
                return model.index_of_now(host_id, vm.vm.id) if is_now_found else model.index_of_node(vm)
    return QModelIndex()


def rows_between(view: QTreeView, first: QModelIndex, last: QModelIndex) -> Iterator[QModelIndex]:
    """Return the laid out rows from one to another below it, both included, that can be selected."""
    index = first.siblingAtColumn(Column.NAME)
    end = last.siblingAtColumn(Column.NAME)
    while index.isValid():
        if index.flags() & Qt.ItemFlag.ItemIsSelectable:
            yield index
        if index == end:
            return
        index = view.indexBelow(index)


def whole_rows(model: TreeModel, nodes: Iterable[Node]) -> QItemSelection:
    """Return a selection of whole rows; neighbours make one part of it."""
    chosen = QItemSelection()
    run: list[Node] = []
    for node in nodes:
        if run and not (node.parent is run[-1].parent and node.row == run[-1].row + 1):
            chosen.append(_part(model, run))
            run = []
        run.append(node)
    if run:
        chosen.append(_part(model, run))
    return chosen


def _part(model: TreeModel, run: list[Node]) -> QItemSelectionRange:
    return QItemSelectionRange(model.index_of_node(run[0]), model.index_of_node(run[-1], Column.NOTES))


def selection_of(nodes: list[Node]) -> Selection:
    """Return what some rows stand for as a `Selection`, from the top down."""
    ordered = in_row_order(nodes)
    return Selection(
        hosts=tuple(node.view.id for node in ordered if isinstance(node, HostNode)),
        vms=tuple(node.vm_address for node in ordered if isinstance(node, VmNode)),
        nows=tuple(node.owner.vm_address for node in ordered if isinstance(node, NowNode)),
        checkpoints=tuple(node.checkpoint_address for node in ordered if isinstance(node, CheckpointNode)),
    )


def rows_of(model: TreeModel, selection: Selection) -> list[QModelIndex]:
    """Return the rows of what is selected, as far as they are shown."""
    found = (
        *(model.index_of_host(host_id) for host_id in selection.hosts),
        *(model.index_of_vm(vm.host_id, vm.vm_id) for vm in selection.vms),
        *(model.index_of_now(vm.host_id, vm.vm_id) for vm in selection.nows),
        *(model.index_of(each.ref, each.host_id) for each in selection.checkpoints),
    )
    return [index for index in found if index.isValid()]


def in_row_order(nodes: list[Node]) -> list[Node]:
    """Sort rows from the top down, by a walk over the tree that ends with the last of them."""
    if len(nodes) < 2:
        return nodes
    wanted = {node.serial for node in nodes}
    root = nodes[0]
    while root.parent is not None:
        root = root.parent
    ordered: list[Node] = []
    for node in root.below():
        if node.serial in wanted:
            ordered.append(node)
            if len(ordered) == len(wanted):
                break
    return ordered
