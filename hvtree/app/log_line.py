"""A log record as one line of text: nothing in it can break or forge a line, turn it around, or tell a secret."""

from __future__ import annotations

import base64
import json
import logging
import re
from datetime import UTC, datetime
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape as xml_escaped

LINE_LIMIT = 16_000
"""Characters of a line; the rest of a longer one is only counted."""
HIDDEN = "[hidden]"
LEAST_SECRET = 4
"""Shorter passwords are not looked for: hiding each "a" would tell the password and spoil the log."""

_TOKEN = r"[A-Za-z0-9+/=_.~-]"  # noqa: S105  (a pattern, no password)
_ALWAYS_HIDDEN = (
    re.compile(r"""(?i)(\b(?:proxy-)?authorization\b["']?\s*[:=]\s*(?:b?["'])?)[^"'\r\n]+"""),
    re.compile(r"""(?i)(\b(?:set-)?cookie\b["']?\s*[:=]\s*(?:b?["'])?)[^"'\r\n]+"""),
    re.compile(rf"(?i)(\b(?:negotiate|ntlm|kerberos|basic|bearer|credssp)\s+){_TOKEN}{{16,}}"),
    re.compile(r"()TlRMTVNTUA[A-Za-z0-9+/=]*"),
    re.compile(r"""()NTLMSSP(?:\\x00|\\u0000|\\0|\x00)[^"'\r\n]*"""),
    re.compile(
        r"""(?i)(\b\w*(?:password|passwd|pwd|secret|token)["']?\s*[:=]\s*)(?:b?"[^"]*"|b?'[^']*'|[^\s,;)}\]"']+)"""
    ),
    re.compile(r"(://[^/\s:@]*:)[^/\s@]+(?=@)"),
)
"""What is hidden behind its first group, wherever it comes from: login headers, NTLM messages, named secrets, URLs."""


class LogLine(logging.Formatter):
    """Formats records: time in UTC, level, process, logger, message; tracebacks in the same line, as escapes."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s")
        self._spellings: set[str] = set()
        self._secrets: re.Pattern[str] | None = None

    def hide(self, secret: str) -> None:
        """Hide a password from now on, also as base64, JSON, XML, Python and URLs spell it."""
        if len(secret) < LEAST_SECRET:
            return
        self._spellings |= _spellings(secret)
        longest_first = sorted(self._spellings, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, longest_first)))

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of bounded length."""
        text = super().format(record)
        if self._secrets is not None:
            text = self._secrets.sub(HIDDEN, text)
        for pattern in _ALWAYS_HIDDEN:
            text = pattern.sub(rf"\g<1>{HIDDEN}", text)
        return _one_line(text)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802, ARG002
        """Return the time in UTC, with milliseconds."""
        moment = datetime.fromtimestamp(record.created, UTC)
        return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def _spellings(secret: str) -> set[str]:
    utf8, utf16 = (secret.encode(encoding, errors="replace") for encoding in ("utf-8", "utf-16-le"))
    return {
        secret,
        repr(secret)[1:-1],
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        xml_escaped(secret),
        quote(utf8),
        quote(utf8, safe=""),
        quote_plus(utf8),
        *(base64.b64encode(each).decode("ascii").rstrip("=") for each in (utf8, utf16)),
    }


def _one_line(text: str) -> str:
    line = "".join(map(_visible, text[:LINE_LIMIT]))[:LINE_LIMIT]
    more = len(text) - LINE_LIMIT
    return line if more <= 0 else f"{line}… and {more} more characters"


def _visible(character: str) -> str:
    """Return a character, or its escape if it would act on a terminal or an editor instead of being seen."""
    if character.isprintable():
        return character
    return character.encode("unicode_escape", errors="replace").decode("ascii")
