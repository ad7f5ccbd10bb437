"""Colours, fonts and strokes for one painting of the tree: made once, used for each cell."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QPen
from PySide6.QtWidgets import QWidget

from hvtree.ui.theme import Colours, colours

_OPEN = ((-3.5, -1.5), (0.0, 2.0), (3.5, -1.5))
_CLOSED = ((-1.5, -3.5), (2.0, 0.0), (-1.5, 3.5))
BADGE_PADDING = 12
BADGE_DISTANCE = 8
PROGRESS_WIDTH = 160


@dataclass(frozen=True, slots=True)
class MeasuredFont:
    """A font with its measures."""

    font: QFont
    metrics: QFontMetrics
    above: int
    """By how many pixels more it reaches above its baseline than below."""

    @classmethod
    def of(cls, font: QFont) -> MeasuredFont:
        """Measure a font."""
        metrics = QFontMetrics(font)
        return cls(font, metrics, metrics.ascent() - metrics.descent())

    def baseline(self, room: QRect) -> int:
        """Return the height of the baseline of text in the middle of a room.

        Not left to Qt: a single character from another font would shift the whole line.
        """
        return room.top() + (room.height() + self.above) // 2


class TreeStyle:
    """What a painting of a widget needs; valid until its palette or its font changes."""

    def __init__(self, widget: QWidget) -> None:
        self.colours: Colours = colours(widget)
        self.selected = widget.palette().color(QPalette.ColorRole.HighlightedText).name()
        self.ratio = widget.devicePixelRatioF()
        base = widget.font()
        self.plain = MeasuredFont.of(base)
        self.strong = MeasuredFont.of(_varied(base, weight=QFont.Weight.DemiBold))
        self.slanted = MeasuredFont.of(_varied(base, is_italic=True))
        self.small = MeasuredFont.of(_varied(base, scale=0.85))
        self._pens: dict[str, QPen] = {}
        self._mark_pens: dict[str, QPen] = {}

    def write(
        self,
        painter: QPainter,
        text: str,
        room: QRect,
        colour: str,
        *,
        face: MeasuredFont | None = None,
        elision: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        """Write one line of text from the left edge of its room, cut to fit."""
        if not text:
            return
        face = face or self.plain
        painter.setFont(face.font)
        pen = self._pens.get(colour)
        if pen is None:
            pen = self._pens[colour] = QPen(QColor(colour))
        painter.setPen(pen)
        shown = face.metrics.elidedText(text, elision, room.width())
        painter.drawText(room.left(), face.baseline(room), shown)

    def write_right(self, painter: QPainter, text: str, room: QRect, colour: str) -> None:
        """Write one line of text against the right edge of its room, cut to fit."""
        if text:
            width = min(
                self.plain.metrics.horizontalAdvance(text) + 1, room.width()
            )  # it is rounded, down too
            self.write(painter, text, room.adjusted(room.width() - width, 0, 0, 0), colour)

    def draw_mark(self, painter: QPainter, place: QRect, colour: str, *, is_open: bool) -> None:
        """Draw the mark that opens or closes a row."""
        x, y = place.center().x() + 0.5, place.center().y() + 0.5
        pen = self._mark_pens.get(colour)
        if pen is None:
            pen = self._mark_pens[colour] = QPen(QColor(colour), 1.6)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPolyline([QPointF(x + dx, y + dy) for dx, dy in (_OPEN if is_open else _CLOSED)])

    def badge_width(self, text: str) -> int:
        """Return the width to keep free for a badge, its distance from the name included; 0 for none."""
        if not text:
            return 0
        return self.small.metrics.horizontalAdvance(text) + BADGE_PADDING + BADGE_DISTANCE

    def draw_badge(
        self, painter: QPainter, text: str, left: int, cell: QRect, *, pair: tuple[str, str]
    ) -> None:
        """Draw a small rounded label in the colours of text and background; an empty background is left out."""
        text_colour, back = pair
        metrics = self.small.metrics
        height = metrics.height() + 2
        top = cell.center().y() + 0.5 - height / 2
        place = QRectF(left, top, metrics.horizontalAdvance(text) + BADGE_PADDING, height)
        if back:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(back))
            painter.drawRoundedRect(place, height / 2, height / 2)
        painter.setFont(self.small.font)
        painter.setPen(QColor(text_colour))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def draw_progress(self, painter: QPainter, percent: int, room: QRect, colour: str) -> None:
        """Draw a thin bar along the bottom of a cell."""
        track = QRectF(room.left(), room.bottom() - 5, min(room.width(), PROGRESS_WIDTH), 3)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.colours.line))
        painter.drawRoundedRect(track, 1.5, 1.5)
        track.setWidth(track.width() * min(max(percent, 0), 100) / 100)
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(track, 1.5, 1.5)
        painter.restore()


def _varied(
    base: QFont, *, weight: QFont.Weight | None = None, is_italic: bool = False, scale: float = 1.0
) -> QFont:
    font = QFont(base)
    if weight is not None:
        font.setWeight(weight)
    font.setItalic(is_italic)
    if scale != 1.0:
        font.setPointSizeF(max(base.pointSizeF() * scale, 6.0))
    return font
