"""About HVTree: what it is, and which version of what it runs on."""

from __future__ import annotations

import platform

from PySide6 import __version__ as pyside_version
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QWidget

from hvtree import __version__
from hvtree.ui.icons import app_icon
from hvtree.ui.intents.intent import WindowIntent
from hvtree.ui.menu_names import Menu
from hvtree.ui.widgets.layouts import dialog_buttons, fit_to_width, in_column, in_dialog, in_row
from hvtree.ui.widgets.wrap_label import WrapLabel


class AboutDialog(QDialog):
    """A few lines; it deletes itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About HVTree")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picture = QLabel()
        picture.setPixmap(app_icon().pixmap(QSize(56, 56)))
        versions = f"Version {__version__}, Python {platform.python_version()}, PySide6 {pyside_version}"
        words = in_column(
            None,
            WrapLabel("HVTree", is_bold=True, scale=1.5),
            WrapLabel("See the checkpoint trees of Hyper-V hosts, and act on them."),
            WrapLabel(versions, is_muted=True),
            WrapLabel("MIT licence.", is_muted=True),
            spacing=6,
        )
        top = in_row(None, picture, words, spacing=16)
        top.setAlignment(picture, Qt.AlignmentFlag.AlignTop)
        top.setStretch(1, 1)
        in_dialog(self, top, dialog_buttons(self, QPushButton("Close")))
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
