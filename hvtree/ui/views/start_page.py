"""What the window shows while no host is open: what this is, and the two ways to begin."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from hvtree.ui.icons import app_picture, icon
from hvtree.ui.widgets.layouts import in_row
from hvtree.ui.widgets.wrap_label import WrapLabel

_WIDTH = 480
_ICON_SIZE = 22


class StartPage(QWidget):
    """Two large buttons in the middle of the window; empty until `fill`, since whoever opens a host at once never sees them."""

    demo_wanted = Signal()
    connect_wanted = Signal()

    def fill(self) -> None:
        """Put everything in, before the page is shown; the second time there is nothing to do."""
        if self.layout() is not None:
            return
        self.demo_button = _large_button("Open the demo lab", "start")
        self.connect_button = _large_button("Connect to a host…", "connect")
        self.demo_button.clicked.connect(self.demo_wanted)
        self.connect_button.clicked.connect(self.connect_wanted)
        middle = QWidget()
        middle.setFixedWidth(_WIDTH)
        self._fill_column(QVBoxLayout(middle))
        in_row(self, None, middle, None)

    def _fill_column(self, column: QVBoxLayout) -> None:
        picture = QLabel()
        picture.setPixmap(app_picture(72, self.devicePixelRatio()))
        column.setSpacing(8)
        column.addStretch(2)
        column.addWidget(picture)
        column.addWidget(WrapLabel("HVTree", is_bold=True, scale=2.0))
        column.addWidget(WrapLabel("See the checkpoint trees of Hyper-V hosts, and act on them.", scale=1.1))
        column.addSpacing(16)
        column.addWidget(self.demo_button)
        column.addWidget(
            WrapLabel("An emulated host with a lab of VMs: nothing in it can be harmed.", is_muted=True)
        )
        column.addSpacing(8)
        column.addWidget(self.connect_button)
        column.addWidget(
            WrapLabel("A Hyper-V host that answers WinRM, with your own account.", is_muted=True)
        )
        column.addStretch(3)


def _large_button(text: str, picture: str) -> QPushButton:
    button = QPushButton(icon(picture, sizes=(_ICON_SIZE,)), text)
    button.setIconSize(QSize(_ICON_SIZE, _ICON_SIZE))
    button.setMinimumHeight(42)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    return button
