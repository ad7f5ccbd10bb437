"""Paints the cells of a plan's picture: lines, icons and names, what goes struck out, what is new or moved in bold."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from hvtree.domain.side_by_side import NOW, Line, Mark, Spot
from hvtree.ui.icons import Pictures
from hvtree.ui.models.preview_model import PreviewModel
from hvtree.ui.views.tree_geometry import GAP, ICON, MARGIN, step_for
from hvtree.ui.views.tree_lines import ROOM_FOR_LINES, Segment
from hvtree.ui.views.tree_style import MeasuredFont, TreeStyle

Index = QModelIndex | QPersistentModelIndex
_WIDEST_STEP = 15.0
_HALF = ICON // 2


class PreviewDelegate(QStyledItemDelegate):
    """The look of a `PreviewModel` in a view."""

    def __init__(self, model: PreviewModel, view: QTreeView) -> None:
        super().__init__(view)
        self._model = model
        self._view = view
        self._pictures = Pictures()
        self.begin()

    def begin(self) -> None:
        """Note palette, fonts and depth before the view is painted."""
        self._style = TreeStyle(self._view)
        self._struck = _varied(self._style.plain.font, QFont.setStrikeOut)
        self._bold = _varied(self._style.plain.font, QFont.setBold)
        self._deepest = self._model.deepest

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, max(option.fontMetrics.height() + 5, ICON + 3))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, side, cell = index.row(), index.column(), QRect(option.rect)
        line = self._model.lines[row]
        spot = line.sides[side]
        painter.save()
        painter.setClipRect(cell)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        if spot is not None and spot.mark is not Mark.SAME:
            back = (
                self._style.colours.danger_back if spot.mark is Mark.GONE else self._style.colours.good_back
            )
            painter.fillRect(cell.adjusted(0, 0, -1, 0), QColor(back))
        if self._step(cell) >= ROOM_FOR_LINES:
            pieces = sorted(self._segments(row, side, cell), key=lambda piece: piece.is_path)
            self._style.lines.draw(painter, pieces)
        if spot is not None:
            self._paint_spot(painter, line, side, spot, cell)
        if option.state & QStyle.StateFlag.State_HasFocus and self._view.hasFocus():
            painter.setPen(QColor(self._style.colours.accent))
            painter.drawRect(cell.adjusted(0, 0, -1, -1))
        painter.restore()

    def _paint_spot(self, painter: QPainter, line: Line, side: int, spot: Spot, cell: QRect) -> None:
        style, left = self._style, self._left(spot.level, cell)
        name = self._model.icon_name(line, side)
        if name:
            picture = self._pictures.picture(name, ICON, style.ratio, style.colours)
            painter.drawPixmap(left, cell.top() + (cell.height() - ICON) // 2, picture)
            left += ICON + GAP
        face, colour = self._look(line, spot)
        room = QRect(left, cell.top(), max(0, cell.right() - MARGIN - left), cell.height())
        text = face.cut(self._model.text(line, side), room.width(), Qt.TextElideMode.ElideMiddle)
        painter.setFont(face.font)
        painter.setPen(QColor(colour))
        painter.drawText(room.left(), face.baseline(room), text)

    def _look(self, line: Line, spot: Spot) -> tuple[MeasuredFont, str]:
        colours = self._style.colours
        if line.folded:
            return self._style.plain, colours.accent
        if spot.mark is Mark.GONE:
            return self._struck, colours.danger
        if spot.mark is not Mark.SAME:
            return self._bold, colours.good
        return self._style.plain, colours.good if spot.key == NOW else colours.text

    # The lines from parents to children

    def _segments(self, row: int, side: int, cell: QRect) -> list[Segment]:
        """Return the pieces of line in one cell; through a gap go those that the rows below hang on."""
        lines = self._model.lines
        top, bottom = float(cell.top()), cell.bottom() + 1.0
        middle = cell.center().y() + 0.5
        found: list[Segment] = []
        here = lines[row].sides[side]
        spot = self._spot_from(row, side)
        is_first = True
        while spot is not None and spot.parent is not None:
            parent = spot.parent
            x = self._left(self._level(parent, side), cell) + _HALF + 0.5
            path_line = self._model.path_lines[side].get(parent, -1)
            if here is not None and is_first:
                found.append(Segment(QPointF(x, top), QPointF(x, middle), path_line >= row))
                across = self._left(spot.level, cell) - 2.0
                found.append(Segment(QPointF(x, middle), QPointF(max(across, x), middle), spot.is_on_path))
                if not spot.is_last:
                    found.append(Segment(QPointF(x, middle), QPointF(x, bottom), path_line > row))
            elif not spot.is_last or (is_first and here is None):
                found.append(Segment(QPointF(x, top), QPointF(x, bottom), path_line > row))
            spot, is_first = lines[parent].sides[side], False
        if here is not None and self._has_children(row, side):
            x = self._left(here.level, cell) + _HALF + 0.5
            found.append(
                Segment(QPointF(x, middle + _HALF), QPointF(x, bottom), row in self._model.path_lines[side])
            )
        return found

    def _has_children(self, row: int, side: int) -> bool:
        following = self._spot_from(row + 1, side)
        return following is not None and following.parent == row

    def _spot_from(self, row: int, side: int) -> Spot | None:
        """Return what one side shows in a line, or in the next one without a gap."""
        lines = self._model.lines
        below = (lines[number].sides[side] for number in range(row, len(lines)))
        return next((spot for spot in below if spot is not None), None)

    def _level(self, row: int, side: int) -> int:
        spot = self._model.lines[row].sides[side]
        assert spot is not None
        return spot.level

    def _left(self, level: int, cell: QRect) -> int:
        return cell.left() + MARGIN + 2 + round(level * self._step(cell))

    def _step(self, cell: QRect) -> float:
        return min(_WIDEST_STEP, step_for(self._deepest, cell.width()))


def _varied(font: QFont, change: object) -> MeasuredFont:
    made = QFont(font)
    change(made, True)  # type: ignore[operator]
    return MeasuredFont(made)
