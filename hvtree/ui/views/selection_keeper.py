"""Keeps something selected when selected rows go away: the nearest row above, or later the row itself.

After a checkpoint is deleted, its parent is selected, else its VM; after a host is removed, the next one. What only the
filter hides is selected again when it is shown again, unless something else has been selected meanwhile.
"""

from __future__ import annotations

from itertools import islice

from PySide6.QtCore import QModelIndex, QObject
from PySide6.QtWidgets import QTreeView

from hvtree.domain.checkpoint import CheckpointRef
from hvtree.ui.models.columns import Column
from hvtree.ui.models.nodes import NOW_KEY, HostNode, Node, RowKey
from hvtree.ui.models.tree_model import TreeModel
from hvtree.ui.views.row_selection import Flag, RowSelection

_REMEMBERED = 200
"""At most this many selected rows are found again after a filter."""


class SelectionKeeper(QObject):
    """Looks after the selection of a tree view while rows of its model leave and come back."""

    def __init__(self, model: TreeModel, view: QTreeView, choice: RowSelection) -> None:
        super().__init__(view)
        self._model = model
        self._view = view
        self._choice = choice
        self._line: list[int] = []
        """The serials of a selected row and of those above it, from below, as they were before the rows changed."""
        self._addresses: list[RowKey] = []
        self._hidden: list[RowKey] = []
        self._was_in_sight = False
        model.rowsRemoved.connect(self._on_rows_removed)
        model.busy.idle.connect(self._on_idle)

    def remember(self, *, is_in_sight: bool) -> None:
        """Remember what is selected; `is_in_sight` says whether the row with the focus can be seen."""
        nodes = self._selected()
        self._was_in_sight = is_in_sight
        self._addresses = [node.row_key for node in nodes]
        self._line = [each.serial for each in _line_of(nodes[0])] if nodes else []

    def restore(self) -> None:
        """If nothing of it is left, select what is nearest; what a filter hides is only remembered."""
        addresses, self._addresses = self._addresses, []
        if not addresses or self._choice.hasSelection():
            return
        hidden = [address for address in addresses if self._is_on_host(address)]
        if hidden:
            self._hidden = hidden
            return
        for serial in self._line:
            node = self._model.node_of_serial(serial)
            if node is not None:
                self._select([node])
                if self._was_in_sight:
                    self._view.scrollTo(self._view.currentIndex())
                return

    def _selected(self) -> list[Node]:
        """Return the selected rows, the one with the focus first."""
        current = self._model.node(self._view.currentIndex())
        first = [current] if current is not None and self._choice.holds(current) else []
        rest = islice(self._choice.chosen.values(), _REMEMBERED)
        return [*first, *(node for node in rest if node is not current)]

    def _select(self, nodes: list[Node]) -> None:
        """Select rows, without scrolling and without opening anything."""
        self._view.setAutoScroll(False)
        self._choice.choose(nodes, Flag.ClearAndSelect)
        self._choice.setCurrentIndex(self._model.index_of_node(nodes[0]), Flag.NoUpdate)
        self._view.setAutoScroll(True)

    def _on_rows_removed(self, parent: QModelIndex, first: int) -> None:
        """If a host was removed with the selection, select the one that is in its place now."""
        if parent.isValid():
            return
        hosts = self._model.rowCount()
        heir = self._model.node(self._model.index(min(first, hosts - 1), Column.NAME))
        if heir is not None and not self._choice.hasSelection():
            self._select([heir])
        self._choice.settle()

    def _on_idle(self) -> None:
        """Select again what a filter had hidden, as far as it is shown now."""
        if not self._hidden:
            return
        if self._choice.hasSelection():
            self._hidden = []
            return
        rows = (self._model.node(self._index_of(address)) for address in self._hidden)
        found = [node for node in rows if node is not None]
        if found:
            self._hidden = []
            self._select(found)

    def _is_on_host(self, address: RowKey) -> bool:
        """Return whether what a row stands for is still there, though perhaps hidden by the filter."""
        host_id, vm_id, key = address
        host = self._model.node(self._model.index_of_host(host_id))
        if not isinstance(host, HostNode) or host.view.state is None:
            return False
        vm = host.view.state.vms.get(vm_id)
        return vm is not None and (not key or key == NOW_KEY or key in vm.by_id)

    def _index_of(self, address: RowKey) -> QModelIndex:
        host_id, vm_id, key = address
        if not vm_id:
            return self._model.index_of_host(host_id)
        if not key:
            return self._model.index_of_vm(host_id, vm_id)
        if key == NOW_KEY:
            return self._model.index_of_now(host_id, vm_id)
        return self._model.index_of(CheckpointRef(vm_id, key), host_id)


def _line_of(node: Node) -> list[Node]:
    """Return a row and those above it, from below."""
    line = [node]
    while (above := line[-1].parent) is not None and above.parent is not None:
        line.append(above)
    return line
