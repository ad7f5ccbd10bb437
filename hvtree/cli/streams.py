"""The streams of a terminal, which may lack letters, be closed, or lose their reader."""

from __future__ import annotations

import io
import os
import sys

TYPE_CHECKING = False  # mypy takes it for true; `typing` is a tenth of what `hvtree --help` takes
if TYPE_CHECKING:
    from typing import TextIO


def prepare_streams() -> None:
    """Let letters that the terminal lacks appear as escapes, and replace streams that were closed from the start."""
    # Python gives None for them, and what is printed to None goes to standard output.
    sys.stdout = sys.stdout or _ClosedStream()
    sys.stderr = sys.stderr or _ClosedStream()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def discard(stream: TextIO) -> None:
    """Discard what a stream still holds, so that Python does not complain when it flushes it at the end."""
    try:
        number = stream.fileno()
    except (OSError, ValueError):
        return  # it has no file descriptor
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)


class _ClosedStream(io.TextIOBase):
    """Takes the place of a stream that was closed from the start."""

    def write(self, text: str) -> int:
        return len(text)
