"""Rows in columns, with headings or without, fitted to the width of a terminal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import ModuleType
from unicodedata import category, east_asian_width

from msgspec import Struct

GAP = "  "
_MOST = 72
"""Cells of a column beyond this do not widen it for all rows."""
_NOT_NARROW = re.compile("[^ -~\u00a1-\u00ac\u00ae-\u02ff\u0400-\u0482\u048a-\u052f–—‘’“”…↓─-╿▶●]")
"""What is neither Latin, Cyrillic nor a line of our drawings: those are letters of one cell, with nothing that combines them."""
_STAND_ALONE = frozenset(("Lo", "So", "Po", "Ps", "Pe"))
"""Categories of Unicode whose wide letters stand by themselves: ideographs, syllables, emoji and punctuation."""
_FILLER = "\u3164"
"""The one among them that takes no room."""
_COLOUR = re.compile("\x1b\\[[0-9;]*m")


class TableLayout(Struct, frozen=True):
    """How a table is set."""

    headings: tuple[str, ...]
    right: frozenset[int] = frozenset()
    """Columns whose cells are set to the right: numbers."""
    least: tuple[tuple[int, int], ...] = ()
    """Columns that may be narrowed to fit a terminal and how far, in the order in which that is tried."""
    rule: str = "─"
    ellipsis: str = "…"


def table(layout: TableLayout, rows: Sequence[Sequence[str]], *, fit: int | None = None) -> list[str]:
    """Return the lines of a table: its headings, a rule, its rows.

    With `fit`, the cells of a terminal's line, long cells are cut. Without it they push aside the rest of their row.
    """
    lines: list[Sequence[str]] = [layout.headings, *rows]
    widths = _widths(lines, _MOST)
    if fit is not None:
        widths = _narrowed(widths, layout, fit)
        lines = [[_cut(*cell, layout.ellipsis) for cell in zip(row, widths, strict=True)] for row in lines]
    lines.insert(1, [layout.rule * size for size in widths])
    return [_line(row, widths, layout.right) for row in lines]


def columns(rows: Sequence[Sequence[str]], *, most: int = _MOST) -> list[str]:
    """Return rows as lines, with each column as wide as its widest cell, but not wider than `most`.

    A longer cell moves the rest of its own row to the right, not that of all rows.
    """
    widths = _widths(rows, most)
    return [_line(row, widths, frozenset()) for row in rows]


def width(text: str) -> int:
    """Return how many cells a text takes on a terminal: wide letters and emoji take two, combining marks none."""
    bare = _COLOUR.sub("", text)
    others = _NOT_NARROW.findall(bare)
    return len(bare) + len(others) if all(map(_is_wide, others)) else _loaded_wcwidth().width(text)


def _is_wide(letter: str) -> bool:
    """Return whether a letter takes two cells whatever stands beside it."""
    return east_asian_width(letter) in ("W", "F") and category(letter) in _STAND_ALONE and letter != _FILLER


def _widths(rows: Sequence[Sequence[str]], most: int) -> list[int]:
    return [min(most, max(map(width, column))) for column in zip(*rows, strict=True)]


def _narrowed(widths: list[int], layout: TableLayout, fit: int) -> list[int]:
    widths = list(widths)
    excess = sum(widths) + len(GAP) * (len(widths) - 1) - fit
    for column, least in layout.least:
        taken = max(0, min(excess, widths[column] - least))
        widths[column] -= taken
        excess -= taken
    return widths


def _line(row: Sequence[str], widths: Sequence[int], right: frozenset[int]) -> str:
    cells = [
        _set(cell, size, to_right=column in right)
        for column, (cell, size) in enumerate(zip(row, widths, strict=True))
    ]
    return GAP.join(cells).rstrip()


def _set(cell: str, size: int, *, to_right: bool) -> str:
    blanks = " " * (size - width(cell))
    return blanks + cell if to_right else cell + blanks


def _cut(cell: str, size: int, ellipsis: str) -> str:
    """Return as much of a text as fits, in whole letters with their marks; colours go on to the end."""
    if width(cell) <= size:
        return cell
    room = max(0, size - width(ellipsis))
    if not _NOT_NARROW.search(cell):
        return cell[:room] + ellipsis
    clipped: str = _loaded_wcwidth().clip(cell, 0, room, fillchar="")
    return clipped + ellipsis


def _loaded_wcwidth() -> ModuleType:
    import wcwidth  # noqa: PLC0415  (its tables take as long as a login's messages, and few hosts have letters that combine)

    return wcwidth
