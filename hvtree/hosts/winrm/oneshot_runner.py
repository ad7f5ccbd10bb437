"""An `AgentRunner` over WinRM: a PowerShell for each batch of requests, all in one shell, a connection for each slot."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator

from winrm.exceptions import WSManFaultError

from hvtree.domain.errors import HVTreeError
from hvtree.hosts import agent_starter
from hvtree.hosts.winrm.faults import FOREIGN, QUOTA, FaultKind, fault_kind, scrubbed
from hvtree.hosts.winrm.login import WinRmLogin
from hvtree.hosts.winrm.oneshot_command import OneShotCommand
from hvtree.hosts.winrm.shell_connector import RESUME_WAITS_S, ShellConnector
from hvtree.hosts.winrm.shell_pool import COMMANDS_PER_SHELL, Shell, ShellPool
from hvtree.hosts.winrm.wsman_connection import WsmanConnection

OPERATION_S = 20
GIVE_UP_S = 180.0
"""After so many seconds a batch that only reads is given up; one that changes something may take as long as it takes."""
_ANEW = (FaultKind.CUT, FaultKind.QUIET, FaultKind.BUSY, FaultKind.GONE)
"""What starting again may help against."""


class WinRmAgentRunner:
    """Runs agents on one host. `wait` pauses for seconds and returns True when all was killed meanwhile."""

    def __init__(
        self,
        login: WinRmLogin,
        wait: Callable[[float], bool] | None = None,
        *,
        commands_per_shell: int = COMMANDS_PER_SHELL,
        give_up_s: float = GIVE_UP_S,
    ) -> None:
        self._connector = ShellConnector(login)
        self._wait = wait or self._connector.killed.wait
        self._give_up_s = give_up_s
        self._pool = ShellPool(self._connector, commands_per_shell)
        self._connections: dict[str, WsmanConnection] = {}
        self._control: WsmanConnection | None = None
        self._is_ending = threading.Event()

    @property
    def mode(self) -> str:
        """How the agent is reached, in words: "NTLM, encrypted, one PowerShell per request: slower"."""
        return f"{self._connector.login.words}, one PowerShell per request: slower"

    @property
    def exchanges(self) -> int:
        """Number of HTTP exchanges so far, the logins' included."""
        return self._connector.exchanges

    def open(self) -> None:
        """Log in and open a shell; a wrong password is tried exactly once."""
        self._connector.prepare()
        try:
            connection = self._control = self._connector.log_in(OPERATION_S)
            self._pool.open(connection)
        except FOREIGN as error:
            raise self._connector.failure(error) from scrubbed(error)

    def call(self, slot: str, lines: bytes, *, once: bool) -> Generator[bytes | None, None, None]:
        """Run one PowerShell; see `hosts.oneshot_channel.AgentRunner`."""
        if slot not in self._connections:
            operation_s = OPERATION_S if once else min(OPERATION_S, max(1, int(self._give_up_s)))
            self._connections[slot] = self._connector.connection(operation_s)
        connection = self._connections[slot]
        shell, call = self._begun(connection, agent_starter.agent_text() + lines, once=once)
        try:
            yield from call.outputs(None if once else self._give_up_s)
        finally:
            if not self._is_ending.is_set():
                call.dismiss()
                self._pool.leave(connection, shell)

    def leave(self, slot: str) -> None:
        """Close a slot's connection."""
        connection = self._connections.pop(slot, None)
        if connection is not None:
            connection.disconnect()

    def end(self) -> None:
        """Close all shells, and with them all PowerShells; brief, and silent if they are gone already."""
        self._is_ending.set()
        if self._control is not None:
            if not self._connector.killed.is_set():
                self._pool.close(self._control)
            self._control.disconnect()

    def leave_agent(self) -> None:
        """Do nothing: no agent of a call holds VMs."""

    def renew(self) -> None:
        """Cut the connections that are open; shells and what runs in them live on."""
        self._connector.renew()

    def kill(self) -> None:
        """Cut all connections at once."""
        self._connector.kill()

    def _begun(self, connection: WsmanConnection, data: bytes, *, once: bool) -> tuple[Shell, OneShotCommand]:
        """Start a PowerShell that has all of its input; try again, in another shell if need be, as long as nothing was done."""
        waits = iter(RESUME_WAITS_S)
        while True:
            if self._is_ending.is_set():
                raise self._connector.closed()
            shell: Shell | None = None
            try:
                shell = self._pool.enter(connection)
                call = OneShotCommand(self._connector, connection, shell.id, self._wait)
                call.start(data, once=once)
            except FOREIGN as error:
                self._give_back(connection, shell)
                self._pause(
                    connection, error, next(waits, None), is_full=shell is not None and _is_full(error)
                )
            except HVTreeError:
                self._give_back(connection, shell)
                raise
            else:
                return shell, call

    def _give_back(self, connection: WsmanConnection, shell: Shell | None) -> None:
        """Use another shell from now on: in this one a PowerShell may wait for input that will never come."""
        if shell is not None:
            self._pool.spend(shell)
            self._pool.leave(connection, shell)

    def _pause(
        self, connection: WsmanConnection, error: BaseException, wait_s: float | None, *, is_full: bool
    ) -> None:
        """Wait before the next attempt; raise if there is to be none."""
        if fault_kind(error) is FaultKind.CUT:
            connection.disconnect()
        may_help = is_full or fault_kind(error) in _ANEW
        if not may_help or wait_s is None or self._wait(wait_s):
            raise self._connector.failure(error) from scrubbed(error)


def _is_full(error: BaseException) -> bool:
    """Return whether the host takes no more commands in a shell."""
    return isinstance(error, WSManFaultError) and QUOTA in (error.wsman_fault_code, error.wmierror_code)
