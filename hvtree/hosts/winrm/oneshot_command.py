"""One PowerShell that lives for one batch of requests: all of its input, its output to the end, and what breaks in between.

It does nothing before its input has ended (`agent_starter.BATCH_STARTER`).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from time import monotonic

from winrm.exceptions import WSManFaultError

from hvtree.domain.errors import ConnectionFailure
from hvtree.hosts import agent_starter
from hvtree.hosts.channel import AgentUnreachable
from hvtree.hosts.clixml import words_of
from hvtree.hosts.winrm.faults import FOREIGN, PIPE_ENDED, FaultKind, fault_kind, scrubbed
from hvtree.hosts.winrm.shell_connector import (
    RESUME_WAITS_S,
    ShellConnector,
    StandardError,
    new_login_once,
    pieces_of,
)
from hvtree.hosts.winrm.wsman_connection import WsmanConnection

_LONGEST_S = 60.0
"""What one exchange may take, attempts to reach the host again included; what is beyond, this computer has slept."""


class OneShotCommand:
    """One command in a shell, over one connection. `wait` pauses for seconds and returns True if all was killed meanwhile."""

    def __init__(
        self,
        connector: ShellConnector,
        connection: WsmanConnection,
        shell: str,
        wait: Callable[[float], bool],
    ) -> None:
        self._connector = connector
        self._connection = connection
        self._shell = shell
        self._wait = wait
        self._command = ""
        self._stderr = StandardError()

    def start(self, data: bytes, *, once: bool) -> None:
        """Start PowerShell and send its input; raises the `FOREIGN` errors only as long as nothing can have been done.

        Without `once` the end travels with the last piece, which saves an exchange, and something may have been done
        all the same.
        """
        self._command = self._connector.start(self._connection, self._shell, agent_starter.BATCH_STARTER)
        *before, last = pieces_of(data)
        for piece in before:
            self._send(piece)
        self._send(last, end=not once)
        if once:
            self._end_input()

    def outputs(self, give_up_s: float | None) -> Generator[bytes | None, None, None]:
        """Yield what it writes until it ends, None where some may be lost.

        Raise `AgentUnreachable` if it ends badly, or has not ended after `give_up_s` in which this computer was awake.
        """
        spent_s = 0.0
        waits = iter(RESUME_WAITS_S)
        exit_code: int | None = None
        while exit_code is None:
            began_s = monotonic()
            try:
                data, exit_code = self._receive()
            except FOREIGN as error:
                if fault_kind(error) is not FaultKind.QUIET:
                    self._reach_again(error, waits)
                    yield None
            else:
                waits = iter(RESUME_WAITS_S)
                yield data
            spent_s += min(monotonic() - began_s, _LONGEST_S)
            if exit_code is None and give_up_s is not None and spent_s > give_up_s:
                raise self._overdue(give_up_s)
        if exit_code != 0:
            raise self._connector.ended(exit_code, words_of(self._stderr.kept))

    def dismiss(self) -> None:
        """Clean up, and end it if it still runs; silent."""
        if self._command:
            with suppress(*FOREIGN):
                new_login_once(
                    self._connection, lambda: self._connection.cleanup_command(self._shell, self._command)
                )

    def _send(self, data: bytes, *, end: bool = False) -> None:
        waits = iter(RESUME_WAITS_S)
        while True:
            try:
                new_login_once(
                    self._connection,
                    lambda: self._connection.send_command_input(self._shell, self._command, data, end=end),
                )
            except FOREIGN as error:
                if fault_kind(error) is FaultKind.QUIET or _has_ended(error):
                    return  # written all the same (fact 217), or it has ended: its output says why
                if fault_kind(error) is not FaultKind.BUSY or not self._has_waited(waits):
                    raise
            else:
                return

    def _end_input(self) -> None:
        """End its input. From here on it works, so nothing may be started again: after a cut only the end is sent again."""
        waits = iter(RESUME_WAITS_S)
        is_uncertain = False
        while True:
            try:
                self._send(b"", end=True)
            except FOREIGN as error:
                if fault_kind(error) is FaultKind.CUT:
                    is_uncertain = True
                    self._connection.disconnect()
                    if not self._has_waited(waits):
                        raise self._connector.failure(error) from scrubbed(error)
                elif not (is_uncertain and isinstance(error, WSManFaultError)):
                    raise
                else:
                    return  # the first one came through: its input has ended, or it has ended itself
            else:
                return

    def _receive(self) -> tuple[bytes, int | None]:
        stdout, stderr, exit_code, is_done = new_login_once(
            self._connection, lambda: self._connection.get_command_output_raw(self._shell, self._command)
        )
        self._stderr.add(bytes(stderr), with_output=bool(stdout))
        return bytes(stdout), int(exit_code) if is_done else None

    def _reach_again(self, error: BaseException, waits: Iterator[float]) -> None:
        """Wait until the host listens again; raise what is wrong if that does not help."""
        if fault_kind(error) is not FaultKind.CUT:
            raise self._connector.failure(error, words_of(self._stderr.kept)) from scrubbed(error)
        self._connection.disconnect()
        while self._has_waited(waits):
            try:
                self._connector.reach()
            except ConnectionFailure:
                continue
            return
        raise self._connector.failure(error, words_of(self._stderr.kept)) from scrubbed(error)

    def _has_waited(self, waits: Iterator[float]) -> bool:
        """Pause before the next attempt; False if there is to be none."""
        wait_s = next(waits, None)
        return wait_s is not None and not self._wait(wait_s)

    def _overdue(self, give_up_s: float | None) -> AgentUnreachable:
        return AgentUnreachable(
            f"The host ‘{self._connector.login.name}’ was asked, and has not answered for {give_up_s:g} seconds.",
            now="Check the host, and connect again.",
            details=words_of(self._stderr.kept),
        )


def _has_ended(error: BaseException) -> bool:
    """Return whether the process has ended, not only the shell is gone."""
    return isinstance(error, WSManFaultError) and error.wsman_fault_code == PIPE_ENDED
