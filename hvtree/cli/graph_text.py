"""The checkpoints of a VM as a graph of text, a row each in order of time, as version control draws its history.

A long chain stays in one lane, where a tree would wander off to the right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hvtree.domain.lanes import NOW, Spot, lay_out
from hvtree.domain.model import VirtualMachine


@dataclass(frozen=True, slots=True)
class Ink:
    """What a graph is drawn with: single letters."""

    node: str = "●"
    now: str = "▶"
    through: str = "│"
    along: str = "─"
    crossing: str = "┼"
    branch: str = "┬"
    last_right: str = "┐"
    last_left: str = "┌"


ASCII_INK = Ink("*", ">", "|", "-", "+", "+", "+", "+")


def graph_rows(vm: VirtualMachine, ink: Ink) -> Iterator[tuple[str, str | None]]:
    """Return for each row the drawing to its left and the checkpoint's id, None for Now; from the oldest on."""
    spots = lay_out(vm)
    below: dict[int, list[Spot]] = {}
    for spot in spots:
        if spot.parent_row is not None:
            below.setdefault(spot.parent_row, []).append(spot)
    lanes: dict[int, int] = {}
    """Until which row a line runs in each lane."""
    for spot in spots:
        children = below.get(spot.row, [])
        lanes.update((child.lane, max(child.row, lanes.get(child.lane, 0))) for child in children)
        passing = {lane for lane, until in lanes.items() if spot.row < until}
        passing -= {spot.lane, *(child.lane for child in children)}
        yield (
            _drawn(spot, [child.lane for child in children], passing, ink),
            None if spot.id == NOW else spot.id,
        )


def _drawn(spot: Spot, children: Sequence[int], passing: set[int], ink: Ink) -> str:
    """Draw one row: the lines that pass, the checkpoint, and the lines that leave it for the lanes of its children."""
    first, last = min(spot.lane, *children, spot.lane), max(spot.lane, *children, spot.lane)
    cells: list[str] = []
    for lane in range(max(last, *passing, 0) + 1):
        is_on_the_way = first <= lane <= last
        cells.append(_cell(spot, lane, (first, last), set(children), ink) if is_on_the_way else " ")
        if lane in passing:
            cells[-1] = ink.crossing if is_on_the_way else ink.through
        cells.append(ink.along if first <= lane < last else " ")
    return "".join(cells).rstrip() + " "


def _cell(spot: Spot, lane: int, span: tuple[int, int], children: set[int], ink: Ink) -> str:
    if lane == spot.lane:
        return ink.now if spot.id == NOW else ink.node
    if lane == span[0]:
        return ink.last_left
    if lane == span[1]:
        return ink.last_right
    return ink.branch if lane in children else ink.along
