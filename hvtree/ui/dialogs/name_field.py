"""A field for a checkpoint's name, with the number of characters left."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from hvtree.domain.checkpoint import NAME_LIMIT
from hvtree.ui.theme import colours
from hvtree.ui.widgets.layouts import in_column, in_row

_COUNT_FROM = NAME_LIMIT - 20
"""The number of characters is shown from this length on."""


class NameField(QWidget):
    """One line for a name. If a name cannot be used, the plan's refusal says so, not this field."""

    changed = Signal()

    def __init__(self, label: str, name: str) -> None:
        super().__init__()
        self.field = QLineEdit(name)
        self.field.setAccessibleName(label.replace("&", ""))
        self._count = QLabel()
        caption = QLabel(label)
        caption.setBuddy(self.field)
        in_column(self, in_row(None, caption, None, self._count), self.field, spacing=4)
        self.field.textChanged.connect(self._on_changed)
        self._on_changed()

    def name(self) -> str:
        """Return the name without surrounding blanks."""
        return self.field.text().strip()

    def take_focus(self) -> None:
        """Put the cursor here with everything selected, so that typing replaces the name."""
        self.field.setFocus()
        self.field.selectAll()

    def _on_changed(self) -> None:
        length = len(self.name())
        palette = colours(self)
        self._count.setText(f"{length} of {NAME_LIMIT} characters" if length >= _COUNT_FROM else "")
        self._count.setStyleSheet(f"color: {palette.danger if length > NAME_LIMIT else palette.muted}")
        self.changed.emit()
