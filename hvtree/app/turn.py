"""Who works when: the threads of connections one after the other, and none while the window is at something large."""

from __future__ import annotations

from threading import Event, Lock

PATIENCE_S = 0.1
"""How long a thread leaves the window alone at most: it must get on, however busy the window is."""


class Turn:
    """What a thread of a connection holds while it decodes a message; the loop's thread keeps them all from beginning another.

    Python runs one thread at a time. Qt asks for each row that it lays out, by four calls into Python, and at each of them a thread
    that decodes would let the window wait: opening a host of 1,024 VMs took 8 ms alone, and while twenty hosts connected more than
    a hundred [measured 2026-11-27, two cores].
    """

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._one_at_a_time = Lock()
        self._is_free = Event()
        self._is_free.set()
        self._holds = 0

    def __enter__(self) -> None:
        self._one_at_a_time.acquire()
        self._is_free.wait(self._patience_s)

    def __exit__(self, *_exception: object) -> None:
        self._one_at_a_time.release()

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
