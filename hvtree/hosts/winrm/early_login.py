"""A connection that logs in while another one already does what comes next: two or three exchanges less to wait for."""

from __future__ import annotations

import threading

from hvtree.hosts.turn import Turn
from hvtree.hosts.winrm.faults import FOREIGN, FaultKind, fault_kind
from hvtree.hosts.winrm.wsman_connection import WsmanConnection


class EarlyLogin:
    """Logs in on a thread of its own from the moment it is made. Only for a login that the host has accepted on another connection."""

    def __init__(self, connection: WsmanConnection, turn: Turn) -> None:
        self._connection = connection
        self._turn = turn
        self._changed = threading.Lock()
        self._is_over = self._is_to_close = False
        self._refusal: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="hvtree-login", daemon=True)
        self._thread.start()

    def taken(self) -> WsmanConnection:
        """Return the connection, once the login has ended. If that was refused, raise why: it is not tried once more.

        If it has failed otherwise, the first message logs in again.
        """
        self._thread.join()
        if self._refusal is not None:
            raise self._refusal
        return self._connection

    def disconnect(self) -> None:
        """Close the connection, now or as soon as the login has ended; a later message logs in again."""
        with self._changed:
            self._is_to_close = True
            is_over = self._is_over
        if is_over:
            self._connection.disconnect()

    def _run(self) -> None:
        try:
            self._connection.log_in()
        except FOREIGN as error:
            self._refusal = error if fault_kind(error) is FaultKind.REFUSED else None
        finally:
            self._turn.leave()
            with self._changed:
                self._is_over = True
                is_to_close = self._is_to_close
            if is_to_close:
                self._connection.disconnect()
