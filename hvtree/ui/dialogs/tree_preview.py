"""Two small trees side by side: the VMs of a plan now, and as they will be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QBrush, QColor, QFont, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QGridLayout, QTreeWidget, QTreeWidgetItem, QWidget

from hvtree.domain.difference import VmDifference, compare_vms
from hvtree.domain.model import VirtualMachine
from hvtree.domain.state_words import state_words
from hvtree.operations.base import Plan
from hvtree.ui import icons
from hvtree.ui.format import shown_name
from hvtree.ui.models.tree_icons import checkpoint_icon, vm_icon
from hvtree.ui.theme import colours
from hvtree.ui.widgets.wrap_label import WrapLabel

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
        """There is a difference worth showing."""
        self._pairs: list[_Pair] = []
        self._before, self._after = _small_tree(), _small_tree()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(3)
        for column, (title, tree) in enumerate((("Now", self._before), ("Afterwards", self._after))):
            tree.setAccessibleName(f"Checkpoints {title.lower()}")
            grid.addWidget(WrapLabel(title, is_bold=True), 0, column)
            grid.addWidget(tree, 1, column)
            grid.setColumnStretch(column, 1)

    def show_plan(self, plan: Plan) -> None:
        """Show the trees of a plan's VMs; nothing if they do not change or are too large."""
        pairs = list(_pairs(plan))
        rows = sum(2 + len(pair.before.checkpoints) for pair in pairs)
        self.has_content = rows <= ROWS_AT_MOST and any(pair.differs for pair in pairs)
        is_new = len(pairs) != len(self._pairs) or not all(map(_Pair.looks_like, pairs, self._pairs))
        if self.has_content and is_new:
            self._pairs = pairs
            self._fill(pairs)
            self._set_heights(max(rows, sum(2 + len(pair.after.checkpoints) for pair in pairs)))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(
            0, self, self._show_sought
        )  # only after its first layout does it know where rows are

    def rows(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the texts of both trees, row by row from the top."""
        return _texts(self._before), _texts(self._after)

    def _fill(self, pairs: list[_Pair]) -> None:
        self._before.clear()
        self._after.clear()
        palette = colours(self)
        for pair in pairs:
            before = _add_vm(self._before, pair.before, pair.host)
            after = _add_vm(self._after, pair.after, pair.host)
            for gone in pair.gone():
                _mark(before[gone], palette.danger, QFont.setStrikeOut)
            for new in pair.new():
                _mark(after[new], palette.good, QFont.setBold)
            if pair.difference is not None and pair.difference.is_now_moved:
                _seek(before[NOW])
        for tree in (self._before, self._after):
            tree.expandAll()
        self._show_sought()

    def _show_sought(self) -> None:
        for tree in (self._before, self._after):
            _scroll_to_sought(tree)

    def _set_heights(self, rows: int) -> None:
        """Make both trees as high as the longer one needs, up to a limit."""
        for tree in (self._before, self._after):
            row = max(tree.sizeHintForRow(0), 16)
            tree.setFixedHeight(min(rows, _ROWS_SEEN) * row + 2 * tree.frameWidth() + 2)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A VM of a plan, now and afterwards."""

    before: VirtualMachine
    after: VirtualMachine
    host: str
    """The name of its host, where there are several."""
    difference: VmDifference | None

    @property
    def differs(self) -> bool:
        """There is something to see."""
        return self.difference is not None and self.difference.is_substantial

    def looks_like(self, other: _Pair) -> bool:
        """Return whether two pairs are drawn alike; what changes by itself, such as sizes, is not drawn."""
        both = (self.before, other.before), (self.after, other.after)
        differences = (compare_vms(mine, others) for mine, others in both)
        return (self.before.id, self.before.name, self.host) == (
            other.before.id,
            other.before.name,
            other.host,
        ) and not any(each is not None and each.is_substantial for each in differences)

    def gone(self) -> Iterator[str]:
        """Yield the keys of the rows that will not be there any more."""
        if self.difference is not None:
            yield from (each.id for each in self.difference.removed)

    def new(self) -> Iterator[str | None]:
        """Yield the keys of the rows that are new, or will be otherwise; the VM's own is None."""
        difference = self.difference
        if difference is None:
            return
        if difference.is_state_changed:
            yield None
        if difference.is_now_moved:
            yield NOW
        yield from (each.id for each in difference.added)
        yield from (each.after.id for each in difference.changed if each.is_moved or each.is_renamed)


def _pairs(plan: Plan) -> Iterator[_Pair]:
    names = plan.host_names if len(plan.host_ids) > 1 else {}
    for address in plan.vms:
        before, after = plan.before.find_vm(address), plan.expected.find_vm(address)
        if before is not None and after is not None:
            yield _Pair(before, after, names.get(address.host_id, ""), compare_vms(before, after))


def _mark(item: QTreeWidgetItem, colour: str, emphasise: Callable[[QFont, bool], None]) -> None:
    """Mark a row that will not be there any more, or that is new or has moved."""
    item.setForeground(0, QBrush(QColor(colour)))
    font = item.font(0)
    emphasise(font, True)
    item.setFont(0, font)
    _seek(item)


def _seek(item: QTreeWidgetItem) -> None:
    """Mark a row as one to scroll to."""
    item.setData(0, Qt.ItemDataRole.UserRole, True)


def _add_vm(tree: QTreeWidget, vm: VirtualMachine, host: str) -> dict[str | None, QTreeWidgetItem]:
    """Add the rows of a VM, and return them by checkpoint id, the VM's own under None and its Now under `NOW`."""
    where = f" on {shown_name(host)}" if host else ""
    top = QTreeWidgetItem([f"{shown_name(vm.name)}{where} ({state_words(vm.state)})"])
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


def _all_items(tree: QTreeWidget) -> list[QTreeWidgetItem]:
    """Return every row from the top."""
    return tree.findItems("", Qt.MatchFlag.MatchContains | Qt.MatchFlag.MatchRecursive)


def _texts(tree: QTreeWidget) -> tuple[str, ...]:
    return tuple(item.text(0) for item in _all_items(tree))


def _scroll_to_sought(tree: QTreeWidget) -> None:
    """Scroll to the last marked row: it lies deeper than the VM's own."""
    sought = [item for item in _all_items(tree) if item.data(0, Qt.ItemDataRole.UserRole)]
    if sought:
        tree.scrollToItem(sought[-1], QAbstractItemView.ScrollHint.PositionAtCenter)
        tree.horizontalScrollBar().setValue(0)
