"""The way into one host: is it the right one, does anybody listen, a shell, a PowerShell in it; and how all that fails."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import TypeVar

from winrm.exceptions import WSManFaultError

from hvtree.domain.errors import ConnectionFailure, HVTreeError
from hvtree.hosts.channel import SEND_LIMIT, AgentUnreachable
from hvtree.hosts.winrm import bootstrap
from hvtree.hosts.winrm.faults import ACCESS_DENIED, FOREIGN, QUOTA, FaultKind, fault_kind, translated
from hvtree.hosts.winrm.settings import WinRmSettings, check
from hvtree.hosts.winrm.tls import Trust, check_certificate, trust_for
from hvtree.hosts.winrm.wsman_connection import (
    CONNECT_S,
    LARGE_ENVELOPE,
    SMALL_ENVELOPE,
    Sockets,
    WsmanConnection,
)

IDLE_TIMEOUT = "PT300S"
"""After this a host ends the shell of a client that is gone."""
UTF8 = 65001
RESUME_WAITS_S = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0)
"""Pauses before each attempt to take up a connection again; then the agent counts as lost."""
STDERR_KEPT = 4_000

_T = TypeVar("_T")


class ShellConnector:
    """One host's connector, used by all connections of one connection. Safe between threads once `prepare` has been called."""

    def __init__(self, settings: WinRmSettings) -> None:
        self.settings = settings
        self.killed = threading.Event()
        self._sockets = Sockets()
        self._trust: Trust | None = None
        self._envelope_bytes = LARGE_ENVELOPE

    @property
    def exchanges(self) -> int:
        """Number of HTTP exchanges so far, the logins' included."""
        return self._sockets.exchanges

    def prepare(self) -> None:
        """Raise `BadInput` or `ConnectionFailure` soon, and with a reason, if there is no way in; sends no password."""
        check(self.settings)
        self._trust = trust_for(self.settings)
        self.reach()
        if self._trust is not None:
            check_certificate(self.settings, self._trust, CONNECT_S)

    def reach(self) -> None:
        """Raise `ConnectionFailure` if nobody listens."""
        host, port = self.settings.address
        try:
            socket.create_connection((host, port), CONNECT_S).close()
        except OSError as error:
            raise ConnectionFailure(
                f"The host ‘{self.settings.name}’ cannot be reached.",
                why=_why_unreachable(error, host, port),
                now="Check the address, and run Enable-PSRemoting there once if WinRM is off.",
                details=str(error),
            ) from error

    def connection(self, operation_s: int) -> WsmanConnection:
        """Return a connection of its own, which logs in when it is first used."""
        connection = WsmanConnection(self.settings, self._sockets, operation_s, self._trust)
        connection.envelope_bytes = self._envelope_bytes
        return connection

    def open_shell(self, connection: WsmanConnection) -> str:
        """Open a shell over a connection, and give its id; raises the `FOREIGN` errors."""

        def opened() -> str:
            return str(connection.open_shell(codepage=UTF8, idle_timeout=IDLE_TIMEOUT))

        try:
            return new_login_once(connection, opened)
        except WSManFaultError as error:
            known = {QUOTA, ACCESS_DENIED} & {error.wsman_fault_code, error.wmierror_code}
            if known or fault_kind(error) is not FaultKind.OTHER:
                raise
            # a host with a lower limit refuses the large one
            self._envelope_bytes = connection.envelope_bytes = SMALL_ENVELOPE
            return new_login_once(connection, opened)

    def start(self, connection: WsmanConnection, shell: str, script: str) -> str:
        """Start a PowerShell with one of the bootstraps in a shell, and give the command's id; as `open_shell`."""
        arguments = bootstrap.arguments(script)

        def started() -> str:
            return str(
                connection.run_command(shell, bootstrap.EXECUTABLE, arguments, console_mode_stdin=False)
            )

        return new_login_once(connection, started)

    def renew(self) -> None:
        """Cut the connections that are open, now; new ones may be made."""
        self._sockets.renew()

    def kill(self) -> None:
        """Cut all connections at once."""
        self.killed.set()
        self._sockets.cut()

    def failure(self, error: BaseException, said: str = "") -> HVTreeError:
        """Return one of the `FOREIGN` errors as one of ours; `said` is what PowerShell wrote to standard error."""
        if self.killed.is_set():
            return self.closed()
        failure = translated(error, self.settings)
        if fault_kind(error) is FaultKind.GONE:
            failure = AgentUnreachable(
                failure.what, why=failure.why, now=failure.now, details=failure.details, code=failure.code
            )
        failure.details = f"{failure.details}\n{said}".strip()
        return failure

    def ended(self, exit_code: int, said: str) -> AgentUnreachable:
        """Return the error for an agent whose PowerShell has come to an end."""
        return AgentUnreachable(
            f"HVTree's agent on the host ‘{self.settings.name}’ has ended.",
            why=f"Its PowerShell came to an end with exit code {exit_code}.",
            now="Connect again; if it stays so, the details show what PowerShell said.",
            details=said,
        )

    def closed(self) -> ConnectionFailure:
        """Return the error for whatever is still under way when the connection is closed."""
        return ConnectionFailure(f"The connection to the host ‘{self.settings.name}’ has been closed.")


def new_login_once(connection: WsmanConnection, act: Callable[[], _T]) -> _T:
    """Do something, and once more over a new login if the host has forgotten the old one (fact 204)."""
    try:
        return act()
    except FOREIGN as error:
        if fault_kind(error) is not FaultKind.FORGOTTEN:
            raise
        connection.disconnect()
        return act()


def pieces_of(data: bytes) -> list[bytes]:
    """Cut data into what one Send may carry each."""
    return [data[at : at + SEND_LIMIT] for at in range(0, len(data), SEND_LIMIT)]


def _why_unreachable(error: OSError, host: str, port: int) -> str:
    match error:
        case socket.gaierror():
            why = f"No address is known for the name ‘{host}’."
        case ConnectionRefusedError():
            why = f"Nothing listens on its port {port}: WinRM may be off, or a firewall in between."
        case TimeoutError():
            why = f"{host} does not answer on port {port}: it may be off, or a firewall in between."
        case _:
            why = f"The network says: {error.strerror or error}."
    return why
