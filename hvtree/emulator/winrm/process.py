"""What runs behind a WinRM command: the port `Program`, and the output that its process leaves to be received."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from typing import Protocol

from msgspec import Struct, field

STDOUT = "stdout"
STDERR = "stderr"
CHUNK_OVERHEAD = 110
"""Bytes that each chunk costs in an answer besides its data, counted before base64."""


class CommandLine(Struct, frozen=True):
    """A command as the client gave it."""

    text: str
    """Command and arguments, separated by a blank."""
    skip_cmd_shell: bool = False
    """Start the executable itself, not through cmd: it then needs a full path."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """The environment variables of its shell, by the names that the client gave."""
    folder: str = ""
    """The working directory of its shell; empty for the user's home."""
    user: str = ""
    """Who opened its shell."""


class Chunk(Struct, frozen=True):
    """Some output in one piece, as one read of a pipe would give it."""

    stream: str
    data: bytes


class Taken(Struct, frozen=True):
    """What one Receive brings: output in order, and the exit code once everything has been taken."""

    chunks: tuple[Chunk, ...]
    exit_code: int | None = None


class Superseded(Exception):
    """A later `take` has begun on the same output; the earlier one gets nothing."""


class NoFolderError(Exception):
    """The working directory of a shell is not there."""


class Process(Protocol):
    """A running program. Its output goes to the `ProcessOutput` that it was started with. Called from any thread."""

    def feed(self, data: bytes) -> None:
        """Write to its standard input."""
        ...

    def end_of_input(self) -> None:
        """Close its standard input."""
        ...

    def kill(self) -> None:
        """End it at once. Harmless if it has ended."""
        ...


class Program(Protocol):
    """Something that a command line can start."""

    def __call__(self, command: CommandLine, output: ProcessOutput) -> Process | None:
        """Start it; return None if no such executable exists. Raise `NoFolderError` without its working directory."""
        ...


class ProcessOutput:
    """Standard output and error of one process: written by the process, taken by Receive. Thread-safe."""

    def __init__(self, shape: Callable[[Chunk], tuple[Chunk, ...]] | None = None) -> None:
        """`shape` may cut what is written into pieces, as slow pipes do."""
        self._changed = threading.Condition()
        self._chunks: deque[Chunk] = deque()
        self._shape = shape
        self._exit_code: int | None = None
        self._turn = 0

    @property
    def exit_code(self) -> int | None:
        """The exit code of the process, or None while it runs."""
        return self._exit_code

    def write(self, data: bytes, stream: str = STDOUT) -> None:
        """Add output. What comes after the end of the process is lost."""
        if not data:
            return
        chunk = Chunk(stream, data)
        pieces = self._shape(chunk) if self._shape is not None else (chunk,)
        with self._changed:
            if self._exit_code is None:
                self._chunks.extend(pieces)
                self._changed.notify_all()

    def end(self, exit_code: int) -> None:
        """Set the exit code; the first one counts."""
        with self._changed:
            if self._exit_code is None:
                self._exit_code = exit_code
            self._changed.notify_all()

    def take(self, timeout_s: float, limit: int, pieces: int | None = None) -> Taken | None:
        """Wait for output and return at most `limit` bytes (and `pieces` chunks) of it, or None after `timeout_s`.

        Raise `Superseded` when another `take` begins meanwhile: the client has come back on a new connection.
        """
        with self._changed:
            self._turn += 1
            turn = self._turn
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._turn != turn or self._has_news(), timeout_s)
            if self._turn != turn:
                raise Superseded
            return self._cut(limit, pieces) if self._has_news() else None

    def put_back(self, taken: Taken) -> None:
        """Undo a `take` whose answer could not be delivered, so that the next one brings the same."""
        with self._changed:
            self._chunks.extendleft(reversed(taken.chunks))
            self._changed.notify_all()

    def _has_news(self) -> bool:
        return bool(self._chunks) or self._exit_code is not None

    def _cut(self, limit: int, pieces: int | None) -> Taken:
        taken: list[Chunk] = []
        while self._chunks and limit > 0 and (pieces is None or len(taken) < pieces):
            chunk = self._chunks.popleft()
            if len(chunk.data) > limit:
                self._chunks.appendleft(Chunk(chunk.stream, chunk.data[limit:]))
                chunk = Chunk(chunk.stream, chunk.data[:limit])
            taken.append(chunk)
            limit -= len(chunk.data) + CHUNK_OVERHEAD
        return Taken(tuple(taken), None if self._chunks else self._exit_code)
