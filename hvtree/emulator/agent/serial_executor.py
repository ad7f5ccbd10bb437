"""One thing after another for one agent, whichever threads they come from, and without a deadlock between agents."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class SerialExecutor:
    """Lets one thread at a time at an agent. What a thread does in its turn may begin another turn within it.

    An agent that changes its host is in the middle of its turn when the host tells all agents of the change. If each of them
    were waited for, two agents that change something at once would wait for each other, and for ever. So the client may
    wait for its agent (`turn`), and the host never does (`dispatch`).
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner: int | None = None
        """The thread whose turn it is."""
        self._left: deque[Callable[[], None]] = deque()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until nobody else is at it."""
        if self._owner == threading.get_ident():
            yield
            return
        self._lock.acquire()
        self._owner = threading.get_ident()
        try:
            yield
        finally:
            self._owner = None
            self._lock.release()
            self._do_what_is_left()

    def dispatch(self, act: Callable[[], None]) -> None:
        """Do something now; while another thread is at it, leave it to that one, for the end of its turn. Never waits."""
        if self._owner == threading.get_ident():
            act()
        else:
            self._left.append(act)
            self._do_what_is_left()

    def _do_what_is_left(self) -> None:
        """Do what was left, unless another thread is at it: that one looks again after its turn."""
        while self._left and self._lock.acquire(blocking=False):
            self._owner = threading.get_ident()
            try:
                while self._left:
                    self._left.popleft()()
            finally:
                self._owner = None
                self._lock.release()
