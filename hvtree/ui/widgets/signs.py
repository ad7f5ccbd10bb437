"""Small status signs that differ in shape first and in colour second, drawn for light and dark."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget

from hvtree.ui.theme import Colours, colours


class Sign(Enum):
    """What a sign says."""

    WAITING = "waiting"
    """A hollow ring."""
    RUNNING = "running"
    """A ring with a wedge."""
    DONE = "done"
    """A tick on a disc."""
    INFO = "info"
    """An i on a disc."""
    WARNING = "warning"
    """An exclamation mark on a triangle."""
    FAILED = "failed"
    """A cross on a disc."""
    SKIPPED = "skipped"
    """A dash in a ring."""
    UNKNOWN = "unknown"
    """A question mark on a square."""


_STROKES: dict[Sign, tuple[tuple[float, float, float, float], ...]] = {
    Sign.DONE: ((0.28, 0.52, 0.44, 0.68), (0.44, 0.68, 0.73, 0.34)),
    Sign.INFO: ((0.5, 0.46, 0.5, 0.74), (0.5, 0.27, 0.5, 0.28)),
    Sign.WARNING: ((0.5, 0.42, 0.5, 0.64), (0.5, 0.8, 0.5, 0.81)),
    Sign.FAILED: ((0.34, 0.34, 0.66, 0.66), (0.66, 0.34, 0.34, 0.66)),
    Sign.SKIPPED: ((0.32, 0.5, 0.68, 0.5),),
    Sign.UNKNOWN: (
        (0.36, 0.36, 0.44, 0.25),
        (0.44, 0.25, 0.58, 0.25),
        (0.58, 0.25, 0.65, 0.38),
        (0.65, 0.38, 0.5, 0.53),
        (0.5, 0.53, 0.5, 0.6),
        (0.5, 0.77, 0.5, 0.78),
    ),
}
_HOLLOW = (Sign.WAITING, Sign.RUNNING, Sign.SKIPPED)


def sign_colour(sign: Sign, palette: Colours) -> str:
    """Return the colour of a sign."""
    return {
        Sign.DONE: palette.good,
        Sign.INFO: palette.accent,
        Sign.RUNNING: palette.accent,
        Sign.WARNING: palette.warning,
        Sign.UNKNOWN: palette.warning,
        Sign.FAILED: palette.danger,
    }.get(sign, palette.muted)


def draw_sign(
    painter: QPainter, area: QRectF, sign: Sign, palette: Colours, single: str | None = None
) -> None:
    """Draw a sign into a square; in a `single` colour `#rrggbb` if one is given."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    inner = area.adjusted(1.5, 1.5, -1.5, -1.5)
    colour = QColor(single or sign_colour(sign, palette))
    if sign in _HOLLOW:
        _ring(painter, inner, sign, colour)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        _ground(painter, inner, sign)
        colour = QColor(palette.accent if single else palette.on_sign)
    stroke = QPen(colour, area.width() / 9)
    stroke.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(stroke)
    for x1, y1, x2, y2 in _STROKES.get(sign, ()):
        painter.drawLine(_at(inner, x1, y1), _at(inner, x2, y2))


def sign_icon(sign: Sign, palette: Colours, size: int = 16, ratio: float = 2.0) -> QIcon:
    """Return a sign as an icon of `size` device-independent pixels; white where its row is selected."""
    icon = QIcon()
    for mode, single in ((QIcon.Mode.Normal, None), (QIcon.Mode.Selected, "#ffffff")):
        pixmap = QPixmap(round(size * ratio), round(size * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        draw_sign(painter, QRectF(0, 0, size, size), sign, palette, single)
        painter.end()
        icon.addPixmap(pixmap, mode)
    return icon


class SignMark(QWidget):
    """A sign as a widget of a fixed size."""

    def __init__(self, sign: Sign, size: int = 18) -> None:
        super().__init__()
        self.setFixedSize(QSize(size, size))
        self.set_sign(sign)

    def set_sign(self, sign: Sign) -> None:
        """Show another sign."""
        self._sign = sign
        self.setAccessibleName(sign.value.capitalize())
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        draw_sign(QPainter(self), QRectF(self.rect()), self._sign, colours(self))


def _ring(painter: QPainter, area: QRectF, sign: Sign, colour: QColor) -> None:
    painter.setPen(QPen(colour, area.width() / 9))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(area.adjusted(0.5, 0.5, -0.5, -0.5))
    if sign is Sign.RUNNING:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPie(area.adjusted(2.5, 2.5, -2.5, -2.5), 90 * 16, -225 * 16)


def _ground(painter: QPainter, area: QRectF, sign: Sign) -> None:
    if sign is Sign.WARNING:
        painter.drawPolygon(QPolygonF([_at(area, 0.5, 0.04), _at(area, 1.02, 0.98), _at(area, -0.02, 0.98)]))
    elif sign is Sign.UNKNOWN:
        painter.drawRoundedRect(area, 3, 3)
    else:
        painter.drawEllipse(area)


def _at(area: QRectF, x: float, y: float) -> QPointF:
    return QPointF(area.left() + x * area.width(), area.top() + y * area.height())
