"""Finding a row by typing the beginning of its name.

Qt's own way compares what the cells show, and there invisible characters may stand around a name.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QApplication, QTreeView

from hvtree.ui.models.columns import Column
from hvtree.ui.models.tree_model import TreeModel
from hvtree.ui.models.tree_texts import is_called


class TypeAhead:
    """Collects the letters that are typed in quick succession, and finds the next row that begins with them."""

    def __init__(
        self, model: TreeModel, view: QTreeView, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._model = model
        self._view = view
        self._clock = clock
        self._typed = ""
        self._last_s = float("-inf")

    @property
    def is_going_on(self) -> bool:
        """The last letter is so recent that the next one belongs to the same word."""
        return (self._clock() - self._last_s) * 1000 < QApplication.keyboardInputInterval()

    def find(self, letters: str) -> QModelIndex:
        """Return the row to go to after these letters; invalid if none begins with them.

        The same letter again and again goes from one row to the next.
        """
        self._typed = self._typed + letters.casefold() if self.is_going_on else letters.casefold()
        self._last_s = self._clock()
        is_repeat = len(set(self._typed)) == 1
        wanted = self._typed[0] if is_repeat else self._typed
        start = self._view.currentIndex().siblingAtColumn(Column.NAME)
        index = self._next(start) if is_repeat or not start.isValid() else start
        first = index
        while not self._begins(index, wanted):
            index = self._next(index)
            if index == first:
                return QModelIndex()
        return index

    def _next(self, index: QModelIndex) -> QModelIndex:
        """Return the row below, or the topmost after the last."""
        below = self._view.indexBelow(index) if index.isValid() else index
        return below if below.isValid() else self._model.index(0, 0)

    def _begins(self, index: QModelIndex, wanted: str) -> bool:
        node = self._model.node(index)
        return node is not None and is_called(node, wanted, self._model.clock())
