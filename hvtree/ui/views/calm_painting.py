"""Paints a view seldom while long work changes its rows: one painting takes as long as several slices of the work."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QAbstractScrollArea

from hvtree.ui.models.slices import Slices

SLICES_BETWEEN = 12
"""Slices from one painting to the next: about a tenth of a second."""


class CalmPainting(QObject):
    """Holds back the paintings of a view between some slices of work; what is done in one slice is painted at once."""

    def __init__(self, view: QAbstractScrollArea, *work: Slices) -> None:
        super().__init__(view)
        self._view = view
        self._work = work
        self._left = 0
        self._is_owed = False
        """A painting has been let through, and has not been done yet."""
        for each in work:
            each.slice_ended.connect(self._on_slice_ended)
            each.idle.connect(self._on_slice_ended)

    def painted(self) -> None:
        """Note that the view has been painted."""
        self._is_owed = False

    def _on_slice_ended(self) -> None:
        if all(each.is_idle for each in self._work):
            self._left, self._is_owed = 0, False
            self._view.viewport().setUpdatesEnabled(True)
        elif self._is_owed:
            return
        elif self._left:
            self._left -= 1
            self._view.viewport().setUpdatesEnabled(False)
        else:
            self._left, self._is_owed = SLICES_BETWEEN, True
            self._view.viewport().setUpdatesEnabled(True)
