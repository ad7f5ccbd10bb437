"""Ctrl+C, and the end of the terminal or of this process: each ends what was started, too."""

import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Timer
from types import FrameType
from typing import NoReturn

_ENDS_WITHIN_S = 15


def hear() -> None:
    """Let each of them interrupt this process as Ctrl+C does."""
    for number in _others():
        signal.signal(number, _interrupt)


class Passing:
    """Hands what interrupts this process to a program, and ends it if it takes too long or is asked again."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._program: subprocess.Popen[bytes] | None = None
        self._heard = 0

    def to(self, program: "subprocess.Popen[bytes]") -> None:
        """Name the program; it is ended at once if it was started too late to hear."""
        self._program = program
        if self._heard:
            self._end(program)

    def hear(self, number: int, _frame: FrameType | None) -> None:
        """Take one interruption."""
        self._heard += 1
        if self._program is not None and (number != signal.SIGINT or self._heard > 1):
            self._end(self._program)  # it hears the first Ctrl+C by itself
        elif self._program is not None:
            self._later(_ENDS_WITHIN_S, self._program.terminate)
            self._later(2 * _ENDS_WITHIN_S, self._program.kill)

    def _end(self, program: "subprocess.Popen[bytes]") -> None:
        if self._heard > 2:
            program.kill()
        else:
            program.terminate()
            self._later(_ENDS_WITHIN_S, program.kill)

    def _later(self, seconds: int, end: Callable[[], None]) -> None:
        timer = Timer(seconds, end)
        timer.start()
        self._stack.callback(timer.cancel)


@contextmanager
def passed_on() -> Iterator[Passing]:
    """Pass on what interrupts this process, and raise nothing.

    An exception between the program's end and the reading of its exit code would lose the code.
    """
    with ExitStack() as stack:
        passing = Passing(stack)
        for number in (signal.SIGINT, *_others()):
            stack.callback(signal.signal, number, signal.signal(number, passing.hear))
        yield passing


def _others() -> tuple[signal.Signals, ...]:
    return tuple(
        getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)
    )  # not all on Windows


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
