"""Text for a terminal: foreign names made harmless and cut to a length, and times."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from hvtree.domain.plain_text import plain

JOINER = "\u200d"
"""Binds emoji into one picture; the only invisible character that is let through."""
_STEERS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067")
"""Of the marks of direction those that HVTree never sets itself."""


def shown(text: str, limit: int = 100) -> str:
    """Return a name so that it can be printed: control and direction characters as escapes, cut to `limit` letters.

    A name with a line break cannot pretend to be two, and one with right-to-left marks cannot turn the line around.
    """
    short = text if len(text) <= limit else text[: limit - 1] + "…"
    return short if short.isprintable() else "".join(map(_visible, short))


def harmless(text: str) -> str:
    """Return whole sentences so that they can be printed: everything stays but what would act on the terminal or hide.

    Line breaks stay, and so do the marks that keep right-to-left names apart from the sentence around them.
    """
    if text.isprintable():
        return text
    return "".join(
        _escape(each) if each in _STEERS or (_acts(each) and each not in "\n\t") else each for each in text
    )


def set_apart(details: str) -> str:
    """Return technical text, which may quote a host, with each line indented: none can pass for a line of ours."""
    return "\n".join(f"    {line}".rstrip() for line in details.splitlines())


def local_time(moment_utc: datetime) -> str:
    """Return a time in this machine's zone, to the second: what is older and what is newer is told by it."""
    return f"{moment_utc.astimezone():%Y-%m-%d %H:%M:%S}"


def _visible(character: str) -> str:
    is_hidden = unicodedata.category(character) == "Cf" and character != JOINER
    return _escape(character) if is_hidden or _acts(character) else character


def _acts(character: str) -> bool:
    return plain(character) != character


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
