"""Two small trees side by side: the VMs of a plan now, and as they will be."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QBrush, QColor, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QGridLayout, QLabel, QTreeWidget, QTreeWidgetItem, QWidget

from hvtree.domain.model import HostState, VirtualMachine
from hvtree.operations.base import Plan
from hvtree.ui import icons
from hvtree.ui.format import shown_name, state_words
from hvtree.ui.models.tree_icons import checkpoint_icon, vm_icon
from hvtree.ui.theme import Colours, colours

ROWS_AT_MOST = 400
"""Larger trees are not drawn beside a plan: nobody compares 400 rows by eye."""
_ROWS_SEEN = 9
NOW = "now"
"""Key of the Now row; no checkpoint has such an id."""


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
            tree.setAccessibleName(f"Checkpoints {title.lower()}")
            grid.addWidget(_title(title), 0, column)
            grid.addWidget(tree, 1, column)
            grid.setColumnStretch(column, 1)

    def show_plan(self, plan: Plan) -> None:
        """Show the trees of a plan's VMs; nothing if they stay as they are or are too large."""
        before, after = _touched(plan, plan.before), _touched(plan, plan.expected)
        self.has_content = _row_count(before) <= ROWS_AT_MOST and [_shape(vm) for vm in before] != [
            _shape(vm) for vm in after
        ]
        if self.has_content:
            self._fill(before, after)
            self._set_heights(max(_row_count(before), _row_count(after)))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(
            0, self, self._show_sought
        )  # only after its first layout does it know where rows are

    def rows(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the texts of both trees, row by row from the top."""
        return _texts(self._before), _texts(self._after)

    def _fill(self, before: list[VirtualMachine], after: list[VirtualMachine]) -> None:
        self._before.clear()
        self._after.clear()
        palette = colours(self)
        for old, new in zip(before, after, strict=True):
            old_items, new_items = _add_vm(self._before, old), _add_vm(self._after, new)
            for checkpoint_id in old.by_id.keys() - new.by_id.keys():
                _mark_gone(old_items[checkpoint_id], palette)
            for key in _differing(new, old):
                _mark_new(new_items[key], palette)
            if old.now_id != new.now_id:
                _seek(old_items[NOW])
        for tree in (self._before, self._after):
            tree.expandAll()
        self._show_sought()

    def _show_sought(self) -> None:
        for tree in (self._before, self._after):
            _scroll_to_sought(tree)

    def _set_heights(self, rows: int) -> None:
        """Make both trees as high as the longer one, up to a limit."""
        for tree in (self._before, self._after):
            row = max(tree.sizeHintForRow(0), 16)
            tree.setFixedHeight(min(rows, _ROWS_SEEN) * row + 2 * tree.frameWidth() + 2)


def _mark_gone(item: QTreeWidgetItem, palette: Colours) -> None:
    """Strike out a row that will not be there any more."""
    _mark(item, palette.danger)
    font = item.font(0)
    font.setStrikeOut(True)
    item.setFont(0, font)


def _mark_new(item: QTreeWidgetItem, palette: Colours) -> None:
    """Make a row stand out that is new, or stands elsewhere."""
    _mark(item, palette.good)
    font = item.font(0)
    font.setBold(True)
    item.setFont(0, font)


def _mark(item: QTreeWidgetItem, colour: str) -> None:
    item.setForeground(0, QBrush(QColor(colour)))
    _seek(item)


def _seek(item: QTreeWidgetItem) -> None:
    """Let the tree be scrolled to a row."""
    item.setData(0, Qt.ItemDataRole.UserRole, True)


def _add_vm(tree: QTreeWidget, vm: VirtualMachine) -> dict[str | None, QTreeWidgetItem]:
    """Add the rows of a VM; give them by checkpoint id, the VM's own under None and its Now under `NOW`."""
    top = QTreeWidgetItem([f"{shown_name(vm.name)} ({state_words(vm.state)})"])
    top.setIcon(0, icons.icon(vm_icon(vm)))
    tree.addTopLevelItem(top)
    items: dict[str | None, QTreeWidgetItem] = {None: top}
    for checkpoint_id in vm.tree.walk():
        checkpoint = vm.tree[checkpoint_id]
        item = QTreeWidgetItem(items[vm.tree.parent(checkpoint_id)], [shown_name(checkpoint.name)])
        item.setIcon(0, icons.icon(checkpoint_icon(checkpoint)))
        items[checkpoint_id] = item
    items[NOW] = QTreeWidgetItem(items[vm.now_id], ["Now"])
    items[NOW].setIcon(0, icons.icon("now"))
    return items


def _differing(vm: VirtualMachine, other: VirtualMachine) -> Iterator[str | None]:
    """Return the keys of the rows of a VM that are new, or otherwise, against an earlier picture of it."""
    if other.state != vm.state:
        yield None
    if other.now_id != vm.now_id:
        yield NOW
    for checkpoint in vm.checkpoints:
        twin = other.by_id.get(checkpoint.id)
        if twin is None or twin.name != checkpoint.name or twin.parent_id != checkpoint.parent_id:
            yield checkpoint.id


def _row_count(vms: list[VirtualMachine]) -> int:
    return sum(2 + len(vm.checkpoints) for vm in vms)


def _touched(plan: Plan, state: HostState) -> list[VirtualMachine]:
    return [state.vms[vm_id] for vm_id in plan.vm_ids if vm_id in state.vms]


def _shape(vm: VirtualMachine) -> tuple[object, ...]:
    """Return what the small tree shows of a VM."""
    rows = tuple((node, vm.tree.parent(node), vm.tree[node].name) for node in vm.tree.walk())
    return vm.id, vm.name, vm.state, vm.now_id, rows


def _small_tree() -> QTreeWidget:
    tree = QTreeWidget()
    tree.setHeaderHidden(True)
    tree.setUniformRowHeights(True)
    tree.setIndentation(14)
    tree.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    tree.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # the time in default names is at their end
    tree.setMinimumWidth(120)
    return tree


def _title(text: str) -> QLabel:
    label = QLabel(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def _all_items(tree: QTreeWidget) -> list[QTreeWidgetItem]:
    """Return every row from the top; without recursion, since chains may be deep."""
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


def _scroll_to_sought(tree: QTreeWidget) -> None:
    """Show the last row of interest: it is further in than the VM's own."""
    sought = [item for item in _all_items(tree) if item.data(0, Qt.ItemDataRole.UserRole)]
    if sought:
        tree.scrollToItem(sought[-1], QAbstractItemView.ScrollHint.PositionAtCenter)
        tree.horizontalScrollBar().setValue(0)
