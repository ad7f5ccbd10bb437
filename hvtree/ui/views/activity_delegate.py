"""Draws the rows of the activity panel: the sign before the title, and a bar for the progress."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QWidget

from hvtree.domain.state_words import percent_words
from hvtree.ui.models.activity import PERCENT_ROLE, JobColumn
from hvtree.ui.theme import Colours, colours
from hvtree.ui.views.sign_delegate import SignDelegate


class ActivityDelegate(SignDelegate):
    """Adds the bars."""

    def __init__(self, view: QWidget) -> None:
        title, status = JobColumn.TITLE, JobColumn.STATUS
        super().__init__(view, title=title, outcome=status, names=(title,))  # the status is a sentence

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        share = index.data(PERCENT_ROLE) if index.column() == JobColumn.PROGRESS else None
        if isinstance(share, int):
            is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
            selected = (
                option.palette.color(QPalette.ColorRole.HighlightedText).name() if is_selected else None
            )
            _draw_bar(painter, QRectF(option.rect), share, colours(self._view), selected)


def _draw_bar(painter: QPainter, cell: QRectF, share: int, palette: Colours, selected: str | None) -> None:
    """Draw a bar and its number; unknown progress is a faint bar without a number.

    On a selected row everything is in the colour of selected text.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    number_width = 44.0
    track = QRectF(cell.left() + 8, cell.center().y() - 3, max(20.0, cell.width() - number_width - 16), 6)
    painter.setPen(Qt.PenStyle.NoPen)
    ground, filled = QColor(palette.line), QColor(selected or palette.accent)
    if selected:
        ground = QColor(selected)
        ground.setAlphaF(0.3)
    painter.setBrush(ground)
    painter.drawRoundedRect(track, 3, 3)
    if share < 0:
        filled.setAlphaF(0.35)
    part = QRectF(track)
    part.setWidth(track.width() * (1.0 if share < 0 else max(share, 2) / 100))
    painter.setBrush(filled)
    painter.drawRoundedRect(part, 3, 3)
    if share >= 0:
        painter.setPen(QColor(selected or palette.muted))
        number = QRectF(track.right() + 4, cell.top(), number_width, cell.height())
        painter.drawText(
            number, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, percent_words(share)
        )
    painter.restore()
