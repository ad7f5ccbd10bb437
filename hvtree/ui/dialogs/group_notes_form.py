"""The form for the notes of a group checkpoint: what is changed is said in all its parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from hvtree.domain.passport import Passport
from hvtree.domain.passport_change import PassportChange, common_passport
from hvtree.domain.words import count_words
from hvtree.operations.base import Operation
from hvtree.ui.dialogs.form import Choice, Form
from hvtree.ui.dialogs.passport_fields import PassportFields
from hvtree.ui.widgets.wrap_label import WrapLabel

_DIFFER = " Where they differ, nothing is shown, and what nobody fills in stays in each as it is."


class GroupNotesForm(Form):
    """Reason, ticket, keep until and lock, as all parts say; the notes of others beside them are left alone."""

    def __init__(
        self, passports: Sequence[Passport], operation: Callable[[PassportChange], Operation], today: date
    ) -> None:
        """`operation` makes what is to be done of the changes; the passports are those of the parts."""
        super().__init__("Edit Notes of Group Checkpoint", "Save notes")
        self._operation = operation
        said, mixed = common_passport(passports)
        self.fields = PassportFields(today, said, mixed)
        self.fields.changed.connect(self.changed)
        checkpoints = count_words(len(passports), "checkpoint")
        hint = f"It is said in all {checkpoints}; notes of others stay." + (_DIFFER if mixed else "")
        self.show_fields(self.fields, WrapLabel(hint, is_muted=True))

    def choices(self) -> tuple[Choice, ...]:
        """Return the operation with what has been changed."""
        return (Choice(self._operation(self.fields.change())),)

    def focus_field(self) -> None:
        """Put the cursor into the reason."""
        self.fields.reason.setFocus()
