"""Paints the rows of the tree: lines, marks, icons and names; ages, progress and counts in muted colours.

A row is painted in one piece. Left to itself, Qt asks the model some six questions about each of its cells (what it may be, whether
it is in a selected range, under which row), and each of them is a call from C++ to Python.
"""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionFocusRect,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from hvtree.domain.checkpoint import CHECKPOINT_LIMIT
from hvtree.domain.state_words import activity_words
from hvtree.domain.thresholds import is_near_limit, is_over_limit
from hvtree.ui.icons import Pictures
from hvtree.ui.models import tree_texts
from hvtree.ui.models.columns import Column
from hvtree.ui.models.nodes import CheckpointNode, HostNode, Node, NoteNode, NowNode, VmNode
from hvtree.ui.models.tree_icons import icon_name
from hvtree.ui.models.tree_model import TreeModel
from hvtree.ui.views.name_editor import NameEditor
from hvtree.ui.views.row_selection import RowSelection
from hvtree.ui.views.tree_geometry import ICON, RowGeometry, geometry, vm_of
from hvtree.ui.views.tree_lines import segments
from hvtree.ui.views.tree_style import BADGE_DISTANCE, MeasuredFont, TreeStyle

Index = QModelIndex | QPersistentModelIndex
PADDING = 5


class TreeDelegate(QStyledItemDelegate):
    """The look of the rows of a `TreeModel` in a tree view, and the field in which a name is changed."""

    def __init__(self, model: TreeModel, view: QTreeView, choice: RowSelection) -> None:
        super().__init__(view)
        self._model = model
        self._view = view
        self._choice = choice
        self._pictures = Pictures()
        self._style = TreeStyle(view)
        self.begin()

    def begin(self) -> None:
        """Note the palette, the font, the shown columns, the time and the focus before the view is painted."""
        view, header = self._view, self._view.header()
        if not self._style.fits(view):
            self._style = TreeStyle(view)
        self._now: datetime = self._model.clock()
        self._columns = [
            (column, header.sectionViewportPosition(column), header.sectionSize(column))
            for column in Column
            if not header.isSectionHidden(column)
        ]
        self._focused = self._model.node(view.currentIndex()) if view.hasFocus() else None

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        node = self._model.node(index)
        height = max(option.fontMetrics.height() + 8, 24)
        if node is None:
            return QSize(0, height)
        text = tree_texts.text(node, Column(index.column()), self._model.clock())
        width = option.fontMetrics.horizontalAdvance(text) + 2 * PADDING + 8
        if index.column() == Column.NAME:
            cell = QRect(0, 0, self._view.columnWidth(Column.NAME), height)
            badge = _badge(node, is_open=self._view.isExpanded(index))
            width += geometry(node, cell).text.left() + self._style.badge_width(badge)
        return QSize(width, height)

    def paint_row(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint all cells of a row."""
        node = self._model.node(index)
        if node is None:
            return
        tone = RowColours(self._style, node, is_selected=self._choice.holds(node))
        top, height = option.rect.top(), option.rect.height()
        (_, left, width), *others = self._columns
        whole = QRect(left, top, sum(width for _, _, width in self._columns), height)
        if tone.single:
            self._paint_ground(painter, option, whole)
        is_sentence = isinstance(node, NoteNode)
        cell = whole if is_sentence else QRect(left, top, width, height)
        is_open = bool(node.children) and self._view.isExpanded(index)
        self._paint_name(painter, cell, node, tone, is_open=is_open)
        for column, left, width in () if is_sentence else others:
            room = QRect(left + PADDING, top, width - 2 * PADDING, height)
            self._paint_text(painter, room, node, column, tone)
        if node is self._focused:
            self._paint_focus(painter, option, whole)

    # In-place editing

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        return NameEditor(parent)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the editor open while what is typed cannot be a name."""
        if isinstance(watched, NameEditor) and watched.keeps(event):
            return event.type() is not QEvent.Type.FocusOut
        return super().eventFilter(watched, event)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Fill the editor once: a refresh of the host must not overwrite what is being typed."""
        if isinstance(editor, QLineEdit) and not editor.property("filled"):
            editor.setProperty("filled", True)
            editor.setText(index.data(Qt.ItemDataRole.EditRole))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QLineEdit):
            model.setData(index, editor.text(), Qt.ItemDataRole.EditRole)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        node = self._model.node(index)
        if node is not None:
            editor.setGeometry(geometry(node, option.rect).text.adjusted(-4, 1, 0, -1))

    # The parts of a row

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, whole: QRect) -> None:
        """Paint what is behind a selected row."""
        ground = QStyleOptionViewItem(option)
        ground.rect = whole
        ground.state |= QStyle.StateFlag.State_Selected
        ground.showDecorationSelected = True
        ground.viewItemPosition = QStyleOptionViewItem.ViewItemPosition.OnlyOne
        self._view.style().drawPrimitive(
            QStyle.PrimitiveElement.PE_PanelItemViewItem, ground, painter, self._view
        )

    def _paint_focus(self, painter: QPainter, option: QStyleOptionViewItem, whole: QRect) -> None:
        focus = QStyleOptionFocusRect()
        focus.rect = whole
        focus.state = option.state | QStyle.StateFlag.State_KeyboardFocusChange
        focus.palette = option.palette
        self._view.style().drawPrimitive(
            QStyle.PrimitiveElement.PE_FrameFocusRect, focus, painter, self._view
        )

    def _paint_name(
        self, painter: QPainter, cell: QRect, node: Node, tone: RowColours, *, is_open: bool
    ) -> None:
        style = self._style
        spot = geometry(node, cell)
        painter.save()
        painter.setClipRect(cell)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(tone.opacity)
        self._paint_signs(painter, spot, node, tone, is_open=is_open)
        painter.setOpacity(1.0)
        text = tree_texts.text(node, Column.NAME, self._now)
        face = _face(node, style)
        badge = _badge(node, is_open=is_open)
        room = spot.text.adjusted(0, 0, -style.badge_width(badge), 0)
        elision = Qt.TextElideMode.ElideRight if isinstance(node, NoteNode) else Qt.TextElideMode.ElideMiddle
        style.write(painter, text, room, tone.name, face=face, elision=elision)
        if badge:
            used = min(face.width(text), room.width())
            style.draw_badge(painter, badge, room.left() + used + BADGE_DISTANCE, cell, pair=tone.badge)
        painter.restore()

    def _paint_signs(
        self, painter: QPainter, spot: RowGeometry, node: Node, tone: RowColours, *, is_open: bool
    ) -> None:
        """Paint what is in front of a name: the lines, the mark that opens the row, and the icon."""
        style = self._style
        style.lines.draw(painter, segments(node, spot.cell, is_open=is_open))
        if node.children or node.has_more:
            style.draw_mark(painter, spot.mark, tone.quiet, is_open=is_open)
        picture = self._pictures.picture(
            icon_name(node), ICON, style.ratio, style.colours, single=tone.single
        )
        painter.drawPixmap(spot.icon.topLeft(), picture)

    def _paint_text(
        self, painter: QPainter, room: QRect, node: Node, column: Column, tone: RowColours
    ) -> None:
        style = self._style
        text = tree_texts.text(node, column, self._now)
        if not text:
            return
        if column is Column.STATE:
            percent = node.vm.percent if isinstance(node, VmNode) and node.vm.activity is not None else None
            if percent is not None:
                style.draw_progress(painter, percent, room, tone.single or style.colours.accent)
                room = room.adjusted(0, -3, 0, -3)
            if isinstance(node, VmNode) and style.plain.width(text) > room.width():
                text = activity_words(node.vm) or text  # the state is to be seen in the icon
            style.write(painter, text, room, tone.state)
        elif column is Column.CREATED:
            date, dot, age = text.partition(" · ")
            style.write(painter, date, room, tone.plain if dot else tone.quiet)
            rest = room.adjusted(style.plain.width(date) + 10, 0, 0, 0)
            if style.plain.width(age) <= rest.width():  # a part of an age says nothing
                style.write(painter, age, rest, tone.quiet)
        elif column is Column.SIZE:
            style.write_right(painter, text, room, tone.quiet)
        else:
            style.write(painter, text, room, tone.quiet)


class RowColours:
    """The colours of one row: by what it stands for, whether it is selected, and whether it is out of date."""

    __slots__ = ("_colours", "node", "opacity", "plain", "quiet", "single")

    def __init__(self, style: TreeStyle, node: Node, *, is_selected: bool) -> None:
        self._colours = style.colours
        self.node = node
        vm = vm_of(node)
        is_past = vm is not None and vm.host.is_dimmed
        is_beside = isinstance(node, CheckpointNode) and node.is_beside
        self.single = style.selected if is_selected else None
        """The one colour of a selected row."""
        self.opacity = 0.5 if is_past and not is_selected else 1.0
        self.quiet = self.single or style.colours.muted
        self.plain = self.single or (style.colours.muted if is_past or is_beside else style.colours.text)

    @property
    def name(self) -> str:
        """The colour of the row's name."""
        node = self.node
        if self.single or self.opacity < 1:
            return self.plain
        if isinstance(node, NowNode):
            return self._colours.good
        if isinstance(node, NoteNode):
            return self._colours.danger if node.icon == "error" else self.quiet
        is_pending = isinstance(node, CheckpointNode) and node.pending_name is not None
        return self.quiet if is_pending else self.plain

    @property
    def state(self) -> str:
        """The colour of what is said about state or kind."""
        node = self.node
        if self.single:
            return self.single
        if isinstance(node, HostNode) and node.view.is_in_trouble:
            return self._colours.danger
        if isinstance(node, HostNode) and node.view.silent_since_utc is not None:
            return self._colours.warning
        if isinstance(node, HostNode) and node.is_dimmed and not node.view.wants_password:
            return self._colours.warning
        vm = vm_of(node) if isinstance(node, VmNode | NowNode) else None
        if vm is not None and vm.vm.state.is_critical:
            return self._colours.danger
        return self.quiet if isinstance(node, CheckpointNode | HostNode) else self.plain

    @property
    def badge(self) -> tuple[str, str]:
        """The colours of a badge and of its background."""
        node = self.node
        if self.single:
            return self.single, ""
        if isinstance(node, CheckpointNode):
            return self._colours.good, self._colours.good_back
        if isinstance(node, VmNode) and is_over_limit(len(node.vm.checkpoints)):
            return self._colours.danger, self._colours.danger_back
        if isinstance(node, VmNode) and is_near_limit(len(node.vm.checkpoints)):
            return self._colours.warning, self._colours.warning_back
        return self._colours.muted, self._colours.line


def _badge(node: Node, *, is_open: bool) -> str:
    """Return the text of the badge after a name: how many checkpoints, or that Now is somewhere inside."""
    if isinstance(node, VmNode) and node.vm.checkpoints:
        number = len(node.vm.checkpoints)
        return f"{number} of {CHECKPOINT_LIMIT}" if is_near_limit(len(node.vm.checkpoints)) else str(number)
    if isinstance(node, CheckpointNode) and node.is_on_path and node.children and not is_open:
        return "Now"
    return ""


def _face(node: Node, style: TreeStyle) -> MeasuredFont:
    if isinstance(node, HostNode | NowNode):
        return style.strong
    is_pending = isinstance(node, CheckpointNode) and node.pending_name is not None
    return style.slanted if is_pending else style.plain
