"""The table of a job on several VMs, live: a row for each VM, a column for each kind of step."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
)

from hvtree.ui.format import plain_tip
from hvtree.ui.models.run_table import STOOD_STILL, RunCell, RunTable
from hvtree.ui.theme import colours
from hvtree.ui.widgets.signs import Sign, sign_icon

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_CELL_ROLE = int(Qt.ItemDataRole.UserRole)
_ROWS_SEEN = 8
_ROW_HEIGHT = 22
_LEAST_WIDTH_OF_STEP = 72
_AROUND = 14
"""Pixels around a caption."""
_WIDTH_OF_HOST = 90
_WIDTH_OF_NAME = 120
_WORDS = {
    Sign.WAITING: "waiting",
    Sign.RUNNING: "running",
    Sign.DONE: "done",
    Sign.FAILED: "failed",
    Sign.SKIPPED: "skipped",
    Sign.UNKNOWN: "outcome unknown",
}


class RunView(QTreeView):
    """Shows a `RunTable`; only what looks different is painted again."""

    def __init__(self) -> None:
        super().__init__()
        self.table = RunTableModel(self)
        self.setModel(self.table)
        self.setItemDelegate(_SignsInCells(self))
        self.setAccessibleName("VMs and steps")
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setAlternatingRowColors(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.header().setStretchLastSection(False)
        self.header().setMinimumSectionSize(40)

    def show_table(self, table: RunTable) -> None:
        """Show how far the VMs are; hidden if that is nothing to show as a table."""
        before = self.table.table
        self.table.show_table(table)
        self.setVisible(bool(table.rows))
        if table.rows and (len(before.rows), before.captions) != (len(table.rows), table.captions):
            self._fit()

    def _fit(self) -> None:
        header = self.header()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(0, _WIDTH_OF_NAME)
        for column in range(1, self.table.columnCount()):
            least = _WIDTH_OF_HOST if self.table.is_host(column) else _LEAST_WIDTH_OF_STEP
            caption = str(self.table.headerData(column, Qt.Orientation.Horizontal))
            header.resizeSection(column, max(least, self.fontMetrics().horizontalAdvance(caption) + _AROUND))
        seen = min(self.table.rowCount(), _ROWS_SEEN)
        self.setFixedHeight(
            header.sizeHint().height() + seen * self.sizeHintForRow(0) + 2 * self.frameWidth() + 2
        )


class RunTableModel(QAbstractTableModel):
    """VM, host if there are several, the steps, and last for how long the VM stood still."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table = RunTable()
        self._columns: tuple[str, ...] = ()

    def is_host(self, column: int) -> bool:
        """Return whether the hosts stand in a column."""
        return self._columns[column] == "Host"

    def show_table(self, table: RunTable) -> None:
        """Show another table; one of the same shape changes only cells."""
        columns = _columns(table)
        if columns != self._columns or len(table.rows) != len(self.table.rows):
            self.beginResetModel()
            self.table, self._columns = table, columns
            self.endResetModel()
            return
        former, self.table = self.table, table
        for number, (old, new) in enumerate(zip(former.rows, table.rows, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(number, 0), self.index(number, len(columns) - 1))

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.table.rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        is_caption = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return self._columns[section] if is_caption else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, caption = self.table.rows[index.row()], self._columns[index.column()]
        texts = {"VM": row.vm, "Host": row.host, STOOD_STILL: row.stood_still}
        if caption in texts:
            return (
                texts[caption]
                if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
                else None
            )
        cell = row.cells[self.table.captions.index(caption)]
        if role == _CELL_ROLE:
            return cell
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(cell.tip) if cell.tip else None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _spoken(caption, cell)
        return cell.text if role == Qt.ItemDataRole.DisplayRole else None


class _SignsInCells(QStyledItemDelegate):
    """Draws a sign before what stands in a cell."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        cell = index.data(_CELL_ROLE)
        view = self.parent()
        if isinstance(cell, RunCell) and cell.sign is not None and isinstance(view, RunView):
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
            option.icon = sign_icon(cell.sign, colours(view), 14)
            option.decorationSize = QSize(14, 14)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return super().sizeHint(option, index).expandedTo(QSize(0, _ROW_HEIGHT))


def _columns(table: RunTable) -> tuple[str, ...]:
    if not table.rows:
        return ()
    host = ("Host",) if len({row.host for row in table.rows}) > 1 else ()
    last = (STOOD_STILL,) if any(row.stood_still for row in table.rows) else ()
    return ("VM", *host, *table.captions, *last)


def _spoken(caption: str, cell: RunCell) -> str:
    if cell.sign is None:
        return ""
    return ", ".join(part for part in (f"{caption} {_WORDS[cell.sign]}", cell.text, cell.tip) if part)
