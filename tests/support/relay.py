"""A wire that can be cut: a TCP port that passes everything on to another one until it is told otherwise."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.support.waiting import WAIT_S

LOOPBACK, LOOPBACK_6 = "127.0.0.1", "::1"


class Relay:
    """Listens on loopback and passes connections on to `target`, a port of 127.0.0.1; None: accepts, and is silent."""

    def __init__(self, target: int | None, address: str = LOOPBACK) -> None:
        self.target = target
        family = socket.AF_INET6 if address == LOOPBACK_6 else socket.AF_INET
        self._server = socket.create_server((address, 0), family=family)
        self.port = int(self._server.getsockname()[1])
        self.accepted = 0
        self.passed_bytes = 0
        """In both directions."""
        self._sockets: set[socket.socket] = set()
        self._frozen: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._accept, name="relay")]
        self._is_closing = False
        self._threads[0].start()

    def cut(self) -> None:
        """Break every connection, as pulling the cable and plugging it in again does."""
        with self._lock:
            for each in self._sockets:
                _end(each)

    def freeze(self) -> None:
        """Let the connections that are open lead nowhere, without a word to anybody; new ones work."""
        with self._lock:
            self._frozen |= self._sockets

    def close(self) -> None:
        self._is_closing = True
        _end(self._server)
        with suppress(OSError):
            socket.create_connection(
                self._server.getsockname()[:2], 1
            ).close()  # where that alone does not wake it
        self.cut()
        for thread in self._threads:
            thread.join(WAIT_S)
        self._server.close()
        for each in self._sockets:
            each.close()

    def _accept(self) -> None:
        while not self._is_closing:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            self.accepted += 1
            self._keep(near)
            if self.target is None or self._is_closing:
                continue
            try:
                far = socket.create_connection((LOOPBACK, self.target), WAIT_S)
            except OSError:
                _end(near)
                continue
            far.settimeout(None)
            self._keep(far)
            thread = threading.Thread(target=self._pass_on, args=(near, far), name="relay")
            self._threads.append(thread)
            thread.start()

    def _pass_on(self, near: socket.socket, far: socket.socket) -> None:
        """Pass everything on between two ends, and let go of them at the end."""
        back = threading.Thread(target=self._pump, args=(far, near), name="relay")
        back.start()
        self._pump(near, far)
        back.join()
        with self._lock:
            ends = {near, far}
            self._sockets -= ends
            self._frozen -= ends
        near.close()
        far.close()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if source not in self._frozen:
                    sink.sendall(data)
                    with self._lock:
                        self.passed_bytes += len(data)
        _end(source)
        _end(sink)

    def _keep(self, connection: socket.socket) -> None:
        with self._lock:
            self._sockets.add(connection)


@contextmanager
def relay(target: int | None, address: str = LOOPBACK) -> Iterator[Relay]:
    made = Relay(target, address)
    try:
        yield made
    finally:
        made.close()


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
