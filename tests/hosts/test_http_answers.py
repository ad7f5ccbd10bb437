"""How an answer comes from its socket: in large pieces, since each of them is a wait and a turn."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from hvtree.hosts.http_answers import AT_ONCE, AnswerLimits, limited_response

BODY = bytes(512 * 1024)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
AS_REQUESTS_READS = 10 * 1024


class Line:
    """A socket on which everything has come already."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(cast("io.RawIOBase", io.BytesIO(self._data)))

    def fileno(self) -> int:
        return 0

    def gettimeout(self) -> float | None:
        return None

    def settimeout(self, _seconds: float | None) -> None:
        pass


def test_a_large_answer_takes_few_waits_though_it_is_asked_for_in_small_pieces() -> None:
    waits: list[None] = []

    @contextmanager
    def waiting() -> Iterator[None]:
        waits.append(None)
        yield

    response = limited_response(AnswerLimits(), waiting)(Line(HEAD % len(BODY) + BODY))  # type: ignore[arg-type]
    response.begin()
    read = b"".join(iter(lambda: response.read(AS_REQUESTS_READS), b""))
    assert read == BODY
    assert len(waits) <= len(BODY) // AT_ONCE + 1
