"""The words of a Windows command line, and which of powershell.exe's switches another PowerShell understands."""

from __future__ import annotations

import base64
import binascii
import re

_ONLY_WINDOWS = {"sta": 0, "mta": 0, "windowstyle": 1, "version": 1, "psconsolefile": 1}
"""Switches that mean nothing, or something else, to another PowerShell; with the number of their values."""
_TAKES_THE_REST = re.compile(r"[-/](?:c|co\w*|f|fi\w*)", re.IGNORECASE)
_ENCODED = re.compile(r"[-/](?:e|ec|en\w*)", re.IGNORECASE)
_BACKSLASHES = re.compile(r'(\\*)("?)')


def words(line: str) -> list[str]:
    """Split a command line as C programs on Windows do.

    Blanks separate words, and quotes keep them together and are dropped. Before a quote two backslashes stand for one, and an
    odd one escapes the quote.
    """
    found: list[str] = []
    word: str | None = None
    is_quoted = False
    at = 0
    while at < len(line):
        match = _BACKSLASHES.match(line, at)
        assert match is not None  # it also matches the empty text
        if match[0]:
            backslashes, quote = match.groups()
            word = (word or "") + "\\" * (len(backslashes) // 2 if quote else len(backslashes))
            if quote and len(backslashes) % 2:
                word += '"'
            elif quote:
                is_quoted = not is_quoted
            at = match.end()
        elif line[at] in " \t" and not is_quoted:
            found.extend([] if word is None else [word])
            word = None
            at += 1
        else:
            word = (word or "") + line[at]
            at += 1
    return [*found, *([] if word is None else [word])]


def understood(arguments: list[str]) -> list[str]:
    """Leave out the switches that only powershell.exe knows; what follows -Command or -File is not looked at."""
    kept: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if _TAKES_THE_REST.fullmatch(argument):
            return [*kept, argument, *rest]
        name = argument[1:].lower() if argument[:1] in {"-", "/"} else ""
        if name not in _ONLY_WINDOWS:
            kept.append(argument)
            continue
        for _ in range(_ONLY_WINDOWS[name]):
            next(rest, None)
    return kept


def is_encoded(arguments: list[str]) -> bool:
    """Return whether a PowerShell with these arguments gets its command by -EncodedCommand."""
    for argument in arguments:
        if _TAKES_THE_REST.fullmatch(argument):
            return False
        if _ENCODED.fullmatch(argument):
            return True
    return False


def script_in(arguments: list[str]) -> str:
    """Return the script that a PowerShell with these arguments runs, as far as they tell; "" for one from elsewhere."""
    rest = iter(arguments)
    for argument in rest:
        if _TAKES_THE_REST.fullmatch(argument):
            return " ".join(rest)
        if _ENCODED.fullmatch(argument):
            return _decoded(next(rest, ""))
    return ""


def _decoded(code: str) -> str:
    try:
        return base64.b64decode(code).decode("utf-16-le", "replace")
    except binascii.Error:
        return ""
