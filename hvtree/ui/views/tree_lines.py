"""The lines between the rows of one VM: thin ones from parents to children, a strong one from the root to Now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from hvtree.ui.models.nodes import CheckpointNode, Node, NowNode, VmNode
from hvtree.ui.theme import Colours
from hvtree.ui.views.tree_geometry import RowGeometry, geometry

_THIN = 1.0
_STRONG = 2.0
_FAINT = 0.45
ROOM_FOR_LINES = 7.0
"""Below this step the levels are too close together for lines beside the rows."""


class Segment(Struct, frozen=True):
    """A straight piece of line; `is_path` if it leads to Now."""

    start: QPointF
    end: QPointF
    is_path: bool


def segments(node: Node, cell: QRect, *, is_open: bool) -> Iterator[Segment]:
    """Return the pieces of line that cross the first cell of a row, thin ones before the strong ones."""
    if not isinstance(node, VmNode | CheckpointNode | NowNode):
        return
    vm = node if isinstance(node, VmNode) else node.owner
    found = list(_own(node, vm, cell, is_open=is_open))
    found.extend(_passing(node, vm, cell))
    yield from sorted(found, key=lambda segment: segment.is_path)


class LinePens:
    """The two pens for lines, in the colours of a theme."""

    def __init__(self, colours: Colours) -> None:
        self._path = _pen(colours.good, 1.0, _STRONG)
        self._other = _pen(colours.muted, _FAINT, _THIN)

    def draw(self, painter: QPainter, pieces: Iterable[Segment]) -> None:
        """Draw pieces of line."""
        for piece in pieces:
            painter.setPen(self._path if piece.is_path else self._other)
            painter.drawLine(piece.start, piece.end)


def _pen(name: str, opacity: float, width: float) -> QPen:
    colour = QColor(name)
    colour.setAlphaF(opacity)
    pen = QPen(colour, width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def _own(node: Node, vm: VmNode, cell: QRect, *, is_open: bool) -> Iterator[Segment]:
    """Return the elbow from the parent to this row, and the beginning of the line to its children."""
    here = geometry(node, cell)
    bottom, middle = cell.bottom() + 1.0, cell.center().y() + 0.5
    if is_open and node.children:
        x = here.middle_of_mark + 0.5
        yield Segment(QPointF(x, middle + 6), QPointF(x, bottom), node.serial in vm.path_children)
    if node is vm or node.parent is None:
        return
    x = geometry(node.parent, cell).middle_of_mark + 0.5
    path_child = vm.path_children.get(node.parent.serial)
    leads_on = path_child is not None and path_child.row > node.row
    yield from _elbow(node, here, QPointF(x, middle), QRect(cell), leads_on=leads_on)
    if node.parent.children[-1] is not node and here.step >= ROOM_FOR_LINES:
        yield Segment(QPointF(x, middle), QPointF(x, bottom), leads_on)


def _elbow(
    node: Node, here: RowGeometry, corner: QPointF, cell: QRect, *, leads_on: bool
) -> Iterator[Segment]:
    """Return the line from the parent above to this row: down, then across to its mark or its icon."""
    top = QPointF(corner.x(), cell.top())
    if here.step < ROOM_FOR_LINES:
        yield Segment(top, QPointF(corner.x(), corner.y() - 6), node.is_on_path or leads_on)
        return
    across = here.left + 3.0 if node.children else here.icon.left() - 2.0
    yield Segment(
        top, QPointF(corner.x(), corner.y() + (1.0 if node.is_on_path else 0.5)), node.is_on_path or leads_on
    )
    yield Segment(corner, QPointF(max(across, corner.x()), corner.y()), node.is_on_path)


def _passing(node: Node, vm: VmNode, cell: QRect) -> Iterator[Segment]:
    """Return the lines of the rows above that go on past this row to later children."""
    here: Node | None = node.parent
    while here is not None and here is not vm and here.parent is not None:
        parent = here.parent
        if parent.children[-1] is not here:
            spot = geometry(parent, cell)
            path_child = vm.path_children.get(parent.serial)
            leads_on = path_child is not None and path_child.row > here.row
            if leads_on or geometry(here, cell).step >= ROOM_FOR_LINES:
                x = spot.middle_of_mark + 0.5
                yield Segment(QPointF(x, cell.top()), QPointF(x, cell.bottom() + 1.0), leads_on)
        here = parent
