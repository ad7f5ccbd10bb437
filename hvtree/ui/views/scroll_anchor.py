"""Keeps what the user looks at in its place on the screen while rows come and go above it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPoint
from PySide6.QtWidgets import QTreeView

from hvtree.ui.models.columns import Column
from hvtree.ui.models.tree_model import TreeModel

_CANDIDATES = 12
"""Visible rows that are remembered: if the first is removed, the next one is held."""


class ScrollAnchor(QObject):
    """Holds the current row, or the topmost visible one, at its height while the model changes."""

    def __init__(self, model: TreeModel, view: QTreeView) -> None:
        super().__init__(view)
        self._model = model
        self._view = view
        self._held: list[tuple[int, int]] = []
        self._is_moved = False
        for signal in (model.rowsInserted, model.rowsRemoved, model.rowsMoved):
            signal.connect(self._on_rows_changed)

    def remember(self) -> None:
        """Remember where the visible rows are."""
        self._is_moved = False
        bar = self._view.verticalScrollBar()
        self._held = []
        if bar.value() == bar.minimum():
            return  # a view at the top stays at the top, so that new rows are seen
        for index in self._visible_rows():
            self._held.append((index.internalId(), self._view.visualRect(index).top()))

    def restore(self) -> None:
        """Scroll so that the first of them that is still there is where it was."""
        held, self._held = self._held, []
        if not self._is_moved or not held:
            return
        self._view.executeDelayedItemsLayout()
        bar = self._view.verticalScrollBar()
        for serial, top in held:
            node = self._model.node_of_serial(serial)
            if node is not None:
                rect = self._view.visualRect(self._model.index_of_node(node))
                if not rect.isEmpty():
                    bar.setValue(bar.value() + rect.top() - top)
                    return

    def _visible_rows(self) -> list[QModelIndex]:
        """Return the current row if it is visible, then the rows from the top down."""
        rows: list[QModelIndex] = []
        current = self._view.currentIndex().siblingAtColumn(Column.NAME)
        if current.isValid() and self._view.viewport().rect().intersects(self._view.visualRect(current)):
            rows.append(current)
        index = self._view.indexAt(QPoint(1, 1))
        while index.isValid() and len(rows) < _CANDIDATES:
            rows.append(index)
            index = self._view.indexBelow(index)
        return rows

    def _on_rows_changed(self) -> None:
        self._is_moved = True
