"""PowerShell to read and to copy, folded away until somebody asks for it."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase, QGuiApplication, QTextOption
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from hvtree.ui.widgets.disclosure import Disclosure

_LINES_SHOWN = 9


class CodeBox(QWidget):
    """Lines of code in a box of their own, with a button that copies them."""

    def __init__(self, code: str = "") -> None:
        super().__init__()
        self._text = QPlainTextEdit(code)
        self._text.setReadOnly(True)
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._text.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._text.setTabChangesFocus(True)
        self._text.setFixedHeight(self._text.fontMetrics().lineSpacing() * _LINES_SHOWN + 12)
        self.copy_button = QPushButton("Copy")
        self.copy_button.setAutoDefault(False)
        self.copy_button.clicked.connect(self.copy)
        side = QHBoxLayout()
        side.addStretch(1)
        side.addWidget(self.copy_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._text)
        column.addLayout(side)

    def code(self) -> str:
        """Give the code that it shows."""
        return self._text.toPlainText()

    def show_code(self, code: str) -> None:
        """Show other code; the same code leaves selection and scroll position alone."""
        if code != self.code():
            self._text.setPlainText(code)

    def copy(self) -> None:
        """Put the code on the clipboard."""
        QGuiApplication.clipboard().setText(self.code())


def powershell_box() -> tuple[Disclosure, CodeBox]:
    """Give a folded box for PowerShell and what is inside it."""
    box = CodeBox()
    return Disclosure("Show PowerShell", "Hide PowerShell", box), box
