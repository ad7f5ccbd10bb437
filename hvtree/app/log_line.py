"""A log record as one line of text: nothing in it can break or forge a line, turn it around, or tell a secret."""

from __future__ import annotations

import base64
import html
import json
import logging
import re
from datetime import UTC, datetime
from urllib.parse import quote, quote_plus

LOG_LINE_LIMIT = 16_000
"""Characters of a line; the rest of a longer one is only counted."""
HIDDEN = "[hidden]"
LEAST_SECRET = 4
"""Shorter passwords are not looked for: hiding each "a" would tell the password and spoil the log."""

_BOTH_QUOTES = "'\""
"""At the end of a text, they make `repr` escape the `'` in it, as it does in a longer text that has both."""
_TOKEN = r"[A-Za-z0-9+/=_.~-]"  # noqa: S105  (a pattern, no password)
_ALWAYS_HIDDEN = (
    re.compile(r"""(?i)(\b(?:proxy-)?authorization\b["']?\s*[:=]\s*(?:b?["'])?)[^"'\r\n]+"""),
    re.compile(r"""(?i)(\b(?:set-)?cookie\b["']?\s*[:=]\s*(?:b?["'])?)[^"'\r\n]+"""),
    re.compile(rf"(?i)(\b(?:negotiate|ntlm|kerberos|basic|bearer|credssp)\s+){_TOKEN}{{16,}}"),
    re.compile(r"()TlRMTVNTUA[A-Za-z0-9+/=]*"),
    re.compile(r"""()NTLMSSP(?:\\x00|\\u0000|\\0|\x00)[^"'\r\n]*"""),
    re.compile(
        r"""(?isx) (\b\w* (?:password|passwd|passphrase|passcode|pwd|secret|token) (?:\\*["'])? \s*[:=]\s*)
        (?: b?"(?:\\.|[^"\\])*"?
          | b?'(?:\\.|[^'\\])*'?
          | b?(\\+["']) (?:(?!\2)\\*.)* (?:\2)?  # within a text that is escaped itself
          | [^\r\n,;)}\]"']+ )"""
    ),
    re.compile(r"(://[^/\s:]*:)\S{1,256}(?=@)"),  # bounded, or a text from a host could make it take minutes
)
"""What is hidden behind its first group, wherever it comes from: login headers, NTLM messages, named secrets, URLs."""


class LogLine(logging.Formatter):
    """Formats records: time in UTC, level, process, logger, message; tracebacks in the same line, as escapes."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s")
        self._hidden: set[str] = set()
        self._spellings: tuple[str, ...] = ()
        """The longest first: one may begin with another."""

    def hide(self, secret: str) -> None:
        """Hide a password from now on, also as base64, JSON, XML, Python and URLs spell it."""
        if len(secret) < LEAST_SECRET or secret in self._hidden:
            return
        self._hidden.add(secret)
        known = {*self._spellings, *_spellings(secret)}
        self._spellings = tuple(sorted(known, key=len, reverse=True))

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of bounded length; where its message cannot be made, a line that says so."""
        try:
            text = super().format(record)
        except Exception as error:  # noqa: BLE001  (whatever the `__repr__` of a value raises)
            text = super().format(_without_values(record, error))
        for spelling in self._spellings:  # one pattern for all takes longer to make, and to find nothing
            text = text.replace(spelling, HIDDEN)
        for pattern in _ALWAYS_HIDDEN:
            text = pattern.sub(rf"\g<1>{HIDDEN}", text)
        return _one_line(text)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802, ARG002
        """Return the time in UTC, with milliseconds."""
        moment = datetime.fromtimestamp(record.created, UTC)
        return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def _without_values(record: logging.LogRecord, error: Exception) -> logging.LogRecord:
    """Return a record in place of one whose values do not fit its message or cannot be written."""
    template = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
    message = "%r cannot be written at %s:%d (%s)"
    values = (template, record.filename, record.lineno, type(error).__name__)
    said = logging.LogRecord(
        record.name, record.levelno, record.pathname, record.lineno, message, values, None
    )
    said.created = record.created
    return said


def _spellings(secret: str) -> set[str]:
    """Return a secret as texts and bytes spell it, and as each of these is spelled within another text."""
    spelled = {secret, *_escaped(secret)}
    for encoding in ("utf-8", "utf-16-le"):
        data = secret.encode(encoding, errors="replace")
        spelled |= {data.hex(), data.hex().upper(), base64.b64encode(data).decode("ascii").rstrip("=")}
        spelled |= {repr(data)[2:-1], repr(data + _BOTH_QUOTES.encode())[2:-4]}
    return spelled.union(*map(_escaped, spelled))


def _escaped(text: str) -> set[str]:
    utf8 = text.encode("utf-8", errors="replace")
    percent = {quote(utf8), quote(utf8, safe=""), quote_plus(utf8)}
    return {
        repr(text)[1:-1],
        repr(text + _BOTH_QUOTES)[1:-4],
        json.dumps(text)[1:-1],
        json.dumps(text, ensure_ascii=False)[1:-1],
        html.escape(text),
        html.escape(text, quote=False),
        text.replace("'", "''"),  # in PowerShell
        *percent,
        *(re.sub("%..", lambda found: found[0].lower(), each) for each in percent),
    }


def _one_line(text: str) -> str:
    line = text[:LOG_LINE_LIMIT]
    if not line.isprintable():
        line = "".join(map(_visible, line))[:LOG_LINE_LIMIT]
    more = len(text) - LOG_LINE_LIMIT
    return line if more <= 0 else f"{line}… and {more} more characters"


def _visible(character: str) -> str:
    """Return a character, or its escape if it would act on a terminal or an editor instead of being seen."""
    if character.isprintable():
        return character
    return character.encode("unicode_escape", errors="replace").decode("ascii")
