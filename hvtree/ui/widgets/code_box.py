"""PowerShell to read and to copy, folded away until somebody asks for it."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase, QGuiApplication, QShowEvent, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QWidget

from hvtree.domain.plain_text import plain_lines
from hvtree.ui.widgets.disclosure import Disclosure
from hvtree.ui.widgets.layouts import in_column, in_row

_LINES_LEAST, _LINES_MOST = 4, 10
_LONG = 4_000
"""Characters; laying out more takes noticeable time."""


class CodeBox(QWidget):
    """Lines of code in a box of their own, with a button that copies them unless the surroundings have one."""

    def __init__(self, code: str = "", *, can_copy: bool = True) -> None:
        super().__init__()
        self._code = ""
        self._is_filled = True
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._text.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._text.setTabChangesFocus(True)
        self.copy_button = QPushButton("Copy")
        self.copy_button.setAutoDefault(False)
        self.copy_button.clicked.connect(self.copy)
        in_column(self, self._text, in_row(None, None, self.copy_button))
        self.copy_button.setVisible(can_copy)
        self.show_code(code)

    def code(self) -> str:
        """Return the code as it is copied: as it came, also what is shown in another way since it could deceive."""
        return self._code

    def show_code(self, code: str) -> None:
        """Show other code; the same leaves selection and scroll position alone. Long code is laid out when it is seen."""
        if code != self._code:
            self._code = code
            self._is_filled = False
        if self.isVisible() or len(code) < _LONG:
            self._fill()

    def showEvent(self, event: QShowEvent) -> None:
        self._fill()
        super().showEvent(event)

    def _fill(self) -> None:
        if not self._is_filled:
            self._is_filled = True
            self._text.setPlainText(plain_lines(self._code))
        lines = min(
            max(self._text.blockCount() + 2, _LINES_LEAST), _LINES_MOST
        )  # two more for lines that wrap
        self._text.setFixedHeight(self._text.fontMetrics().lineSpacing() * lines + 12)

    def copy(self) -> None:
        """Put the code on the clipboard."""
        QGuiApplication.clipboard().setText(self.code())


def powershell_box() -> tuple[Disclosure, CodeBox]:
    """Return a folded box for PowerShell and what is inside it."""
    box = CodeBox()
    return Disclosure("Show PowerShell", "Hide PowerShell", box), box
