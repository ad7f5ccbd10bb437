"""The shell in which commands are started, replaced by a new one before it has started too many.

Windows counts every command of a cmd shell, also those that have ended, and takes no more than 1,500 (fact 211).
"""

from __future__ import annotations

import threading

from msgspec import Struct

from hvtree.hosts.winrm.shell_connector import ShellConnector
from hvtree.hosts.winrm.wsman_connection import WsmanConnection

COMMANDS_PER_SHELL = 1_400
"""Below the limit of Windows, in case it counts differently."""


class Shell(Struct):
    """One shell of ours."""

    id: str
    started: int = 0
    running: int = 0
    is_spent: bool = False
    """No command is to be started in it any more."""


class ShellPool:
    """The current shell, and older ones in which commands still run. Safe between threads; raises the `FOREIGN` errors."""

    def __init__(self, connector: ShellConnector, limit: int = COMMANDS_PER_SHELL) -> None:
        self._connector = connector
        self._limit = limit
        self._lock = threading.Lock()
        self._shells: list[Shell] = []
        """The last one is the current one."""

    def open(self, connection: WsmanConnection) -> None:
        """Open the first shell."""
        with self._lock:
            self._shells.append(Shell(self._connector.open_shell(connection).id))

    def enter(self, connection: WsmanConnection) -> Shell:
        """Return the shell for one more command, a new one if need be; each `enter` is followed by a `leave`."""
        with self._lock:
            current = self._shells[-1] if self._shells else None
            if current is None or current.is_spent or current.started >= self._limit:
                current = Shell(self._connector.open_shell(connection).id)
                self._shells.append(current)
                self._sweep(connection)
            current.started += 1
            current.running += 1
            return current

    def leave(self, connection: WsmanConnection, shell: Shell) -> None:
        """Be told that a command is over, or was not started after all."""
        with self._lock:
            shell.running -= 1
            self._sweep(connection)

    def spend(self, shell: Shell) -> None:
        """Be told that a shell is gone, or full, or holds a command that is not known any more."""
        with self._lock:
            shell.is_spent = True

    def close(self, connection: WsmanConnection) -> None:
        """Close all shells, and with them what runs in them; silent if they are gone already."""
        with self._lock:
            for shell in self._shells:
                self._connector.close_shell(connection, shell.id)
            self._shells.clear()

    def _sweep(self, connection: WsmanConnection) -> None:
        """Close the shells that are not current and in which nothing runs."""
        for shell in self._shells[:-1]:
            if not shell.running:
                self._connector.close_shell(connection, shell.id)
                self._shells.remove(shell)
