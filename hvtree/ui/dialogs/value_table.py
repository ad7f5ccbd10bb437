"""A small table of texts in a dialog: no selection, no sorting, as high as its rows up to a limit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView

from hvtree.ui.format import plain_tip

Row = tuple[str, ...]
Index = QModelIndex | QPersistentModelIndex
_ROWS_SEEN = 6
_ROWS_MEASURED = 20
"""The first of the rows, after which the columns get their widths."""
_WIDEST = 220
"""Pixels of any column but the first; a longer text loses its middle."""
_NOWHERE = QModelIndex()


class ValueTable(QTreeView):
    """Rows of texts under captions; the first column takes what width there is. Rows may be made on demand."""

    def __init__(self, *captions: str) -> None:
        super().__init__()
        self._model = _TableModel(captions, self.fontMetrics().height() + 8, self)
        self.setModel(self._model)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAlternatingRowColors(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.header().setStretchLastSection(False)
        self.header().setResizeContentsPrecision(_ROWS_MEASURED)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    def rows(self) -> tuple[Row, ...]:
        """Return the texts of all its rows."""
        return tuple(self._model.rows)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows; the same ones change nothing."""
        if rows is self._model.rows or (len(rows) <= _ROWS_MEASURED and tuple(rows) == self.rows()):
            return
        self._model.show_rows(rows)
        for column in range(1, self._model.columnCount()):
            self.resizeColumnToContents(column)
            width = min(self.header().sectionSize(column) + 14, _WIDEST)
            self.header().resizeSection(column, width)
        seen = min(max(len(rows), 1), _ROWS_SEEN)
        height = self.header().sizeHint().height() + seen * self.sizeHintForRow(0) + 2 * self.frameWidth() + 2
        self.setFixedHeight(height)


class _TableModel(QAbstractTableModel):
    """Rows of texts, asked for as they come into sight."""

    def __init__(self, captions: tuple[str, ...], row_height: int, parent: QObject) -> None:
        super().__init__(parent)
        self._captions = captions
        self._row_height = row_height
        self.rows: Sequence[Row] = ()

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows; as many as before stay where they are scrolled to."""
        if len(rows) == len(self.rows):
            self.rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self._captions) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._captions)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        is_caption = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return self._captions[section] if is_caption else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self.rows[index.row()][index.column()])
        if role == Qt.ItemDataRole.SizeHintRole and index.column() == 0:
            return QSize(0, self._row_height)
        return None
