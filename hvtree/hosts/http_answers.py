"""Answers of an HTTP server: how much of one is read, for how long, and what is not taken at all.

What answers may be hostile, or not the server that was meant: nothing is read without a limit, before the login or after it,
and nobody is followed to another address.
"""

from __future__ import annotations

import http.client
import io
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

AT_ONCE = 128 * 1024
"""Bytes that are asked for in one go: with Python's 8 KiB an answer of half a megabyte would take sixty, each of them a wait."""
SHOWN = 200
"""Characters that are shown of an address which a host has sent."""
Waiting = Callable[[], AbstractContextManager[None]]
"""What surrounds each wait for the server."""


class AnswerLimits(Struct, frozen=True):
    """What one answer may take, its headers included; a server that needs more is broken, or means harm."""

    most_bytes: int = 2 * 1024 * 1024
    """Four times the largest message that HVTree asks for (fact 210). A reading of any size comes in many such messages."""
    most_s: float = 60.0
    """Seconds from the first byte to the last: enough for the largest message over a line of 10 KB a second.

    How long the first byte may take is another limit: a host holds a poll back on purpose.
    """
    clock: Callable[[], float] = monotonic


class UnusableAnswer(Exception):
    """An answer that is not taken. `code` is one of `errors/connection.toml`, and `values` are what its sentences name."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def limited_response(limits: AnswerLimits, waiting: Waiting = nullcontext) -> type[http.client.HTTPResponse]:
    """Return the class of the responses of an `http.client.HTTPConnection`, as its `response_class`.

    Reading one raises `UnusableAnswer` with the code `answer-endless` or `answer-too-large` as soon as a limit is passed,
    in headers as well as in the body. Nothing is kept of what comes beyond it. It is `waiting` while nothing has come.
    """

    class Limited(http.client.HTTPResponse):
        def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
            super().__init__(sock, *arguments, **options)
            raw = self.fp.detach()
            self.fp = io.BufferedReader(_LimitedFile(sock, raw, limits, waiting), AT_ONCE)

    return Limited


def check_head(
    status: int, header: Callable[[str], str | None], length: int | None, limits: AnswerLimits
) -> None:
    """Raise `UnusableAnswer` for an answer whose head says that its body is not to be read."""
    if 300 <= status < 400:
        raise UnusableAnswer("redirected", status=str(status), to=_shown(header("Location") or ""))
    encoding = (header("Content-Encoding") or "").strip().lower()
    if encoding not in ("", "identity"):  # HVTree accepts no compression, so that nothing can swell up
        raise UnusableAnswer("answer-compressed")
    if length is not None and length > limits.most_bytes:
        raise _too_large(limits)


class _LimitedFile(io.RawIOBase):
    """What comes from a socket, up to the limits."""

    def __init__(
        self, connection: socket.socket, raw: io.RawIOBase, limits: AnswerLimits, waiting: Waiting
    ) -> None:
        self._sock = connection  # requests_ntlm looks for the certificate here
        self._raw = raw
        self._limits = limits
        self._waiting = waiting
        self._bytes = 0
        self._until: float | None = None

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._raw.fileno()

    def readinto(self, buffer: Any) -> int | None:
        usual_s = self._sock.gettimeout()
        try:
            self._sock.settimeout(self._most_s(usual_s))
            with self._waiting():
                count = self._raw.readinto(buffer)
        except TimeoutError:
            if self._until is not None and self._limits.clock() >= self._until:
                raise self._endless() from None
            raise
        finally:
            if self._sock.fileno() >= 0:  # another thread may have closed it
                self._sock.settimeout(usual_s)
        self._until = self._until or self._limits.clock() + self._limits.most_s
        self._bytes += count or 0
        if self._bytes > self._limits.most_bytes:
            raise _too_large(self._limits)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()

    def _most_s(self, usual_s: float | None) -> float | None:
        """Return how long the next bytes may take."""
        if self._until is None:
            return usual_s
        left_s = self._until - self._limits.clock()
        if left_s <= 0:
            raise self._endless()
        return left_s if usual_s is None else min(usual_s, left_s)

    def _endless(self) -> UnusableAnswer:
        return UnusableAnswer("answer-endless", seconds=f"{self._limits.most_s:g}")


def _too_large(limits: AnswerLimits) -> UnusableAnswer:
    return UnusableAnswer("answer-too-large", bytes=f"{limits.most_bytes:,}")


def _shown(address: str) -> str:
    """Return an address that a host has sent, without what could be a name, a password or a token in it."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "an address that is none"
    place = f"{parts.scheme}://{host}" if parts.scheme and host else host
    text = f"{place}{f':{port}' if port else ''}{parts.path}"
    harmless = "".join(each if each.isascii() and each.isprintable() else "?" for each in text)
    return (harmless if len(harmless) <= SHOWN else f"{harmless[:SHOWN]}…") or "nowhere"
