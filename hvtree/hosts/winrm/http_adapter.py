"""The HTTP below WS-Management: sockets that can be cut, limited answers, no redirects, and an eye on the login.

One `Adapter` belongs to one session of requests, and so to one thread at a time.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from hvtree.hosts.http_answers import AnswerLimits, check_head, limited_response
from hvtree.hosts.network import CONNECT_S, watch_line
from hvtree.hosts.turn import Turn
from hvtree.hosts.winrm.login_trace import LoginTrace
from hvtree.hosts.winrm.tls import Trust


class Sockets:
    """The sockets of all connections to one host, so that blocked calls can be ended from outside. Safe between threads.

    The threads leave the `turn` before they send, and take it when an answer has come. Without one nobody waits for another.
    """

    def __init__(self, turn: Turn | None = None) -> None:
        self.turn = turn or Turn(long_patience_s=0)
        self.exchanges = 0
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._is_cut = False

    def opened(self, connection: socket.socket) -> None:
        """Remember a socket, and forget those that were closed meanwhile."""
        with self._lock:
            self._open = {each for each in self._open if each.fileno() >= 0} | {connection}
            if self._is_cut:
                _shut_down(connection)

    def renew(self) -> None:
        """End whatever is blocked in one of the sockets, now."""
        with self._lock:
            for connection in self._open:
                _shut_down(connection)

    def cut(self) -> None:
        """End whatever is blocked in one of the sockets, now and from now on."""
        with self._lock:
            self._is_cut = True
            for connection in self._open:
                _shut_down(connection)


class Adapter(HTTPAdapter):
    """Counts exchanges, makes its connections known, holds them to what is trusted over TLS, and their answers to limits.

    A watched connection ends with an error a few seconds after the host at its other end has gone (`network.watch_line`).
    """

    def __init__(
        self,
        sockets: Sockets,
        trust: Trust | None,
        trace: LoginTrace,
        limits: AnswerLimits,
        *,
        is_watched: bool = False,
    ) -> None:
        self.trace = trace
        self._sockets = sockets
        self._trust = trust
        self._limits = limits
        self._is_watched = is_watched
        super().__init__()

    @property
    def turn(self) -> Turn:
        """What its thread leaves before it waits."""
        return self._sockets.turn

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make pools of our connections."""
        if self._trust is not None:
            options |= {"ssl_context": self._trust.context, "assert_fingerprint": self._trust.fingerprint}
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _pools(
            self._opened, self.trace, self._limits, self._sockets.turn
        )

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """Send one request, with a short time to connect.

        Raise `UnusableAnswer` for an answer whose head says so, which is every redirection, or `LoginUnfinished`.
        """
        options["timeout"] = (CONNECT_S, options.get("timeout"))
        request.headers.setdefault("Host", _without_zone(urlsplit(request.url or "").netloc))
        request.headers["Accept-Encoding"] = "identity"
        login = request.headers.get("Authorization") or ""
        with self.trace.sending(login):
            response = super().send(request, *args, **options)
        self._sockets.exchanges += 1
        try:
            check_head(
                response.status_code, response.headers.get, response.raw.length_remaining, self._limits
            )
            self.trace.answered(login, response.status_code, response.headers.get("WWW-Authenticate", ""))
        except Exception:
            response.close()
            raise
        return response

    def _opened(self, connection: socket.socket) -> None:
        if self._is_watched:
            watch_line(connection)
        self._sockets.opened(connection)

    def build_connection_pool_key_attributes(self, *args: Any, **options: Any) -> tuple[Any, Any]:
        """Leave TLS to our context: what requests would say here goes before it."""
        host, _ = super().build_connection_pool_key_attributes(*args, **options)
        return host, {}

    def cert_verify(self, *_args: Any) -> None:
        """Leave TLS to our context."""


def _without_zone(netloc: str) -> str:
    """Return the host as the header names it: without the zone of an IPv6 address, which means something only here."""
    before, percent, after = netloc.partition("%")
    return f"{before}]{after.partition(']')[2]}" if percent else netloc


def _pools(
    opened: Callable[[socket.socket], None], trace: LoginTrace, limits: AnswerLimits, turn: Turn
) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        response_class = limited_response(limits, turn.waiting)

        def connect(self) -> None:
            turn.leave()
            trace.connecting()
            self.host = unquote(self.host)  # an IPv6 zone is escaped in URLs only: fe80::1%eth0
            super().connect()
            opened(self.sock)

        def send(self, data: Any) -> None:
            turn.leave()
            super().send(data)

    class Secure(Plain, HTTPSConnection):
        """The same over TLS."""

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _shut_down(connection: socket.socket) -> None:
    try:
        socket.socket.shutdown(connection, socket.SHUT_RDWR)  # TLS's own would break the thread that reads
    except OSError:
        return  # it is closed already
