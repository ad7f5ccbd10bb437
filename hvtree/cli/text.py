"""Text for a terminal: foreign names made harmless, cut to a width, and set in columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

_JOINER = "\u200d"
"""Binds emoji into one picture; the only invisible character that is let through."""


def shown(text: str, limit: int = 100) -> str:
    """Give a name so that it can be printed: control and direction characters as escapes, cut to `limit` letters.

    A name with a line break cannot pretend to be two, and one with right-to-left marks cannot turn the line around.
    """
    short = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(_visible(character) for character in short)


def harmless(text: str) -> str:
    """Give whole sentences so that they can be printed: everything stays but what would act on the terminal.

    Line breaks stay, and so do the marks that keep right-to-left names apart from the sentence around them.
    """
    return "".join(each if each in "\n\t" or not _acts(each) else _escape(each) for each in text)


def width(text: str) -> int:
    """Give how many cells a text takes on a terminal: wide letters take two, combining marks none."""
    return sum(_cells(character) for character in text)


def columns(rows: Iterable[Sequence[str]], *, most: int = 72) -> list[str]:
    """Give the rows as lines, with each column as wide as its widest cell, but not wider than `most`.

    A longer cell moves the rest of its own row to the right, not that of all rows.
    """
    table = [list(row) for row in rows]
    widths = [min(most, max(map(width, column))) for column in zip(*table, strict=True)] if table else []
    return [
        "  ".join(_padded(cell, size) for cell, size in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]


def _padded(cell: str, size: int) -> str:
    return cell + " " * (size - width(cell))


def _visible(character: str) -> str:
    is_hidden = unicodedata.category(character) == "Cf" and character != _JOINER
    return _escape(character) if is_hidden or _acts(character) else character


def _acts(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _cells(character: str) -> int:
    if unicodedata.combining(character) or character == _JOINER:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
