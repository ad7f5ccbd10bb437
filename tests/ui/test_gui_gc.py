"""Garbage is collected on the window's thread only: what Qt made must end where it began."""

import gc
import threading
import weakref

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from hvtree.ui.gui_gc import THRESHOLDS, Collector, gc_on_this_thread
from tests.support.waiting import WAIT_MS


class Knot:
    """Something that only the collector can end."""

    def __init__(self, ended_on: list[threading.Thread]) -> None:
        self.itself = self
        weakref.finalize(self, lambda: ended_on.append(threading.current_thread())).atexit = False


def tie(ended_on: list[threading.Thread]) -> None:
    for _ in range(2 * THRESHOLDS[0]):
        Knot(ended_on)


def test_another_thread_collects_nothing_however_much_it_throws_away(qtbot: QtBot) -> None:
    ended_on: list[threading.Thread] = []
    with gc_on_this_thread():
        worker = threading.Thread(target=tie, args=(ended_on,))
        worker.start()
        worker.join()
        assert ended_on == []
        qtbot.waitUntil(lambda: bool(ended_on), timeout=WAIT_MS)
    assert set(ended_on) == {threading.current_thread()}


def test_python_collects_by_itself_again_afterwards_if_it_did_before() -> None:
    assert not gc.isenabled(), "no test may leave it on"
    with gc_on_this_thread():
        assert not gc.isenabled()
    assert not gc.isenabled()
    gc.enable()
    try:
        with gc_on_this_thread():
            assert not gc.isenabled()
        assert gc.isenabled()
    finally:
        gc.disable()


def test_nothing_is_collected_when_nothing_is_due(qapp: QApplication) -> None:
    collected: list[int] = []
    with gc_on_this_thread():
        gc.collect()
        collector = Collector(qapp, collect=collected.append)
        collector.look()
        delete(collector)
    assert collected == []
