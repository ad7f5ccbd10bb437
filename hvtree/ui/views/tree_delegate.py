"""Paints the cells of the tree: lines, marks, icons and names; ages, progress and counts, all of them quietly."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from hvtree.domain.checkpoint import CHECKPOINT_LIMIT
from hvtree.ui.icons import Pictures
from hvtree.ui.models import tree_texts
from hvtree.ui.models.columns import Column
from hvtree.ui.models.nodes import CheckpointNode, HostNode, Node, NoteNode, NowNode, VmNode
from hvtree.ui.models.tree_icons import icon_name
from hvtree.ui.models.tree_model import TreeModel
from hvtree.ui.theme import Colours, colours
from hvtree.ui.views import tree_lines
from hvtree.ui.views.tree_geometry import ICON, geometry, vm_of

Index = QModelIndex | QPersistentModelIndex
_PADDING = 6
_NEAR_LIMIT = CHECKPOINT_LIMIT - 5


class TreeDelegate(QStyledItemDelegate):
    """The look of the rows of a `TreeModel` in a tree view."""

    def __init__(self, model: TreeModel, view: QTreeView) -> None:
        super().__init__(view)
        self._model = model
        self._view = view
        self._pictures = Pictures()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        node = self._model.node(index)
        height = max(option.fontMetrics.height() + 8, 24)
        if node is None:
            return QSize(0, height)
        text = tree_texts.text(node, Column(index.column()), self._model.clock())
        width = option.fontMetrics.horizontalAdvance(text) + 2 * _PADDING + 4
        if index.column() == Column.NAME:
            width += geometry(node, QRect(0, 0, self._view.columnWidth(Column.NAME), height)).text.left() + 40
        return QSize(width, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        node = self._model.node(index)
        if node is None:
            return
        style = self._view.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, self._view)
        painter.save()
        look = _Look(self._view, option, node, painter)
        match index.column():
            case Column.NAME:
                self._paint_name(look, node, index)
            case Column.STATE:
                self._paint_state(look, node)
            case Column.CREATED:
                self._paint_created(look, node)
            case column:
                text = tree_texts.text(node, Column(column), self._model.clock())
                look.write(text, look.inner, look.quiet, is_right=column == Column.SIZE)
        painter.restore()

    # In-place editing

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setFrame(False)
        editor.setAccessibleName("New name")
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Fill the editor once: a refresh of the host must not overwrite what is being typed."""
        if isinstance(editor, QLineEdit) and not editor.property("filled"):
            editor.setProperty("filled", True)  # Qt's way
            editor.setText(index.data(Qt.ItemDataRole.EditRole))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QLineEdit):
            model.setData(index, editor.text(), Qt.ItemDataRole.EditRole)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        node = self._model.node(index)
        if node is not None:
            editor.setGeometry(geometry(node, option.rect).text.adjusted(-4, 1, 0, -1))

    # The cells

    def _paint_name(self, look: _Look, node: Node, index: Index) -> None:
        cell = look.cell
        spot = geometry(node, cell)
        is_expanded = self._view.isExpanded(index)
        look.painter.setClipRect(cell)
        tree_lines.draw(
            look.painter, tree_lines.segments(node, cell, is_expanded=is_expanded), look.line_colours
        )
        if node.children or node.has_more:
            look.draw_mark(spot.mark, is_expanded=is_expanded)
        if not isinstance(node, NoteNode) or node.icon:
            ratio = self._view.devicePixelRatioF()
            picture = self._pictures.picture(icon_name(node), ICON, ratio, look.colours, single=look.single)
            look.painter.setOpacity(look.opacity)
            look.painter.drawPixmap(spot.icon.topLeft(), picture)
            look.painter.setOpacity(1.0)
        look.painter.setFont(_name_font(node, look.font))
        text = tree_texts.text(node, Column.NAME, self._model.clock())
        badge = _badge(node, is_expanded=is_expanded)
        room = spot.text.adjusted(0, 0, -look.badge_width(badge), 0)
        used = look.write(text, room, look.name_colour)
        if badge:
            look.draw_badge(badge, room.left() + used + 8)

    def _paint_state(self, look: _Look, node: Node) -> None:
        text = tree_texts.text(node, Column.STATE, self._model.clock())
        vm = node.vm if isinstance(node, VmNode) else None
        if vm is not None and vm.activity is not None and vm.percent is not None:
            look.write(text, look.inner.adjusted(0, -3, 0, -3), look.plain)
            look.draw_progress(vm.percent)
        else:
            look.write(text, look.inner, look.state_colour)

    def _paint_created(self, look: _Look, node: Node) -> None:
        text = tree_texts.text(node, Column.CREATED, self._model.clock())
        date, dot, age = text.partition(" · ")
        used = look.write(date, look.inner, look.plain if dot else look.quiet)
        if dot:
            look.write(age, look.inner.adjusted(used + 10, 0, 0, 0), look.quiet)


class _Look:
    """Painter, colours and fonts for one cell."""

    def __init__(self, view: QTreeView, option: QStyleOptionViewItem, node: Node, painter: QPainter) -> None:
        self.painter = painter
        self.cell: QRect = option.rect
        self.font: QFont = option.font
        self.colours: Colours = colours(view)
        self.node = node
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        is_dimmed = _is_dimmed(node)
        self.single: str | None = None
        self.opacity = 0.5 if is_dimmed and not is_selected else 1.0
        if is_selected:
            self.single = option.palette.color(QPalette.ColorRole.HighlightedText).name()
        self.plain = self.single or (self.colours.muted if is_dimmed else self.colours.text)
        self.quiet = self.single or self.colours.muted

    @property
    def inner(self) -> QRect:
        """The cell without its margins."""
        return self.cell.adjusted(_PADDING, 0, -_PADDING, 0)

    @property
    def line_colours(self) -> Colours:
        """The colours of the lines."""
        return self.colours

    @property
    def name_colour(self) -> str:
        """The colour of the row's name."""
        if self.single:
            return self.single
        if isinstance(self.node, NowNode):
            return self.colours.good
        if isinstance(self.node, NoteNode):
            return self.colours.danger if self.node.icon == "error" else self.colours.muted
        if isinstance(self.node, CheckpointNode) and self.node.pending_name is not None:
            return self.colours.muted
        return self.plain

    @property
    def state_colour(self) -> str:
        """The colour of what is said about state or kind."""
        if self.single:
            return self.single
        match self.node:
            case HostNode() if self.node.view.error is not None:
                return self.colours.danger
            case HostNode() if self.node.is_dimmed:
                return self.colours.warning
            case VmNode() if self.node.vm.state.is_critical:
                return self.colours.danger
            case CheckpointNode() | HostNode():
                return self.quiet
        return self.plain

    def write(self, text: str, room: QRect, colour: str, *, is_right: bool = False) -> int:
        """Write one line of text, elided to its room, and give how wide it is."""
        metrics = QFontMetrics(self.painter.font())
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        self.painter.setPen(QColor(colour))
        side = Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
        self.painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
        return metrics.horizontalAdvance(shown)

    def draw_mark(self, place: QRect, *, is_expanded: bool) -> None:
        """Draw the mark that opens or closes a row."""
        x, y = place.center().x() + 0.5, place.center().y() + 0.5
        pen = QPen(QColor(self.quiet), 1.6)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        self.painter.setPen(pen)
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        points = ((-3.5, -1.5), (0, 2), (3.5, -1.5)) if is_expanded else ((-1.5, -3.5), (2, 0), (-1.5, 3.5))
        self.painter.drawPolyline([QPointF(x + dx, y + dy) for dx, dy in points])

    def badge_width(self, text: str) -> int:
        """Give the width to keep free for a badge, its distance included."""
        return self._badge_metrics().horizontalAdvance(text) + 22 if text else 0

    def draw_badge(self, text: str, left: int) -> None:
        """Draw a small rounded label after the name."""
        metrics = self._badge_metrics()
        height = metrics.height() + 2
        place = QRectF(
            left, self.cell.center().y() + 0.5 - height / 2, metrics.horizontalAdvance(text) + 12, height
        )
        is_warning = isinstance(self.node, VmNode) and len(self.node.vm.checkpoints) >= _NEAR_LIMIT
        is_now = isinstance(self.node, CheckpointNode)
        meaning = "warning" if is_warning else "good" if is_now else ""
        ink = getattr(self.colours, meaning) if meaning else self.colours.muted
        back = getattr(self.colours, f"{meaning}_back") if meaning else self.colours.line
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        self.painter.setPen(Qt.PenStyle.NoPen)
        if not self.single:
            self.painter.setBrush(QColor(back))
            self.painter.drawRoundedRect(place, height / 2, height / 2)
        self.painter.setFont(_badge_font(self.font))
        self.painter.setPen(QColor(self.single or ink))
        self.painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def draw_progress(self, percent: int) -> None:
        """Draw a thin bar under the text of the cell."""
        track = QRectF(self.inner.left(), self.cell.bottom() - 5, min(self.inner.width(), 160), 3)
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(QColor(self.colours.line))
        self.painter.drawRoundedRect(track, 1.5, 1.5)
        track.setWidth(track.width() * min(max(percent, 0), 100) / 100)
        self.painter.setBrush(QColor(self.single or self.colours.accent))
        self.painter.drawRoundedRect(track, 1.5, 1.5)

    def _badge_metrics(self) -> QFontMetrics:
        return QFontMetrics(_badge_font(self.font))


def _is_dimmed(node: Node) -> bool:
    vm = vm_of(node)
    return vm is not None and vm.host.is_dimmed


def _badge(node: Node, *, is_expanded: bool) -> str:
    """Give the text of the badge after a name: how many checkpoints, or that Now is somewhere inside."""
    if isinstance(node, VmNode) and node.vm.checkpoints:
        number = len(node.vm.checkpoints)
        return f"{number} of {CHECKPOINT_LIMIT}" if number >= _NEAR_LIMIT else str(number)
    if isinstance(node, CheckpointNode) and node.is_on_path and node.children and not is_expanded:
        return "Now"
    return ""


def _name_font(node: Node, base: QFont) -> QFont:
    font = QFont(base)
    if isinstance(node, HostNode | NowNode):
        font.setWeight(QFont.Weight.DemiBold)
    elif isinstance(node, CheckpointNode) and node.pending_name is not None:
        font.setItalic(True)
    return font


def _badge_font(base: QFont) -> QFont:
    font = QFont(base)
    font.setPointSizeF(max(base.pointSizeF() * 0.85, 6.0))
    return font
