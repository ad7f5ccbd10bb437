"""Threads that a test must not leave behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.waiting import WAIT_S


@contextmanager
def none_left() -> Iterator[None]:
    """Fail if a thread that was started meanwhile does not end by itself."""
    before = set(threading.enumerate())
    yield
    begun = set(threading.enumerate()) - before
    for thread in begun:
        thread.join(WAIT_S)
    left = {thread for thread in begun if thread.is_alive()}
    assert not left, f"threads are left behind: {left}"
