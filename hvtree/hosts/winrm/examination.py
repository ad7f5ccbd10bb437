"""One careful login for the connection doctor: step by step, so that each says for itself what comes of it. Blocking.

The password is sent in `log_in` and nowhere before; after a refusal nothing may be called but `close`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from time import perf_counter
from typing import TypeVar

from winrm.exceptions import WinRMOperationTimeoutError, WSManFaultError

from hvtree.domain.errors import ConnectionFailure
from hvtree.hosts.identity import IDENTIFY, product_of, system_of
from hvtree.hosts.powershell_facts import QUESTION, facts_from
from hvtree.hosts.stage_results import Login, OpenShell, PowerShellFacts
from hvtree.hosts.winrm import bootstrap
from hvtree.hosts.winrm.fault_texts import ACCESS_DENIED, QUOTA
from hvtree.hosts.winrm.faults import FOREIGN, translated
from hvtree.hosts.winrm.scrub import scrubbed
from hvtree.hosts.winrm.settings import WinRmSettings, check
from hvtree.hosts.winrm.tls import trust_for
from hvtree.hosts.winrm.wsman_connection import SMALL_ENVELOPE, Sockets, WsmanConnection

STEP_S = 20
"""How long the host may take for one operation."""
ANSWER_S = 60.0
"""How long PowerShell may take to start and to answer: 2 s on a bad machine (fact 222), more on a worse one."""
IDLE_TIMEOUT = "PT120S"
UTF8 = 65001
_OUTPUT_KEPT = 64 * 1024

_T = TypeVar("_T")


class Examination:
    """Logs in once, opens a shell, asks PowerShell one question. All methods but `cut` belong to one thread at a time."""

    def __init__(self, settings: WinRmSettings) -> None:
        self._settings = settings
        self._sockets = Sockets()
        self._connection: WsmanConnection | None = None
        self._shell = ""

    def log_in(self) -> Login:
        """Log in and ask who is there.

        Raise `BadInput` for a login that HVTree itself refuses, `AuthenticationFailure` for one that the host refuses,
        and `ConnectionFailure` for whatever else comes between.
        """
        settings = self._settings
        check(settings)
        connection = self._connection = WsmanConnection(settings, self._sockets, STEP_S, trust_for(settings))
        answer = self._translating(lambda: connection.transport.send_message(IDENTIFY))
        is_sealed = connection.transport.encryption is not None
        return Login(settings.transport, is_sealed, settings.is_tls, system_of(product_of(answer)))

    def open_shell(self) -> OpenShell:
        """Open a shell, asking for large messages first and for small ones where the host refuses those."""
        connection, started = self._open_connection(), perf_counter()
        self._shell = self._translating(lambda: self._opened(connection))
        return OpenShell(perf_counter() - started, connection.envelope_bytes)

    def ask_powershell(self) -> PowerShellFacts:
        """Start PowerShell in the shell, and give what it says of itself."""
        connection, started = self._open_connection(), perf_counter()
        exit_code, stdout, stderr = self._translating(lambda: self._run(connection, started + ANSWER_S))
        return facts_from(exit_code, stdout, stderr, perf_counter() - started)

    def close(self) -> None:
        """Close the shell and the connection; never raises."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if self._shell:
            with suppress(*FOREIGN):
                connection.close_shell(self._shell)
        connection.disconnect()

    def cut(self) -> None:
        """End whatever is under way, from another thread."""
        self._sockets.cut()

    def _open_connection(self) -> WsmanConnection:
        assert self._connection is not None, "log in first"
        return self._connection

    def _opened(self, connection: WsmanConnection) -> str:
        try:
            return str(connection.open_shell(codepage=UTF8, idle_timeout=IDLE_TIMEOUT))
        except WSManFaultError as error:
            if {QUOTA, ACCESS_DENIED} & {error.wsman_fault_code, error.wmierror_code}:
                raise
            connection.envelope_bytes = SMALL_ENVELOPE
            return str(connection.open_shell(codepage=UTF8, idle_timeout=IDLE_TIMEOUT))

    def _run(self, connection: WsmanConnection, until: float) -> tuple[int, bytes, bytes]:
        arguments = (*bootstrap.SWITCHES, bootstrap.encoded(QUESTION))
        command = str(connection.run_command(self._shell, bootstrap.EXECUTABLE, arguments))
        output, errors = bytearray(), bytearray()
        while perf_counter() < until:
            with suppress(WinRMOperationTimeoutError):  # nothing yet
                stdout, stderr, exit_code, is_done = connection.get_command_output_raw(self._shell, command)
                output += stdout[: _OUTPUT_KEPT - len(output)]
                errors += stderr[: _OUTPUT_KEPT - len(errors)]
                if is_done:
                    return int(exit_code), bytes(output), bytes(errors)
        raise ConnectionFailure(
            f"PowerShell on the host ‘{self._settings.name}’ was started and did not come to an end.",
            why=f"It took more than {ANSWER_S:g} seconds.",
            now="Look at the load of the host, then try again.",
            details=bytes(errors + output).decode("utf-8", "replace"),
            code="powershell-silent",
        )

    def _translating(self, act: Callable[[], _T]) -> _T:
        try:
            return act()
        except FOREIGN as error:
            raise translated(error, self._settings) from scrubbed(error)
