"""Where the parts of a row are in the first column: indentation, the mark that opens a row, icon and text.

Qt's own indentation is the same for every level and has no end: a chain of 50 checkpoints would start 800 pixels to
the right. Here each VM has its own step: 16 pixels as long as its deepest row leaves enough room for names, less
below that, so that names can be read at any depth and column width.
"""

from __future__ import annotations

from msgspec import Struct
from PySide6.QtCore import QRect

from hvtree.ui.models.nodes import CheckpointNode, Node, NowNode, VmNode

STEP = 16.0
"""Pixels from one level to the next where there is room."""
MARK = 16
"""Width of the place for the mark that opens and closes a row."""
ICON = 16
GAP = 5
MARGIN = 3
_SHARE = 0.45
"""How much of the column's width the indentation of a deep chain may take."""
_ROOM = 175
"""Pixels that it leaves to mark, icon and name: enough for a date with its time."""


class RowGeometry(Struct, frozen=True):
    """The parts of one row, in the coordinates of the view."""

    cell: QRect
    left: int
    """Where the place for its mark begins."""
    step: float
    """Pixels from its parent's mark to its own."""

    @property
    def mark(self) -> QRect:
        """The place for the mark that opens and closes it."""
        return QRect(self.left, self.cell.top(), MARK, self.cell.height())

    @property
    def middle_of_mark(self) -> int:
        """Where a line down from this row to its children starts."""
        return self.left + (MARK - 1) // 2

    @property
    def icon(self) -> QRect:
        """The place for its icon."""
        return QRect(self.left + MARK, self.cell.top() + (self.cell.height() - ICON) // 2, ICON, ICON)

    @property
    def text(self) -> QRect:
        """What is left for its name, and for what stands behind it."""
        left = self.left + MARK + ICON + GAP
        width = max(1, self.cell.right() - MARGIN - left + 1)
        return QRect(left, self.cell.top(), width, self.cell.height())


def step_under(node: Node | None, column_width: int) -> float:
    """Return the pixels per level under a VM in a column of this width."""
    return step_for(node.deepest if isinstance(node, VmNode) else 0, column_width)


def step_for(deepest: int, column_width: int) -> float:
    """Return the pixels per level where the deepest row is so many levels down, in a column of this width."""
    widest = min(column_width * _SHARE, column_width - _ROOM)
    return min(STEP, max(widest, 4 * STEP) / deepest) if deepest else STEP


def vm_of(node: Node) -> VmNode | None:
    """Return the VM that a row belongs to; None for hosts and notes."""
    if isinstance(node, CheckpointNode | NowNode):
        return node.owner
    return node if isinstance(node, VmNode) else None


def offset(node: Node, column_width: int) -> float:
    """Return how far from the left edge of its column the mark of a row stands."""
    vm = vm_of(node)
    if vm is None or node is vm:
        return node.depth * STEP
    return vm.depth * STEP + (node.depth - vm.depth) * step_under(vm, column_width)


def geometry(node: Node, cell: QRect) -> RowGeometry:
    """Return the parts of a row whose first cell is here; always from left to right."""
    vm = vm_of(node)
    left = cell.left() + MARGIN + round(offset(node, cell.width()))
    return RowGeometry(cell, left, STEP if node is vm else step_under(vm, cell.width()))
