"""A label for text that people typed: wraps anywhere, never widens its window, shows markup as plain text."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPalette, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from hvtree.domain.plain_text import plain_lines
from hvtree.ui.theme import colours

SHOWN_CHARACTERS = 1_500
"""Longer texts end in an ellipsis; the tool tip then has more of them."""
TIP_CHARACTERS = 10_000
_UNBOUNDED = 1_000_000


class WrapLabel(QWidget):
    """Plain text in as many lines as its width asks for.

    QLabel breaks lines only between words, so one name of 10,000 characters would make its dialog wider than the
    screen.
    """

    def __init__(
        self, text: str = "", *, is_bold: bool = False, is_muted: bool = False, scale: float = 1.0
    ) -> None:
        super().__init__()
        self._text = ""
        self._is_muted = is_muted
        font = QFont(self.font())
        font.setBold(is_bold)
        font.setPointSizeF(font.pointSizeF() * scale)
        self.setFont(font)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setText(text)

    def text(self) -> str:
        """Return the whole text, also what does not fit, as `plain_lines` makes it."""
        return self._text

    def setText(self, text: str) -> None:
        """Show another text."""
        text = self._text = plain_lines(text)
        self._shown = text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
        self.setToolTip(_tip(text) if self._shown != text else "")
        self.setAccessibleName(text[:TIP_CHARACTERS])
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return laid_out(self._shown, self.font(), width)[1]

    def sizeHint(self) -> QSize:
        widest = max(
            (self.fontMetrics().horizontalAdvance(line) for line in self._shown.split("\n")), default=0
        )
        width = min(widest + 2, 46 * self.fontMetrics().averageCharWidth() * 2)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(8 * self.fontMetrics().averageCharWidth(), self.fontMetrics().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        plain = self.palette().color(QPalette.ColorRole.WindowText)
        painter.setPen(QColor(colours(self).muted) if self._is_muted else plain)
        top = 0
        for layout, height in laid_out(self._shown, self.font(), self.width())[0]:
            layout.draw(painter, QPointF(0, top))
            top += height


def laid_out(text: str, font: QFont, width: int) -> tuple[list[tuple[QTextLayout, int]], int]:
    """Return each paragraph laid out to a width, with its height, and the height of them all in pixels."""
    option = QTextOption(Qt.AlignmentFlag.AlignLeading)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    paragraphs: list[tuple[QTextLayout, int]] = []
    for paragraph in text.split("\n"):
        layout = QTextLayout(paragraph, font)
        layout.setTextOption(option)
        paragraphs.append((layout, _break_lines(layout, max(1, width))))
    return paragraphs, sum(height for _, height in paragraphs)


def _break_lines(layout: QTextLayout, width: int) -> int:
    """Lay out one paragraph, and return its height in whole pixels."""
    top = 0.0
    layout.beginLayout()
    for _ in range(_UNBOUNDED):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        line.setPosition(QPointF(0, top))
        top += line.height()
    layout.endLayout()
    return round(top + 0.49)


def _tip(text: str) -> str:
    from hvtree.ui.format import plain_tip  # noqa: PLC0415  (the first paint has no long text, and needs none of its imports)

    return plain_tip(text[:TIP_CHARACTERS])
