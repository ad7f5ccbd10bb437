"""Which rows are meant: all of a kind, all between two, those of a selection, and what rows stand for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QTreeView

from hvtree.domain.checkpoint import CheckpointRef
from hvtree.ui.models.columns import Column
from hvtree.ui.models.nodes import NOW_KEY, CheckpointNode, HostNode, Node, NowNode, VmNode
from hvtree.ui.models.tree_model import TreeModel
from hvtree.ui.selection import Selection
from hvtree.ui.views.tree_geometry import vm_of


def all_like(node: Node) -> list[Node]:
    """Return what "all" means where the focus is: all checkpoints of a VM, or all VMs of a host."""
    vm = vm_of(node)
    if vm is not None and isinstance(node, CheckpointNode | NowNode):
        return [each for each in vm.below() if isinstance(each, CheckpointNode)]
    host = node if vm is None or vm.parent is None else vm.parent
    return [each for each in host.children if isinstance(each, VmNode)]


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


def rows_between(model: TreeModel, view: QTreeView, first: QModelIndex, last: QModelIndex) -> Iterator[Node]:
    """Return the laid out rows from one to another below it, both included."""
    index = first.siblingAtColumn(Column.NAME)
    end = model.node(last)
    while (node := model.node(index)) is not None:
        yield node
        if node is end:
            return
        index = view.indexBelow(index)


def selection_of(nodes: Iterable[Node]) -> Selection:
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


def in_row_order(nodes: Iterable[Node]) -> list[Node]:
    """Sort rows from the top down; no more is walked over than the VMs that some of them are of."""
    groups: dict[tuple[int, int], list[Node]] = {}
    for node in nodes:
        groups.setdefault(_place(node), []).append(node)
    return [node for place in sorted(groups) for node in _within_vm(groups[place])]


def _place(node: Node) -> tuple[int, int]:
    """Return the row of a node's host, and that of the VM or note under it; -1 for the host itself."""
    top: Node = vm_of(node) or node
    if top.parent is None or top.parent.parent is None:
        return top.row, -1
    return top.parent.row, top.row


def _within_vm(nodes: list[Node]) -> list[Node]:
    """Sort rows of one VM by a walk that ends with the last of them; they come in this order mostly."""
    if len(nodes) < 2:
        return nodes
    top = vm_of(nodes[0]) or nodes[0]
    wanted = {node.serial for node in nodes}
    ordered: list[Node] = []
    for node in (top, *top.below()):
        if node.serial in wanted:
            ordered.append(node)
            if len(ordered) == len(wanted):
                break
    return ordered
