"""Nasty things that an endpoint can be told to do, so that clients can be tested against them."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from hvtree.emulator.winrm.process import Chunk


class Trick(Enum):
    """What happens once, to the next request of a kind."""

    DROP_BEFORE = auto()
    """The connection is cut, and nothing has been done."""
    DROP_AFTER = auto()
    """It is done, and then the connection is cut instead of an answer."""
    FAULT_BEFORE = auto()
    """A fault instead of doing it."""
    FAULT_AFTER = auto()
    """It is done, and answered with a fault all the same: so a timed-out Send looks."""
    FORGET_LOGIN = auto()
    """The login of the connection is forgotten before the request is looked at."""


class Stdin(Enum):
    """To which scripts of the emulated PowerShell standard input is delivered."""

    EVERYWHERE = auto()
    INPUT_ONLY = auto()
    """Only to those that use `$input`: so a 2012 R2 host is said to be (fact 221)."""
    INPUT_AT_END = auto()
    """Only to those that use `$input`, and to them in one go when it ends."""
    RAW_ENDED = auto()
    """To those that use `$input`; others find it at its end at once."""
    NOWHERE = auto()


@dataclass(frozen=True, slots=True)
class Plan:
    """One trick on one kind of request."""

    kind: str
    trick: Trick
    code: int = 0


@dataclass
class Mischief:
    """Switches of one endpoint. All may be changed while it serves; everything is off at first."""

    delay_s: float = 0.0
    """One-way delay of the line: waited before reading and before answering each HTTP message."""
    wait: Callable[[float], object] | None = None
    """Waits for so many seconds; None: by the real time, and no longer than the endpoint is there."""
    piece_bytes: int | None = None
    """Slow pipe: each Receive brings one piece of at most so many bytes."""
    splits_newlines: bool = False
    """Output is cut before each newline, and each Receive brings one piece."""
    stdout_noise: bytes = b""
    """Written to standard output by each command that starts, before anything else."""
    stderr_noise: bytes = b""
    is_silent: bool = False
    """Commands start and say nothing, ever."""
    status_for_all: int | None = None
    """Every request is answered with this HTTP status, and nothing else, before anybody could log in."""
    bare_status: int | None = None
    """Every message of somebody who is logged in is answered with this HTTP status, and nothing else."""
    most_shells: int | None = None
    """MaxShellsPerUser: opening one more ends with fault 2150859174."""
    stdin: Stdin = Stdin.EVERYWHERE
    raw_stdin_limit: int | None = None
    """After so many bytes nothing more comes to a script that reads standard input by itself."""
    commands_per_shell: int = 1500
    """After so many commands a shell takes no more: Windows counts those that have ended, too (fact 211)."""
    aborts_receive: bool = False
    """A Receive cut short by Delete ends with fault 995, not with Done."""
    denied: frozenset[str] = frozenset()
    """Kinds of requests that always end with fault 5, access denied."""
    _plans: list[Plan] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def next(self, kind: str, trick: Trick, code: int = 0) -> None:
        """Play a trick on the next request of a kind (`Send`, `Receive`, …); several wait in line."""
        with self._lock:
            self._plans.append(Plan(kind, trick, code))

    def draw(self, kind: str) -> Plan | None:
        """Return the trick that this request is in for, and strike it off."""
        if kind in self.denied:
            return Plan(kind, Trick.FAULT_BEFORE, 5)
        with self._lock:
            plan = next((plan for plan in self._plans if plan.kind == kind), None)
            if plan is not None:
                self._plans.remove(plan)
            return plan

    def delay(self, closing: threading.Event) -> None:
        """Wait once for the line; `closing` ends the waiting."""
        if self.delay_s > 0:
            (self.wait or closing.wait)(self.delay_s)

    @property
    def pieces_per_receive(self) -> int | None:
        """How many pieces of output one Receive brings, or None for all that fit."""
        return 1 if self.splits_newlines or self.piece_bytes else None

    def shape(self, chunk: Chunk) -> tuple[Chunk, ...]:
        """Cut output as the pipes of this endpoint do."""
        if self.is_silent:
            return ()
        pieces = [chunk.data]
        if self.splits_newlines:
            pieces = [part for line in chunk.data.splitlines(keepends=True) for part in _before_newline(line)]
        if self.piece_bytes:
            size = self.piece_bytes
            pieces = [piece[at : at + size] for piece in pieces for at in range(0, len(piece), size)]
        return tuple(Chunk(chunk.stream, piece) for piece in pieces)


class Exchanges:
    """How many HTTP requests of each kind were answered. Safe between threads.

    Steps of a login count as `login`, wrong passwords as `denied`, messages that were not let through as `refused`, and a
    Receive for which there was nothing in time as `quiet`.
    """

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def add(self, kind: str) -> None:
        """Count one."""
        with self._lock:
            self._counts[kind] += 1

    def counts(self) -> Mapping[str, int]:
        """Return the numbers by kind."""
        with self._lock:
            return dict(self._counts)


def _before_newline(line: bytes) -> list[bytes]:
    text = line.rstrip(b"\r\n")
    return [part for part in (text, line[len(text) :]) if part]
