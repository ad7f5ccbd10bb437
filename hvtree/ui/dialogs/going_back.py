"""The form that Apply and Revert share: with or without a checkpoint of the present state, start afterwards or not."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QCheckBox, QVBoxLayout

from hvtree.operations.base import Operation
from hvtree.ui.dialogs.planning import Choice, Form

Make = Callable[[bool, bool], Operation]
"""Makes the operation from: take a safety checkpoint first, start the VM afterwards."""


class GoingBackForm(Form):
    """The safe way is always the first choice; the other one loses what is there now, and its button says so."""

    def __init__(self, caption: str, verb: str, make: Make) -> None:
        super().__init__(caption)
        self._verb = verb
        self._make = make
        self._start = QCheckBox("&Start the VM afterwards")
        self._start.toggled.connect(self.changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._start)

    def choices(self) -> tuple[Choice, ...]:
        """Return both ways, in Hyper-V Manager's order."""
        start = self._start.isChecked()
        return (
            Choice(self._make(True, start), f"&Create Checkpoint and {self._verb}"),
            Choice(self._make(False, start), f"&{self._verb}"),
        )
