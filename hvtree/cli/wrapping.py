"""Sentences on a terminal: broken between words where its line ends, with what follows under their beginning."""

from __future__ import annotations

import shutil
from typing import TextIO

import wcwidth

_NARROWEST = 40
"""Cells of a line below which breaking lines makes nothing easier to read."""


def line_width(stream: TextIO) -> int | None:
    """Return how many cells a line of a terminal has; None for pipes and files, whose lines may have any length."""
    return shutil.get_terminal_size().columns if stream.isatty() else None


def wrapped(text: str, fit: int | None, *, indent: str = "") -> str:
    """Return a paragraph, which may be painted, as lines of a width; those after the first are indented."""
    if fit is None or fit < _NARROWEST or wcwidth.width(text) <= fit:
        return text
    return "\n".join(
        wcwidth.wrap(text, fit, subsequent_indent=indent, break_on_hyphens=False, drop_whitespace=True)
    )
