"""A wire on loopback that knows HTTP: it does one thing to one exchange, and may stay cut afterwards.

It reads whole requests and whole answers, and changes nothing in them: bodies are encrypted between client and endpoint.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from tests.support.relay import LOOPBACK
from tests.support.waiting import WAIT_S


class Harm(StrEnum):
    """What happens to an exchange."""

    CUT_BEFORE = "cut before the request passes"
    CUT_IN_REQUEST = "cut in the middle of the request"
    CUT_AFTER = "cut after the request has passed"
    CUT_IN_ANSWER = "cut in the middle of the answer"
    TRUNCATE = "an answer that ends early, and says so"
    REPEAT = "the request passes twice"
    DELAY = "an answer that comes late"


@dataclass(frozen=True)
class Planned:
    """What is to happen, and to which exchange."""

    exchange: int
    """Counted from 1 when it was planned."""
    harm: Harm
    refused: int | None = 0
    """How many connections are refused afterwards; None for all, for good."""
    refused_s: float = 0.0
    """For how many seconds connections are refused afterwards."""


class HttpRelay:
    """Passes exchanges on to a port of loopback, and does what was planned to one of them."""

    def __init__(self, target: int, late_s: float = 0.3) -> None:
        self._target = target
        self._late_s = late_s
        self._server = socket.create_server((LOOPBACK, 0), backlog=64)
        self.port = int(self._server.getsockname()[1])
        self.exchanges = 0
        """Since something was planned."""
        self.has_struck = False
        self._planned: Planned | None = None
        self._refused: int | None = 0
        self._until = 0.0
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._open: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._accept, name="http-relay")]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}/wsman"

    def plan(self, planned: Planned) -> None:
        """Count from here, and strike once."""
        with self._lock:
            self.exchanges, self.has_struck, self._planned = 0, False, planned

    def mend(self) -> None:
        """Let everything through again."""
        with self._lock:
            self._planned, self._refused = None, 0

    def close(self) -> None:
        self._over.set()
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        with suppress(OSError):
            socket.create_connection((LOOPBACK, self.port), 1).close()  # where that alone does not wake it
        self._cut_all()
        for thread in self._threads:
            thread.join(WAIT_S)
        self._server.close()

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            if self._over.is_set() or self._is_refused():
                near.close()
                continue
            thread = threading.Thread(target=self._serve, args=(near,), name="http-relay")
            self._threads.append(thread)
            thread.start()

    def _is_refused(self) -> bool:
        with self._lock:
            if self._refused is None or time.monotonic() < self._until:
                return True
            self._refused, was_left = max(0, self._refused - 1), self._refused
            return was_left > 0

    def _serve(self, near: socket.socket) -> None:
        with suppress(OSError), near, socket.create_connection((LOOPBACK, self._target), WAIT_S) as far:
            with self._lock:
                self._open |= {near, far}
            for each in (near, far):
                each.settimeout(None)
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with near.makefile("rb") as asked, far.makefile("rb") as answered:
                while request := _message(asked):
                    harm = self._harm()
                    if not self._pass(harm, request, near, far, answered):
                        break
        with self._lock:
            self._open.discard(near)

    def _harm(self) -> Harm | None:
        """Count an exchange; return what happens to it."""
        with self._lock:
            self.exchanges += 1
            planned = self._planned
            if planned is None or self.exchanges != planned.exchange:
                return None
            self.has_struck, self._refused = True, planned.refused
            self._until = time.monotonic() + planned.refused_s
            return planned.harm

    def _pass(
        self, harm: Harm | None, request: bytes, near: socket.socket, far: socket.socket, answered: BinaryIO
    ) -> bool:
        """Pass an exchange on; return whether the connection lives."""
        if harm is Harm.CUT_BEFORE:
            return self._cut()
        far.sendall(request[: len(request) // 2] if harm is Harm.CUT_IN_REQUEST else request)
        if harm is Harm.CUT_IN_REQUEST:
            return self._cut()
        answer = _message(answered)
        if harm is Harm.REPEAT and answer:
            far.sendall(request)
            _message(answered)
        if harm is Harm.CUT_AFTER or not answer:
            return self._cut() if harm else False
        if harm is Harm.DELAY:
            self._over.wait(self._late_s)
        if harm is Harm.TRUNCATE:
            answer = _truncated(answer)
        near.sendall(answer[: len(answer) // 2] if harm is Harm.CUT_IN_ANSWER else answer)
        return self._cut() if harm is Harm.CUT_IN_ANSWER else True

    def _cut(self) -> bool:
        """Cut this connection, and all others with it where the wire stays cut."""
        if self._refused != 0 or time.monotonic() < self._until:
            self._cut_all()
        return False

    def _cut_all(self) -> None:
        with self._lock:
            for each in self._open:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)


@contextmanager
def http_relay(target: int) -> Iterator[HttpRelay]:
    made = HttpRelay(target)
    try:
        yield made
    finally:
        made.close()


def _message(stream: BinaryIO) -> bytes:
    """Return the next request or answer, head and body; empty at the end."""
    head = b""
    length = 0
    while line := stream.readline():
        head += line
        if line == b"\r\n":
            return head + stream.read(length)
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            length = int(value)
    return b""


def _truncated(answer: bytes) -> bytes:
    """Return an answer with half of its body, whose head agrees with that."""
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = [each for each in head.split(b"\r\n") if not each.lower().startswith(b"content-length:")]
    half = body[: len(body) // 2]
    return b"\r\n".join([*lines, b"Content-Length: %d" % len(half), b"", half])
