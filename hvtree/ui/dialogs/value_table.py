"""A small table of texts in a dialog: no selection, no sorting, as high as its rows up to a limit."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from hvtree.ui.format import plain_tip

_ROWS_SEEN = 6


class ValueTable(QTreeWidget):
    """Rows of texts under captions; the first column takes what width there is."""

    def __init__(self, *captions: str) -> None:
        super().__init__()
        self.setColumnCount(len(captions))
        self.setHeaderLabels(list(captions))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAlternatingRowColors(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._rows: tuple[tuple[str, ...], ...] = ()

    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Return the texts that it shows."""
        return self._rows

    def show_rows(self, rows: tuple[tuple[str, ...], ...]) -> None:
        """Show other rows; the same ones change nothing."""
        if rows == self._rows:
            return
        self._rows = rows
        self.clear()
        for row in rows:
            item = QTreeWidgetItem(list(row))
            item.setToolTip(0, plain_tip(row[0]))
            item.setSizeHint(0, QSize(0, self.fontMetrics().height() + 8))
            self.addTopLevelItem(item)
        for column in range(1, self.columnCount()):
            self.resizeColumnToContents(column)
            self.header().resizeSection(column, self.header().sectionSize(column) + 14)
        seen = min(max(len(rows), 1), _ROWS_SEEN)
        height = self.header().sizeHint().height() + seen * self.sizeHintForRow(0) + 2 * self.frameWidth() + 2
        self.setFixedHeight(height)
