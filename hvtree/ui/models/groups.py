"""The groups as an item model of two levels, with exact row operations."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, takewhile

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from hvtree.ui.format import tool_tip
from hvtree.ui.models.group_rows import CAPTIONS, GroupColumn, GroupRow, Row

Index = QModelIndex | QPersistentModelIndex
SIGN_ROLE = int(Qt.ItemDataRole.UserRole)
"""The `Sign` in front of the state; None for none."""
ICON_ROLE = SIGN_ROLE + 1
"""The name of the picture in front of the name."""
_NOWHERE = QModelIndex()


class _Node:
    """A row, with the rows below it; the number of one of the first level stands for it in the indexes of those."""

    def __init__(self, value: Row, number: int = 0) -> None:
        self.value = value
        self.number = number
        self.below: list[_Node] = []


class GroupsModel(QAbstractItemModel):
    """Groups, each with its group checkpoints and its members below it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tops: list[_Node] = []
        self._by_number: dict[int, _Node] = {}
        self._rows: dict[int, int] = {}
        self._made = 0

    def show_groups(self, wanted: Sequence[GroupRow]) -> None:
        """Show these, by exact changes; what looks as before is not touched."""
        before = {top.number: top.value for top in self._tops}
        self._arrange(_NOWHERE, self._tops, wanted)
        for row, value in enumerate(wanted):
            top = self._tops[row]
            if before.get(top.number) != value:
                self._arrange(self.index(row, 0), top.below, tuple(value.rows()))

    def row_at(self, index: Index) -> Row | None:
        """Return what a row stands for."""
        if not index.isValid():
            return None
        if not index.internalId():
            return self._tops[index.row()].value
        return self._by_number[index.internalId()].below[index.row()].value

    def index_of(self, key: str) -> QModelIndex:
        """Return the first row of a key; invalid if there is none."""
        for row, top in enumerate(self._tops):
            if top.value.key == key:
                return self.index(row, 0)
            for place, leaf in enumerate(top.below):
                if leaf.value.key == key:
                    return self.index(place, 0, self.index(row, 0))
        return QModelIndex()

    # Qt's questions

    def index(self, row: int, column: int, parent: Index = _NOWHERE) -> QModelIndex:
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, self._tops[parent.row()].number if parent.isValid() else 0)

    def parent(self, index: Index = _NOWHERE) -> QModelIndex:  # type: ignore[override]  # (Qt's own overload without arguments is QObject's)
        if not index.isValid() or not index.internalId():
            return QModelIndex()
        return self.createIndex(self._rows[index.internalId()], 0, 0)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        if not parent.isValid():
            return len(self._tops)
        return 0 if parent.internalId() or parent.column() else len(self._tops[parent.row()].below)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return len(GroupColumn)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        is_caption = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return CAPTIONS[section] if is_caption else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row_at(index)
        if row is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return row.texts[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return tool_tip(row.tip)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken if index.column() == GroupColumn.NAME else row.texts[index.column()]
        if role == ICON_ROLE and index.column() == GroupColumn.NAME:
            return row.icon
        return row.sign if role == SIGN_ROLE and index.column() == GroupColumn.STATE else None

    # Changes

    def _arrange(self, parent: QModelIndex, present: list[_Node], wanted: Sequence[Row]) -> None:
        """Let the rows under a parent be these: remove, then add, move and change from the top down."""
        self._remove(parent, present, {each.key for each in wanted})
        known = {each.value.key for each in present}
        row = 0
        while row < len(wanted):
            new = tuple(takewhile(lambda each: each.key not in known, islice(wanted, row, None)))
            if new:
                self.beginInsertRows(parent, row, row + len(new) - 1)
                present[row:row] = map(self._node, new)
                self._number(present)
                self.endInsertRows()
                row += len(new)
            else:
                self._take(parent, present, row, wanted[row])
                row += 1

    def _node(self, value: Row) -> _Node:
        if not isinstance(value, GroupRow):
            return _Node(value)
        self._made += 1
        node = self._by_number[self._made] = _Node(value, self._made)
        return node

    def _remove(self, parent: QModelIndex, present: list[_Node], wanted: set[str]) -> None:
        for row in range(len(present) - 1, -1, -1):
            if present[row].value.key not in wanted:
                self.beginRemoveRows(parent, row, row)
                self._by_number.pop(present.pop(row).number, None)
                self._number(present)
                self.endRemoveRows()

    def _take(self, parent: QModelIndex, present: list[_Node], row: int, value: Row) -> None:
        """Bring the row of a value to its place, and let it look as the value says."""
        found = next(place for place in range(row, len(present)) if present[place].value.key == value.key)
        if found != row:
            self.beginMoveRows(parent, found, found, parent, row)
            present.insert(row, present.pop(found))
            self._number(present)
            self.endMoveRows()
        former, present[row].value = present[row].value, value
        if former != value and _looks(former) != _looks(value):
            self.dataChanged.emit(self.index(row, 0, parent), self.index(row, GroupColumn.MORE, parent))

    def _number(self, changed: list[_Node]) -> None:
        if changed is self._tops:
            self._rows = {node.number: row for row, node in enumerate(self._tops)}


def _looks(row: Row) -> tuple[object, ...]:
    return row.texts, row.icon, row.sign, row.tip
