"""What may be typed into the filter, in a list below it: each with its meaning, to be chosen by key or mouse."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPalette, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCompleter,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from hvtree.domain.search_words import Suggestion
from hvtree.ui.format import shown_name
from hvtree.ui.theme import colours

_MEANS_ROLE = int(Qt.ItemDataRole.UserRole)
_WIDEST = 640
"""Pixels of the list at most; a meaning that needs more is cut."""
_ROWS = 12
_PADDING = 8
_GAP = 14
_FRAME = 6
"""Pixels around the list, and what rounding takes."""


class FilterOffers(QCompleter):
    """The list. It opens while something is typed, and Down goes into it; Escape closes it.

    As long as no row is chosen, Enter means what it means without a list.
    """

    chosen = Signal(object)
    """The `Suggestion` that was taken."""

    def __init__(self, field: QLineEdit) -> None:
        super().__init__(field)
        self._rows: Sequence[Suggestion] = ()
        self._items = QStandardItemModel(self)
        self.popup_view = popup = QListView()
        popup.setAccessibleName("What the filter may look for")
        popup.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        popup.setUniformItemSizes(True)
        self.setModel(self._items)
        self.setPopup(popup)
        self._delegate = _OfferDelegate(popup)
        popup.setItemDelegate(self._delegate)  # after setPopup, which sets one of its own
        self.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.setMaxVisibleItems(_ROWS)
        self.setWidget(field)
        self.activated[QModelIndex].connect(self._on_activated)  # type: ignore[index] # missing in PySide6's stubs

    @property
    def is_open(self) -> bool:
        """The list can be seen."""
        return self.popup_view.isVisible()

    @property
    def has_choice(self) -> bool:
        """A row of the list is chosen, so that Enter takes it."""
        return self.is_open and self.popup_view.currentIndex().isValid()

    def close(self) -> None:
        """Close the list."""
        self.popup_view.hide()

    def show_offers(self, rows: Sequence[Suggestion]) -> None:
        """Show these in the list below the field; none close it."""
        self._rows = rows
        self._items.clear()
        self._delegate.words = tuple(shown_name(row.shown) for row in rows)
        for row in rows:
            item = QStandardItem(shown_name(row.shown))
            item.setData(row.means, _MEANS_ROLE)
            item.setData(" ".join(part for part in (row.shown, row.means) if part), _SPOKEN_ROLE)
            self._items.appendRow(item)
        if not rows:
            self.close()
            return
        field = self.widget()
        width = max(min(self._wanted_width(), _WIDEST), field.width())
        self.complete(QRect(0, 0, width, field.height()))
        self.popup_view.setCurrentIndex(QModelIndex())

    def _wanted_width(self) -> int:
        advance = self.popup_view.fontMetrics().horizontalAdvance
        words = max(map(advance, self._delegate.words), default=0)
        means = max((advance(row.means) for row in self._rows), default=0)
        bar = self.popup_view.verticalScrollBar().sizeHint().width()
        return words + _GAP + means + 2 * _PADDING + bar + _FRAME

    def _on_activated(self, index: QModelIndex) -> None:
        if 0 <= index.row() < len(self._rows):
            self.chosen.emit(self._rows[index.row()])


_SPOKEN_ROLE = int(Qt.ItemDataRole.AccessibleTextRole)


class _OfferDelegate(QStyledItemDelegate):
    """Draws what may be typed, and behind it in a muted colour what it means."""

    words: tuple[str, ...] = ()
    """All that may be typed, so that the meanings stand below each other."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, option.fontMetrics.height() + _PADDING)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        view = option.widget
        style = view.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, view)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if is_chosen else QPalette.ColorRole.Text
        room = option.rect.adjusted(_PADDING, 0, -_PADDING, 0)
        widest = max(map(option.fontMetrics.horizontalAdvance, self.words), default=0)
        width = min(widest + 2, room.width())
        word = option.fontMetrics.elidedText(index.data(), Qt.TextElideMode.ElideMiddle, width)
        painter.save()
        painter.setPen(option.palette.color(role))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, word)
        rest = room.adjusted(width + _GAP, 0, 0, 0)
        if not is_chosen:
            painter.setPen(QColor(colours(view).muted))
        means = option.fontMetrics.elidedText(
            index.data(_MEANS_ROLE), Qt.TextElideMode.ElideRight, rest.width()
        )
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, means)
        painter.restore()
