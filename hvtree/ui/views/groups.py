"""The view of groups: each with its group checkpoints and its members, or how to make the first one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QPushButton,
    QStackedWidget,
    QTreeView,
    QWidget,
)

from hvtree.ui.models.group_rows import GroupColumn, GroupRow
from hvtree.ui.models.groups import GroupsModel
from hvtree.ui.selection import CurrentSelection, Selection
from hvtree.ui.views.groups_delegate import GroupsDelegate
from hvtree.ui.widgets.layouts import in_column, in_row
from hvtree.ui.widgets.wrap_label import WrapLabel

_OPENED_AT_FIRST = 60
"""Rows: if there are more in all, the groups are closed at first."""
_WIDTHS = {GroupColumn.NAME: 300, GroupColumn.STATE: 220}
_WIDTH_OF_WORDS = 460
_NONE = "No groups yet"
_WHAT_FOR = (
    "VMs that belong together, such as the servers of one application, can be checkpointed at the same instant, and brought "
    "back together. A group remembers which they are and in which order they start."
)


class GroupsView(QWidget):
    """Shows groups. Selection, open rows and scroll position stay through every change."""

    context_menu_wanted = Signal(QPoint)
    """Where on the screen a menu for the selection is wanted."""
    details_wanted = Signal()
    """Enter, or a double click on a row without rows under it."""
    new_wanted = Signal()
    """A group is to be made."""
    delete_wanted = Signal()
    """The Del key: what is selected is to be deleted."""

    def __init__(self, selection: CurrentSelection, is_shown: Callable[[], bool]) -> None:
        """What is selected here is what is selected in the window, as long as it `is_shown`."""
        super().__init__()
        self._selection = selection
        self._is_shown = is_shown
        self._told = Selection()
        self.model = GroupsModel(self)
        self.tree = _Rows(self)
        self.new_button = QPushButton("&New Group…")
        self.first_button = QPushButton("New Group…")
        for button in (self.new_button, self.first_button):
            button.clicked.connect(self.new_wanted)
        self._pages = QStackedWidget()
        self._pages.addWidget(_with_buttons(self.tree, self.new_button))
        self._pages.addWidget(_first_page(self.first_button))
        in_column(self, self._pages)
        self._set_up()
        selection.changed.connect(self._on_selection_changed)
        self.show_groups(())

    @property
    def is_empty(self) -> bool:
        """There is no group and no group checkpoint."""
        return self.model.rowCount() == 0

    def show_groups(self, groups: Sequence[GroupRow]) -> None:
        """Show these; what is selected stays so, or the nearest row above that is left."""
        opened = sum(1 + sum(1 for _ in each.rows()) for each in groups) <= _OPENED_AT_FIRST
        with self._holding_still():
            known = self.model.rowCount()
            self.model.show_groups(groups)
            if not known and opened:
                self.tree.expandAll()
        self._pages.setCurrentIndex(1 if self.is_empty else 0)
        if not self.tree.currentIndex().isValid():
            self._choose(self.model.index(0, 0))
        elif self._is_shown() and self._is_own(self._selection.value):
            self.tell_selection()  # members may have moved, checkpoints may be gone

    def tell_selection(self) -> None:
        """Let what is selected here be what is selected in the window."""
        row = self.model.row_at(self.tree.currentIndex())
        self._told = row.selection if row is not None else Selection()
        self._selection.set(self._told)

    def select(self, key: str) -> bool:
        """Select a row and show it, and return whether it is there."""
        index = self.model.index_of(key)
        if index.isValid():
            self.tree.expand(index.parent() if index.parent().isValid() else index)
            self._choose(index)
            self.tree.scrollTo(index)
        return index.isValid()

    def take_focus(self) -> None:
        """Take the keyboard focus."""
        (self.first_button if self.is_empty else self.tree).setFocus()

    def _choose(self, index: QModelIndex) -> None:
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.tree.selectionModel().setCurrentIndex(index, flags)

    def _is_own(self, selection: Selection) -> bool:
        return selection == self._told

    def _on_current_changed(self) -> None:
        if self._is_shown():
            self.tell_selection()

    def _on_selection_changed(self, wanted: Selection) -> None:
        """Show that something was selected elsewhere: nothing is selected here then."""
        if self._is_shown() and not self._is_own(wanted) and not wanted.is_of_groups:
            self._told = wanted
            self.tree.selectionModel().clear()

    @contextmanager
    def _holding_still(self) -> Iterator[None]:
        """Keep the row at the top of the view where it is on the screen."""
        tree, bar = self.tree, self.tree.verticalScrollBar()
        is_at_top = bar.value() == bar.minimum()
        held = QPersistentModelIndex(tree.indexAt(QPoint(1, 1)))
        height = tree.visualRect(held).top()
        yield
        tree.executeDelayedItemsLayout()
        place = tree.visualRect(held)
        if not is_at_top and not place.isEmpty():
            bar.setValue(bar.value() + place.top() - height)

    def _set_up(self) -> None:
        tree = self.tree
        tree.setModel(self.model)
        tree.setItemDelegate(GroupsDelegate(tree))
        header = tree.header()
        header.setSectionsMovable(False)
        header.setStretchLastSection(True)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
        tree.selectionModel().currentChanged.connect(self._on_current_changed)
        tree.menu_wanted.connect(self.context_menu_wanted)
        tree.enter_pressed.connect(self.details_wanted)
        tree.delete_pressed.connect(self.delete_wanted)


class _Rows(QTreeView):
    """The rows, and the keys that they answer."""

    menu_wanted = Signal(QPoint)
    enter_pressed = Signal()
    delete_pressed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("groups")
        self.setAccessibleName("Groups, their checkpoints and members")
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.header().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.doubleClicked.connect(self._on_double_click)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.enter_pressed.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.delete_pressed.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        place = event.pos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            place = self.visualRect(self.currentIndex().siblingAtColumn(0)).bottomLeft()
        self.menu_wanted.emit(self.viewport().mapToGlobal(place))
        event.accept()

    def _on_double_click(self, index: QModelIndex) -> None:
        if not self.model().hasChildren(index.siblingAtColumn(0)):
            self.enter_pressed.emit()


def _with_buttons(tree: QTreeView, *buttons: QPushButton) -> QWidget:
    page = QWidget()
    in_column(page, tree, in_row(None, *buttons, None, margins=(8, 6, 8, 6)), spacing=0)
    return page


def _first_page(button: QPushButton) -> QWidget:
    middle = QWidget()
    middle.setFixedWidth(_WIDTH_OF_WORDS)
    heading = WrapLabel(_NONE, is_bold=True, scale=1.3)
    row = in_row(None, button, None)
    in_column(middle, None, heading, WrapLabel(_WHAT_FOR, is_muted=True), row, None, None, spacing=10)
    page = QWidget()
    in_row(page, None, middle, None)
    return page
