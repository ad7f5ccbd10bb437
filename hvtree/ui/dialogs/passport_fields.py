"""Fields for a checkpoint's passport, and the forms that ask for one: beside a name, or beside the notes of others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDateEdit, QLabel, QLineEdit, QWidget

from hvtree.domain.passport import Passport
from hvtree.domain.passport_change import CHANGEABLE, PassportChange
from hvtree.operations.base import Operation
from hvtree.ui.dialogs.name_field import NameField, NameForm
from hvtree.ui.format import day_format
from hvtree.ui.widgets.layouts import in_column, in_row
from hvtree.values import replace

_KEPT_DAYS = 30
"""The day that is offered first."""
_TICKET_WIDTH = 150
_DIFFER = "They differ"
_LONGEST = 500
"""Characters of a reason or a ticket."""


class PassportFields(QWidget):
    """Reason and ticket, until when it is wanted, and the lock: all of it may be left empty."""

    changed = Signal()

    def __init__(
        self, today: date, passport: Passport | None = None, mixed: frozenset[str] = frozenset()
    ) -> None:
        """`passport` is what they begin with; what they do not show of it stays.

        `mixed` names the fields in which several passports differ: they begin empty, and are left alone unless they are filled in.
        """
        super().__init__()
        self._begun = passport or Passport()
        self._mixed = mixed
        self.reason = _line(self._begun.reason, "Reason")
        self.reason.setPlaceholderText("Why it is taken")
        self.ticket = _line(self._begun.ticket, "Ticket")
        self.ticket.setFixedWidth(_TICKET_WIDTH)
        self.is_kept = QCheckBox("Keep &until")
        self.day = QDateEdit()
        self.day.setDisplayFormat(day_format())
        self.day.setCalendarPopup(True)
        self.day.setAccessibleName("The last day on which it is wanted")
        self.is_locked = QCheckBox("&Lock")
        self.is_locked.setToolTip("HVTree refuses to delete it until it is unlocked.")
        self._begin(self._begun.keep_until or today + timedelta(days=_KEPT_DAYS))
        self._place()
        for signal in (self.reason.textChanged, self.ticket.textChanged, self.day.dateChanged):
            signal.connect(self.changed)
        self.is_kept.checkStateChanged.connect(self._on_kept)
        self.is_locked.checkStateChanged.connect(self.changed)

    def passport(self) -> Passport:
        """Return what the fields say, with whatever they do not show."""
        day = self.day.date()
        kept = date(day.year(), day.month(), day.day())
        return replace(
            self._begun,
            reason=self.reason.text(),
            ticket=self.ticket.text(),
            keep_until=kept if _is_ticked(self.is_kept) else None,
            is_locked=_is_ticked(self.is_locked),
        )

    def change(self) -> PassportChange:
        """Return what the fields say otherwise than they began."""
        said = self.passport()
        boxes = {"keep_until": self.is_kept, "is_locked": self.is_locked}
        answered = {
            name
            for name, box in boxes.items()
            if name in self._mixed and box.checkState() is not Qt.CheckState.PartiallyChecked
        }
        changed = {name for name in CHANGEABLE if getattr(said, name) != getattr(self._begun, name)}
        return PassportChange(said, frozenset(changed | answered))

    def _begin(self, day: date) -> None:
        self.day.setDate(QDate(day.year, day.month, day.day))
        self.is_kept.setChecked(self._begun.keep_until is not None)
        self.is_locked.setChecked(self._begun.is_locked)
        for name, line in (("reason", self.reason), ("ticket", self.ticket)):
            if name in self._mixed:
                line.setPlaceholderText(_DIFFER)
        for name, box in (("keep_until", self.is_kept), ("is_locked", self.is_locked)):
            if name in self._mixed:
                box.setTristate(True)
                box.setCheckState(Qt.CheckState.PartiallyChecked)
        self.day.setEnabled(_is_ticked(self.is_kept))

    def _place(self) -> None:
        captions = [QLabel("&Reason"), QLabel("&Ticket")]
        for caption, field in zip(captions, (self.reason, self.ticket), strict=True):
            caption.setBuddy(field)
        kept = in_row(None, self.is_kept, self.day, spacing=6)
        row = in_row(None, captions[1], self.ticket, kept, self.is_locked, None, spacing=14)
        in_column(self, captions[0], self.reason, row, spacing=4)

    def _on_kept(self) -> None:
        self.day.setEnabled(_is_ticked(self.is_kept))
        self.changed.emit()


class CheckpointForm(NameForm):
    """A form that asks for the name of new checkpoints and for what their notes are to say."""

    def __init__(
        self,
        caption: str,
        field: NameField,
        fields: PassportFields,
        operation: Callable[[str, Passport], Operation],
        *below: QWidget,
    ) -> None:
        """`operation` makes what is to be done of the name and the passport."""
        super().__init__(
            caption, "Checkpoint", field, lambda name: operation(name, fields.passport()), fields, *below
        )
        fields.changed.connect(self.changed)


def _is_ticked(box: QCheckBox) -> bool:
    """Return whether a box is ticked, and not only in part."""
    return box.checkState() is Qt.CheckState.Checked


def _line(text: str, name: str) -> QLineEdit:
    field = QLineEdit(text)
    field.setMaxLength(_LONGEST)
    field.setAccessibleName(name)
    return field
