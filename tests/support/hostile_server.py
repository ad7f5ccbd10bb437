"""A server that may answer whatever it likes, byte by byte, and counts what it could get rid of before it was cut off.

with hostile_server(lambda _: http(302, headers=("Location: http://elsewhere/",))) as server:
    ...
assert server.asked[0].headers["authorization"]
"""

from __future__ import annotations

import base64
import itertools
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from hvtree.emulator.winrm.certificate import ServerCertificate
from hvtree.emulator.winrm.negotiate import SEALED_TYPE, Account, Login
from tests.support.remote_host import PASSWORD, USER
from tests.support.waiting import WAIT_S

SOAP = "Content-Type: application/soap+xml;charset=UTF-8"
PIECE = b"x" * 65_536


@dataclass(frozen=True)
class Asked:
    """One request, with the login of its connection."""

    headers: Mapping[str, str]
    body: bytes
    login: Login = field(default_factory=lambda: Login(Account(USER, PASSWORD)))


Answer = Callable[[Asked], Iterable[bytes]]


class HostileServer:
    """Answers each request with the bytes of `answer`, in pieces; stops when the client is gone."""

    def __init__(self, answer: Answer, certificate: ServerCertificate | None = None) -> None:
        self.asked: list[Asked] = []
        self.sent = 0
        """Bytes that the client has let it send."""
        self.accepted = 0
        self._answer = answer
        self._tls = certificate.context() if certificate else None
        self._scheme = "https" if certificate else "http"
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._open: list[socket.socket] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._accept, name="hostile")]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self.port}/wsman"

    def close(self) -> None:
        self._over.set()
        for each in (self._listener, *self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        for thread in self._threads:
            thread.join(WAIT_S)

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.accepted += 1
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), name="hostile")
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError, ssl.SSLError):
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
                self._open.append(connection)
            login = Login(Account(USER, PASSWORD))
            with connection, connection.makefile("rb") as stream:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                while (asked := _request(stream, login)) is not None:
                    self.asked.append(asked)
                    for piece in self._answer(asked):
                        if self._over.is_set():
                            return
                        connection.sendall(piece)
                        self.sent += len(piece)


@contextmanager
def hostile_server(answer: Answer, certificate: ServerCertificate | None = None) -> Iterator[HostileServer]:
    server = HostileServer(answer, certificate)
    try:
        yield server
    finally:
        server.close()


def http(status: int, body: bytes = b"", *headers: str, length: int | None = None) -> list[bytes]:
    """Return a whole answer; `length` is what it says of itself instead of the truth."""
    lines = [f"HTTP/1.1 {status} X", *headers, f"Content-Length: {len(body) if length is None else length}"]
    return ["\r\n".join([*lines, "", ""]).encode("latin-1"), body]


def challenge(*offers: str) -> list[bytes]:
    """Return HTTP status 401 with these ways to log in."""
    return http(401, b"", *(f"WWW-Authenticate: {offer}" for offer in offers))


def endless(*head: bytes, piece: bytes = PIECE) -> Iterator[bytes]:
    """Yield a beginning, and then the same again and again."""
    yield from head
    yield from itertools.repeat(piece)


def logged_in(answer: Answer, after_login: Answer | None = None) -> Answer:
    """Return what lets a client log in by NTLM as any sound host, and then goes on as `answer` says."""

    def whole(asked: Asked) -> Iterable[bytes]:
        header = asked.headers.get("authorization", "")
        if asked.login.is_in and not header:
            return answer(asked)
        step = asked.login.authorize(header, allow_basic=False)
        if not step.is_in:
            token = base64.b64encode(step.token).decode() if step.token else ""
            return challenge(f"Negotiate {token}".strip())
        return (after_login or answer)(asked) if asked.body else http(200)

    return whole


def sealed(asked: Asked, message: bytes) -> list[bytes]:
    """Return an answer that is encrypted as it should be: after the request was read, as a sound host does."""
    asked.login.unseal(asked.body)
    return http(200, asked.login.seal(message), f"Content-Type: {SEALED_TYPE}")


def _request(stream: Iterable[bytes], login: Login) -> Asked | None:
    lines = []
    for line in stream:
        if not line.strip():
            break
        lines.append(line.decode("latin-1").strip())
    if not lines:
        return None
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    length = int(headers.get("content-length", "0"))
    body = stream.read(length)  # type: ignore[attr-defined]  # a buffered file
    return Asked(headers, body, login)
