"""A `channel.Pipe` over WinRM: one shell with one PowerShell that runs the agent, a sending and a receiving connection.

A cut connection ends neither the shell nor the agent: the connections log in again and go on with the same ids. What was sent at
that moment is sent again (the agent drops repeated ids); what was on its way back may be lost (`receive` says so).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial

from hvtree.domain.errors import ConnectionFailure
from hvtree.hosts import agent_starter
from hvtree.hosts.channel import SEND_LIMIT
from hvtree.hosts.clixml import words_of
from hvtree.hosts.turn import Turn
from hvtree.hosts.winrm.early_login import EarlyLogin
from hvtree.hosts.winrm.faults import FOREIGN, FaultKind, fault_kind, scrubbed
from hvtree.hosts.winrm.login import WinRmLogin
from hvtree.hosts.winrm.shell_connector import (
    RESUME_WAITS_S,
    ShellConnector,
    StandardError,
    new_login_once,
    pieces_of,
)
from hvtree.hosts.winrm.wsman_connection import WsmanConnection

_log = logging.getLogger(__name__)
SEND_S = 20
RECEIVE_S = 50
"""How long one poll may last; hosts cap it at 60 s."""
FAREWELL_S = 1.0
"""How long a Send that finds the agent gone waits for the receiving connection to learn why."""
_MANNERS = {
    agent_starter.STARTER: "one persistent PowerShell",
    agent_starter.LINES_STARTER: "one persistent PowerShell that is fed line by line",
}


class WinRmPipe:
    """A persistent agent on one host; the first thing to send is `agent_starter.agent_text`.

    `wait` pauses for seconds and returns True when the pipe was killed meanwhile. `script` is how its input is delivered:
    `agent_starter.STARTER` or `agent_starter.LINES_STARTER`. Its threads work in their `turn`,
    unless the login waits for others than the host.
    """

    def __init__(
        self,
        login: WinRmLogin,
        wait: Callable[[float], bool] | None = None,
        script: str = agent_starter.STARTER,
        turn: Turn | None = None,
    ) -> None:
        self._connector = ShellConnector(login, turn=None if login.asks_others else turn)
        self._wait = wait or self._connector.killed.wait
        self._script = script
        self._sending: WsmanConnection | None = None
        self._receiving: EarlyLogin | None = None
        self._shell = ""
        self._command = ""
        self._receive_waits = iter(RESUME_WAITS_S)
        self._stderr = StandardError()
        self._exit_code: int | None = None
        self._has_ended = threading.Event()
        self._is_cut = False
        self._is_left = False
        self._cut_by: BaseException | None = None
        """What has cut the receiving connection, until it is resumed."""

    @property
    def mode(self) -> str:
        """How the agent is reached, in words: "NTLM, encrypted, one persistent PowerShell"."""
        return f"{self._connector.login.words}, {_MANNERS[self._script]}"

    @property
    def exchanges(self) -> int:
        """Number of HTTP exchanges so far, the logins' included."""
        return self._connector.exchanges

    def open(self) -> None:
        """Log in, open a shell and start PowerShell in it; a wrong password is tried exactly once."""
        self._connector.prepare()
        try:
            connection = self._sending = self._connector.log_in(SEND_S)
            receiving = self._connector.connection(RECEIVE_S, is_watched=True)
            self._receiving = EarlyLogin(receiving, self._connector.turn)
            self._shell = self._connector.open_shell(connection).id
            receiving.envelope_bytes = connection.envelope_bytes
            self._command = self._connector.start(connection, self._shell, self._script)
        except FOREIGN as error:
            raise self._connector.failure(error) from scrubbed(error)
        finally:
            self._connector.turn.leave()

    def send(self, data: bytes) -> None:
        """Send whole lines. What is longer than one Send is sent again from its beginning, after a line end, when it was cut."""
        pieces = pieces_of(data)
        waits = iter(RESUME_WAITS_S)
        while pieces:
            error = self._attempt(partial(self._feed, pieces[0]))
            if error is None or fault_kind(error) is FaultKind.QUIET:
                del pieces[0]
                waits = iter(RESUME_WAITS_S)
                continue
            if fault_kind(error) is FaultKind.GONE and self._has_ended.wait(FAREWELL_S):
                raise self._connector.ended(self._exit_code or 0, self._said) from scrubbed(error)
            self._pause(next(waits, None), error)
            if fault_kind(error) is FaultKind.CUT and len(data) > SEND_LIMIT:
                pieces = pieces_of(b"\n" + data)

    def receive(self) -> bytes | None:
        """Return the next output, empty if there was none for a while; None after a cut that may have lost some."""
        assert self._receiving is not None
        if self._exit_code is not None:
            raise self._connector.ended(self._exit_code, self._said)
        try:
            data = self._poll(self._receiving.taken())
        except FOREIGN as error:
            if fault_kind(error) is not FaultKind.QUIET:
                self._receiving.disconnect()
                self._cut_by = error
                return None
            data = b""
        self._receive_waits = iter(RESUME_WAITS_S)
        return data

    def resume(self) -> None:
        """Return as soon as the host can be reached again after a cut.

        What was lost must be asked for again, so waiting for the next output could take for ever.
        """
        if self._cut_by is not None:
            error, self._cut_by = self._cut_by, None
            self._reach_again(error)

    def stop_receiving(self) -> None:
        """Close the receiving connection: at the end of the receiving thread, or where none has begun."""
        self._connector.turn.leave()
        if self._receiving is not None:
            self._receiving.disconnect()

    def leave_agent(self) -> None:
        """Leave the shell open: it lives as long as its agent, or until it has been idle for too long."""
        self._is_left = True

    def end(self) -> None:
        """End the agent by closing its shell; brief, and silent if it is gone already."""
        if not self._command:  # no thread has begun to receive
            self.stop_receiving()
        connection = self._sending
        if connection is None:
            return
        is_reached = not self._is_cut and not self._connector.killed.is_set()
        if self._shell and is_reached and not self._is_left:
            self._attempt(lambda connection: connection.close_shell(self._shell))
        connection.disconnect()

    def renew(self) -> None:
        """Cut the connections that are open; shell and agent live on, and are found again by their ids."""
        self._connector.renew()

    def kill(self) -> None:
        """Cut all connections at once."""
        self._connector.kill()

    def _feed(self, data: bytes, connection: WsmanConnection) -> None:
        connection.send_command_input(self._shell, self._command, data)

    def _poll(self, connection: WsmanConnection) -> bytes:
        stdout, stderr, exit_code, is_done = new_login_once(
            connection, lambda: connection.get_command_output_raw(self._shell, self._command)
        )
        self._stderr.add(bytes(stderr), with_output=bool(stdout))
        if is_done:
            self._exit_code = int(exit_code)
            self._has_ended.set()
        return bytes(stdout)

    def _attempt(self, act: Callable[[WsmanConnection], object]) -> BaseException | None:
        """Do something on the sending connection; return the error instead of raising it."""
        connection = self._sending
        assert connection is not None
        try:
            new_login_once(connection, lambda: act(connection))
        except FOREIGN as error:
            if fault_kind(error) not in (FaultKind.QUIET, FaultKind.BUSY):
                connection.disconnect()
            return error
        finally:
            self._connector.turn.leave()
        return None

    def _reach_again(self, error: BaseException) -> None:
        """Wait until the host listens again; raise when it takes too long. The waits go on until something was received."""
        while True:
            self._pause(next(self._receive_waits, None), error)
            try:
                self._connector.reach()
            except ConnectionFailure:
                continue
            return

    def _pause(self, wait_s: float | None, error: BaseException) -> None:
        """Wait before the next attempt; raise if there is to be none."""
        self._connector.turn.leave()
        name, kind = self._connector.login.name, fault_kind(error).name
        _log.info("host %r: connection %s (%r); next attempt in %s seconds", name, kind, error, wait_s)
        if fault_kind(error) not in (FaultKind.CUT, FaultKind.BUSY) or wait_s is None or self._wait(wait_s):
            self._is_cut = fault_kind(error) is FaultKind.CUT
            raise self._connector.failure(error, self._said) from scrubbed(error)

    @property
    def _said(self) -> str:
        return words_of(self._stderr.kept)
