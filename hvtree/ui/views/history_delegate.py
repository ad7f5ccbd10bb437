"""Draws the rows of the history: the sign before the title, and the verdict in its colour."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from hvtree.ui.models.activity import SIGN_ROLE
from hvtree.ui.models.history import HistoryColumn
from hvtree.ui.theme import colours
from hvtree.ui.widgets.signs import Sign, sign_colour, sign_icon

_ROW_HEIGHT = 24
_NAMES = (HistoryColumn.WHAT, HistoryColumn.HOST, HistoryColumn.VMS)
_PLAIN = (Sign.WAITING, Sign.RUNNING, Sign.SKIPPED)


class HistoryDelegate(QStyledItemDelegate):
    """Signs and colours of the view's own theme."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self._icons: dict[tuple[Sign, bool], QIcon] = {}

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        if index.column() in _NAMES:
            option.textElideMode = Qt.TextElideMode.ElideMiddle
        sign = index.data(SIGN_ROLE)
        if not isinstance(sign, Sign):
            return
        palette = colours(self._view)
        if index.column() == HistoryColumn.WHAT:
            key = (sign, palette.is_dark)
            if key not in self._icons:
                self._icons[key] = sign_icon(sign, palette)
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
            option.icon = self._icons[key]
            option.decorationSize = QSize(16, 16)
        elif index.column() == HistoryColumn.VERDICT and sign not in _PLAIN:
            option.palette.setColor(option.palette.ColorRole.Text, QColor(sign_colour(sign, palette)))

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return super().sizeHint(option, index).expandedTo(QSize(0, _ROW_HEIGHT))
