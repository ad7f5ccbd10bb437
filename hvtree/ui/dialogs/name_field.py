"""A field for a checkpoint's name, with the number of characters left, and the form that asks for one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from hvtree.domain.checkpoint import NAME_LIMIT
from hvtree.domain.names import name_length
from hvtree.operations.base import Operation
from hvtree.ui.dialogs.form import Choice, Form
from hvtree.ui.theme import colours
from hvtree.ui.views.name_editor import COUNT_FROM
from hvtree.ui.widgets.layouts import in_column, in_row


class NameField(QWidget):
    """One line for a name. If a name cannot be used, the plan's refusal says so, not this field."""

    changed = Signal()

    def __init__(self, label: str, name: str = "", *, default: Callable[[], str] | None = None) -> None:
        """`default` tells what an empty field stands for; it is asked each second, since it may hold the time."""
        super().__init__()
        self._default = default
        self.field = QLineEdit(name)
        self.field.setAccessibleName(label.replace("&", ""))
        self._count = QLabel()
        caption = QLabel(label)
        caption.setBuddy(self.field)
        in_column(self, in_row(None, caption, None, self._count), self.field, spacing=4)
        self.field.textChanged.connect(self._on_changed)
        if default is not None:
            second = QTimer(self, interval=1000)
            second.timeout.connect(self._offer)
            second.start()
            self._offer()
        self._on_changed()

    def name(self) -> str:
        """Return the name without surrounding blanks; of nothing but blanks one remains, which is no name."""
        text = self.field.text()
        return text.strip() or text[:1]

    def take_focus(self) -> None:
        """Put the cursor here with everything selected, so that typing replaces the name."""
        self.field.setFocus()
        self.field.selectAll()

    def _offer(self) -> None:
        """Show what the name is if none is typed."""
        if self._default is not None:
            self.field.setPlaceholderText(self._default())

    def _on_changed(self) -> None:
        length = name_length(self.name())
        palette = colours(self)
        self._count.setText(f"{length} of {NAME_LIMIT} characters" if length >= COUNT_FROM else "")
        self._count.setStyleSheet(f"color: {palette.danger if length > NAME_LIMIT else palette.muted}")
        self.changed.emit()


class NameForm(Form):
    """A form that asks for a name, with more to see `below` it. The name is selected, so that typing replaces it."""

    def __init__(
        self,
        caption: str,
        button: str,
        field: NameField,
        operation: Callable[[str], Operation],
        *below: QWidget,
    ) -> None:
        """`operation` makes what is to be done of the name."""
        super().__init__(caption, button)
        self._field = field
        self._operation = operation
        field.changed.connect(self.changed)
        self.show_fields(field, *below)

    def choices(self) -> tuple[Choice, ...]:
        """Return the operation with the name as it stands."""
        return (Choice(self._operation(self._field.name())),)

    def focus_field(self) -> None:
        """Select the name."""
        self._field.take_focus()
