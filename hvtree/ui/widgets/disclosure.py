"""A line with a triangle that shows and hides what is below it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from hvtree.ui.widgets.layouts import in_column


class Disclosure(QWidget):
    """Content that is shown on demand."""

    toggled = Signal(bool)
    """Whether it is open now."""

    def __init__(self, show_text: str, hide_text: str, content: QWidget) -> None:
        super().__init__()
        self._texts = (show_text, hide_text)
        self._content = content
        self.button = QToolButton()
        self.button.setCheckable(True)
        self.button.setAutoRaise(True)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.toggled.connect(self._on_toggled)
        column = in_column(self, self.button, content, spacing=4)
        column.setAlignment(self.button, Qt.AlignmentFlag.AlignLeading)
        self._on_toggled(False)

    @property
    def is_open(self) -> bool:
        """Whether the content is shown."""
        return self.button.isChecked()

    def open(self) -> None:
        """Show the content."""
        self.button.setChecked(True)

    def _on_toggled(self, is_open: bool) -> None:
        self._content.setVisible(is_open)
        self.button.setText(self._texts[is_open])
        self.button.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        self.toggled.emit(is_open)
