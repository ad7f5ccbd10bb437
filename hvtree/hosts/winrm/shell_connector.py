"""The stages of a connection to one host, up to a PowerShell in a shell: reach, TLS, log in, shell; and how each fails.

A connection runs them one after the other (`prepare`, `log_in`, `open_shell`, `start`); the connection doctor runs the same
ones and explains what comes of each.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from time import perf_counter
from typing import TypeVar

from msgspec import Struct
from winrm.exceptions import WinRMOperationTimeoutError, WSManFaultError

from hvtree.domain.errors import ConnectionFailure, HVTreeError
from hvtree.hosts import agent_starter
from hvtree.hosts.channel import SEND_LIMIT, AgentUnreachable
from hvtree.hosts.http_answers import AnswerLimits, UnusableAnswer
from hvtree.hosts.identify import IDENTIFY, product_of
from hvtree.hosts.network import reach, resolve
from hvtree.hosts.stage_results import LoginResult, ShellResult
from hvtree.hosts.turn import Turn
from hvtree.hosts.winrm.faults import (
    ACCESS_DENIED,
    FOREIGN,
    NO_SHELLS,
    QUOTA,
    FaultKind,
    fault_kind,
    translated,
)
from hvtree.hosts.winrm.http_adapter import Sockets
from hvtree.hosts.winrm.login import WinRmLogin, check_login
from hvtree.hosts.winrm.login_trace import SharedLogin
from hvtree.hosts.winrm.tls import Trust, check_certificate, trust_for
from hvtree.hosts.winrm.wsman_connection import LARGE_ENVELOPE, SMALL_ENVELOPE, WsmanConnection

IDLE_TIMEOUT = "PT300S"
"""After this a host ends the shell of a client that is gone."""
UTF8 = 65001
RESUME_WAITS_S = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0)
"""Pauses before each attempt to resume a connection; then the agent counts as lost."""
STDERR_KEPT = 4_000
STDERR_LIMIT = 64 * 1024 * 1024
"""Bytes of standard error that are borne while nothing comes on standard output: warnings are much less."""
OUTPUT_KEPT = 64 * 1024
"""Bytes of each stream of `ShellConnector.run`."""

_T = TypeVar("_T")


class Output(Struct, frozen=True):
    """What a PowerShell printed, once it has ended."""

    exit_code: int
    stdout: bytes
    stderr: bytes


class StandardError:
    """The end of what a PowerShell writes to standard error. `add` raises `UnusableAnswer` if it has no end."""

    def __init__(self, limit: int = STDERR_LIMIT) -> None:
        self.kept = b""
        self._limit = limit
        self._bytes = 0

    def add(self, data: bytes, *, with_output: bool) -> None:
        """Take more of it; `with_output` if something came on standard output as well."""
        self.kept = (self.kept + data)[-STDERR_KEPT:]
        self._bytes = 0 if with_output else self._bytes + len(data)
        if self._bytes > self._limit:
            raise UnusableAnswer("stderr-endless", bytes=f"{self._limit:,}")


class ShellConnector:
    """One host, for all WS-Management connections to it. Safe between threads once `prepare` or `log_in` has been called."""

    def __init__(
        self, login: WinRmLogin, limits: AnswerLimits | None = None, *, turn: Turn | None = None
    ) -> None:
        self.login = login
        self.killed = threading.Event()
        self._sockets = Sockets(turn)
        self._shared = SharedLogin()
        self._limits = limits or AnswerLimits()
        self._trust: Trust | None = None
        self._envelope_bytes = LARGE_ENVELOPE

    @property
    def exchanges(self) -> int:
        """Number of HTTP exchanges so far, the logins' included."""
        return self._sockets.exchanges

    @property
    def turn(self) -> Turn:
        """What a thread has from an answer on, and leaves before it waits for anything else than the next."""
        return self._sockets.turn

    def prepare(self) -> None:
        """Run the stages before the login: raise `BadInput` or `ConnectionFailure` soon, and send no password."""
        check_login(self.login)
        self._trust = trust_for(self.login)
        resolve(self.login.profile)
        self.reach()
        if self._trust is not None:
            check_certificate(self.login, self._trust)

    def reach(self) -> None:
        """Raise `ConnectionFailure` if nothing listens."""
        reach(self.login.profile)

    def connection(self, operation_s: int, *, is_watched: bool = False) -> WsmanConnection:
        """Return a connection of its own, which logs in when it is first used; a watched one notices a dead host by itself."""
        connection = WsmanConnection(
            self.login,
            self._sockets,
            operation_s,
            self._trust,
            shared=self._shared,
            limits=self._limits,
            is_watched=is_watched,
        )
        connection.envelope_bytes = self._envelope_bytes
        return connection

    def log_in(self, operation_s: int) -> WsmanConnection:
        """Return a connection that has logged in, as far as `WsmanConnection.log_in` does; a wrong password is tried once.

        Raise `BadInput` for a login that HVTree itself refuses, and the `FOREIGN` errors.
        """
        check_login(self.login)
        self._trust = self._trust or trust_for(self.login)
        connection = self.connection(operation_s)
        connection.log_in()
        return connection

    def identify(self, connection: WsmanConnection) -> LoginResult:
        """Ask who answers, which also proves a login that travels with a message; raises the `FOREIGN` errors."""
        answer = connection.transport.send_message(IDENTIFY)
        is_sealed = connection.transport.encryption is not None
        return LoginResult(is_sealed, self.login.profile.is_tls, product_of(answer))

    def open_shell(self, connection: WsmanConnection) -> ShellResult:
        """Open a shell over a connection; raises the `FOREIGN` errors."""
        started = perf_counter()
        shell = self._opened(connection)
        return ShellResult(shell, perf_counter() - started, connection.envelope_bytes)

    def start(self, connection: WsmanConnection, shell: str, script: str, *, is_fed: bool = True) -> str:
        """Start a PowerShell with a script in a shell, and return the command's id; raises the `FOREIGN` errors.

        `is_fed` if the script reads standard input.
        """
        arguments = agent_starter.arguments_for_cmd(script)

        def started() -> str:
            return str(
                connection.run_command(
                    shell, agent_starter.EXECUTABLE, arguments, console_mode_stdin=not is_fed
                )
            )

        return new_login_once(connection, started)

    def run(self, connection: WsmanConnection, shell: str, script: str, timeout_s: float) -> Output:
        """Run a script that reads no input to its end; raise `ConnectionFailure` if there is none in time."""
        command = self.start(connection, shell, script, is_fed=False)
        until = perf_counter() + timeout_s
        output, errors = bytearray(), bytearray()
        while perf_counter() < until:
            with suppress(WinRMOperationTimeoutError):  # nothing yet
                stdout, stderr, exit_code, is_done = connection.get_command_output_raw(shell, command)
                output += stdout[: OUTPUT_KEPT - len(output)]
                errors += stderr[: OUTPUT_KEPT - len(errors)]
                if is_done:
                    return Output(int(exit_code), bytes(output), bytes(errors))
        raise ConnectionFailure(
            f"PowerShell on the host ‘{self.login.name}’ was started and did not come to an end.",
            why=f"It took more than {timeout_s:g} seconds.",
            now="Look at the load of the host, then try again.",
            details=bytes(errors + output).decode("utf-8", "replace"),
            code="powershell-silent",
        )

    def close_shell(self, connection: WsmanConnection, shell: str) -> None:
        """Close a shell, and with it what runs in it; silent if it is gone already, or will be when it has been idle."""
        with suppress(*FOREIGN):
            new_login_once(connection, lambda: connection.close_shell(shell))

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
        failure = translated(error, self.login.profile)
        if fault_kind(error) is FaultKind.GONE:
            failure = AgentUnreachable(
                failure.what, why=failure.why, now=failure.now, details=failure.details, code=failure.code
            )
        failure.details = f"{failure.details}\n{said}".strip()
        return failure

    def ended(self, exit_code: int, said: str) -> AgentUnreachable:
        """Return the error for an agent whose PowerShell has come to an end."""
        refusal = agent_starter.reason_in(said)
        return AgentUnreachable(
            f"HVTree's agent on the host ‘{self.login.name}’ has {'not started' if refusal else 'ended'}.",
            why=refusal or f"Its PowerShell came to an end with exit code {exit_code}.",
            now="Connect again; if it stays so, the details show what PowerShell said.",
            details=said,
        )

    def closed(self) -> ConnectionFailure:
        """Return the error for whatever is still under way when the connection is closed."""
        return ConnectionFailure(f"The connection to the host ‘{self.login.name}’ has been closed.")

    def _opened(self, connection: WsmanConnection) -> str:
        def opened() -> str:
            return str(connection.open_shell(codepage=UTF8, idle_timeout=IDLE_TIMEOUT))

        try:
            return new_login_once(connection, opened)
        except WSManFaultError as error:
            known = {QUOTA, ACCESS_DENIED, NO_SHELLS} & {error.wsman_fault_code, error.wmierror_code}
            if known or fault_kind(error) is not FaultKind.OTHER:
                raise
            # a host with a lower limit refuses the large one
            self._envelope_bytes = connection.envelope_bytes = SMALL_ENVELOPE
            return new_login_once(connection, opened)


def new_login_once(connection: WsmanConnection, act: Callable[[], _T]) -> _T:
    """Do something, and once more after a new login if the host has forgotten the old one (fact 204)."""
    try:
        return act()
    except FOREIGN as error:
        if fault_kind(error) is not FaultKind.FORGOTTEN:
            raise
        connection.disconnect()
        return act()


def pieces_of(data: bytes) -> list[bytes]:
    """Cut data into pieces that fit into one Send."""
    return [data[at : at + SEND_LIMIT] for at in range(0, len(data), SEND_LIMIT)]
