"""The columns of the tree: which are shown, and their widths, fitted to the view until the user changes them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHeaderView, QMenu

from hvtree.ui.models.columns import HEADINGS, OPTIONAL, Column

_WANTED = {Column.NAME: 385, Column.STATE: 231, Column.CREATED: 278, Column.SIZE: 94, Column.NOTES: 108}
_LEAST = {Column.NAME: 262, Column.STATE: 150, Column.CREATED: 158, Column.SIZE: 84, Column.NOTES: 48}
"""Pixels in a font whose characters are 7 pixels wide: in the least width of Created only the age is cut."""
_OPTIONAL = {Column.REASON: 200, Column.TICKET: 90, Column.KEEP_UNTIL: 110, Column.AUTHOR: 140}
"""The same of columns that are shown on demand."""
_NAME_SHARE = 0.4
"""How much of the remaining width the names take; notes take the rest."""
FIRST = (Column.NAME, Column.STATE, Column.CREATED, Column.SIZE)
_LAST = Column.NOTES


class FittedColumns:
    """Sizes the columns of a header when the width changes; once the user has sized them, only the last one."""

    def __init__(self, header: QHeaderView, room: Callable[[], int]) -> None:
        """`room` tells the width of the view; the header has its model."""
        self._header = header
        self._room = room
        self._are_chosen = False
        self._is_fitting = False
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.setSectionsMovable(False)
        header.sectionResized.connect(self._on_resized)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._show_menu)
        for each in OPTIONAL:
            header.setSectionHidden(each, True)

    @property
    def chosen(self) -> list[int] | None:
        """The widths of the first columns as the user made them, in pixels; None as long as they are fitted."""
        return [self._header.sectionSize(column) for column in FIRST] if self._are_chosen else None

    @property
    def least(self) -> int:
        """The least width of a column, in pixels."""
        return self._header.minimumSectionSize()

    @property
    def shown(self) -> tuple[Column, ...]:
        """The optional columns that are shown."""
        return tuple(each for each in OPTIONAL if not self._header.isSectionHidden(each))

    def show_only(self, wanted: Collection[Column]) -> None:
        """Show these of the optional columns, and no others."""
        for each in OPTIONAL:
            self._header.setSectionHidden(each, each not in wanted)
        self.fit(self._room())

    def menu(self) -> QMenu:
        """Return the menu that shows and hides optional columns; it deletes itself when it closes."""
        menu = QMenu(self._header)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for each in OPTIONAL:
            entry = menu.addAction(HEADINGS[each])
            entry.setCheckable(True)
            entry.setChecked(each in self.shown)
            entry.toggled.connect(lambda is_wanted, each=each: self._toggle(each, is_wanted=is_wanted))
        return menu

    def choose(self, widths: Sequence[int]) -> None:
        """Set the widths of the first columns, for good."""
        self._are_chosen = True
        self._resize(widths, self._header.width())

    def fit(self, room: int) -> None:
        """Distribute a width in pixels; below the minimum widths the view scrolls."""
        self._resize(self.chosen or self._shares(room - self._taken), room)

    @property
    def _taken(self) -> int:
        """The pixels that optional columns take."""
        return sum(int(self._scale * _OPTIONAL[each]) for each in self.shown)

    def _toggle(self, column: Column, *, is_wanted: bool) -> None:
        others = [each for each in self.shown if each is not column]
        self.show_only([*others, column] if is_wanted else others)

    def _show_menu(self, place: QPoint) -> None:
        self.menu().popup(self._header.mapToGlobal(place))

    def _shares(self, room: int) -> list[int]:
        scale = self._scale
        least, wanted = (scale * sum(widths.values()) for widths in (_LEAST, _WANTED))
        share = min(max((room - least) / (wanted - least), 0.0), 1.0)
        widths = [int(scale * (_LEAST[each] + share * (_WANTED[each] - _LEAST[each]))) for each in FIRST]
        widths[Column.NAME] += round(max(room - wanted, 0.0) * _NAME_SHARE)
        return widths

    def _resize(self, widths: Sequence[int], room: int) -> None:
        rest = max(int(self._scale * _LEAST[_LAST]), room - sum(widths) - self._taken)
        self._is_fitting = True
        for column, width in zip((*FIRST, _LAST), (*widths, rest), strict=True):
            self._header.resizeSection(column, width)
        for column in self.shown:
            self._header.resizeSection(column, int(self._scale * _OPTIONAL[column]))
        self._is_fitting = False

    @property
    def _scale(self) -> float:
        return max(QFontMetrics(self._header.font()).averageCharWidth() / 7, 0.8)

    def _on_resized(self, section: int) -> None:
        if not self._is_fitting and section in FIRST:
            self._are_chosen = True
