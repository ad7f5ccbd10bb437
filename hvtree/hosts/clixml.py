"""What PowerShell says on standard error, as a person reads it.

Mostly it is text. Where a command was encoded, or by what else writes there, it may be CLIXML: XML in which every line of a
message is an element of its own, among records of progress (fact 226).
"""

from __future__ import annotations

import html
import re

TAG = "#< CLIXML"
_SIGNS = ("<Objs", "</Objs>", "<S S=")
_PROGRESS = re.compile(r'<Obj S="progress".*?(?:</Obj>|\Z)', re.DOTALL)
_ELEMENT = re.compile(r"</?(?:Objs|S)\b[^>]*>")
_CODED = re.compile(r"((?:_x[0-9A-Fa-f]{4}_)+)")


def words_of(stderr: bytes) -> str:
    """Return the text, also of CLIXML of which only the end is left, and of other words in between; without progress."""
    text = stderr.decode("utf-8", "replace").replace(TAG, "", 1)
    if any(sign in text for sign in _SIGNS):
        text = html.unescape(_ELEMENT.sub("", _PROGRESS.sub("", text)))
        text = _CODED.sub(lambda match: _decoded(match[1]), text)
    return text.replace("\r\n", "\n").strip()


def _decoded(numbers: str) -> str:
    """Return the characters of a row of `_x000D_`: UTF-16 units, of which two may be one character."""
    units = (int(number, 16) for number in re.findall(r"_x([0-9A-Fa-f]{4})_", numbers))
    return b"".join(unit.to_bytes(2, "little") for unit in units).decode("utf-16-le", "replace")
