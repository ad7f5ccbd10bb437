"""Writing to the terminal, a file or a pipe, and what happens when nobody can read it any more."""

from __future__ import annotations

import io
import os
import sys
from typing import TextIO

from hvtree.cli.text import harmless
from hvtree.domain.errors import HVTreeError


class Commentary:
    """Tells how things go to whoever listens. When the reader has gone it falls silent, and what it tells of goes on."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.is_heard = True
        """Nothing that was said has been lost."""

    def say(self, text: str, *, start: str = "", end: str = "\n") -> None:
        """Print a text, made harmless, with `start` and `end` as they are; raises nothing."""
        if not self.is_heard:
            return
        try:
            print(start + harmless(text), end=end, file=self._stream, flush=True)
        except OSError:
            self.is_heard = False
            let_vanish(self._stream)


def deliver(text: str) -> None:
    """Print a result to standard output; raise `HVTreeError` if there is no room, `BrokenPipeError` if nobody reads."""
    try:
        print(text, flush=True)
    except OSError as error:
        let_vanish(sys.stdout)
        if isinstance(error, BrokenPipeError):
            raise
        why = f"{error.strerror or error}."
        raise HVTreeError("The output cannot be written.", why=why) from error


def prepare_streams() -> None:
    """Let letters that the terminal lacks appear as escapes, and replace streams that were closed from the start."""
    # Python gives None for them, and what is printed to None goes to standard output.
    sys.stdout = sys.stdout or _Nowhere()
    sys.stderr = sys.stderr or _Nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def let_vanish(stream: TextIO) -> None:
    """Let what a stream still holds go nowhere, so that Python does not complain when it flushes it at the end."""
    try:
        number = stream.fileno()
    except (OSError, ValueError):
        return  # it is no file of the operating system's
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)


class _Nowhere(io.TextIOBase):
    """What takes the place of a stream that was closed from the start."""

    def write(self, text: str) -> int:
        return len(text)
