"""A `channel.Pipe` over WinRM: one shell with one PowerShell that runs the agent, a sending and a receiving road.

A cut connection ends neither the shell nor the agent: the roads log in again and go on with the same ids. What was sent at
that moment is sent again (the agent drops repeated ids); what was on its way back may be lost (`receive` says so).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

from hvtree.domain.errors import ConnectionFailure
from hvtree.hosts.channel import SEND_LIMIT
from hvtree.hosts.clixml import words_of
from hvtree.hosts.winrm import bootstrap
from hvtree.hosts.winrm.door import RESUME_WAITS_S, STDERR_KEPT, Door, new_login_once, pieces_of
from hvtree.hosts.winrm.road import Road
from hvtree.hosts.winrm.scrub import scrubbed
from hvtree.hosts.winrm.settings import WinRmSettings
from hvtree.hosts.winrm.trouble import FOREIGN, Trouble, trouble

SEND_S = 20
RECEIVE_S = 50
"""How long one poll may last; hosts cap it at 60 s."""
FAREWELL_S = 1.0
"""How long a Send that finds the agent gone waits for the receiving road to hear why."""
_MANNERS = {
    bootstrap.BOOTSTRAP: "one persistent PowerShell",
    bootstrap.LINES_BOOTSTRAP: "one persistent PowerShell that is fed line by line",
}


class WinRmPipe:
    """A persistent agent on one host; its first line is to be `bootstrap.agent_line`.

    `wait` pauses for seconds and gives True when the pipe was killed meanwhile. `script` is how its input is delivered:
    `bootstrap.BOOTSTRAP` or `bootstrap.LINES_BOOTSTRAP`.
    """

    def __init__(
        self,
        settings: WinRmSettings,
        wait: Callable[[float], bool] | None = None,
        script: str = bootstrap.BOOTSTRAP,
    ) -> None:
        self._door = Door(settings)
        self._wait = wait or self._door.killed.wait
        self._script = script
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
        """How the agent is reached, in words: "NTLM, encrypted, one persistent PowerShell"."""
        return f"{self._door.settings.login}, {_MANNERS[self._script]}"

    @property
    def exchanges(self) -> int:
        """Number of HTTP exchanges so far, the logins' included."""
        return self._door.exchanges

    def open(self) -> None:
        """Log in, open a shell and start PowerShell in it; a wrong password is tried exactly once."""
        self._door.knock()
        try:
            road = self._sending = self._door.road(SEND_S)
            self._shell = self._door.open_shell(road)
            self._command = self._door.start(road, self._shell, self._script)
            self._receiving = self._door.road(RECEIVE_S)
        except FOREIGN as error:
            raise self._door.failure(error) from scrubbed(error)

    def send(self, data: bytes) -> None:
        """Send whole lines. A line that is longer than one Send begins anew, after a line end, when it was cut."""
        pieces = pieces_of(data)
        waits = iter(RESUME_WAITS_S)
        while pieces:
            error = self._attempt(partial(self._feed, pieces[0]))
            if error is None or trouble(error) is Trouble.QUIET:
                del pieces[0]
                waits = iter(RESUME_WAITS_S)
                continue
            if trouble(error) is Trouble.GONE and self._has_ended.wait(FAREWELL_S):
                raise self._door.ended(self._exit_code or 0, self._said) from scrubbed(error)
            self._pause(next(waits, None), error)
            if trouble(error) is Trouble.CUT and len(data) > SEND_LIMIT:
                pieces = pieces_of(b"\n" + data)

    def receive(self) -> bytes | None:
        """Return the next output, empty if there was none for a while; None after a cut that may have lost some.

        After a cut it returns as soon as the host can be reached again: what was lost must be asked for again, so
        waiting for the next output could take for ever.
        """
        assert self._receiving is not None
        if self._exit_code is not None:
            raise self._door.ended(self._exit_code, self._said)
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
        if self._shell and not self._is_cut and not self._door.killed.is_set():
            self._attempt(lambda road: road.close_shell(self._shell))
        road.hang_up()

    def renew(self) -> None:
        """Cut the connections that are open; shell and agent live on, and are found again by their ids."""
        self._door.renew()

    def kill(self) -> None:
        """Cut all connections at once."""
        self._door.kill()

    def _feed(self, data: bytes, road: Road) -> None:
        road.send_command_input(self._shell, self._command, data)

    def _poll(self, road: Road) -> bytes:
        stdout, stderr, exit_code, is_done = new_login_once(
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
            new_login_once(road, lambda: act(road))
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
                self._door.probe()
            except ConnectionFailure:
                continue
            return

    def _pause(self, wait_s: float | None, error: BaseException) -> None:
        """Wait before the next attempt; raise if there is to be none."""
        if trouble(error) not in (Trouble.CUT, Trouble.BUSY) or wait_s is None or self._wait(wait_s):
            self._is_cut = trouble(error) is Trouble.CUT
            raise self._door.failure(error, self._said) from scrubbed(error)

    @property
    def _said(self) -> str:
        return words_of(self._stderr)
