"""The emulated host for PowerShell: a service on loopback that carries out cmdlets for the stand-in of the Hyper-V module.

A connection begins with one line, the access token. Then each line is a query in JSON, answered by any number of lines with
`percent`, and one with `end`; `{"cancel": true}` stops what is running. When a connection just ends, running work goes on, as
when the process of a cmdlet is killed, but nothing more is begun.
"""

from __future__ import annotations

import secrets
import socket
import socketserver
import threading
from contextlib import suppress
from typing import Any, cast

import msgspec

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.errors import CmdletError
from hvtree.emulator.host.invocation import Invocation, TargetResult
from hvtree.emulator.powershell.cim import Cim, CimError, refused
from hvtree.emulator.powershell.cmdlet_answers import AnswerWriter, CmdletReply
from hvtree.emulator.powershell.cmdlet_calls import call, require_this_host
from hvtree.hosts import wire

LONGEST_LINE = 16 * 1024 * 1024
_ENTER_S = 10.0


class CmdletQuestion(msgspec.Struct, forbid_unknown_fields=True):
    """One line of a client: a cmdlet with its parameters, a WMI query, or a request to stop."""

    cmdlet: str = ""
    for_: str = msgspec.field(default="", name="for")
    """The cmdlet that errors name, if another one only looks up its targets."""
    parameters: dict[str, Any] = {}
    cim: str = ""
    """`query`, `associated` or `invoke`."""
    cancel: bool = False


class CmdletService:
    """The service of one host, from `start` to `close`. It never listens anywhere but on loopback."""

    def __init__(self, hyperv: HyperV) -> None:
        self.token = secrets.token_urlsafe(24)
        self._server = _Server(hyperv, self.token)
        self._thread = threading.Thread(target=self._serve, name="cmdlets", daemon=True)

    @property
    def address(self) -> str:
        """Where it listens, such as `127.0.0.1:50123`."""
        host, port = cast("tuple[str, int]", self._server.server_address)
        return f"{host}:{port}"

    def start(self) -> None:
        """Begin to serve, on threads of its own."""
        self._thread.start()

    def close(self) -> None:
        """Cut all connections and wait for their threads."""
        self._server.shutdown()
        self._thread.join()
        self._server.drop_connections()
        self._server.server_close()

    def __enter__(self) -> CmdletService:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=0.05)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = False
    block_on_close = True

    def __init__(self, hyperv: HyperV, token: str) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.hyperv = hyperv
        self.token = token
        self.narrator = AnswerWriter(hyperv)
        self.cim = Cim(hyperv)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def drop_connections(self) -> None:
        """Cut every connection."""
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class _Connection(socketserver.StreamRequestHandler):
    """The connection of one runspace. It asks one thing at a time, and may stop it."""

    server: _Server

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sending = threading.Lock()
        self._work: Invocation | None = None

    def handle(self) -> None:
        with suppress(OSError):
            self.connection.settimeout(_ENTER_S)
            word = self.rfile.readline(256).strip()
            if not secrets.compare_digest(word, self.server.token.encode()):
                return
            self.connection.settimeout(None)
            while line := self.rfile.readline(LONGEST_LINE):
                self._take(line)
        if self._work is not None:
            self._work.abandon()

    def _take(self, line: bytes) -> None:
        try:
            question = wire.from_json(line, CmdletQuestion)
        except wire.UnreadableJson as error:
            self._send(
                self.server.narrator.refused(CmdletError(f"The question cannot be understood: {error}."))
            )
            return
        if question.cancel:
            if self._work is not None:
                self._work.cancel()
        elif question.cim:
            self._send(self._asked_cim(question))
        else:
            self._run(question)

    def _asked_cim(self, question: CmdletQuestion) -> CmdletReply:
        try:
            return self.server.cim.answer(question.cim, question.parameters)
        except CimError as error:
            return refused(error, self.server.hyperv.spoken)

    def _run(self, question: CmdletQuestion) -> None:
        narrator, hyperv = self.server.narrator, self.server.hyperv
        try:
            require_this_host(hyperv, question.parameters.get("ComputerName") or ())
            answer = call(hyperv, question.cmdlet, question.parameters)
        except CmdletError as error:
            error.cmdlet = question.for_ or question.cmdlet
            self._send(narrator.refused(error))
            return
        if not isinstance(answer, Invocation):
            self._send(narrator.read(answer, question.for_))
            return
        self._work = answer
        answer.on_progress(lambda result, percent: self._report(answer, result, percent))
        answer.on_done(lambda: self._finish(answer))

    def _report(self, work: Invocation, result: TargetResult, percent: int) -> None:
        if percent and not result.is_done:
            self._send(CmdletReply(percent=percent, activity=work.cmdlet))

    def _finish(self, work: Invocation) -> None:
        self._work = None
        self._send(self.server.narrator.done(work))

    def _send(self, reply: CmdletReply) -> None:
        with self._sending, suppress(OSError):  # a client that has gone needs no answer
            self.wfile.write(msgspec.json.encode(reply) + b"\n")
