"""Draws the rows of the groups: a picture before each name, a sign before each state, what is less important muted."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from hvtree.ui.icons import Pictures
from hvtree.ui.models.group_rows import GroupColumn
from hvtree.ui.models.groups import ICON_ROLE, SIGN_ROLE
from hvtree.ui.theme import Colours, colours
from hvtree.ui.widgets.signs import Sign, sign_icon

_ROW_HEIGHT = 24
_ICON = 16
Index = QModelIndex | QPersistentModelIndex


class GroupsDelegate(QStyledItemDelegate):
    """Pictures, signs and colours of the view's own theme."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self._pictures = Pictures()
        self._signs: dict[tuple[Sign, bool], QIcon] = {}

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        palette = colours(self._view)
        picture = self._picture(index, palette)
        if picture is not None:
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
            option.icon = picture
            option.decorationSize = QSize(_ICON, _ICON)
        if index.column() == GroupColumn.MORE:
            option.palette.setColor(QPalette.ColorRole.Text, QColor(palette.muted))
        else:
            option.textElideMode = Qt.TextElideMode.ElideMiddle
        is_group = index.column() == GroupColumn.NAME and not index.parent().isValid()
        option.font.setBold(is_group)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return super().sizeHint(option, index).expandedTo(QSize(0, _ROW_HEIGHT))

    def _picture(self, index: Index, palette: Colours) -> QIcon | None:
        if index.column() == GroupColumn.NAME:
            return self._icon(str(index.data(ICON_ROLE)), palette)
        sign = index.data(SIGN_ROLE)
        return self._sign(sign, palette) if isinstance(sign, Sign) else None

    def _icon(self, name: str, palette: Colours) -> QIcon:
        ratio = self._view.devicePixelRatioF()
        made = QIcon(self._pictures.picture(name, _ICON, ratio, palette))
        selected = self._view.palette().color(QPalette.ColorRole.HighlightedText).name()
        made.addPixmap(
            self._pictures.picture(name, _ICON, ratio, palette, single=selected), QIcon.Mode.Selected
        )
        return made

    def _sign(self, sign: Sign, palette: Colours) -> QIcon:
        key = (sign, palette.is_dark)
        if key not in self._signs:
            self._signs[key] = sign_icon(sign, palette, _ICON)
        return self._signs[key]
