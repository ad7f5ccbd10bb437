"""Texts in one line that lose their middle where there is no room for them, and tell the whole of it in a tool tip."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QStatusBar, QStyle, QStyleOption, QToolTip, QWidget

from hvtree.ui.format import plain_tip

_LEFT = 6
_RIGHT = 12
_GAP = 2
_LEAST_CHARACTERS = 12
_MIDDLE = Qt.TextElideMode.ElideMiddle


class ElidedLabel(QLabel):
    """A label of plain text that may become narrower than its text; what is read aloud and `text` stay whole."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._tip = self._ending = ""

    def show_text(self, beginning: str, ending: str = "", tip: str = "") -> None:
        """Show a text whose beginning loses its middle before the ending loses anything; `tip` is said besides."""
        self._ending, self._tip = ending, tip
        self.setText(beginning + ending)
        self._update_tip()

    def shown(self) -> str:
        """Return what there is room for."""
        metrics, room = self.fontMetrics(), self.contentsRect().width()
        beginning = self.text().removesuffix(self._ending)
        left = room - metrics.horizontalAdvance(self._ending)
        if not self._ending or left < _LEAST_CHARACTERS * metrics.averageCharWidth():
            return metrics.elidedText(self.text(), _MIDDLE, room)
        return metrics.elidedText(beginning, _MIDDLE, left) + self._ending

    def minimumSizeHint(self) -> QSize:
        least = _LEAST_CHARACTERS * self.fontMetrics().averageCharWidth()
        whole = super().minimumSizeHint()
        return QSize(min(least, whole.width()), whole.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_tip()

    def paintEvent(self, _event: QPaintEvent) -> None:
        self.style().drawItemText(
            QPainter(self),
            self.contentsRect(),
            Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine,
            self.palette(),
            self.isEnabled(),
            self.shown(),
            self.foregroundRole(),
        )

    def _update_tip(self) -> None:
        whole = self.text() if self.shown() != self.text() else ""
        self.setToolTip(plain_tip("\n".join(part for part in (whole, self._tip) if part)))


class ElidedStatusBar(QStatusBar):
    """A status bar whose message loses its middle where Qt's own would be cut at its end."""

    def shown(self) -> str:
        """Return as much of the message as there is room for."""
        return self.fontMetrics().elidedText(self.currentMessage(), _MIDDLE, self._room().width())

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self.shown()
        if shown == self.currentMessage():
            super().paintEvent(event)
            return
        painter, option = QPainter(self), QStyleOption()
        option.initFrom(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelStatusBar, option, painter, self)
        painter.setPen(self.palette().windowText().color())
        flags = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.drawText(self._room(), flags, shown)

    def event(self, event: QEvent) -> bool:
        if not isinstance(event, QHelpEvent) or event.type() != QEvent.Type.ToolTip:
            return super().event(event)
        room = self._room()
        if self.shown() == self.currentMessage() or not room.contains(event.pos()):
            return super().event(event)
        QToolTip.showText(event.globalPos(), plain_tip(self.currentMessage()), self, room)
        return True

    def _room(self) -> QRect:
        """Return where the message stands: at the left of everything that is always there, as Qt puts it."""
        children = self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        edges = [child.x() - _GAP for child in children if child.isVisibleTo(self) and child.x() > 0]
        right = min(edges, default=self.width() - _RIGHT)
        return QRect(_LEFT, 0, max(0, right - _LEFT), self.height())
