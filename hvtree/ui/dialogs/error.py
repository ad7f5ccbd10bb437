"""An error in words that help: what happened, why, what to do now; technical details on demand."""

from __future__ import annotations

import traceback

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from hvtree.domain.errors import HVTreeError
from hvtree.ui.widgets.banner import Banner, Tone
from hvtree.ui.widgets.code_box import CodeBox
from hvtree.ui.widgets.disclosure import Disclosure
from hvtree.ui.widgets.layouts import dialog_buttons, fit_to_width, in_dialog
from hvtree.ui.widgets.wrap_label import WrapLabel


class ErrorDialog(QDialog):
    """Shows one error. It opens without blocking, and deletes itself when closed."""

    def __init__(self, error: HVTreeError, parent: QWidget | None = None, *, title: str = "Error") -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.error = error
        copy = QPushButton("Copy")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text()))
        parts: list[QWidget] = [Banner(Tone.DANGER, error.what, error.why)]
        if error.now:
            parts.append(WrapLabel(error.now))
        if error.details:
            raw = CodeBox(error.details, can_copy=False)
            parts.append(Disclosure("Show details", "Hide details", raw))
        in_dialog(self, *parts, None, dialog_buttons(self, QPushButton("Close"), None, copy))
        fit_to_width(self, 540)

    def shows(self, error: HVTreeError) -> bool:
        """Return whether another error is the one that it shows, apart from technical details."""
        facts = [(type(each), each.code, each.what, each.why, each.now) for each in (self.error, error)]
        return facts[0] == facts[1]

    def text(self) -> str:
        """Return the whole error as text."""
        error = self.error
        return "\n".join(part for part in (error.what, error.why, error.now, error.details) if part)


def as_shown(error: BaseException) -> HVTreeError:
    """Return any error as an `HVTreeError`; a programming error keeps its traceback as details."""
    if isinstance(error, HVTreeError):
        return error
    return HVTreeError(
        "Something unexpected happened inside HVTree.",
        why=f"{type(error).__name__}: {error}",
        now="Nothing more was done. Please report this with the details below.",
        details="".join(traceback.format_exception(error)),
    )
