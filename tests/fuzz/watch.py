"""Watches readers during a long run: how many inputs they have read, and whether one took too much time or memory."""

from __future__ import annotations

import faulthandler
import resource
import time
from collections.abc import Callable

TIME_S = 10.0
"""Processor time for one input; most take a thousandth of a second."""
MEMORY_KB = 256 * 1024
"""By how much one input may raise the peak of the process."""
STANDSTILL_S = 300.0
"""After so long with one input the process ends, and says where it stood."""


class TooMuch(Exception):
    """An input that costs far more than it weighs."""


class Watch:
    """A reader that counts, and raises `TooMuch` as well."""

    def __init__(self, read: Callable[[bytes], None]) -> None:
        self.inputs = 0
        self.most_s = 0.0
        self._read = read

    def __call__(self, data: bytes) -> None:
        self.inputs += 1
        before_s, before_kb = time.process_time(), _peak_kb()
        faulthandler.dump_traceback_later(STANDSTILL_S, exit=True)
        try:
            self._read(data)
        finally:
            faulthandler.cancel_dump_traceback_later()
        took_s, more_kb = time.process_time() - before_s, _peak_kb() - before_kb
        self.most_s = max(self.most_s, took_s)
        if took_s > TIME_S:
            raise TooMuch(f"{len(data)} bytes took {took_s:.1f} s of processor time.")
        if more_kb > MEMORY_KB:
            raise TooMuch(f"{len(data)} bytes took {more_kb >> 10} MB of memory.")


def _peak_kb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
