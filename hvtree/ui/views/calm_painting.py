"""Paints a view seldom while long work changes its rows, and apart from it: one painting takes as long as several slices.

What is clicked or typed meanwhile waits for a slice that took its time or for a painting, not for the one upon the other.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QAbstractScrollArea

from hvtree.ui.models.slices import SLICE_S, Slices

SLICES_BEFORE = 4
"""Slices until the first painting, if the work is not done before: all of a small host is painted at once."""
SLICES_BETWEEN = 12
"""Slices from one painting to the next: about a tenth of a second."""
LONG_S = SLICE_S / 2
"""From so many seconds on a slice has taken its time."""
PATIENCE_MS = 20
"""How long the work waits for a painting: nothing is painted that nobody sees. Qt begins one within 5 ms."""


class CalmPainting(QObject):
    """Holds back the paintings of a view between some slices of work; what is done in one short slice is painted at once."""

    def __init__(self, view: QAbstractScrollArea, *work: Slices) -> None:
        super().__init__(view)
        self._view = view
        self._work = work
        self._left = SLICES_BEFORE
        self._depth = 0
        """Slices that have begun and not ended: one of them may lead to another one's."""
        self._began_s = 0.0
        self._is_long = False
        self._is_owed = False
        """A painting has been let through, and has not been done yet; the work waits for it."""
        self._next_turn = QTimer(self, interval=0, singleShot=True)
        self._next_turn.timeout.connect(self._let_through)
        self._patience = QTimer(self, interval=PATIENCE_MS, singleShot=True)
        self._patience.timeout.connect(self._go_on)
        for each in work:
            each.slice_begins.connect(self._on_slice_begins)
            each.slice_ended.connect(self._on_slice_ended)
            each.idle.connect(self._decide)

    def hold(self) -> None:
        """Paint nothing before this slice has ended: it will take its time. What Qt has been asked for already it would paint."""
        if self._depth:
            self._is_long = True
            self._view.viewport().setUpdatesEnabled(False)

    def painted(self) -> None:
        """Note that the view has been painted."""
        if self._patience.isActive():
            self._patience.stop()
            self._go_on()

    def _on_slice_begins(self) -> None:
        if not self._depth:
            self._began_s = time.perf_counter()
        self._depth += 1

    def _on_slice_ended(self) -> None:
        self._depth -= 1
        if not self._depth:
            self._is_long = self._is_long or time.perf_counter() - self._began_s >= LONG_S
            self._decide()
            self._is_long = False

    def _decide(self) -> None:
        if self._depth or (self._is_owed and not self._is_long):
            return
        is_done = all(each.is_idle for each in self._work)
        if self._left and not is_done and not self._is_owed:
            self._left -= 1
            self._view.viewport().setUpdatesEnabled(False)
            return
        self._left = SLICES_BEFORE if is_done else SLICES_BETWEEN
        if self._is_long:
            self._view.viewport().setUpdatesEnabled(False)
            self._next_turn.start()
            self._owe()
        elif is_done:
            self._view.viewport().setUpdatesEnabled(True)
        else:
            self._let_through()

    def _let_through(self) -> None:
        self._view.viewport().setUpdatesEnabled(True)
        self._patience.start()
        self._owe()

    def _owe(self) -> None:
        self._is_owed = True
        for each in self._work:
            each.pause()

    def _go_on(self) -> None:
        self._is_owed = False
        for each in self._work:
            each.go_on()
