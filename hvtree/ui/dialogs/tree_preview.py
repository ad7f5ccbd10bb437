"""Two small trees side by side: the VMs of a plan now, and as they will be."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QAbstractItemView, QGridLayout, QLabel, QTreeWidget, QTreeWidgetItem, QWidget

from hvtree.domain.model import HostState, VirtualMachine
from hvtree.operations.base import Plan
from hvtree.ui import icons
from hvtree.ui.format import shown_name, state_words
from hvtree.ui.models.tree_icons import checkpoint_icon, vm_icon
from hvtree.ui.theme import colours

ROWS_AT_MOST = 400
"""Larger trees are not drawn beside a plan: nobody compares 400 rows by eye."""
_ROWS_SEEN = 9


class TreePreview(QWidget):
    """What a plan does to the trees that it touches."""

    def __init__(self) -> None:
        super().__init__()
        self.has_content = False
        """There is a difference to show."""
        self._before, self._after = _small_tree(), _small_tree()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(3)
        for column, (title, tree) in enumerate((("Now", self._before), ("Afterwards", self._after))):
            grid.addWidget(_title(title), 0, column)
            grid.addWidget(tree, 1, column)
            grid.setColumnStretch(column, 1)

    def show_plan(self, plan: Plan) -> None:
        """Show the trees of a plan's VMs; nothing if they stay as they are or are too large."""
        before, after = _touched(plan, plan.before), _touched(plan, plan.expected)
        rows = sum(2 + len(vm.checkpoints) for vm in before)
        self.has_content = rows <= ROWS_AT_MOST and [_shape(vm) for vm in before] != [
            _shape(vm) for vm in after
        ]
        if self.has_content:
            self._fill(self._before, before, after, _Gone(colours(self).danger))
            self._fill(self._after, after, before, _New(colours(self).good))

    def rows(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Give the texts of both trees, row by row from the top."""
        return _texts(self._before), _texts(self._after)

    def _fill(
        self, tree: QTreeWidget, vms: list[VirtualMachine], others: list[VirtualMachine], mark: _Mark
    ) -> None:
        tree.clear()
        known = {vm.id: vm for vm in others}
        for vm in vms:
            _add_vm(tree, vm, known.get(vm.id), mark)
        tree.expandAll()
        count = min(_ROWS_SEEN, sum(2 + len(vm.checkpoints) for vm in vms))
        tree.setFixedHeight(count * max(tree.sizeHintForRow(0), 16) + 2 * tree.frameWidth() + 2)
        _scroll_to_marked(tree)


class _Mark:
    """How a row looks that the other tree has not, or has otherwise."""

    def __init__(self, colour: str) -> None:
        self._brush = QBrush(QColor(colour))

    def put(self, item: QTreeWidgetItem) -> None:
        """Mark a row."""
        item.setForeground(0, self._brush)
        item.setData(0, Qt.ItemDataRole.UserRole, True)
        font = item.font(0)
        font.setBold(True)
        item.setFont(0, font)


class _Gone(_Mark):
    """A row that will not be there any more, or not like this."""

    def put(self, item: QTreeWidgetItem) -> None:
        super().put(item)
        font = item.font(0)
        font.setBold(False)
        font.setStrikeOut(True)
        item.setFont(0, font)


class _New(_Mark):
    """A row that will be new, or different."""


def _add_vm(tree: QTreeWidget, vm: VirtualMachine, other: VirtualMachine | None, mark: _Mark) -> None:
    top = QTreeWidgetItem([f"{shown_name(vm.name)} ({state_words(vm.state)})"])
    top.setIcon(0, icons.icon(vm_icon(vm)))
    tree.addTopLevelItem(top)
    if other is None or other.state != vm.state:
        mark.put(top)
    items: dict[str | None, QTreeWidgetItem] = {None: top}
    for checkpoint_id in vm.tree.walk():
        checkpoint = vm.tree[checkpoint_id]
        item = QTreeWidgetItem(items[vm.tree.parent(checkpoint_id)], [shown_name(checkpoint.name)])
        item.setIcon(0, icons.icon(checkpoint_icon(checkpoint)))
        items[checkpoint_id] = item
        twin = other.by_id.get(checkpoint_id) if other is not None else None
        if twin is None or twin.name != checkpoint.name:
            mark.put(item)
    now = QTreeWidgetItem(items[vm.now_id], ["Now"])
    now.setIcon(0, icons.icon("now"))
    if other is None or other.now_id != vm.now_id:
        mark.put(now)


def _touched(plan: Plan, state: HostState) -> list[VirtualMachine]:
    return [state.vms[vm_id] for vm_id in plan.vm_ids if vm_id in state.vms]


def _shape(vm: VirtualMachine) -> tuple[object, ...]:
    """Give what the small tree shows of a VM."""
    rows = tuple((node, vm.tree.parent(node), vm.tree[node].name) for node in vm.tree.walk())
    return vm.id, vm.name, vm.state, vm.now_id, rows


def _small_tree() -> QTreeWidget:
    tree = QTreeWidget()
    tree.setHeaderHidden(True)
    tree.setUniformRowHeights(True)
    tree.setIndentation(14)
    tree.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    tree.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    tree.setTextElideMode(Qt.TextElideMode.ElideRight)
    tree.setMinimumWidth(120)
    return tree


def _title(text: str) -> QLabel:
    label = QLabel(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def _all_items(tree: QTreeWidget) -> list[QTreeWidgetItem]:
    """Give every row from the top; without recursion, since chains may be deep."""
    waiting = [tree.topLevelItem(row) for row in reversed(range(tree.topLevelItemCount()))]
    found: list[QTreeWidgetItem] = []
    while waiting:
        item = waiting.pop()
        if item is not None:
            found.append(item)
            waiting.extend(item.child(row) for row in reversed(range(item.childCount())))
    return found


def _texts(tree: QTreeWidget) -> tuple[str, ...]:
    return tuple(item.text(0) for item in _all_items(tree))


def _scroll_to_marked(tree: QTreeWidget) -> None:
    marked = next((item for item in _all_items(tree) if item.data(0, Qt.ItemDataRole.UserRole)), None)
    if marked is not None:
        tree.scrollToItem(marked, QAbstractItemView.ScrollHint.PositionAtCenter)
