"""The tree of hosts, VMs and checkpoints, as a widget: what is selected, where Now is, and how to get there by keys."""

from __future__ import annotations

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem, QWidget

from hvtree.ui.models.columns import Column
from hvtree.ui.models.nodes import HostNode, NoteNode
from hvtree.ui.models.tree_model import TreeModel
from hvtree.ui.models.tree_texts import plain_name
from hvtree.ui.selection import CurrentSelection, Selection
from hvtree.ui.theme import colours
from hvtree.ui.views.calm_painting import CalmPainting
from hvtree.ui.views.name_editor import NamesInPlace
from hvtree.ui.views.painted_rows import Index, PaintedRows
from hvtree.ui.views.row_selection import Flag, RowSelection
from hvtree.ui.views.scroll_anchor import ScrollAnchor
from hvtree.ui.views.selection_keeper import SelectionKeeper
from hvtree.ui.views.tree_columns import FittedColumns
from hvtree.ui.views.tree_delegate import TreeDelegate
from hvtree.ui.views.tree_expansion import Expansion
from hvtree.ui.views.tree_geometry import geometry, vm_of
from hvtree.ui.views.tree_keys import order_of
from hvtree.ui.views.tree_selection import (
    all_like,
    first_found,
    in_row_order,
    rows_between,
    rows_of,
    selection_of,
)
from hvtree.ui.views.type_ahead import TypeAhead

_AGES_EVERY_MS = 20_000


class TreeView(PaintedRows):
    """Shows a `TreeModel`. Selection, open rows and scroll position stay through every change of the model."""

    context_menu_wanted = Signal(QPoint)
    """Where on the screen a menu for the selection is wanted."""
    details_wanted = Signal()
    """Enter, or a double click on a row without rows under it or on a host that waits. It never applies anything."""
    rename_requested = Signal(object, str)
    """`CheckpointAddress` and the name that was typed in place."""
    rename_missed = Signal(str)
    """F2, but what is selected cannot be renamed: why."""

    def __init__(self, model: TreeModel, selection: CurrentSelection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.selected = selection
        self.is_aside = False  # True: another view is shown in its place, and its selection counts
        self._told = Selection()
        self._sees_current = False
        self.empty_text = "No hosts yet. Connect to a host to see its checkpoints."
        self._set_up()
        self.setModel(model)
        self._choice = RowSelection(model, self)
        self.setSelectionModel(self._choice)
        self._delegate = TreeDelegate(model, self, self._choice)
        self.setItemDelegate(self._delegate)
        self.names = NamesInPlace(model, self)
        self.columns = FittedColumns(self.header(), lambda: self.viewport().width())
        self.expansion = Expansion(model, self, self)
        self.expansion.reopened.connect(self._on_reopened)
        self._typing = TypeAhead(model, self)
        self._anchor = ScrollAnchor(model, self)
        self._keeper = SelectionKeeper(model, self, self._choice)
        self._choice.rows_changed.connect(self._on_rows_chosen)
        selection.changed.connect(self._on_selection_changed)
        model.busy.slice_begins.connect(self._on_slice_begins)
        model.busy.slice_ended.connect(self._on_slice_ended)
        self._calm = CalmPainting(self, model.busy, self.expansion.work)  # it hears of the end last
        self.expansion.shuts.connect(self._calm.hold)
        model.rowsInserted.connect(self._on_rows_inserted)
        model.rowsAboutToBeRemoved.connect(self._on_rows_leave)
        model.note_leaves.connect(self._on_note_leaves)
        model.freshness_changed.connect(self._repaint)
        model.rename_requested.connect(self.rename_requested)
        self._ages = QTimer(self, interval=_AGES_EVERY_MS)
        self._ages.timeout.connect(self._repaint)
        self._ages.start()

    # What others ask for

    def current_vm(self) -> tuple[str, str] | None:
        """Return host id and VM id of the row that has the focus; None on a host."""
        node = self._model.node(self.currentIndex())
        vm = vm_of(node) if node is not None else None
        return None if vm is None else (vm.host.view.id, vm.vm.id)

    def select(self, index: QModelIndex) -> None:
        """Select one row and show it, opening everything above it; nothing happens for an invalid index."""
        if index.isValid():
            self.expansion.reveal(index)
            self._select_only(index)
            self.scrollTo(index)

    def tell_selection(self) -> None:
        """Let what is selected here be what is selected in the window."""
        self._told = selection_of(self._choice.chosen.values())
        self.selected.set(self._told)

    def select_first_found(self) -> None:
        """Select the topmost row of what the filter looks for; nothing happens without a filter."""
        self.select(first_found(self._model))

    def go_to_now(self) -> None:
        """Select the Now leaf of the VM that has the focus."""
        vm = self.current_vm()
        if vm is not None:
            self.select(self._model.index_of_now(*vm))

    def edit_name(self) -> None:
        """Begin to change the name of the selected checkpoint in place, or say why it cannot be done."""
        if not self.names.begin(self.selected.value):
            self.rename_missed.emit(self.names.refusal(self.selected.value))

    def copy_names(self) -> None:
        """Copy the names of the selected rows to the clipboard, one per line, exactly as they are on the host."""
        names = [plain_name(node) for node in in_row_order(self._choice.chosen.values())]
        if names:
            QGuiApplication.clipboard().setText("\n".join(names))

    # Qt's events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        order = order_of(event, self, is_typing=self._typing.is_going_on)
        if order is None or self.state() == QAbstractItemView.State.EditingState:
            super().keyPressEvent(event)
        else:
            order()
            event.accept()

    def keyboardSearch(self, search: str) -> None:
        index = self._typing.find(search)
        if index.isValid():
            self._select_only(index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.names.must_go_on():  # another row would end the editing, and what was typed would be lost
            event.accept()
            return
        point = event.position().toPoint()
        self._choice.expect(self.indexAt(point))
        index = self._mark_at(point)
        if index is not None and event.button() == Qt.MouseButton.LeftButton:
            self.setExpanded(index, not self.isExpanded(index))
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        index = self.indexAt(point)
        if self._mark_at(point) is not None:
            self.mousePressEvent(event)
        elif index.isValid() and self._is_for_details(index):
            self.details_wanted.emit()
        else:
            super().mouseDoubleClickEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.ask_for_menu()
        else:
            self.context_menu_wanted.emit(self.viewport().mapToGlobal(event.pos()))
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        # first the columns: Qt shows a scroll bar for what is too wide at that moment
        self.columns.fit(event.size().width())
        super().resizeEvent(event)

    def selectAll(self) -> None:
        """Select all of the kind that has the focus: the checkpoints of a VM, or the VMs of a host."""
        node = self._model.node(self.currentIndex())
        if node is not None:
            self._choice.choose(all_like(node), Flag.ClearAndSelect)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        area = rect.normalized()
        first, last = self.indexAt(area.topLeft()), self.indexAt(area.bottomRight())
        if first.isValid() and last.isValid():
            self._choice.choose(rows_between(self._model, self, first, last), command)
        else:
            super().setSelection(rect, command)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._calm.painted()
        self._delegate.begin()
        super().paintEvent(event)
        self._sees_current = self.viewport().rect().intersects(self.visualRect(self.currentIndex()))
        if self._model.rowCount() == 0 and self.empty_text:
            painter = QPainter(self.viewport())
            painter.setPen(colours(self).muted)
            room = self.viewport().rect().adjusted(24, 24, -24, -24)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.empty_text)

    def paint_row(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self._delegate.paint_row(painter, option, index)

    # Inner workings

    def _set_up(self) -> None:
        self.setObjectName("tree")
        self.setAccessibleName("Hosts, VMs and checkpoints")
        self.setUniformRowHeights(True)
        self.setIndentation(0)
        self.setAllColumnsShowFocus(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.header().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def _select_only(self, index: QModelIndex) -> None:
        """Select one row, whatever keys are held down: a capital letter that is typed must not extend a selection."""
        self._choice.setCurrentIndex(index, Flag.ClearAndSelect)

    def _is_for_details(self, index: QModelIndex) -> bool:
        """Return whether a double click on a row asks for its details instead of opening it."""
        node = self._model.node(index)
        if isinstance(node, HostNode) and node.view.wants_password:
            return True
        return not self._model.hasChildren(index.siblingAtColumn(Column.NAME))

    def ask_for_details(self) -> None:
        """Ask for the details of what is selected; nothing happens if nothing is."""
        if not self.selected.value.is_empty:
            self.details_wanted.emit()

    def ask_for_menu(self) -> None:
        """Ask for a menu right below the name that has the focus."""
        index = self.currentIndex().siblingAtColumn(Column.NAME)
        self.scrollTo(index)
        node = self._model.node(index)
        rect = self.visualRect(index)
        place = geometry(node, rect).text.bottomLeft() if node is not None else rect.bottomLeft()
        self.context_menu_wanted.emit(self.viewport().mapToGlobal(place))

    def go_to_parent(self) -> None:
        """Select the parent of the row that has the focus."""
        self.select(self.currentIndex().siblingAtColumn(Column.NAME).parent())

    def go_to_child(self) -> None:
        """Open the row that has the focus, and select the first one under it."""
        index = self.currentIndex().siblingAtColumn(Column.NAME)
        if self._model.hasChildren(index):
            self.expand(index)
            self.select(self._model.index(0, Column.NAME, index))

    def _mark_at(self, point: QPoint) -> QModelIndex | None:
        """Return the row whose opening mark is at a point."""
        index = self.indexAt(point)
        node = self._model.node(index)
        if node is None or index.column() != Column.NAME or not self._model.hasChildren(index):
            return None
        return index if geometry(node, self.visualRect(index)).mark.contains(point) else None

    def _on_slice_begins(self) -> None:
        self._anchor.remember()
        self._keeper.remember(is_in_sight=self._sees_current)

    def _on_slice_ended(self) -> None:
        self.expansion.settle()
        self._keeper.restore()
        self._choice.settle()
        self._anchor.restore()

    def _on_reopened(self) -> None:
        """Bring the focus to a row that can be seen, and that row into view; what a filter found, from its top."""
        self._repaint()
        if self._model.is_filtered and not self._choice.hasSelection():
            self.scrollToTop()
            return
        index = self.currentIndex().siblingAtColumn(Column.NAME)
        above = index.parent()
        while above.isValid():
            if not self.isExpanded(above):
                index = above
            above = above.parent()
        if index.isValid():
            if index != self.currentIndex().siblingAtColumn(Column.NAME):
                self._choice.setCurrentIndex(index, Flag.NoUpdate)
            self.scrollTo(index)

    def _on_rows_inserted(self, parent: QModelIndex, first: int, last: int) -> None:
        """Let a line of text that stands for missing rows run over all columns."""
        if self._begins_with_note(parent, first):
            self.setFirstColumnSpanned(0, parent, True)

    def _on_rows_leave(self, parent: QModelIndex, first: int, last: int) -> None:
        """Forget such a line: as long as Qt knows of any, each layout asks once more for every row."""
        if self._begins_with_note(parent, first):
            self.setFirstColumnSpanned(0, parent, False)

    def _on_note_leaves(self, host: QModelIndex, row: int) -> None:
        """Forget the line, and leave the focus to its host."""
        self.setFirstColumnSpanned(0, host, False)
        if self.currentIndex().parent() == host:
            self._choice.setCurrentIndex(host, Flag.NoUpdate)

    def _begins_with_note(self, parent: QModelIndex, first: int) -> bool:
        return first == 0 and isinstance(self._model.node(self._model.index(0, 0, parent)), NoteNode)

    def _repaint(self) -> None:
        self.viewport().update()

    def _on_rows_chosen(self) -> None:
        self._repaint()
        if not self.is_aside:
            self.tell_selection()

    def _on_selection_changed(self, wanted: Selection) -> None:
        """Show what was selected in another view, if it has rows here."""
        if wanted == self._told or wanted.is_of_groups:
            return
        self._told = wanted
        indexes = rows_of(self._model, wanted)
        for index in indexes:
            self.expansion.reveal(index)
        nodes = (self._model.node(index) for index in indexes)
        self._choice.choose((node for node in nodes if node is not None), Flag.ClearAndSelect)
        if indexes:
            self._choice.setCurrentIndex(indexes[0], Flag.NoUpdate)
            self.scrollTo(indexes[0])
