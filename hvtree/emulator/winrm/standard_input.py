"""How a script of the emulated PowerShell gets its standard input, and how hosts are known to fail in that.

PowerShell looks for its variable `$input` in a script. If the script uses it, PowerShell reads standard input line by line
and streams the lines into the script; otherwise it leaves standard input to the script (fact 220).
"""

from __future__ import annotations

import re
import threading
from enum import Enum, auto

from hvtree.emulator.winrm.mischief import Mischief, Stdin
from hvtree.emulator.winrm.process import Process


class Reading(Enum):
    """How a script reads its standard input."""

    RAW = auto()
    """By itself, from the stream."""
    LINES = auto()
    """`$input` in a `process` block: each line when it comes."""
    WHOLE = auto()
    """`$input` elsewhere, collected: everything once it has ended."""


_INPUT = re.compile(r"[$@]input\b", re.IGNORECASE)
_PROCESS = re.compile(r"\bprocess\s*\{", re.IGNORECASE)


def reading_of(script: str) -> Reading:
    """Return how a script reads its standard input."""
    if not _INPUT.search(script):
        return Reading.RAW
    return Reading.LINES if _PROCESS.search(script) else Reading.WHOLE


class StandardInput:
    """A process whose input comes as its script reads it, as far as the host delivers it at all."""

    def __init__(self, process: Process, reading: Reading, mischief: Mischief) -> None:
        self._process = process
        self._reading = reading
        self._mischief = mischief
        self._held = bytearray()
        self._passed = 0
        self._has_ended = False
        self._lock = threading.Lock()
        if reading is Reading.RAW and mischief.stdin is Stdin.RAW_ENDED:
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
        """Close its standard input; again does nothing."""
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
        if self._reading is Reading.RAW:
            return self._mischief.stdin is Stdin.EVERYWHERE
        return self._mischief.stdin is not Stdin.NOWHERE

    @property
    def _is_held(self) -> bool:
        if self._reading is Reading.LINES:
            return self._mischief.stdin is Stdin.INPUT_AT_END
        return self._reading is Reading.WHOLE and self._is_delivered

    def _pass(self, data: bytes) -> None:
        limit = self._mischief.raw_stdin_limit
        if self._reading is Reading.RAW and limit is not None:
            data = data[: max(0, limit - self._passed)]
        self._passed += len(data)
        if data:
            self._process.feed(data)

    def _end(self) -> None:
        self._has_ended = True
        self._process.end_of_input()
