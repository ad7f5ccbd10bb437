"""Signals such as Ctrl+C are heard while Qt waits, without a timer that lets Python look for them.

Python notes a signal when it comes, and calls its handler when it runs next; while Qt waits for events, that is at the next
event. Python can write a byte for each signal into a socket: Qt waits for that, too, and calls Python for it.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QSocketNotifier


@contextmanager
def signals_wake_qt() -> Iterator[None]:
    """Let handlers of signals be called at once while the block runs; belongs to the main thread."""
    reader, writer = socket.socketpair()
    with reader, writer:
        reader.setblocking(False)
        writer.setblocking(False)
        notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read)
        notifier.activated.connect(lambda: reader.recv(4096))  # that Python runs at all is what counts
        before = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(before)
            notifier.setEnabled(False)
