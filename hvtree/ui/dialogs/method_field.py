"""The choice of how the VMs of a group are brought to one instant, each way with a sentence."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QLabel, QRadioButton, QWidget

from hvtree.domain.group import GroupMethod
from hvtree.domain.group_words import METHOD_NAMES, METHOD_SENTENCES
from hvtree.ui.widgets.layouts import in_column, in_row
from hvtree.ui.widgets.wrap_label import WrapLabel


class MethodField(QWidget):
    """One of the methods; the sentence below is about the one that is chosen."""

    changed = Signal()

    def __init__(self, method: GroupMethod) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._buttons = {each: QRadioButton(name) for each, name in METHOD_NAMES.items()}
        self._sentence = WrapLabel(is_muted=True)
        for each, button in self._buttons.items():
            button.setToolTip(METHOD_SENTENCES[each])
            button.setAccessibleDescription(METHOD_SENTENCES[each])
            self._group.addButton(button)
        caption = QLabel("&Method")
        caption.setBuddy(self._buttons[GroupMethod.PAUSE_AND_SAVE])
        in_column(
            self, in_row(None, caption, *self._buttons.values(), None, spacing=12), self._sentence, spacing=3
        )
        self._buttons[method].setChecked(True)
        self._show_sentence()
        self._group.buttonToggled.connect(self._on_toggled)

    def method(self) -> GroupMethod:
        """Return the method that is chosen."""
        return next(each for each, button in self._buttons.items() if button.isChecked())

    def choose(self, method: GroupMethod) -> None:
        """Choose a method."""
        self._buttons[method].setChecked(True)

    def _show_sentence(self) -> None:
        self._sentence.setText(METHOD_SENTENCES[self.method()])

    def _on_toggled(self, _button: QRadioButton, is_checked: bool) -> None:
        if is_checked:
            self._show_sentence()
            self.changed.emit()
