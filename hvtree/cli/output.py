"""Writing to the terminal, a file or a pipe, which may be closed or full."""

from __future__ import annotations

import sys
from typing import TextIO

from hvtree.cli.colour import PLAIN, Paint
from hvtree.cli.streams import discard
from hvtree.cli.text import harmless
from hvtree.cli.wrapping import line_width
from hvtree.domain.errors import HVTreeError


class Console:
    """Prints how a command gets on. Once its stream is closed it prints no more, and the command goes on."""

    def __init__(self, stream: TextIO, paint: Paint = PLAIN) -> None:
        self._stream = stream
        self.paint = paint
        """How to paint what is printed."""
        self.is_open = True
        """Everything so far could be printed."""

    @property
    def is_terminal(self) -> bool:
        """A person sees what is printed, and a carriage return goes back to the beginning of the line."""
        return self._stream.isatty()

    @property
    def fit(self) -> int | None:
        """How many cells a line of the terminal has; None if it is none."""
        return line_width(self._stream)

    def say(self, text: str, *, start: str = "", end: str = "\n") -> None:
        """Print a text, made harmless, with `start` and `end` as they are; raises nothing."""
        self.say_painted(start + harmless(text), end=end)

    def say_painted(self, text: str, *, end: str = "\n") -> None:
        """Print a text that was made harmless and then painted; raises nothing."""
        if not self.is_open:
            return
        try:
            print(text, end=end, file=self._stream, flush=True)
        except OSError:
            self.is_open = False
            discard(self._stream)


def print_result(text: str) -> None:
    """Print a result to standard output; raise `HVTreeError` if it cannot be written, `BrokenPipeError` if the reader has gone."""
    try:
        print(text, flush=True)
    except OSError as error:
        discard(sys.stdout)
        if isinstance(error, BrokenPipeError):
            raise
        why = f"{error.strerror or error}."
        raise HVTreeError("The output cannot be written.", why=why) from error
