"""Long work on the window's thread, a few milliseconds at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer, Signal

SLICE_S = 0.006
"""How long one slice may take before the window gets its turn, in seconds."""


class Slices(QObject):
    """Runs iterators step by step between the other events; the first slice at once, so that small work needs no wait.

    Work has a key; new work under a key replaces what is left of the old. What has to wait comes one piece of work in a slice:
    views lay out anew at its end whatever it has changed, and that takes longer the more hosts it was.
    """

    slice_begins = Signal()
    slice_ended = Signal()
    idle = Signal()
    """All work is done."""

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        budget_s: float = SLICE_S,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        super().__init__(parent)
        self.budget_s = budget_s
        self._clock = clock
        self._work: dict[str, Iterator[None]] = {}
        self._is_running = False
        self._rests = False
        """A slice has just been made: whatever is asked for now waits until other events have had their turn."""
        self._is_paused = False
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._on_timer)

    @property
    def is_idle(self) -> bool:
        """Nothing is left to do."""
        return not self._work

    def run(self, key: str, steps: Iterator[None]) -> None:
        """Start work; it goes on by itself until its steps are exhausted.

        It waits for its turn if this is called from within a step, or right after a slice that took its time: twenty hosts that
        have news at the same time would hold up the window twenty times as long.
        """
        self._work[key] = steps
        if self._is_running or self._rests:
            self._wake()
        else:
            self.turn()

    def drop(self, key: str) -> None:
        """Forget what is left of some work."""
        had_it = self._work.pop(key, None) is not None
        if had_it and not self._work and not self._is_running:
            self.idle.emit()

    def turn(self, *, is_of_one_piece: bool = False) -> None:
        """Do one slice now: at least one step, and no step begins after the budget is used up."""
        began_s = self._clock()
        self._do_turn(began_s + self.budget_s, is_of_one_piece=is_of_one_piece)
        self._rests = self._clock() - began_s >= self.budget_s / 2
        if self._rests:
            self._wake()

    def pause(self) -> None:
        """Do nothing by itself until it is told to `go_on`."""
        self._is_paused = True
        self._timer.stop()

    def go_on(self) -> None:
        """Do what has waited meanwhile."""
        self._is_paused = False
        if self._work or self._rests:
            self._wake()

    def finish(self) -> None:
        """Do everything that is left now, however long it takes; for pictures and for tests."""
        while self._work:
            self._do_turn(float("inf"))
        self._rests = False

    def _on_timer(self) -> None:
        self._rests = False
        if self._work:
            self.turn(is_of_one_piece=True)
        else:
            self._timer.stop()

    def _do_turn(self, deadline: float, *, is_of_one_piece: bool = False) -> None:
        try:
            self._run_slice(deadline, is_of_one_piece=is_of_one_piece)
        finally:
            if self._work:
                self._wake()
            else:
                self._timer.stop()
                self.idle.emit()

    def _wake(self) -> None:
        if not self._is_paused:
            self._timer.start()

    def _run_slice(self, deadline: float, *, is_of_one_piece: bool) -> None:
        self._is_running = True
        self.slice_begins.emit()
        try:
            while self._work:
                key, steps = next(iter(self._work.items()))
                self._step_through(key, steps, deadline)
                if is_of_one_piece or self._clock() >= deadline:
                    break
        finally:
            self._is_running = False
            self.slice_ended.emit()

    def _step_through(self, key: str, steps: Iterator[None], deadline: float) -> None:
        """Step until the deadline or until the work is done, replaced, dropped or broken."""
        is_left = False
        try:
            for _ in steps:
                is_left = self._work.get(key) is steps
                if not is_left or self._clock() >= deadline:
                    break
                is_left = False
        finally:
            if not is_left and self._work.get(key) is steps:
                del self._work[key]
