"""The widths of the tree's columns: fitted to the view until the user changes them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHeaderView

from hvtree.ui.models.columns import Column

_WANTED = {Column.NAME: 385, Column.STATE: 231, Column.CREATED: 278, Column.SIZE: 94, Column.NOTES: 108}
_LEAST = {Column.NAME: 262, Column.STATE: 150, Column.CREATED: 158, Column.SIZE: 84, Column.NOTES: 48}
"""Pixels in a font whose characters are 7 pixels wide: in the least width of Created only the age is cut."""
_NAME_SHARE = 0.4
"""How much of the remaining width the names take; notes take the rest."""
*_FIRST, _LAST = Column


class FittedColumns:
    """Sizes the columns of a header when the width changes; once the user has sized them, only the last one."""

    def __init__(self, header: QHeaderView) -> None:
        self._header = header
        self._are_chosen = False
        self._is_fitting = False
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.setSectionsMovable(False)
        header.sectionResized.connect(self._on_resized)

    @property
    def chosen(self) -> list[int] | None:
        """The widths of all columns but the last as the user made them, in pixels; None as long as they are fitted."""
        return [self._header.sectionSize(column) for column in _FIRST] if self._are_chosen else None

    @property
    def least(self) -> int:
        """The least width of a column, in pixels."""
        return self._header.minimumSectionSize()

    def choose(self, widths: Sequence[int]) -> None:
        """Set the widths of all columns but the last, for good."""
        self._are_chosen = True
        self._resize(widths, self._header.width())

    def fit(self, room: int) -> None:
        """Distribute a width in pixels; below the minimum widths the view scrolls."""
        self._resize(self.chosen or self._shares(room), room)

    def _shares(self, room: int) -> list[int]:
        scale = self._scale
        least, wanted = (scale * sum(widths.values()) for widths in (_LEAST, _WANTED))
        share = min(max((room - least) / (wanted - least), 0.0), 1.0)
        widths = [int(scale * (_LEAST[each] + share * (_WANTED[each] - _LEAST[each]))) for each in _FIRST]
        widths[Column.NAME] += round(max(room - wanted, 0.0) * _NAME_SHARE)
        return widths

    def _resize(self, widths: Sequence[int], room: int) -> None:
        rest = max(int(self._scale * _LEAST[_LAST]), room - sum(widths))
        self._is_fitting = True
        for column, width in zip((*_FIRST, _LAST), (*widths, rest), strict=True):
            self._header.resizeSection(column, width)
        self._is_fitting = False

    @property
    def _scale(self) -> float:
        return max(QFontMetrics(self._header.font()).averageCharWidth() / 7, 0.8)

    def _on_resized(self, section: int) -> None:
        if not self._is_fitting and section != _LAST:
            self._are_chosen = True
