"""A tool bar that never hides its last widget: where words and icons do not fit, icons alone do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolBar, QWidget

_WORDS = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
_ICONS = Qt.ToolButtonStyle.ToolButtonIconOnly


class FittingToolBar(QToolBar):
    """Buttons with words while there is room for all of them. The tool tip says what each icon means."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.setMovable(False)
        self.setIconSize(QSize(18, 18))
        self.setToolButtonStyle(_WORDS)
        self._wide = 0

    def hold_room(self) -> None:
        """Be as high as with buttons, until `clear`."""
        blank = QPixmap(self.iconSize())
        blank.fill(QColor(0, 0, 0, 0))
        self.addAction(QIcon(blank), " ").setEnabled(False)

    def add_at_the_end(self, widget: QWidget) -> None:
        """Put a widget at the far end of the bar."""
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(gap)
        self.addWidget(widget)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.setToolButtonStyle(_WORDS)
            self._fit()

    def _fit(self) -> None:
        if self.toolButtonStyle() == _WORDS:
            self._wide = self.sizeHint().width()
        self.setToolButtonStyle(_WORDS if self.width() >= self._wide else _ICONS)
