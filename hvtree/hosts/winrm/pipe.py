"""A `channel.Pipe` over WinRM: one shell with one PowerShell that runs the agent, a sending and a receiving road.

A cut connection ends neither the shell nor the agent: the roads log in again and go on with the same ids. What was sent at
that moment is sent again (the agent drops repeated ids); what was on its way back may be lost (`receive` says so).
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from winrm.exceptions import WSManFaultError

from hvtree.domain.errors import ConnectionFailure, HVTreeError
from hvtree.hosts.channel import SEND_LIMIT
from hvtree.hosts.winrm import bootstrap
from hvtree.hosts.winrm.road import CONNECT_S, SMALL_ENVELOPE, Road, Sockets
from hvtree.hosts.winrm.scrub import scrubbed
from hvtree.hosts.winrm.settings import WinRmSettings, check
from hvtree.hosts.winrm.tls import check_certificate, trust_for
from hvtree.hosts.winrm.trouble import ACCESS_DENIED, FOREIGN, QUOTA, Trouble, translated, trouble

SEND_S = 20
RECEIVE_S = 50
"""How long one poll may last; hosts cap it at 60 s."""
IDLE_TIMEOUT = "PT300S"
"""After this a host ends the shell of a client that is gone."""
UTF8 = 65001
RESUME_WAITS_S = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0)
"""Pauses before each attempt to take up a connection again; then the agent counts as lost."""
FAREWELL_S = 1.0
"""How long a Send that finds the agent gone waits for the receiving road to hear why."""
STDERR_KEPT = 4_000

_T = TypeVar("_T")


class WinRmPipe:
    """A persistent agent on one host. `wait` pauses for seconds and gives True when the pipe was killed meanwhile."""

    def __init__(self, settings: WinRmSettings, wait: Callable[[float], bool] | None = None) -> None:
        self._settings = settings
        self._killed = threading.Event()
        self._wait = wait or self._killed.wait
        self._sockets = Sockets()
        self._sending: Road | None = None
        self._receiving: Road | None = None
        self._shell = ""
        self._command = ""
        self._receive_waits = iter(RESUME_WAITS_S)
        self._stderr = b""
        self._exit_code: int | None = None
        self._has_ended = threading.Event()
        self._is_cut = False

    @property
    def mode(self) -> str:
        """How the agent is reached, in words."""
        return self._settings.mode

    @property
    def exchanges(self) -> int:
        """Number of HTTP exchanges so far, the logins' included."""
        return self._sockets.exchanges

    def open(self) -> None:
        """Log in, open a shell and start the agent in it; a wrong password is tried exactly once."""
        check(self._settings)
        trust = trust_for(self._settings)
        self._probe()
        if trust is not None:
            check_certificate(self._settings, trust, CONNECT_S)
        try:
            road = Road(self._settings, self._sockets, SEND_S, trust)
            self._sending = road
            self._shell = self._open_shell(road)
            self._command = _new_login_once(road, lambda: self._run(road))
            self._receiving = Road(self._settings, self._sockets, RECEIVE_S, trust)
            self._receiving.envelope_bytes = road.envelope_bytes
        except FOREIGN as error:
            raise self._failure(error) from scrubbed(error)
        self.send(bootstrap.agent_line())

    def send(self, data: bytes) -> None:
        """Send whole lines. A line that is longer than one Send begins anew, after a line end, when it was cut."""
        pieces = _pieces(data)
        waits = iter(RESUME_WAITS_S)
        while pieces:
            error = self._attempt(partial(self._feed, pieces[0]))
            if error is None or trouble(error) is Trouble.QUIET:
                del pieces[0]
                waits = iter(RESUME_WAITS_S)
                continue
            if trouble(error) is Trouble.GONE and self._has_ended.wait(FAREWELL_S):
                raise self._ended() from scrubbed(error)
            self._pause(next(waits, None), error)
            if trouble(error) is Trouble.CUT and len(data) > SEND_LIMIT:
                pieces = _pieces(b"\n" + data)

    def receive(self) -> bytes | None:
        """Give the next output, empty if there was none for a while; None after a cut that may have lost some.

        After a cut it returns as soon as the host can be reached again: what was lost must be asked for again, so
        waiting for the next output could take for ever.
        """
        assert self._receiving is not None
        if self._exit_code is not None:
            raise self._ended()
        try:
            data = self._poll(self._receiving)
        except FOREIGN as error:
            if trouble(error) is not Trouble.QUIET:
                self._receiving.hang_up()
                self._reach_again(error)
                return None
            data = b""
        self._receive_waits = iter(RESUME_WAITS_S)
        return data

    def stop_receiving(self) -> None:
        """Close the receiving road, at the end of the receiving thread."""
        if self._receiving is not None:
            self._receiving.hang_up()

    def end(self) -> None:
        """End the agent by closing its shell; brief, and silent if it is gone already."""
        road = self._sending
        if road is None:
            return
        if self._shell and not self._is_cut and not self._killed.is_set():
            self._attempt(lambda road: road.close_shell(self._shell))
        road.hang_up()

    def kill(self) -> None:
        """Cut all connections at once."""
        self._killed.set()
        self._sockets.cut()

    def _probe(self) -> None:
        """Raise `ConnectionFailure` soon, and with a reason, if nobody listens."""
        host, port = self._settings.address
        try:
            socket.create_connection((host, port), CONNECT_S).close()
        except OSError as error:
            raise ConnectionFailure(
                f"The host ‘{self._settings.name}’ cannot be reached.",
                why=_why_unreachable(error, host, port),
                now="Check the address, and run Enable-PSRemoting there once if WinRM is off.",
                details=str(error),
            ) from error

    def _open_shell(self, road: Road) -> str:
        def opened() -> str:
            return str(road.open_shell(codepage=UTF8, idle_timeout=IDLE_TIMEOUT))

        try:
            return _new_login_once(road, opened)
        except WSManFaultError as error:
            known = {QUOTA, ACCESS_DENIED} & {error.wsman_fault_code, error.wmierror_code}
            if known or trouble(error) is not Trouble.OTHER:
                raise
            road.envelope_bytes = SMALL_ENVELOPE  # a host with a lower limit refuses the large one
            return _new_login_once(road, opened)

    def _run(self, road: Road) -> str:
        arguments = bootstrap.arguments()
        return str(road.run_command(self._shell, bootstrap.EXECUTABLE, arguments, console_mode_stdin=False))

    def _feed(self, data: bytes, road: Road) -> None:
        road.send_command_input(self._shell, self._command, data)

    def _poll(self, road: Road) -> bytes:
        stdout, stderr, exit_code, is_done = _new_login_once(
            road, lambda: road.get_command_output_raw(self._shell, self._command)
        )
        self._stderr = (self._stderr + bytes(stderr))[-STDERR_KEPT:]
        if is_done:
            self._exit_code = int(exit_code)
            self._has_ended.set()
        return bytes(stdout)

    def _attempt(self, act: Callable[[Road], object]) -> BaseException | None:
        """Do something on the sending road; give the error instead of raising it."""
        road = self._sending
        assert road is not None
        try:
            _new_login_once(road, lambda: act(road))
        except FOREIGN as error:
            if trouble(error) not in (Trouble.QUIET, Trouble.BUSY):
                road.hang_up()
            return error
        return None

    def _reach_again(self, error: BaseException) -> None:
        """Wait until the host listens again; raise when it takes too long. The waits go on until something was received."""
        while True:
            self._pause(next(self._receive_waits, None), error)
            try:
                self._probe()
            except ConnectionFailure:
                continue
            return

    def _pause(self, wait_s: float | None, error: BaseException) -> None:
        """Wait before the next attempt; raise if there is to be none."""
        if trouble(error) not in (Trouble.CUT, Trouble.BUSY) or wait_s is None or self._wait(wait_s):
            self._is_cut = trouble(error) is Trouble.CUT
            raise self._failure(error) from scrubbed(error)

    def _failure(self, error: BaseException) -> HVTreeError:
        if self._killed.is_set():
            return ConnectionFailure(f"The connection to the host ‘{self._settings.name}’ has been closed.")
        failure = translated(error, self._settings)
        if self._stderr:
            failure.details = f"{failure.details}\n{self._stderr_text()}".lstrip()
        return failure

    def _ended(self) -> ConnectionFailure:
        return ConnectionFailure(
            f"HVTree's agent on the host ‘{self._settings.name}’ has ended.",
            why=f"Its PowerShell came to an end with exit code {self._exit_code}.",
            now="Connect again; if it stays so, the details show what PowerShell said.",
            details=self._stderr_text(),
        )

    def _stderr_text(self) -> str:
        return self._stderr.decode("utf-8", "replace").removeprefix("#< CLIXML").strip()


def _new_login_once(road: Road, act: Callable[[], _T]) -> _T:
    """Do something, and once more over a new login if the host has forgotten the old one (ENGINEERING 1.3)."""
    try:
        return act()
    except FOREIGN as error:
        if trouble(error) is not Trouble.FORGOTTEN:
            raise
        road.hang_up()
        return act()


def _pieces(data: bytes) -> list[bytes]:
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
