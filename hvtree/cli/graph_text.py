"""The checkpoints of a VM as a graph of text, a row each in order of time, as version control draws its history.

A long chain stays in one column, where a tree would wander off to the right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from hvtree.domain.graph_layout import NOW, Spot, lay_out
from hvtree.domain.model import VirtualMachine


class GraphGlyphs(Struct, frozen=True):
    """What a graph is drawn with: single letters."""

    node: str = "●"
    now: str = "▶"
    through: str = "│"
    along: str = "─"
    crossing: str = "┼"
    branch: str = "┬"
    last_right: str = "┐"
    last_left: str = "┌"


ASCII_GRAPH = GraphGlyphs("*", ">", "|", "-", "+", "+", "+", "+")


def graph_rows(vm: VirtualMachine, glyphs: GraphGlyphs) -> Iterator[tuple[str, str | None]]:
    """Return for each row the drawing to its left and the checkpoint's id, None for Now; from the oldest on."""
    spots = lay_out(vm)
    below: dict[int, list[Spot]] = {}
    for spot in spots:
        if spot.parent_row is not None:
            below.setdefault(spot.parent_row, []).append(spot)
    columns: dict[int, int] = {}
    """Until which row a line runs in each column."""
    for spot in spots:
        children = below.get(spot.row, [])
        columns.update((child.column, max(child.row, columns.get(child.column, 0))) for child in children)
        passing = {column for column, until in columns.items() if spot.row < until}
        passing -= {spot.column, *(child.column for child in children)}
        yield (
            _drawn(spot, [child.column for child in children], passing, glyphs),
            None if spot.id == NOW else spot.id,
        )


def _drawn(spot: Spot, children: Sequence[int], passing: set[int], glyphs: GraphGlyphs) -> str:
    """Draw one row: the lines that pass, the checkpoint, and the lines that leave it for the columns of its children."""
    first, last = min(spot.column, *children, spot.column), max(spot.column, *children, spot.column)
    cells: list[str] = []
    for column in range(max(last, *passing, 0) + 1):
        is_on_the_way = first <= column <= last
        cells.append(_cell(spot, column, (first, last), set(children), glyphs) if is_on_the_way else " ")
        if column in passing:
            cells[-1] = glyphs.crossing if is_on_the_way else glyphs.through
        cells.append(glyphs.along if first <= column < last else " ")
    return "".join(cells).rstrip() + " "


def _cell(spot: Spot, column: int, span: tuple[int, int], children: set[int], glyphs: GraphGlyphs) -> str:
    if column == spot.column:
        return glyphs.now if spot.id == NOW else glyphs.node
    if column == span[0]:
        return glyphs.last_left
    if column == span[1]:
        return glyphs.last_right
    return glyphs.branch if column in children else glyphs.along
