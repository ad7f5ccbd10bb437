"""The user of a dialog: reads it, types into it, and presses its buttons by their texts."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QLineEdit, QPushButton, QRadioButton, QToolButton

from hvtree.ui.dialogs.tree_preview import TreePreview
from hvtree.ui.dialogs.value_table import ValueTable
from hvtree.ui.widgets.banner import Banner
from hvtree.ui.widgets.wrap_label import WrapLabel

_ISOLATES = {0x2068: None, 0x2069: None}


class DialogUser:
    """The user of one dialog."""

    def __init__(self, dialog: QDialog) -> None:
        self.widget: Any = dialog

    @property
    def title(self) -> str:
        return str(self.widget.windowTitle())

    @property
    def heading(self) -> str:
        return plain(self.widget.heading())

    def text(self) -> str:
        """Return the plan, or the reason why there is none, as it is shown."""
        return plain(self.widget.pane.text())

    def buttons(self) -> list[str]:
        """Return the texts of the buttons that can be pressed."""
        return [_caption(button) for button in self._all_buttons() if button.isEnabled()]

    def default_button(self) -> str:
        """Return the button that Enter presses."""
        return next(_caption(button) for button in self._all_buttons() if button.isDefault())

    def button(self, caption: str) -> QPushButton:
        found = [button for button in self._all_buttons() if _caption(button) == caption]
        assert found, f"{caption!r} is none of {[_caption(b) for b in self._all_buttons()]}"
        return found[0]

    def press(self, caption: str) -> None:
        """Press the button with this text."""
        button = self.button(caption)
        assert button.isEnabled(), f"{caption!r} is disabled: {button.toolTip()}"
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def key(self, key: Qt.Key) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(self.widget.focusWidget() or self.widget, key)

    def type(self, text: str, field: int = 0) -> None:
        """Replace the text of a field."""
        edit = self.fields()[field]
        edit.selectAll()
        QTest.keyClick(edit, Qt.Key.Key_Delete)
        edit.insert(text)

    def tick(self, caption: str) -> None:
        """Tick a box; the focus is on it then."""
        boxes = {box.text().replace("&", ""): box for box in self.widget.findChildren(QCheckBox)}
        boxes[caption].setFocus()
        boxes[caption].setChecked(True)

    def radio(self, caption: str) -> None:
        """Choose one of several ways."""
        found = {each.text().replace("&", ""): each for each in self.widget.findChildren(QRadioButton)}
        found[caption].setChecked(True)

    def boxes(self) -> list[str]:
        """Return the boxes that can be ticked."""
        boxes = self.widget.findChildren(QCheckBox)
        return [box.text().replace("&", "") for box in boxes if box.isVisible() and box.isEnabled()]

    def choose(self, text: str) -> None:
        """Choose from whichever list has this entry."""
        for box in self.widget.findChildren(QComboBox):
            index = next((i for i in range(box.count()) if plain(box.itemText(i)) == text), -1)
            if box.isVisible() and index >= 0:
                box.setCurrentIndex(index)
                box.activated.emit(index)
                return
        raise AssertionError(f"{text!r} cannot be chosen")

    def table(self) -> list[tuple[str, ...]]:
        """Return the rows of the table above the plan."""
        (found,) = self.widget.findChildren(ValueTable)
        return [tuple(plain(cell) for cell in row) for row in found.rows()]

    def note(self) -> str:
        """Return the note that stands above everything else."""
        return " ".join(banner.text() for banner in self.widget.findChildren(Banner) if banner.isVisible())

    def unfold(self, caption: str) -> None:
        """Open what is folded away under a caption."""
        for button in self.widget.findChildren(QToolButton):
            if button.text() == caption:
                button.click()

    def trees(self) -> tuple[list[str], list[str]]:
        """Return the rows of the small trees, now and afterwards."""
        now, afterwards = self.widget.findChild(TreePreview).rows()
        return [plain(row) for row in now], [plain(row) for row in afterwards]

    def all_text(self) -> str:
        """Return every label."""
        return plain("\n".join(label.text() for label in self.widget.findChildren(WrapLabel)))

    def fields(self) -> list[QLineEdit]:
        return [edit for edit in self.widget.findChildren(QLineEdit) if edit.isVisible()]

    def _all_buttons(self) -> list[QPushButton]:
        return [button for button in self.widget.findChildren(QPushButton) if button.isVisible()]


def plain(text: str) -> str:
    """Return a text without the marks that keep names apart from their surroundings."""
    return text.translate(_ISOLATES)


def _caption(button: QPushButton) -> str:
    return button.text().replace("&", "")
