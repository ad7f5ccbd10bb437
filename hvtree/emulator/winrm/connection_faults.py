"""Injected connection faults: what an endpoint can be told to do wrong, so that clients can be tested against it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from enum import Enum, auto

from msgspec import Struct, field

from hvtree.emulator.winrm.process import Chunk


class Interruption(Enum):
    """What happens once, to the next request of a kind."""

    DROP_BEFORE = auto()
    """The connection is cut, and nothing has been done."""
    DROP_AFTER = auto()
    """It is done, and then the connection is cut instead of an answer."""
    FAULT_BEFORE = auto()
    """A fault instead of doing it."""
    FAULT_AFTER = auto()
    """It is done, and answered with a fault all the same, as a Send that timed out (fact 217)."""
    FORGET_LOGIN = auto()
    """The login of the connection is forgotten before the request is handled."""


class Stdin(Enum):
    """Which scripts of the emulated PowerShell get standard input."""

    EVERYWHERE = auto()
    INPUT_ONLY = auto()
    """Those that use `$input`, as is said of a 2012 R2 host (fact 221)."""
    INPUT_AT_END = auto()
    """Those that use `$input`, and all at once when it ends."""
    RAW_ENDED = auto()
    """Those that use `$input`; for the others it ends at once."""
    NOWHERE = auto()


class PlannedFault(Struct, frozen=True):
    """One interruption on one kind of request."""

    kind: str
    interruption: Interruption
    code: int = 0


class ConnectionFaults(Struct):
    """Switches of one endpoint. All may be changed while it serves; everything is off at first."""

    delay_s: float = 0.0
    """One-way delay of the connection: waited before reading and before answering each HTTP message."""
    wait: Callable[[float], object] | None = None
    """Waits for some seconds; None waits in real time, until the endpoint closes at the latest."""
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
    allows_shells: bool = True
    """AllowRemoteShellAccess; where it is off, opening a shell ends with fault 2150859180."""
    _plans: list[PlannedFault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self, kind: str, interruption: Interruption, code: int = 0) -> None:
        """Interrupt the next request of a kind (`Send`, `Receive`, …); several are queued.

        The two steps of a login are kinds, too: `Negotiate`, and `Authenticate`, which proves the password. A fault
        before is HTTP status 401 there, and one after cuts the connection when the step has been answered.
        """
        with self._lock:
            self._plans.append(PlannedFault(kind, interruption, code))

    def draw(self, kind: str) -> PlannedFault | None:
        """Return the fault that is planned for this request, and remove it from the queue."""
        if kind in self.denied:
            return PlannedFault(kind, Interruption.FAULT_BEFORE, 5)
        if kind == "Create" and not self.allows_shells:
            return PlannedFault(kind, Interruption.FAULT_BEFORE, 2150859180)
        with self._lock:
            plan = next((plan for plan in self._plans if plan.kind == kind), None)
            if plan is not None:
                self._plans.remove(plan)
            return plan

    def delay(self, closing: threading.Event) -> None:
        """Wait for the one-way delay; `closing` ends the waiting."""
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
    """How many HTTP requests of each kind were answered. Thread-safe.

    Steps of a login count as `login`, wrong passwords as `denied`, messages that were refused as `refused`, and a
    Receive without output in time as `quiet`.
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
