"""Colours, fonts, strokes and small pictures for painting the tree: made once, used for each row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from hvtree.ui.theme import Colours, colours
from hvtree.ui.views.tree_geometry import MARK
from hvtree.ui.views.tree_lines import LinePens

_OPEN = ((-3.5, -1.5), (0.0, 2.0), (3.5, -1.5))
_CLOSED = ((-1.5, -3.5), (2.0, 0.0), (-1.5, 3.5))
BADGE_PADDING = 12
BADGE_DISTANCE = 8
PROGRESS_WIDTH = 160
_MIDDLE = (MARK - 1) // 2
_WIDTHS_AT_MOST = 4_000
_BADGES_AT_MOST = 400


class MeasuredFont:
    """A font with its measures, and with the widths of texts that have been written in it."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self.metrics = QFontMetrics(font)
        self._above = self.metrics.ascent() - self.metrics.descent()
        """By how many pixels more it reaches above its baseline than below."""
        self._widths: dict[str, int] = {}

    def width(self, text: str) -> int:
        """Return how wide a text is; most of those on the screen are there more than once."""
        width = self._widths.get(text)
        if width is None:
            if len(self._widths) >= _WIDTHS_AT_MOST:
                self._widths.clear()
            width = self._widths[text] = self.metrics.horizontalAdvance(text)
        return width

    def cut(self, text: str, width: int, elision: Qt.TextElideMode) -> str:
        """Return as much of a text as there is room for."""
        return text if self.width(text) <= width else self.metrics.elidedText(text, elision, width)

    def baseline(self, room: QRect) -> int:
        """Return the height of the baseline of text in the middle of a room.

        Not left to Qt: a single character from another font would shift the whole line.
        """
        return room.top() + (room.height() + self._above) // 2


class TreeStyle:
    """What a painting of a widget needs; valid as long as it `fits`."""

    def __init__(self, widget: QWidget) -> None:
        self.colours: Colours = colours(widget)
        self.selected = widget.palette().color(QPalette.ColorRole.HighlightedText).name()
        self.ratio = widget.devicePixelRatioF()
        self._base = base = widget.font()
        self.plain = MeasuredFont(base)
        self.strong = MeasuredFont(_varied(base, weight=QFont.Weight.DemiBold))
        self.slanted = MeasuredFont(_varied(base, is_italic=True))
        self.small = MeasuredFont(_varied(base, scale=0.85))
        self.lines = LinePens(self.colours)
        self._pens: dict[str, QPen] = {}
        self._marks: dict[tuple[str, bool], QPixmap] = {}
        self._badges: dict[tuple[str, str, str], QPixmap] = {}

    def fits(self, widget: QWidget) -> bool:
        """Return whether a widget still has the palette, the font and the resolution that this was made for."""
        return (
            self.ratio == widget.devicePixelRatioF()
            and self._base == widget.font()
            and self.colours is colours(widget)
            and self.selected == widget.palette().color(QPalette.ColorRole.HighlightedText).name()
        )

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
        painter.setPen(self._pen(colour))
        painter.drawText(room.left(), face.baseline(room), face.cut(text, room.width(), elision))

    def write_right(self, painter: QPainter, text: str, room: QRect, colour: str) -> None:
        """Write one line of text against the right edge of its room, cut to fit."""
        if text:
            width = min(self.plain.width(text) + 1, room.width())  # it is rounded, down too
            self.write(painter, text, room.adjusted(room.width() - width, 0, 0, 0), colour)

    def draw_mark(self, painter: QPainter, place: QRect, colour: str, *, is_open: bool) -> None:
        """Draw the mark that opens or closes a row."""
        picture = self._marks.get((colour, is_open))
        if picture is None:
            picture = self._marks[colour, is_open] = self._made_mark(colour, is_open=is_open)
        painter.drawPixmap(place.center() - QPoint(_MIDDLE, _MIDDLE), picture)

    def badge_width(self, text: str) -> int:
        """Return the width to keep free for a badge, its distance from the name included; 0 for none."""
        return self._badge_size(text).width() + BADGE_DISTANCE if text else 0

    def draw_badge(
        self, painter: QPainter, text: str, left: int, cell: QRect, *, pair: tuple[str, str]
    ) -> None:
        """Draw a small rounded label in the colours of text and background; an empty background is left out."""
        key = (text, *pair)
        picture = self._badges.get(key)
        if picture is None:
            if len(self._badges) >= _BADGES_AT_MOST:
                self._badges.clear()
            picture = self._badges[key] = self._made_badge(text, pair)
        painter.drawPixmap(left, cell.center().y() + 1 - self._badge_size(text).height() // 2, picture)

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

    def _pen(self, colour: str) -> QPen:
        pen = self._pens.get(colour)
        if pen is None:
            pen = self._pens[colour] = QPen(QColor(colour))
        return pen

    def _made_mark(self, colour: str, *, is_open: bool) -> QPixmap:
        pen = QPen(QColor(colour), 1.6)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        picture = self._empty(QSize(MARK, MARK))
        with drawing(picture) as painter:
            painter.setPen(pen)
            painter.translate(_MIDDLE + 0.5, _MIDDLE + 0.5)
            painter.drawPolyline([QPointF(dx, dy) for dx, dy in (_OPEN if is_open else _CLOSED)])
        return picture

    def _made_badge(self, text: str, pair: tuple[str, str]) -> QPixmap:
        text_colour, back = pair
        size = self._badge_size(text)
        picture, place = self._empty(size), QRect(QPoint(0, 0), size)
        with drawing(picture) as painter:
            if back:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(back))
                painter.drawRoundedRect(place, size.height() / 2, size.height() / 2)
            painter.setFont(self.small.font)
            painter.setPen(self._pen(text_colour))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
        return picture

    def _badge_size(self, text: str) -> QSize:
        return QSize(self.small.width(text) + BADGE_PADDING, self.small.metrics.height() + 2)

    def _empty(self, size: QSize) -> QPixmap:
        """Return a picture with nothing on it, as sharp as the screen."""
        picture = QPixmap(size * self.ratio)
        picture.setDevicePixelRatio(self.ratio)
        picture.fill(Qt.GlobalColor.transparent)
        return picture


@contextmanager
def drawing(picture: QPixmap) -> Iterator[QPainter]:
    """Draw on a picture, with smooth edges."""
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    try:
        yield painter
    finally:
        painter.end()


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
