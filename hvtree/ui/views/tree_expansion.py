"""Which rows are open: at first a sensible choice, then as the user left them, also when rows come back.

Hosts are open. VMs with few checkpoints are open on a host of few VMs. A VM that is opened shows its whole tree if that
is not large, else the way down to Now. While a filter is set, everything it finds is open, and what the user opens or
closes then is not remembered.

Qt keeps a persistent index for each open row, and whenever a row is removed it climbs from every one of them to the
root. So nothing but the hosts is open while a filter changes thousands of rows, and leaves are never opened.

When rows come under an open row, Qt asks for every row of the tree again, those of all hosts: 140 ms for 20,000 [measured]. Under
a closed one it asks for nothing, and when that is opened for its own rows alone. So a row is closed while others come
under it, and opened again before anything is painted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Protocol

from PySide6.QtCore import QModelIndex, QObject, Signal, SignalInstance
from PySide6.QtWidgets import QAbstractItemView

from hvtree.ui.models.nodes import CheckpointNode, HostNode, Node, RowKey, VmNode
from hvtree.ui.models.slices import Slices
from hvtree.ui.models.tree_model import TreeModel
from hvtree.ui.views.tree_geometry import vm_of

FEW_VMS = 40
FEW_CHECKPOINTS = 12
"""On a host with few VMs, those with few checkpoints are open at first, so that the user sees a tree."""
SMALL_TREE = 120
OPENED_AT_MOST = 2000
"""Rows that a filter, or the wish to see everything, opens by itself; beyond that VMs stay closed. Nobody reads so
many, and each open row makes every later change of the rows slower."""


class OpenableView(Protocol):
    """What this needs of the tree view."""

    expanded: SignalInstance
    collapsed: SignalInstance

    def state(self) -> QAbstractItemView.State:
        """Return what is going on in it."""
        ...

    def isExpanded(self, index: QModelIndex, /) -> bool:
        """Return whether a row is open."""
        ...

    def setExpanded(self, index: QModelIndex, expand: bool, /) -> None:
        """Open or close a row."""
        ...

    def blockSignals(self, block: bool, /) -> bool:
        """Tell nobody of what is done to it, or tell again; return whether it told nobody before."""
        ...

    def collapseAll(self) -> None:
        """Close every row."""
        ...


class Expansion(QObject):
    """Opens rows of a view as they come, and remembers what the user opened and closed."""

    reopened = Signal()
    """Many rows were closed or opened at once, and the row with the focus may be anywhere."""
    shuts = Signal()
    """A row with many others under it is about to be closed for a while: to open it again takes its time."""
    opened_partly = Signal(int)
    """The limit was reached: only this many rows were opened."""

    def __init__(self, model: TreeModel, view: OpenableView, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._view = view
        self._chosen: dict[RowKey, bool] = {}
        self._chosen_for_all: bool | None = None
        self._fresh: list[int] = []
        self._runs = count()
        """Keys for the work: a row that turns up again while its branch is opened must not replace that work."""
        self._left = OPENED_AT_MOST
        self._is_opening = False
        self._is_slice = False
        """The model changes rows by itself: not because Qt, in the middle of opening one, asks for those under it."""
        self._shut: dict[int, None] = {}
        """Rows that are closed only while others come under them, by their serials, in the order of closing."""
        self._is_filter_new = False
        self.work = Slices(self, budget_s=model.busy.budget_s)
        model.busy.slice_begins.connect(self._on_slice_begins)
        model.rowsAboutToBeInserted.connect(self._shut_for_a_while)
        model.note_leaves.connect(self._on_note_leaves)
        model.rowsInserted.connect(self._on_rows_inserted)
        model.rowsMoved.connect(self._on_rows_moved)
        model.filter_changed.connect(self._on_filter_changed)
        model.busy.idle.connect(self._on_model_idle)
        view.expanded.connect(self._on_expanded)
        view.collapsed.connect(self._on_collapsed)

    def settle(self) -> None:
        """Open what came since the last time, and then what was open before."""
        self._is_slice = False
        if self._fresh and not self._is_filter_new:
            fresh, self._fresh = self._fresh, []
            self.work.run(f"fresh {next(self._runs)}", self._open(fresh))
        self._open_again()

    def open_all(self) -> None:
        """Open every row, a few at a time."""
        self._chosen.clear()
        self._chosen_for_all = True
        self._reopen()

    def close_all(self) -> None:
        """Close every row but the hosts'."""
        self._chosen.clear()
        self._chosen_for_all = False
        self._close_below_hosts()
        self._reopen()

    def reveal(self, index: QModelIndex) -> None:
        """Open everything above a row, for this time and the next."""
        above = []
        node = self._model.node(index)
        while node is not None and node.parent is not None and node.parent.parent is not None:
            node = node.parent
            above.append(node)
        self._chosen.update((each.row_key, True) for each in above)
        self._set(above, is_open=True)

    def wants_open(self, node: Node) -> bool:
        """Return whether a row should be open."""
        vm = vm_of(node)
        if vm is None:
            return self._chosen.get(node.row_key, isinstance(node, HostNode))
        if vm.shown is not None:
            return self._left > 0
        chosen = self._chosen.get(node.row_key)
        if chosen is None and self._chosen_for_all is not None:
            return self._chosen_for_all and self._left > 0
        return self._opens_at_first(node) if chosen is None else chosen

    def _opens_at_first(self, node: Node) -> bool:
        if isinstance(node, VmNode):
            state = node.host.view.state
            is_small = len(node.vm.checkpoints) <= FEW_CHECKPOINTS
            return is_small and state is not None and len(state.vms) <= FEW_VMS
        if isinstance(node, CheckpointNode):
            return node.is_on_path or len(node.owner.vm.checkpoints) <= SMALL_TREE
        return False

    def _open(self, serials: Iterable[int]) -> Iterator[None]:
        """Open those of the rows that want it, with those under them."""
        for serial in serials:
            top = self._model.node_of_serial(serial)
            if top is not None and (top.children or self.wants_open(top)):  # most VMs that come stay closed
                self._open_branch(top)
                yield

    def _open_branch(self, top: Node) -> None:
        """Open what wants it, from the leaves up: so that each row is laid out only once."""
        self._build(top)
        opened = [node for node in (top, *top.below()) if node.children and self.wants_open(node)]
        if self._model.is_filtered or self._chosen_for_all:
            self._left -= len(opened)
        self._set(reversed(opened), is_open=True)

    def _build(self, node: Node) -> None:
        if node.has_more and self.wants_open(node):
            self._model.fetchMore(self._model.index_of_node(node))

    def _reopen(self) -> None:
        """Open everything that wants it, a VM at a time."""
        self._fresh = []
        self._left = OPENED_AT_MOST
        self.work.run("all", self._open_all_that_want())

    def _open_all_that_want(self) -> Iterator[None]:
        rows = [row for host in self._hosts() for row in host.children]
        for row in rows:
            if self._model.node_of_serial(row.serial) is row:
                self._open_branch(row)
                yield
        self._fresh = []
        self.reopened.emit()
        if self._chosen_for_all and self._left <= 0:
            self.opened_partly.emit(OPENED_AT_MOST - self._left)

    def _close_below_hosts(self) -> None:
        self.work.drop("all")
        self._view.blockSignals(True)  # else it tells of each row that was open, one by one
        self._view.collapseAll()
        self._view.blockSignals(False)
        self._set([host for host in self._hosts() if self.wants_open(host)], is_open=True)

    def _hosts(self) -> list[Node]:
        found = (self._model.node(self._model.index_of_host(host_id)) for host_id in self._model.host_ids)
        return [host for host in found if host is not None]

    def _set(self, nodes: Iterable[Node], *, is_open: bool) -> None:
        was_opening, self._is_opening = self._is_opening, True
        try:
            for node in nodes:
                self._view.setExpanded(self._model.index_of_node(node), is_open)
        finally:
            self._is_opening = was_opening

    def _remember(self, index: QModelIndex, *, is_open: bool) -> None:
        node = self._model.node(index)
        if node is not None and not self._is_opening and not self._model.is_filtered:
            self._chosen[node.row_key] = is_open

    def _on_slice_begins(self) -> None:
        self._is_slice = True

    def _shut_for_a_while(self, parent: QModelIndex) -> None:
        """Close an open row: more rows are about to come under it."""
        is_edited = self._view.state() == QAbstractItemView.State.EditingState
        if self._is_slice and not is_edited:  # an editor would lose its row
            self._shut_now(parent)

    def _shut_now(self, parent: QModelIndex) -> None:
        node = self._model.node(parent)
        if node is not None and self._view.isExpanded(parent):
            self.shuts.emit()
            self._shut[node.serial] = None
            self._set([node], is_open=False)

    def _open_again(self) -> None:
        """Open what was closed for a while: the last one first, which may be under another one."""
        shut, self._shut = self._shut, {}
        nodes = (self._model.node_of_serial(serial) for serial in reversed(shut))
        self._set([node for node in nodes if node is not None], is_open=True)

    def _on_note_leaves(self, host: QModelIndex, row: int) -> None:
        """Close the host, so that Qt looks for its rows again; a row has come."""
        self._shut_now(host)
        self._fresh.append(row)

    def _on_rows_inserted(self, parent: QModelIndex, first: int, last: int) -> None:
        above = self._model.node(parent)
        if above is not None and len(above.children) == last - first + 1:
            self._fresh.append(above.serial)  # a leaf until now
        fresh = self._hosts() if above is None else above.children
        self._fresh.extend(node.serial for node in fresh[first : last + 1])

    def _on_rows_moved(
        self, _source: QModelIndex, first: int, last: int, target: QModelIndex, _row: int
    ) -> None:
        above = self._model.node(target)
        if above is not None and len(above.children) == last - first + 1:
            self._fresh.append(above.serial)  # a leaf until now: a new checkpoint that Now moves under

    def _on_expanded(self, index: QModelIndex) -> None:
        self._remember(index, is_open=True)
        self.settle()

    def _on_collapsed(self, index: QModelIndex) -> None:
        self._remember(index, is_open=False)

    def _on_filter_changed(self) -> None:
        self._is_filter_new = True
        self._close_below_hosts()

    def _on_model_idle(self) -> None:
        """Open what the filter found, or what was open before there was one."""
        if self._is_filter_new:
            self._is_filter_new = False
            self._reopen()
