"""The form for notes: the text of others, and for a checkpoint what HVTree keeps beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtWidgets import QLabel, QPlainTextEdit, QWidget

from hvtree.domain.passport import Passport, others_notes, passport_of, with_passport
from hvtree.operations.base import Operation
from hvtree.ui.dialogs.form import Choice, Form
from hvtree.ui.dialogs.passport_fields import PassportFields
from hvtree.values import replace

_LINES = 6
_MARGIN = 14


class NotesForm(Form):
    """Asks for notes. A text that nobody has touched stays letter by letter, also what an editor would change in it."""

    def __init__(
        self,
        notes: str,
        operation: Callable[[str], Operation],
        *,
        author: str,
        now_utc: datetime,
        has_passport: bool,
    ) -> None:
        """`operation` makes what is to be done of the whole notes; of a VM they have no passport."""
        super().__init__("Edit Notes", "Save notes")
        self._notes = notes
        self._operation = operation
        self._known = passport_of(notes) if has_passport else None
        self._fresh = Passport(author=author, at_utc=now_utc)
        self._others = others_notes(notes) if has_passport else notes
        self.text = QPlainTextEdit(self._others)
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(self.text.fontMetrics().lineSpacing() * _LINES + _MARGIN)
        caption = QLabel("&Notes of others" if has_passport else "&Notes")
        caption.setBuddy(self.text)
        self.text.setAccessibleName(caption.text().replace("&", ""))
        self.fields = PassportFields(now_utc.date(), self._known) if has_passport else None
        above: tuple[QWidget, ...] = (self.fields,) if self.fields is not None else ()
        self.show_fields(*above, caption, self.text)
        self.text.textChanged.connect(self.changed)
        if self.fields is not None:
            self.fields.changed.connect(self.changed)

    def choices(self) -> tuple[Choice, ...]:
        """Return the operation with the notes as they stand."""
        return (Choice(self._operation(self.notes())),)

    def notes(self) -> str:
        """Return the whole notes as the fields say."""
        text = self._typed()
        if self.fields is None:
            return text
        passport = self.fields.passport()
        if self._known is None and passport.is_empty:
            return text
        if self._known is None:
            passport = replace(passport, author=self._fresh.author, at_utc=self._fresh.at_utc)
        return with_passport(self._notes if text == self._others else text, passport)

    def focus_field(self) -> None:
        """Put the cursor into the reason, or into the text of a VM."""
        (self.text if self.fields is None else self.fields.reason).setFocus()

    def _typed(self) -> str:
        text = self.text.toPlainText()
        if text == QPlainTextEdit(self._others).toPlainText():
            return self._others
        return text.replace("\n", "\r\n") if "\r\n" in self._others else text
