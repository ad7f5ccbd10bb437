"""One pywinrm `Protocol` with its own connection: large envelopes, counted exchanges, and sockets that can be cut.

An NTLM, Kerberos or CredSSP login belongs to one TCP connection, so a connection must only be used by one thread at a time
[measured: two threads on one encrypted `Protocol`: 0 of 40 requests answered].
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from winrm.protocol import Protocol
from winrm.transport import Transport

from hvtree.hosts.network import CONNECT_S
from hvtree.hosts.winrm.faults import FOREIGN, LoginFailed
from hvtree.hosts.winrm.login import WinRmLogin
from hvtree.hosts.winrm.tls import Trust

LARGE_ENVELOPE = 512_000
"""What hosts since 2012 allow: a third of the exchanges for large answers (fact 210)."""
SMALL_ENVELOPE = 153_600
_MAKING_SESSION = threading.Lock()
"""While a session is made, requests puts `no_proxy` into the environment and takes it out again: two threads that do so at
the same time end with a KeyError, or leave it there."""


class Unshown(str):
    """A text that does not show in `repr`, and so in no dump of what surrounds it; for a password on its way."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<secret>"


class Sockets:
    """The sockets of all connections to one host, so that blocked calls can be ended from outside. Safe between threads."""

    def __init__(self) -> None:
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


class WsmanConnection(Protocol):
    """A `Protocol` that asks for envelopes of `envelope_bytes`; an operation may take `operation_s` on the host."""

    def __init__(
        self, login: WinRmLogin, sockets: Sockets, operation_s: int, trust: Trust | None = None
    ) -> None:
        options = _options(login, operation_s + 10)
        super().__init__(operation_timeout_sec=operation_s, **options)
        self.envelope_bytes = LARGE_ENVELOPE
        options["auth_method"] = options.pop("transport")
        self.transport = _Transport(sockets, trust, **options)

    def build_wsman_header(self, *args: Any, **options: Any) -> dict[str, Any]:
        """Return the header of a message with our size of envelope; pywinrm's is fixed."""
        header: dict[str, Any] = super().build_wsman_header(*args, **options)
        header["env:Header"]["w:MaxEnvelopeSize"]["#text"] = str(self.envelope_bytes)
        return header

    def log_in(self) -> None:
        """Log in, unless that is done already. Over TLS the login travels with the first message instead."""
        self.transport.build_session()

    def disconnect(self) -> None:
        """Close the connection; the next message logs in again."""
        self.transport.close_session()


class _Transport(Transport):
    def __init__(self, sockets: Sockets, trust: Trust | None, **options: Any) -> None:
        super().__init__(**options)
        self._sockets = sockets
        self._trust = trust
        self._has_login = False

    def build_session(self) -> requests.Session:
        """Return the session, with a login that is complete: a half-made one would send its messages unencrypted."""
        if self.session is not None:
            return self.session
        self._has_login = False
        try:
            with _login_errors():
                with _MAKING_SESSION:
                    session: requests.Session = super().build_session()
                self._equip(session)
                if self._has_login:
                    self._log_in(session)
        except BaseException:
            self.close_session()
            self.encryption = None
            raise
        return session

    def send_message(self, message: str | bytes) -> bytes:
        """Send a message and return the answer."""
        with _login_errors():
            return bytes(super().send_message(message))

    def setup_encryption(self, _session: requests.Session) -> None:
        """Note that there is a login: it takes its time, and other threads make their sessions meanwhile."""
        self._has_login = True

    def _log_in(self, session: requests.Session) -> None:
        super().setup_encryption(session)
        if getattr(session.auth, "session_security", self) is None:
            raise ValueError("The server let us in without a login, so there is nothing to encrypt with")

    def _equip(self, session: requests.Session) -> None:
        if not isinstance(session.get_adapter(self.endpoint), _Adapter):
            session.trust_env = False  # no proxies and no credentials of the environment
            session.mount(self.endpoint, _Adapter(self._sockets, self._trust))


@contextmanager
def _login_errors() -> Iterator[None]:
    """Turn errors of a login's own kind into `LoginFailed`: CredSSP's derive from nothing that we know."""
    try:
        yield
    except Exception as error:
        if isinstance(error, FOREIGN) or type(error).__module__ == "builtins":
            raise
        raise LoginFailed(str(error)) from error


class _Adapter(HTTPAdapter):
    """Counts exchanges, makes its connections known, and holds them to what is trusted over TLS."""

    def __init__(self, sockets: Sockets, trust: Trust | None) -> None:
        self._sockets = sockets
        self._trust = trust
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make pools of our connections."""
        if self._trust is not None:
            options |= {"ssl_context": self._trust.context, "assert_fingerprint": self._trust.fingerprint}
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _pools(self._sockets)

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """Send one request, with a short time to connect."""
        options["timeout"] = (CONNECT_S, options.get("timeout"))
        request.headers.setdefault("Host", _without_zone(urlsplit(request.url or "").netloc))
        response = super().send(request, *args, **options)
        self._sockets.exchanges += 1
        return response

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


def _pools(sockets: Sockets) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def connect(self) -> None:
            self.host = unquote(self.host)  # an IPv6 zone is escaped in URLs only: fe80::1%eth0
            super().connect()
            sockets.opened(self.sock)

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            self.host = unquote(self.host)  # an IPv6 zone is escaped in URLs only: fe80::1%eth0
            super().connect()
            sockets.opened(self.sock)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _options(login: WinRmLogin, read_s: int) -> dict[str, Any]:
    profile = login.profile
    return {
        "endpoint": profile.endpoint,
        "transport": profile.transport,
        "username": profile.user or None,  # Kerberos then takes the ticket that is there
        "password": Unshown(login.password),
        "read_timeout_sec": read_s,
        "ca_trust_path": None,  # keeps the environment's variables out; our own context knows whom to trust
        "cert_pem": profile.certificate_file,
        "cert_key_pem": profile.key_file,
        "message_encryption": "auto" if profile.is_tls else "always",
        "proxy": None,
    }


def _shut_down(connection: socket.socket) -> None:
    try:
        socket.socket.shutdown(connection, socket.SHUT_RDWR)  # TLS's own would break the thread that reads
    except OSError:
        return  # it is closed already
