"""The widths of the tree's columns: fitted to the room there is, until somebody else says how wide they are."""

from __future__ import annotations

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHeaderView

from hvtree.ui.models.columns import Column

_WANTED = {Column.NAME: 385, Column.STATE: 231, Column.CREATED: 278, Column.SIZE: 94, Column.NOTES: 108}
_LEAST = {Column.NAME: 262, Column.STATE: 150, Column.CREATED: 158, Column.SIZE: 84, Column.NOTES: 48}
"""Pixels in a font whose characters are 7 pixels wide: in the least width of Created only the age is cut."""
_NAME_SHARE = 0.4
"""How much of what is left over the names take; notes take the rest."""


class FittedColumns:
    """Sizes the columns of a header whenever the room changes; not any more once the user, or a memory, has."""

    def __init__(self, header: QHeaderView) -> None:
        self._header = header
        self._is_free = True
        self._is_fitting = False
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.setSectionsMovable(False)
        header.sectionResized.connect(self._on_resized)

    def fit(self, room: int) -> None:
        """Share out so many pixels; below the least widths the view scrolls."""
        if not self._is_free:
            return
        scale = max(QFontMetrics(self._header.font()).averageCharWidth() / 7, 0.8)
        least, wanted = (scale * sum(widths.values()) for widths in (_LEAST, _WANTED))
        share = min(max((room - least) / (wanted - least), 0.0), 1.0)
        spare = max(room - wanted, 0.0)
        self._is_fitting = True
        for column in Column:
            width = int(scale * (_LEAST[column] + share * (_WANTED[column] - _LEAST[column])))
            if column == Column.NAME:
                width += round(spare * _NAME_SHARE)
            if column == Column.NOTES:
                width = max(width, room)
            self._header.resizeSection(column, width)
            room -= width
        self._is_fitting = False

    def _on_resized(self, section: int) -> None:
        if not self._is_fitting and section != self._header.count() - 1:
            self._is_free = False
