"""The form that Apply and Revert share: with or without a checkpoint of the present state, start afterwards or not."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QVBoxLayout

from hvtree.ui.dialogs.form import Choice, Form
from hvtree.ui.intents.operation_intent import Draft


class GoingBackForm(Form):
    """The safe way is always the first choice; the other one loses what is there now, and its button says so."""

    def __init__(self, caption: str, verb: str, draft: Draft) -> None:
        super().__init__(caption)
        self._verb = verb
        self._draft = draft
        self._start = QCheckBox("&Start the VM afterwards")
        self._start.toggled.connect(self.changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._start)

    def choices(self) -> tuple[Choice, ...]:
        """Return both ways, in Hyper-V Manager's order."""
        start = self._start.isChecked()
        return (
            Choice(self._draft.operation(safety=True, start=start), f"&Create Checkpoint and {self._verb}"),
            Choice(self._draft.operation(safety=False, start=start), f"&{self._verb}"),
        )
