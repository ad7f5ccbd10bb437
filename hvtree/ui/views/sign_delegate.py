"""Draws rows of jobs: a sign before the title, and what became of them in the sign's colour."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from hvtree.ui.models.activity import SIGN_ROLE
from hvtree.ui.theme import Colours, colours
from hvtree.ui.widgets.signs import Sign, sign_colour, sign_icon

_ROW_HEIGHT = 24
_PLAIN = (Sign.WAITING, Sign.RUNNING, Sign.SKIPPED)


class SignDelegate(QStyledItemDelegate):
    """Signs and colours of the view's own theme."""

    def __init__(self, view: QWidget, *, title: int, outcome: int, names: Collection[int]) -> None:
        """The columns of the title and of the outcome, and those in which `names` stand: they lose their middle, not their end."""
        super().__init__(view)
        self._view = view
        self._title = title
        self._outcome = outcome
        self._names = names
        self._icons: dict[tuple[Sign, bool], QIcon] = {}

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        if index.column() in self._names:
            option.textElideMode = Qt.TextElideMode.ElideMiddle
        sign = index.data(SIGN_ROLE) if index.column() in (self._title, self._outcome) else None
        if not isinstance(sign, Sign):
            return
        palette = colours(self._view)
        if index.column() == self._title:
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
            option.icon = self._icon(sign, palette)
            option.decorationSize = QSize(16, 16)
        elif index.column() == self._outcome and sign not in _PLAIN:
            option.palette.setColor(option.palette.ColorRole.Text, QColor(sign_colour(sign, palette)))

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return super().sizeHint(option, index).expandedTo(QSize(0, _ROW_HEIGHT))

    def _icon(self, sign: Sign, palette: Colours) -> QIcon:
        key = (sign, palette.is_dark)
        if key not in self._icons:
            self._icons[key] = sign_icon(sign, palette)
        return self._icons[key]
