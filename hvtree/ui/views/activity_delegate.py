"""Draws the rows of the activity panel: the sign before the title, and a bar for the progress."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from hvtree.domain.state_words import percent_words
from hvtree.ui.models.activity import PERCENT_ROLE, SIGN_ROLE, JobColumn
from hvtree.ui.theme import Colours, colours
from hvtree.ui.widgets.signs import Sign, sign_colour, sign_icon

_ROW_HEIGHT = 24


class ActivityDelegate(QStyledItemDelegate):
    """Signs and bars in the colours of the view."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self._icons: dict[tuple[Sign, bool], QIcon] = {}

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        if index.column() == JobColumn.TITLE:  # names stand in it; what happened is a sentence
            option.textElideMode = Qt.TextElideMode.ElideMiddle
        sign = index.data(SIGN_ROLE)
        if not isinstance(sign, Sign):
            return
        palette = colours(self._view)
        if index.column() == JobColumn.TITLE:
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
            option.icon = self._icon(sign, palette)
            option.decorationSize = QSize(16, 16)
        elif index.column() == JobColumn.STATUS and sign not in (Sign.WAITING, Sign.RUNNING, Sign.SKIPPED):
            option.palette.setColor(option.palette.ColorRole.Text, QColor(sign_colour(sign, palette)))

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

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return super().sizeHint(option, index).expandedTo(QSize(0, _ROW_HEIGHT))

    def _icon(self, sign: Sign, palette: Colours) -> QIcon:
        key = (sign, palette.is_dark)
        if key not in self._icons:
            self._icons[key] = sign_icon(sign, palette)
        return self._icons[key]


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
