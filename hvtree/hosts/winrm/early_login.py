"""A connection that logs in while another one already does what comes next: two or three exchanges less to wait for."""

from __future__ import annotations

import threading
from contextlib import suppress

from hvtree.hosts.turn import Turn
from hvtree.hosts.winrm.faults import FOREIGN
from hvtree.hosts.winrm.wsman_connection import WsmanConnection


class EarlyLogin:
    """Logs in on a thread of its own from the moment it is made. Only for a login that the host has accepted on another connection."""

    def __init__(self, connection: WsmanConnection, turn: Turn) -> None:
        self._connection = connection
        self._turn = turn
        self._changed = threading.Lock()
        self._is_over = self._is_given_up = False
        self._thread = threading.Thread(target=self._run, name="hvtree-login", daemon=True)
        self._thread.start()

    @property
    def connection(self) -> WsmanConnection:
        """The connection, once the login has ended; if that failed, its first message logs in again, and says why not."""
        self._thread.join()
        return self._connection

    def give_up(self) -> None:
        """Close the connection, now or as soon as the login has ended."""
        with self._changed:
            self._is_given_up = True
        if self._is_over:
            self._connection.disconnect()

    def _run(self) -> None:
        try:
            with suppress(*FOREIGN):
                self._connection.log_in()
        finally:
            self._turn.leave()
            with self._changed:
                self._is_over = True
            if self._is_given_up:
                self._connection.disconnect()
