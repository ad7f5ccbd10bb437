"""A tinted strip with a sign and a sentence: how much a plan may cost, or what has gone wrong."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from hvtree.ui.theme import Colours, colours
from hvtree.ui.widgets.layouts import in_column, in_row
from hvtree.ui.widgets.signs import Sign, SignMark
from hvtree.ui.widgets.wrap_label import WrapLabel


class Tone(Enum):
    """How serious a banner is; each tone has a colour of its own, and is made of its sign."""

    CALM = Sign.DONE
    INFO = Sign.INFO
    WARNING = Sign.WARNING
    UNSURE = Sign.UNKNOWN
    DANGER = Sign.FAILED
    MUTED = Sign.SKIPPED


def tone_colours(tone: Tone, palette: Colours) -> tuple[str, str]:
    """Return the colours of the stripe and of the ground for a tone."""
    return {
        Tone.CALM: (palette.good, palette.good_back),
        Tone.INFO: (palette.accent, palette.accent_back),
        Tone.WARNING: (palette.warning, palette.warning_back),
        Tone.UNSURE: (palette.warning, palette.warning_back),
        Tone.DANGER: (palette.danger, palette.danger_back),
        Tone.MUTED: (palette.muted, palette.line),
    }[tone]


class Banner(QWidget):
    """One or two sentences that must be read, on a tinted ground."""

    def __init__(self, tone: Tone = Tone.INFO, text: str = "", more: str = "") -> None:
        super().__init__()
        self._mark = SignMark(tone.value)
        self._text = WrapLabel(is_bold=True)
        self._more = WrapLabel()
        self._build()
        self.show_text(tone, text, more)

    def show_text(self, tone: Tone, text: str, more: str = "") -> None:
        """Show another sentence, with more about it below."""
        self._tone = tone
        self._mark.set_sign(tone.value)
        self._mark.setAccessibleName(tone.name.capitalize())
        self._text.setText(text)
        self._more.setText(more)
        self._more.setVisible(bool(more))
        self.update()

    def text(self) -> str:
        """Return all that it says."""
        return " ".join(part for part in (self._text.text(), self._more.text()) if part)

    def paintEvent(self, _event: QPaintEvent) -> None:
        stripe, ground = tone_colours(self._tone, colours(self))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(self.rect(), 6, 6)
        painter.setBrush(QColor(stripe))
        painter.drawRoundedRect(0, 0, 4, self.height(), 2, 2)

    def _build(self) -> None:
        words = in_column(None, self._text, self._more, spacing=3)
        row = in_row(self, self._mark, words, margins=(14, 9, 12, 9), spacing=10)
        row.setAlignment(self._mark, Qt.AlignmentFlag.AlignTop)
        row.setStretch(1, 1)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
