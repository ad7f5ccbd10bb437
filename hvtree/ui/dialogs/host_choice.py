"""Which host to connect: a new one, this computer, or one of those that are remembered, which can be forgotten here."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QPushButton, QWidget

from hvtree.domain.host_profile import THIS_COMPUTER, HostProfile
from hvtree.ui.format import shown_name
from hvtree.ui.widgets.layouts import in_row

NEW_HOST = "A new host"
_SAVED_FROM = 2
"""Rows before the remembered hosts."""


class HostChoice(QWidget):
    """A list to choose from, and a button for what is remembered."""

    chosen = Signal(object)
    """The `HostProfile` that was chosen, an empty one for a new host; None for this computer."""
    forget_wanted = Signal(object)
    """The `HostProfile` of a remembered host."""

    def __init__(self, saved: Iterable[HostProfile], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._combo = QComboBox()
        self._combo.setAccessibleName("Which host")
        self._combo.addItem(NEW_HOST, HostProfile("", "", ""))
        self._combo.addItem(THIS_COMPUTER)
        for each in saved:
            self._combo.addItem(shown_name(each.name), each)
        self._forget = QPushButton("&Forget Host")
        self._forget.setToolTip("Remember this host and its password no longer.")
        self._forget.setAutoDefault(False)
        in_row(self, self._combo, self._forget).setStretch(0, 1)
        self._combo.currentIndexChanged.connect(self._on_changed)
        self._combo.activated.connect(lambda row: self.chosen.emit(self._combo.itemData(row)))
        self._forget.clicked.connect(lambda: self.forget_wanted.emit(self._combo.currentData()))
        self._on_changed(0)

    def drop(self, saved: HostProfile) -> None:
        """Remove a host from the choice; if it was chosen, a new host is chosen instead."""
        for row in range(_SAVED_FROM, self._combo.count()):
            if self._combo.itemData(row).name == saved.name:
                if row == self._combo.currentIndex():
                    self._combo.setCurrentIndex(0)
                    self.chosen.emit(self._combo.itemData(0))
                self._combo.removeItem(row)
                return

    def _on_changed(self, row: int) -> None:
        self._forget.setVisible(row >= _SAVED_FROM)
