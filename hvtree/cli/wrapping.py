"""Sentences on a terminal: broken between words where its line ends, with what follows under their beginning."""

from __future__ import annotations

import shutil
from typing import TextIO

_NARROWEST = 40
"""Cells of a line below which breaking lines makes nothing easier to read."""
_LONGEST_WORD = 1_000
"""Letters of a word beyond which it is left to the terminal: one of 100,000 takes wcwidth 6 s and more [measured]."""


def line_width(stream: TextIO) -> int | None:
    """Return how many cells a line of a terminal has; None for pipes and files, whose lines may have any length."""
    return shutil.get_terminal_size().columns if stream.isatty() else None


def wrapped(text: str, fit: int | None, *, indent: str = "") -> str:
    """Return a paragraph, which may be painted, as lines of a width; those after the first are indented.

    One with a word of more than 1,000 letters stays as it is.
    """
    if fit is None or fit < _NARROWEST or max(map(len, text.split()), default=0) > _LONGEST_WORD:
        return text
    import wcwidth  # noqa: PLC0415  (it takes as long as the rest of a short command, and few lines are longer than a terminal)

    if wcwidth.width(text) <= fit:
        return text
    return "\n".join(
        wcwidth.wrap(text, fit, subsequent_indent=indent, break_on_hyphens=False, drop_whitespace=True)
    )
