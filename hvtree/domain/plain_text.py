"""Words from outside made plain: nothing in them acts on a screen or a terminal, hides, or begins a line of its own."""

from __future__ import annotations

import re

REPLACEMENT = "\ufffd"
"""What stands in place of a character that may not act."""
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u180e\u200b\u2028\u2029\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff]"
)
"""What is not seen and could act or deceive: controls, line ends, halves of characters, blanks of no width, tags."""
_FOREIGN_MARKS = re.compile("[\u202a-\u202e\u2066\u2067]")
"""Marks that turn round what stands beside them [Unicode, UAX 9], without the two by which HVTree keeps names apart."""


def is_plain(words: str) -> bool:
    """Return whether words are plain at a glance, as nearly all names are: visible ASCII characters and blanks."""
    return words.isascii() and words.isprintable()


def plain(words: str) -> str:
    """Return words of a host with all that is not seen and could act, break the line or deceive made visible."""
    return words if is_plain(words) else _HIDDEN.sub(REPLACEMENT, words)


def plain_lines(text: str) -> str:
    """Return sentences or notes in plain characters: lines and tabs stay, and the marks that keep names apart."""
    if is_plain(text):
        return text
    lines = text.replace("\r\n", "\n").split("\n")
    shown = ("\t".join(map(plain, line.split("\t"))) for line in lines)
    return _FOREIGN_MARKS.sub(REPLACEMENT, "\n".join(shown))


def plain_line(text: str) -> str:
    """Return sentences in plain characters as one line: what stood on several lines stands behind each other."""
    return plain_lines(" ".join(text.split()) if any(end in text for end in "\r\n\u2028\u2029") else text)
