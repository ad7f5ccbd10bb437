"""How a script of the emulated PowerShell gets its standard input, and how hosts are known to fail at that.

PowerShell looks for its variable `$input` in a script. If the script uses it, PowerShell reads standard input line by line
and streams the lines into the script; otherwise it leaves standard input to the script (fact 220).
"""

from __future__ import annotations

import re
import threading
from enum import Enum, auto

from hvtree.emulator.winrm.connection_faults import ConnectionFaults, Stdin
from hvtree.emulator.winrm.process import Process


class InputMode(Enum):
    """How a script reads its standard input."""

    RAW = auto()
    """By itself, from the stream."""
    LINES = auto()
    """`$input` in a `process` block: each line when it comes."""
    WHOLE = auto()
    """`$input` elsewhere, collected: everything once it has ended."""


_INPUT = re.compile(r"[$@]input\b", re.IGNORECASE)
_PROCESS = re.compile(r"\bprocess\s*\{", re.IGNORECASE)


def reading_of(script: str) -> InputMode:
    """Return how a script reads its standard input."""
    if not _INPUT.search(script):
        return InputMode.RAW
    return InputMode.LINES if _PROCESS.search(script) else InputMode.WHOLE


class StandardInput:
    """A process that gets its input the way its script reads it, if the host delivers it at all."""

    def __init__(self, process: Process, reading: InputMode, connection_faults: ConnectionFaults) -> None:
        self._process = process
        self._reading = reading
        self._connection_faults = connection_faults
        self._held = bytearray()
        self._passed = 0
        self._has_ended = False
        self._lock = threading.Lock()
        if reading is InputMode.RAW and connection_faults.stdin is Stdin.RAW_ENDED:
            self._end()

    def feed(self, data: bytes) -> None:
        """Write to its standard input."""
        with self._lock:
            if self._has_ended:
                return
            if self._is_held:
                self._held += data
            elif self._is_delivered:
                self._pass(data)

    def end_of_input(self) -> None:
        """Close its standard input; calling it again does nothing."""
        with self._lock:
            if self._has_ended or not (self._is_held or self._is_delivered):
                return
            if self._held:
                self._process.feed(bytes(self._held))
            self._end()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    @property
    def _is_delivered(self) -> bool:
        if self._reading is InputMode.RAW:
            return self._connection_faults.stdin is Stdin.EVERYWHERE
        return self._connection_faults.stdin is not Stdin.NOWHERE

    @property
    def _is_held(self) -> bool:
        if self._reading is InputMode.LINES:
            return self._connection_faults.stdin is Stdin.INPUT_AT_END
        return self._reading is InputMode.WHOLE and self._is_delivered

    def _pass(self, data: bytes) -> None:
        limit = self._connection_faults.raw_stdin_limit
        if self._reading is InputMode.RAW and limit is not None:
            data = data[: max(0, limit - self._passed)]
        self._passed += len(data)
        if data:
            self._process.feed(data)

    def _end(self) -> None:
        self._has_ended = True
        self._process.end_of_input()
