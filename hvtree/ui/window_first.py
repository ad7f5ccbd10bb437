"""The window's thread gets its turn soon, however many threads of connections are at work."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

SWITCH_S = 0.001
"""After this a thread lets another one run that waits.

Python's own 5 ms count for each of the threads that wait: with twenty hosts at work the window's thread came 33 to 147 ms too
late in the median, and 4 to 7 ms with this [measured 2026-11-26, two cores]. Switching costs the others a few percent.
"""


@contextmanager
def window_first() -> Iterator[None]:
    """Let threads take turns more often while the block runs."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
