"""About HVTree: what it is, and which version of what it runs on."""

from __future__ import annotations

import platform

from PySide6 import __version__ as pyside_version
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from hvtree import __version__
from hvtree.ui.icons import app_icon
from hvtree.ui.intents.intent import Menu, WindowIntent
from hvtree.ui.theme import colours
from hvtree.ui.widgets.layouts import fit_to_width
from hvtree.ui.widgets.wrap_label import WrapLabel


class AboutDialog(QDialog):
    """A few lines; it deletes itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About HVTree")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picture = QLabel()
        picture.setPixmap(app_icon().pixmap(QSize(56, 56)))
        words = QVBoxLayout()
        words.setSpacing(6)
        muted = colours(self).muted
        words.addWidget(WrapLabel("HVTree", is_bold=True, scale=1.5))
        words.addWidget(WrapLabel("See the checkpoint trees of Hyper-V hosts, and act on them."))
        versions = f"Version {__version__}, Python {platform.python_version()}, PySide6 {pyside_version}"
        words.addWidget(WrapLabel(versions, colour=muted))
        words.addWidget(WrapLabel("MIT licence.", colour=muted))
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        buttons = QDialogButtonBox()
        buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 14)
        column.setSpacing(14)
        column.addLayout(top)
        column.addWidget(buttons)
        fit_to_width(self, 520)


ABOUT = WindowIntent(
    id="help.about",
    text="&About HVTree",
    tip="Show what this is, and which version.",
    icon="info",
    menu=Menu.HELP,
    section=1,
    do=lambda context: AboutDialog(context.window).open(),
)
