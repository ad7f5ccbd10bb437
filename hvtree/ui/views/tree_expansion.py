"""Which rows are open: sensible at first, as the user left them after that, also when rows come back.

Hosts are open. VMs are open on a host with few of them. A VM that is opened shows its whole tree if that is not large,
else the way down to Now. While a filter is set, everything it finds is open, and what the user opens or closes then is
not remembered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QModelIndex, QObject
from PySide6.QtWidgets import QTreeView

from hvtree.ui.models.nodes import Address, CheckpointNode, HostNode, Node, VmNode
from hvtree.ui.models.slices import Slices
from hvtree.ui.models.tree_model import TreeModel

FEW_VMS = 12
SMALL_TREE = 120
_OPENED_BY_FILTER_AT_MOST = 2000
"""Rows that a filter opens by itself; beyond that the VMs stay closed, for nobody reads so many."""


class Expansion(QObject):
    """Opens rows of a view as they come, and remembers what the user opened and closed."""

    def __init__(self, model: TreeModel, view: QTreeView) -> None:
        super().__init__(view)
        self._model = model
        self._view = view
        self._chosen: dict[Address, bool] = {}
        self._fresh: list[int] = []
        self._opened_by_filter: set[int] = set()
        self._is_opening = False
        self._is_filter_new = False
        self.work = Slices(self)
        model.rowsInserted.connect(self._on_rows_inserted)
        model.filter_changed.connect(self._on_filter_changed)
        model.busy.idle.connect(self._on_model_idle)
        view.expanded.connect(self._on_expanded)
        view.collapsed.connect(self._on_collapsed)

    def settle(self) -> None:
        """Open what came since the last time."""
        if self._fresh:
            fresh, self._fresh = self._fresh, []
            self.work.run(f"fresh {fresh[0]}", self._open(fresh))

    def open_all(self) -> None:
        """Open every row, a few at a time."""
        self.work.run("all", self._set_all(is_open=True))

    def close_all(self) -> None:
        """Close every row but the hosts'."""
        self.work.run("all", self._set_all(is_open=False))

    def reveal(self, index: QModelIndex) -> None:
        """Open everything above a row, for this time and the next."""
        above = []
        node = self._model.node(index)
        while node is not None and node.parent is not None and node.parent.parent is not None:
            node = node.parent
            above.append(node)
        for each in above:
            self._chosen[each.address] = True
        self._set(above, is_open=True)

    def wants_open(self, node: Node) -> bool:
        """Tell whether a row should be open."""
        vm = node if isinstance(node, VmNode) else node.owner if isinstance(node, CheckpointNode) else None
        if vm is not None and vm.shown is not None:
            return len(self._opened_by_filter) < _OPENED_BY_FILTER_AT_MOST
        chosen = self._chosen.get(node.address)
        if chosen is not None:
            return chosen
        if isinstance(node, VmNode):
            state = node.host.view.state
            return state is not None and len(state.vms) <= FEW_VMS
        if isinstance(node, CheckpointNode):
            return node.is_on_path or len(node.owner.vm.checkpoints) <= SMALL_TREE
        return isinstance(node, HostNode)

    def _open(self, serials: Iterable[int]) -> Iterator[None]:
        """Open those of the rows that want it, with those under them."""
        for serial in serials:
            top = self._model.node_of_serial(serial)
            if top is not None:
                self._open_branch(top)
                yield

    def _open_branch(self, top: Node) -> None:
        """Open what wants it, those further down first: then Qt lays them all out once, with the topmost."""
        if self.wants_open(top):
            self._build(top)
        for node in reversed([top, *top.below()]):
            if self.wants_open(node):
                self._set([node], is_open=True)
                if self._model.is_filtered:
                    self._opened_by_filter.add(node.serial)

    def _build(self, node: Node) -> None:
        index = self._model.index_of_node(node)
        if self._model.canFetchMore(index):
            self._model.fetchMore(index)

    def _vms(self) -> Iterator[VmNode]:
        for host_id in self._model.host_ids:
            host = self._model.node(self._model.index_of_host(host_id))
            for row in list(host.children) if host is not None else []:
                if isinstance(row, VmNode):
                    yield row

    def _set_all(self, *, is_open: bool) -> Iterator[None]:
        for vm in self._vms():
            if is_open:
                self._build(vm)
            rows = [*reversed(list(vm.below())), vm]
            self._chosen.update((row.address, is_open) for row in rows)
            self._set(rows, is_open=is_open)
            yield

    def _set(self, nodes: Iterable[Node], *, is_open: bool) -> None:
        was_opening, self._is_opening = self._is_opening, True
        try:
            for node in nodes:
                self._view.setExpanded(self._model.index_of_node(node), is_open)
        finally:
            self._is_opening = was_opening

    def _on_rows_inserted(self, parent: QModelIndex, first: int, last: int) -> None:
        for row in range(first, last + 1):
            node = self._model.node(self._model.index(row, 0, parent))
            if node is not None:
                self._fresh.append(node.serial)

    def _on_expanded(self, index: QModelIndex) -> None:
        self._remember(index, is_open=True)
        self.settle()

    def _on_collapsed(self, index: QModelIndex) -> None:
        self._remember(index, is_open=False)

    def _remember(self, index: QModelIndex, *, is_open: bool) -> None:
        node = self._model.node(index)
        if node is not None and not self._is_opening and not self._model.is_filtered:
            self._chosen[node.address] = is_open

    def _on_filter_changed(self) -> None:
        self._is_filter_new = True
        self._opened_by_filter = {
            each for each in self._opened_by_filter if self._model.node_of_serial(each) is not None
        }

    def _on_model_idle(self) -> None:
        """When a filter is through: open what it found, or put back what the last one opened."""
        if self._is_filter_new:
            self._is_filter_new = False
            self.work.run("filter", self._open_found() if self._model.is_filtered else self._restore())

    def _open_found(self) -> Iterator[None]:
        for vm in self._vms():
            if vm.shown is not None and self._model.node_of_serial(vm.serial) is vm:
                self._open_branch(vm)
                yield

    def _restore(self) -> Iterator[None]:
        opened, self._opened_by_filter = self._opened_by_filter, set()
        for serial in opened:
            node = self._model.node_of_serial(serial)
            if node is not None and not self.wants_open(node):
                self._set([node], is_open=False)
                yield
