"""The tree as Qt sees it: hosts, their VMs, their checkpoints with Now, changed by exact row operations only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from hvtree.app.host_view import HostView
from hvtree.app.workspace import utc_now
from hvtree.domain.address import CheckpointAddress
from hvtree.domain.checkpoint import CheckpointRef
from hvtree.ui.filtering import CurrentFilter
from hvtree.ui.models import tree_texts
from hvtree.ui.models.columns import HEADINGS, Column
from hvtree.ui.models.host_rows import update_host
from hvtree.ui.models.nodes import (
    NOW_KEY,
    CheckpointNode,
    HostNode,
    Node,
    VmNode,
)
from hvtree.ui.models.row_removal import RowRemoval
from hvtree.ui.models.slices import SLICE_S, Slices
from hvtree.ui.models.tree_roles import READERS, alignment, flags_of
from hvtree.ui.models.vm_rows import patch_vm
from hvtree.values import replace

Index = QModelIndex | QPersistentModelIndex
COLUMN_COUNT = len(Column)
NOWHERE = QModelIndex()


class TreeModel(QAbstractItemModel):
    """Shows one `HostView` per host; all changes come through `set_host`, `remove_host` and the filter.

    Large changes are made in slices between other events; `busy.idle` says when everything is shown.
    """

    rename_requested = Signal(object, str)
    """`CheckpointAddress` and name, when a name was edited in place. The model shows it as pending."""
    freshness_changed = Signal(str)
    """Id of a host whose rows went out of date, or are up to date again."""
    rows_left = Signal(list)
    """The nodes of rows that have just been removed, parents first."""
    note_leaves = Signal(QModelIndex, int)
    """A host whose only row, a line of text, is about to give its place to another one, and the serial of that."""
    filter_changed = Signal()
    """Another filter is set, and the rows are about to change."""

    def __init__(
        self,
        current_filter: CurrentFilter,
        parent: QObject | None = None,
        *,
        clock: Callable[[], datetime] = utc_now,
        slice_s: float = SLICE_S,
    ) -> None:
        super().__init__(parent)
        self.clock = clock
        self.busy = Slices(self, budget_s=slice_s)
        self._root = Node(0)
        self._root.depth = -1
        self._hosts: dict[str, HostNode] = {}
        self._nodes: dict[int, Node] = {}
        self._serials = count(1)
        self.filter = current_filter
        self._is_changing = False
        self._removal: RowRemoval | None = None
        current_filter.changed.connect(self._on_filter_changed)
        current_filter.outdated.connect(self._show_found)

    # What is shown

    def set_host(self, view: HostView) -> None:
        """Show a host, or update it to its new view."""
        host = self._hosts.get(view.id)
        if host is None:
            host = HostNode(self.next_serial(), view)
            self._hosts[view.id] = host
            self.insert(self._root, len(self._root.children), [host])
        elif host.view is not view:
            was_dimmed = host.is_dimmed
            host.view = view
            self.changed(host)
            if was_dimmed != host.is_dimmed:
                self.freshness_changed.emit(view.id)
        self._start(host)

    def remove_host(self, host_id: str) -> None:
        """Remove a host."""
        host = self._hosts.pop(host_id, None)
        if host is not None:
            self.remove(self._root, host.row, host.row)
            self.busy.drop(host_id)

    def tick(self, views: Iterable[HostView]) -> None:
        """Update what moves by itself: the countdowns of hosts that will be tried again, and when others were last read."""
        for view in views:
            host = self._hosts.get(view.id)
            if host is None or host.view.state is not view.state:
                continue  # an update of its rows is on its way
            if host.view.confirmed_utc != view.confirmed_utc:
                host.view = replace(host.view, confirmed_utc=view.confirmed_utc)
                self.changed(host)
            elif host.view.retry_at_utc is not None:
                self.changed(host)

    @property
    def is_filtered(self) -> bool:
        """Not everything is shown."""
        return self.filter.value.is_active

    def rename_settled(self, checkpoint: CheckpointAddress) -> None:
        """Stop waiting for the host to confirm a new name, for instance because renaming was refused."""
        node = self._row_of(checkpoint.host_id, checkpoint.vm_id, checkpoint.checkpoint_id)
        if isinstance(node, CheckpointNode) and node.pending_name is not None:
            node.pending_name = None
            self.changed(node)

    # Finding rows

    def node(self, index: Index) -> Node | None:
        """Return the node of an index, or None for an invalid one or one whose row is gone."""
        return self._nodes.get(index.internalId())

    def node_of_serial(self, serial: int) -> Node | None:
        """Return the node of a number, or None if its row is gone."""
        return self._nodes.get(serial)

    @property
    def host_ids(self) -> tuple[str, ...]:
        """The hosts that are shown, in the order of their rows."""
        return tuple(self._hosts)

    def index_of_node(self, node: Node, column: int = Column.NAME) -> QModelIndex:
        """Return the index of a node; invalid for the root."""
        return NOWHERE if node is self._root else self.createIndex(node.row, column, node.serial)

    def index_of_host(self, host_id: str) -> QModelIndex:
        """Return the row of a host; invalid if it is not shown."""
        host = self._hosts.get(host_id)
        return NOWHERE if host is None else self.index_of_node(host)

    def index_of_vm(self, host_id: str, vm_id: str) -> QModelIndex:
        """Return the row of a VM; invalid if it is gone or filtered away."""
        host = self._hosts.get(host_id)
        node = host.rows.get(vm_id) if host is not None else None
        return NOWHERE if node is None else self.index_of_node(node)

    def index_of_now(self, host_id: str, vm_id: str) -> QModelIndex:
        """Return the Now leaf of a VM, built if need be; invalid if it is gone or filtered away."""
        node = self._row_of(host_id, vm_id, NOW_KEY, build=True)
        return NOWHERE if node is None else self.index_of_node(node)

    def index_of(self, ref: CheckpointRef, host_id: str | None = None) -> QModelIndex:
        """Return the row of a checkpoint, built if need be; a VM may live on two hosts, so `host_id` can say which."""
        for host in self._hosts if host_id is None else (host_id,):
            node = self._row_of(host, ref.vm_id, ref.checkpoint_id, build=True)
            if node is not None:
                return self.index_of_node(node)
        return NOWHERE

    # Qt's questions about the structure

    # Views ask these by the thousand: each layout for every open row, each removal for every ancestor of every open
    # row. So they are kept fast; an invalid index has the internal id 0, which no node has.

    def index(self, row: int, column: int, parent: Index = NOWHERE) -> QModelIndex:
        children = self._nodes.get(parent.internalId(), self._root).children
        if 0 <= row < len(children) and 0 <= column < COLUMN_COUNT and parent.column() <= 0:
            child = children[row]
            child.row_hint = row
            return self.createIndex(row, column, child.serial)
        return NOWHERE

    def parent(self, index: Index = NOWHERE) -> QModelIndex:  # type: ignore[override] # shares its name with QObject's
        node = self._nodes.get(index.internalId())
        if node is None:
            return NOWHERE
        parent = node.parent
        if self._removal is not None and self._removal.is_told:
            parent = self._removal.above(node)
        if parent is None or parent.parent is None:
            return NOWHERE
        row = parent.row_hint
        siblings = parent.parent.children
        if row >= len(siblings) or siblings[row] is not parent:
            row = parent.row
        return self.createIndex(row, 0, parent.serial)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.column() > 0 else len(self._nodes.get(parent.internalId(), self._root).children)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return COLUMN_COUNT

    def hasChildren(self, parent: Index = NOWHERE) -> bool:
        node = self._nodes.get(parent.internalId(), self._root)
        return parent.column() <= 0 and (bool(node.children) or node.has_more)

    def canFetchMore(self, parent: Index) -> bool:
        return not self._is_changing and self._under(parent).has_more

    def fetchMore(self, parent: Index) -> None:
        node = self._under(parent)
        if isinstance(node, VmNode) and node.has_more:
            self._build(node)

    # Qt's questions about a cell

    def flags(self, index: Index) -> Qt.ItemFlag:
        node = self._nodes.get(index.internalId())
        return Qt.ItemFlag.NoItemFlags if node is None else flags_of(node, index.column())

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        node = self.node(index)
        reader = None if node is None else READERS.get(role)
        return None if node is None or reader is None else reader(node, Column(index.column()), self.clock())

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < COLUMN_COUNT:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return HEADINGS[Column(section)]
        return alignment(Column(section)) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Request another name; the checkpoint keeps its name until the host confirms it. A blank name is ignored."""
        node = self.node(index)
        if role != Qt.ItemDataRole.EditRole or not isinstance(node, CheckpointNode):
            return False
        name = str(value).strip()
        if not name or name == tree_texts.edited_text(node):
            return False
        node.pending_name = name
        self.changed(node)
        self.rename_requested.emit(node.checkpoint_address, name)
        return True

    # The row operations, for the updates

    def insert(self, parent: Node, row: int, nodes: Sequence[Node]) -> None:
        self._is_changing = True
        self.beginInsertRows(self.index_of_node(parent), row, row + len(nodes) - 1)
        parent.children[row:row] = nodes
        for offset, node in enumerate(nodes):
            node.parent = parent
            node.row_hint = row + offset
            node.depth = parent.depth + 1
            self._nodes[node.serial] = node
            if node.children:
                self._nodes.update((below.serial, below) for below in node.below())
        self.endInsertRows()
        self._is_changing = False

    def move(self, node: Node, parent: Node, row: int) -> None:
        old_parent, old_row = node.parent, node.row
        assert old_parent is not None
        if old_parent is parent and old_row in {row, row - 1}:
            return
        self._is_changing = True
        self.beginMoveRows(self.index_of_node(old_parent), old_row, old_row, self.index_of_node(parent), row)
        del old_parent.children[old_row]
        target = row - 1 if old_parent is parent and old_row < row else row
        parent.children.insert(target, node)
        node.parent = parent
        self.endMoveRows()
        self._is_changing = False

    def remove(self, parent: Node, first: int, last: int) -> None:
        self._is_changing = True
        leaving = RowRemoval(parent, parent.children[first : last + 1])
        self._removal = leaving if parent is not self._root else None
        last_told = self.rowsAboutToBeRemoved.connect(leaving.tell)
        self.beginRemoveRows(self.index_of_node(parent), first, last)
        self.rowsAboutToBeRemoved.disconnect(last_told)
        self._removal = None
        del parent.children[first : last + 1]
        for node in leaving.nodes:
            self._nodes.pop(node.serial, None)
            node.leave()
        self.rows_left.emit(leaving.nodes)
        self.endRemoveRows()
        self._is_changing = False

    def replace_note(self, note: Node, row: Node) -> None:
        """Let another row take the place of a line of text, as a change of that row: when one is removed, Qt lays out all."""
        host = note.parent
        assert host is not None
        self.note_leaves.emit(self.index_of_node(host), row.serial)
        gone = [self.index_of_node(note, column) for column in Column]
        note.leave()
        del self._nodes[note.serial]
        row.parent, row.row_hint, row.depth = host, 0, host.depth + 1
        host.children = [row]
        self._nodes[row.serial] = row
        self.changePersistentIndexList(gone, [NOWHERE] * len(gone))
        self.changed(row)

    def changed(self, node: Node) -> None:
        self.dataChanged.emit(self.index_of_node(node), self.index_of_node(node, Column.NOTES))

    def next_serial(self) -> int:
        return next(self._serials)

    # Inner workings

    def _under(self, parent: Index) -> Node:
        return self._nodes.get(parent.internalId(), self._root)

    def _start(self, host: HostNode) -> None:
        self.busy.run(host.view.id, update_host(self, host, self.filter, self.clock()))

    def _on_filter_changed(self) -> None:
        self.filter_changed.emit()
        self._show_found()

    def _show_found(self) -> None:
        for host in list(self._hosts.values()):
            self._start(host)

    def _build(self, node: VmNode) -> None:
        if self._is_changing:
            return  # rows must not change while Qt is told of another change
        for _ in patch_vm(self, node):
            pass

    def _row_of(self, host_id: str, vm_id: str, key: str, *, build: bool = False) -> Node | None:
        host = self._hosts.get(host_id)
        node = host.rows.get(vm_id) if host is not None else None
        if not isinstance(node, VmNode):
            return None
        if build and node.has_more:
            self._build(node)
        return (node.rows or {}).get(key)
