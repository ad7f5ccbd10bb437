"""The installed PySide6 and Python get along: 6.12.0 loses references to True below Python 3.12."""

import sys

from PySide6.QtCore import QObject, Signal


class _Sender(QObject):
    happened = Signal()


def test_emitting_a_signal_costs_no_reference_to_true() -> None:
    """Each emit of the broken pair drops one; after some 500 the interpreter aborts, so look every hundred."""
    sender = _Sender()
    before = sys.getrefcount(True)
    for _ in range(20):
        for _ in range(100):
            sender.happened.emit()
        assert sys.getrefcount(True) > before - 50
