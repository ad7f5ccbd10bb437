"""A tinted strip with an icon and a sentence: how much a plan may cost, or what has gone wrong."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from hvtree.ui.theme import Colours, colours
from hvtree.ui.widgets.wrap_label import WrapLabel


class Tone(Enum):
    """How serious a banner is; each tone has a colour and a sign of its own."""

    CALM = "calm"
    INFO = "info"
    WARNING = "warning"
    DANGER = "danger"


def tone_colours(tone: Tone, palette: Colours) -> tuple[str, str]:
    """Give the colours of the text and of the ground for a tone."""
    return {
        Tone.CALM: (palette.good, palette.good_back),
        Tone.INFO: (palette.accent, palette.accent_back),
        Tone.WARNING: (palette.warning, palette.warning_back),
        Tone.DANGER: (palette.danger, palette.danger_back),
    }[tone]


class ToneMark(QWidget):
    """The sign of a tone: a tick, an i, a triangle or a cross, told apart by shape as well as by colour."""

    def __init__(self, tone: Tone, size: int = 18) -> None:
        super().__init__()
        self._tone = tone
        self.setFixedSize(QSize(size, size))

    def set_tone(self, tone: Tone) -> None:
        """Show another sign."""
        self._tone = tone
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_tone(painter, QRectF(self.rect()), self._tone, colours(self))


class Banner(QWidget):
    """One or two sentences that must be read, on a tinted ground."""

    def __init__(self, tone: Tone = Tone.INFO, text: str = "", more: str = "") -> None:
        super().__init__()
        self._mark = ToneMark(tone)
        self._text = WrapLabel(is_bold=True)
        self._more = WrapLabel()
        self._build()
        self.show_text(tone, text, more)

    def show_text(self, tone: Tone, text: str, more: str = "") -> None:
        """Show another sentence, with more about it below."""
        self._tone = tone
        self._mark.set_tone(tone)
        self._text.setText(text)
        self._more.setText(more)
        self._more.setVisible(bool(more))
        self.update()

    def text(self) -> str:
        """Give all that it says."""
        return " ".join(part for part in (self._text.text(), self._more.text()) if part)

    def paintEvent(self, _event: QPaintEvent) -> None:
        text, ground = tone_colours(self._tone, colours(self))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(self.rect(), 6, 6)
        painter.setBrush(QColor(text))
        painter.drawRoundedRect(0, 0, 4, self.height(), 2, 2)

    def _build(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(self._text)
        words.addWidget(self._more)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 9, 12, 9)
        row.setSpacing(10)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)


def draw_tone(painter: QPainter, area: QRectF, tone: Tone, palette: Colours) -> None:
    """Draw the sign of a tone into a square."""
    inner = area.adjusted(1.5, 1.5, -1.5, -1.5)
    colour = QColor(tone_colours(tone, palette)[0])
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    if tone is Tone.WARNING:
        _triangle(painter, inner)
    else:
        painter.drawEllipse(inner)
    stroke = QPen(QColor(palette.accent_back if palette.is_dark else "#ffffff"), area.width() / 9)
    stroke.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(stroke)
    for x1, y1, x2, y2 in _STROKES[tone]:
        painter.drawLine(_at(inner, x1, y1), _at(inner, x2, y2))


_STROKES: dict[Tone, tuple[tuple[float, float, float, float], ...]] = {
    Tone.CALM: ((0.28, 0.52, 0.44, 0.68), (0.44, 0.68, 0.73, 0.34)),
    Tone.INFO: ((0.5, 0.46, 0.5, 0.74), (0.5, 0.27, 0.5, 0.28)),
    Tone.WARNING: ((0.5, 0.42, 0.5, 0.64), (0.5, 0.8, 0.5, 0.81)),
    Tone.DANGER: ((0.34, 0.34, 0.66, 0.66), (0.66, 0.34, 0.34, 0.66)),
}


def _at(area: QRectF, x: float, y: float) -> QPointF:
    return QPointF(area.left() + x * area.width(), area.top() + y * area.height())


def _triangle(painter: QPainter, area: QRectF) -> None:
    painter.drawPolygon(QPolygonF([_at(area, 0.5, 0.04), _at(area, 1.02, 0.98), _at(area, -0.02, 0.98)]))
