"""A WinRM endpoint on loopback: HTTP with logins and message encryption around `shells`.

It listens on 127.0.0.1 only.
"""

from __future__ import annotations

import os
import select
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any

from msgspec import Struct, field

from hvtree.emulator.winrm import negotiate
from hvtree.emulator.winrm.certificate import ServerCertificate
from hvtree.emulator.winrm.connection_faults import ConnectionFaults, Exchanges, Interruption
from hvtree.emulator.winrm.negotiate import SEALED_TYPE, Account, Login, UnsealError
from hvtree.emulator.winrm.operations import HttpReply, Operations
from hvtree.emulator.winrm.process import Program
from hvtree.emulator.winrm.shells import Shells
from hvtree.emulator.winrm.soap import whole_number

LOOPBACK = "127.0.0.1"
SOAP_TYPE = "application/soap+xml;charset=UTF-8"
LARGEST_REQUEST = 64 * 1024 * 1024
HOUSEKEEPING_S = 0.05
"""How often it checks for idle shells, and whether to end."""
HANDSHAKE_S = 10.0
MUTUAL_TLS = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"  # TLS identifies the server


def _utc_now() -> datetime:
    return datetime.now(UTC)


class EndpointConfig(Struct, frozen=True):
    """How an endpoint listens and what it lets through."""

    account: Account
    machine: str = "EMULATED"
    """Name that it gives in faults."""
    port: int = 0
    """TCP port; 0 takes a free one."""
    address: str = LOOPBACK
    allow_basic: bool = False
    """Offer Basic too; over plain http its messages are then unencrypted."""
    allow_unencrypted: bool = False
    """Take unencrypted messages over http from NTLM logins as well."""
    certificate: ServerCertificate | None = None
    """Speak TLS with it; None for plain http."""
    client_certificate: bytes | None = None
    """PEM certificate, its own issuer, whose owner is logged in as the account; for TLS."""
    envelope_kb: int = 500
    """MaxEnvelopeSizekb: 500 on modern hosts, 150 on old ones."""
    now: Callable[[], datetime] = _utc_now
    """The host's clock, for the `Date` of its answers."""

    def __post_init__(self) -> None:
        """Raise `ValueError` for any address but loopback."""
        if self.address != LOOPBACK:
            raise ValueError(f"The emulated host listens on {LOOPBACK} only, not on {self.address!r}.")


class _Context(Struct):
    """What all connections of an endpoint share."""

    config: EndpointConfig
    operations: Operations
    connection_faults: ConnectionFaults
    exchanges: Exchanges
    closing: threading.Event = field(default_factory=threading.Event)


class Endpoint:
    """A WinRM endpoint that serves from `start` to `close`. Raise `OSError` if its port is taken."""

    def __init__(
        self, config: EndpointConfig, program: Program, connection_faults: ConnectionFaults | None = None
    ) -> None:
        self.connection_faults = connection_faults or ConnectionFaults()
        self.exchanges = Exchanges()
        self.shells = Shells(program, self.connection_faults, envelope_kb=config.envelope_kb)
        operations = Operations(
            self.shells, self.connection_faults, config.machine, config.envelope_kb, self.exchanges.add
        )
        self._context = _Context(config, operations, self.connection_faults, self.exchanges)
        self._server = _Server(self._context)
        self._thread = threading.Thread(target=self._serve, name="wsman", daemon=True)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """The address for clients."""
        scheme = "https" if self._context.config.certificate else "http"
        return f"{scheme}://{LOOPBACK}:{self.port}/wsman"

    def start(self) -> None:
        """Begin to serve, on threads of its own."""
        self._thread.start()

    def drop_connections(self) -> None:
        """Cut every connection, as a server does that restarts; shells and commands live on."""
        self._server.drop_connections()

    def forget_logins(self) -> None:
        """Forget who is logged in on each connection, as HTTP.sys does after two idle minutes."""
        self._server.forget_logins()

    def close(self) -> None:
        """End all shells and connections, and wait for their threads."""
        self._context.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self.shells.close()
        self._server.drop_connections()
        self._server.join()

    def __enter__(self) -> Endpoint:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=HOUSEKEEPING_S)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = os.name != "nt"  # on Windows it would let two servers share one port
    request_queue_size = 64

    def __init__(self, context: _Context) -> None:
        self.context = context
        certificate = context.config.certificate
        self._tls = certificate.context(context.config.client_certificate) if certificate else None
        self._connections: dict[threading.Thread, _Connection | None] = {}
        self._guard = threading.Lock()
        super().__init__((LOOPBACK, context.config.port), _Connection)

    def service_actions(self) -> None:
        self.context.operations.expire()

    def finish_request(self, request: Any, client_address: Any) -> None:
        with suppress(OSError):  # a peer that disconnects in the middle is nothing to log
            if self._tls is not None:
                request.settimeout(HANDSHAKE_S)
                request = self._tls.wrap_socket(request, server_side=True)
                request.settimeout(None)
            with request:  # after wrapping the server no longer closes the original socket
                _Connection(request, client_address, self)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        thread = threading.current_thread()
        with self._guard:
            self._connections[thread] = None
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._guard:
                del self._connections[thread]

    def enter(self, connection: _Connection) -> None:
        """Remember the connection that this thread serves."""
        with self._guard:
            self._connections[threading.current_thread()] = connection

    def drop_connections(self) -> None:
        with self._guard:
            connections = list(self._connections.values())
        for connection in connections:
            if connection is not None:
                connection.drop()

    def forget_logins(self) -> None:
        with self._guard:
            for connection in self._connections.values():
                if connection is not None:
                    connection.login.forget()

    def join(self) -> None:
        with self._guard:
            threads = list(self._connections)
        for thread in threads:
            thread.join(timeout=5)


class _Connection(BaseHTTPRequestHandler):
    """One TCP connection: reads requests, takes login steps, hands messages to the operations."""

    protocol_version = "HTTP/1.1"
    server_version = "Microsoft-HTTPAPI/2.0"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.login = Login(self.server.context.config.account)
        self.server.enter(self)

    def drop(self) -> None:
        """Cut the connection, from any thread."""
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the `Date` of an answer, by the host's clock."""
        return super().date_time_string(timestamp or self.server.context.config.now().timestamp())

    def log_message(self, *_arguments: object) -> None:
        """Say nothing: requests are counted, not logged."""

    def do_POST(self) -> None:
        """Answer one request."""
        context = self.server.context
        context.connection_faults.delay(context.closing)
        length = whole_number(self.headers.get("Content-Length", ""))
        if length is None or length > LARGEST_REQUEST:
            self.close_connection = True
            self._answer(HTTPStatus.LENGTH_REQUIRED)
            return
        body = self.rfile.read(length)
        if context.connection_faults.status_for_all is not None:
            self._answer(HTTPStatus(context.connection_faults.status_for_all))
        elif self.path.partition("?")[0].rstrip("/") != "/wsman":
            self._answer(HTTPStatus.NOT_FOUND)
        elif self.headers.get("WSMANIDENTIFY", "").lower() == "unauthenticated":
            self._perform(body, is_sealed=False, owner="")
        else:
            self._authorized(body)

    def _authorized(self, body: bytes) -> None:
        config = self.server.context.config
        header = self.headers.get("Authorization", "")
        if header == MUTUAL_TLS:
            is_tls = isinstance(self.connection, ssl.SSLSocket)
            self.login.enter(is_tls and bool(self.connection.getpeercert()))
        planned = self.server.context.connection_faults.draw(negotiate.step_of(header))
        fault = planned.interruption if planned else None
        if fault is Interruption.FAULT_BEFORE:
            self.login.forget()
            self._refuse(None)
            return
        known = "" if fault is Interruption.DROP_BEFORE else header
        step = self.login.authorize(known, allow_basic=config.allow_basic)
        if fault in (Interruption.DROP_BEFORE, Interruption.DROP_AFTER):
            self.drop()
        elif not step.is_in:
            self._refuse(step.token)
            if fault is Interruption.FAULT_AFTER:
                self.drop()
        elif not body:
            self.server.context.exchanges.add("login")
            self._answer(HTTPStatus.OK, token=step.token)
        elif self.server.context.connection_faults.bare_status is not None:
            self.server.context.exchanges.add("refused")
            self._answer(HTTPStatus(self.server.context.connection_faults.bare_status), token=step.token)
        elif self.headers.get("Content-Type", "").lower().startswith("multipart/encrypted"):
            self._unsealed(body)
        elif self._needs_sealing():
            self.server.context.exchanges.add("refused")
            self._answer(HTTPStatus.INTERNAL_SERVER_ERROR)
        else:
            self._perform(body, is_sealed=False, owner=config.account.user, token=step.token)

    def _needs_sealing(self) -> bool:
        config = self.server.context.config
        return not (config.certificate or config.allow_unencrypted or self.login.is_basic)

    def _refuse(self, token: bytes | None) -> None:
        is_denied = token is None and "Authorization" in self.headers
        self.server.context.exchanges.add("denied" if is_denied else "login")
        self._answer(HTTPStatus.UNAUTHORIZED, token=token)

    def _unsealed(self, body: bytes) -> None:
        try:
            message = self.login.unseal(body)
        except UnsealError:
            self.server.context.exchanges.add("refused")
            self._answer(HTTPStatus.BAD_REQUEST)
            return
        self._perform(message, is_sealed=True, owner=self.server.context.config.account.user)

    def _perform(self, message: bytes, *, is_sealed: bool, owner: str, token: bytes | None = None) -> None:
        context = self.server.context
        reply = context.operations.perform(message, owner)
        if reply.forgets_login:
            self.login.forget()
            self._refuse(None)
        elif reply.drops_connection:
            self.drop()
        else:
            self._deliver(reply, is_sealed=is_sealed, token=token)

    def _deliver(self, reply: HttpReply, *, is_sealed: bool, token: bytes | None) -> None:
        if reply.undo is not None and self._has_lost_its_peer():
            reply.undo()
            self.close_connection = True
            return
        content = self.login.seal(reply.xml) if is_sealed else reply.xml
        try:
            self._answer(reply.status, content, SEALED_TYPE if is_sealed else SOAP_TYPE, token)
        except OSError:
            if reply.undo is not None:
                reply.undo()
            self.close_connection = True

    def _has_lost_its_peer(self) -> bool:
        """Return whether the client has disconnected: the first write to it would still seem to succeed."""
        try:
            readable, _, _ = select.select([self.connection], [], [], 0)
            return bool(readable) and self.connection.recv(1, socket.MSG_PEEK) == b""
        except ValueError:  # TLS has no MSG_PEEK; there a loss shows at the second write
            return False
        except OSError:
            return True

    def _answer(
        self, status: HTTPStatus, content: bytes = b"", content_type: str = "", token: bytes | None = None
    ) -> None:
        self.server.context.connection_faults.delay(self.server.context.closing)
        self.send_response(status)
        allow_basic = self.server.context.config.allow_basic
        for name, value in negotiate.authentication(status, token, allow_basic=allow_basic):
            self.send_header(name, value)
        if content_type:
            self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()
