"""Who works when: the threads of connections one after the other, and none while the window is at something large."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock, get_ident

PATIENCE_S = 0.1
"""How long a thread leaves the window alone at most: it must get on, however busy the window is."""
LONG_PATIENCE_S = 0.5
"""How long a thread waits for the others at most: one that is stuck must not hold up every host."""


class Turn:
    """What a thread of a connection has from when something came from its host until it waits again, for the host or for anything.

    Python runs one thread at a time, and one that wants to run waits for as many others as want it, too. Qt asks for each row that
    it lays out, by four calls into Python, and at each of them the window would let others go first. So the threads of connections
    wait here instead, each until the one before has done, and all of them while the window is at something large. The longest gap
    while twenty hosts connected, waits for a processor not counted, was 80 to 112 ms when they only decoded in turns and paintings
    came upon long slices, and 59 to 69 without that [three runs each, side by side, 2026-11-27, two cores].
    One that has begun gives way from VM to VM: what it had in hand took 3 to 9 ms, and the window shared them with it.
    """

    def __init__(self, patience_s: float = PATIENCE_S, long_patience_s: float = LONG_PATIENCE_S) -> None:
        self._patience_s, self._long_patience_s = patience_s, long_patience_s
        self._one_at_a_time = Lock()
        self._owner: int | None = None
        """The thread that has it; one whose patience has ended works without."""
        self._is_free = Event()
        self._is_free.set()
        self._holds = 0

    def __enter__(self) -> None:
        self.take()

    def __exit__(self, *_exception: object) -> None:
        self.leave()

    def take(self) -> None:
        """Wait for the other threads, unless this one has the turn already, and for the window."""
        if self._owner != get_ident() and self._one_at_a_time.acquire(timeout=self._long_patience_s):
            self._owner = get_ident()
        self._is_free.wait(self._patience_s)

    def give_way(self) -> None:
        """Wait for the window if it is at something large; for a thread in the middle of its work, as often as it likes."""
        if self._holds:
            self._is_free.wait(self._patience_s)

    def leave(self) -> None:
        """Let the next thread work; nothing happens if this one has not the turn."""
        if self._owner == get_ident():
            self._owner = None
            self._one_at_a_time.release()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Leave the turn while the block waits for the host, and take it when something has come; what fails leaves it to others."""
        self.leave()
        yield
        self.take()

    @property
    def is_taken(self) -> bool:
        """A thread has it."""
        return self._owner is not None

    @property
    def is_held(self) -> bool:
        """The window is at something large."""
        return self._holds > 0

    def hold(self) -> None:
        """Keep the others from beginning; on the loop's thread, and so often as it is let go."""
        self._holds += 1
        self._is_free.clear()

    def let_go(self) -> None:
        """Let the others begin again, unless it is held for something else, too."""
        self._holds -= 1
        if not self._holds:
            self._is_free.set()
