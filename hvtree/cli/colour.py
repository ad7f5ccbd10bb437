"""Colour on the terminal: when it is wanted, and the few colours that there are.

As is the custom: nothing in pipes and files, nothing with `NO_COLOR`, on a terminal called `dumb` or with `CLICOLOR=0`;
`FORCE_COLOR` and `CLICOLOR_FORCE` ask for it all the same, and `--color` overrules them all.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from typing import TextIO

from msgspec import Struct


class Paint(Struct, frozen=True):
    """Puts texts into colour, or leaves them as they are. The texts must have been made harmless before."""

    is_on: bool = False

    def strong(self, text: str) -> str:
        """Return a heading, or the name of something that has parts."""
        return self._in("1", text)

    def faint(self, text: str) -> str:
        """Return what only leads the eye, or is seldom read."""
        return self._in("2", text)

    def good(self, text: str) -> str:
        """Return what is as it should be."""
        return self._in("32", text)

    def caution(self, text: str) -> str:
        """Return what deserves a look."""
        return self._in("33", text)

    def bad(self, text: str) -> str:
        """Return what has failed, or what is lost."""
        return self._in("1;31", text)

    def accent(self, text: str) -> str:
        """Return the place where a VM stands."""
        return self._in("1;36", text)

    def _in(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.is_on and text else text


PLAIN = Paint()


def paint_for(stream: TextIO, wish: str = "auto") -> Paint:
    """Return how to paint what goes to a stream; an old console of Windows is told to understand colours."""
    paint = Paint(wants_colour(wish, os.environ, is_terminal=stream.isatty()))
    if paint.is_on and sys.platform == "win32":
        import colorama  # noqa: PLC0415  (only there, and only then)

        colorama.just_fix_windows_console()
    return paint


def colour_wish(arguments: argparse.Namespace) -> str:
    """Return what `--color` says, on whatever level."""
    return str(getattr(arguments, "color", "auto"))


def wants_colour(wish: str, environ: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Return whether a stream gets colours."""
    if wish != "auto":
        return wish == "always"
    if environ.get("NO_COLOR"):
        return False
    if any(environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return is_terminal and environ.get("TERM") != "dumb" and environ.get("CLICOLOR") != "0"
