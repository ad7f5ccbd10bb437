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
from hvtree.hosts.findings import Login, OpenShell, PowerShellFacts
from hvtree.hosts.identity import IDENTIFY, product_of, system_of
from hvtree.hosts.question import QUESTION, facts_from
from hvtree.hosts.winrm import bootstrap
from hvtree.hosts.winrm.catalogue import ACCESS_DENIED, QUOTA
from hvtree.hosts.winrm.road import SMALL_ENVELOPE, Road, Sockets
from hvtree.hosts.winrm.scrub import scrubbed
from hvtree.hosts.winrm.settings import WinRmSettings, check
from hvtree.hosts.winrm.tls import trust_for
from hvtree.hosts.winrm.trouble import FOREIGN, translated

STEP_S = 20
"""How long the host may take for one operation."""
ANSWER_S = 60.0
"""How long PowerShell may take to start and to answer: 2 s on a bad machine [ENGINEERING 2.6], more on a worse one."""
IDLE_TIMEOUT = "PT120S"
UTF8 = 65001
_OUTPUT_KEPT = 64 * 1024

_T = TypeVar("_T")


class Examination:
    """Logs in once, opens a shell, asks PowerShell one question. All methods but `cut` belong to one thread at a time."""

    def __init__(self, settings: WinRmSettings) -> None:
        self._settings = settings
        self._sockets = Sockets()
        self._road: Road | None = None
        self._shell = ""

    def log_in(self) -> Login:
        """Log in and ask who is there.

        Raise `BadInput` for a login that HVTree itself refuses, `AuthenticationFailure` for one that the host refuses,
        and `ConnectionFailure` for whatever else comes between.
        """
        settings = self._settings
        check(settings)
        road = self._road = Road(settings, self._sockets, STEP_S, trust_for(settings))
        answer = self._translating(lambda: road.transport.send_message(IDENTIFY))
        is_sealed = road.transport.encryption is not None
        return Login(settings.transport, is_sealed, settings.is_tls, system_of(product_of(answer)))

    def open_shell(self) -> OpenShell:
        """Open a shell, asking for large messages first and for small ones where the host refuses those."""
        road, started = self._open_road(), perf_counter()
        self._shell = self._translating(lambda: self._opened(road))
        return OpenShell(perf_counter() - started, road.envelope_bytes)

    def ask_powershell(self) -> PowerShellFacts:
        """Start PowerShell in the shell, and give what it says of itself."""
        road, started = self._open_road(), perf_counter()
        exit_code, stdout, stderr = self._translating(lambda: self._run(road, started + ANSWER_S))
        return facts_from(exit_code, stdout, stderr, perf_counter() - started)

    def close(self) -> None:
        """Close the shell and the connection; never raises."""
        road, self._road = self._road, None
        if road is None:
            return
        if self._shell:
            with suppress(*FOREIGN):
                road.close_shell(self._shell)
        road.hang_up()

    def cut(self) -> None:
        """End whatever is under way, from another thread."""
        self._sockets.cut()

    def _open_road(self) -> Road:
        assert self._road is not None, "log in first"
        return self._road

    def _opened(self, road: Road) -> str:
        try:
            return str(road.open_shell(codepage=UTF8, idle_timeout=IDLE_TIMEOUT))
        except WSManFaultError as error:
            if {QUOTA, ACCESS_DENIED} & {error.wsman_fault_code, error.wmierror_code}:
                raise
            road.envelope_bytes = SMALL_ENVELOPE
            return str(road.open_shell(codepage=UTF8, idle_timeout=IDLE_TIMEOUT))

    def _run(self, road: Road, until: float) -> tuple[int, bytes, bytes]:
        arguments = (*bootstrap.SWITCHES, bootstrap.encoded(QUESTION))
        command = str(road.run_command(self._shell, bootstrap.EXECUTABLE, arguments))
        output, errors = bytearray(), bytearray()
        while perf_counter() < until:
            with suppress(WinRMOperationTimeoutError):  # nothing yet
                stdout, stderr, exit_code, is_done = road.get_command_output_raw(self._shell, command)
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
