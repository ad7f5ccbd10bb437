"""A window at rest sleeps: hardly any timer wakes it, and signals do so by themselves."""

from __future__ import annotations

import gc
import os
import signal
import threading
from types import FrameType

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication
from shiboken6 import delete, isValid

from hvtree.ui.gui_gc import Collector
from hvtree.ui.signal_waker import signals_wake_qt
from tests.support.waiting import WAIT_MS
from tests.support.window import AtWindow, WindowUser

MOST_WAKES_A_SECOND = 2.0


def test_a_window_with_a_quiet_host_is_woken_at_most_twice_a_second(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await user.quiet()
        assert 0 < _wakes_a_second(user) <= MOST_WAKES_A_SECOND

    at_window(story, web="base(p1*)")


def test_the_collector_looks_more_rarely_when_there_is_nothing_to_collect(qapp: QApplication) -> None:
    collector = Collector(qapp)
    gc.collect()
    for _ in range(10):
        collector.look()
    assert _interval_ms(collector) >= 200
    delete(collector)


def test_a_signal_is_handled_while_qt_waits_for_nothing_else(qapp: QApplication) -> None:
    loop = QEventLoop()
    in_time: list[bool] = []

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        in_time.append(loop.isRunning())
        loop.quit()

    before = signal.signal(signal.SIGTERM, on_signal)
    give_up = QTimer(singleShot=True)
    give_up.timeout.connect(loop.quit)  # without a line of Python, which would let the handler run
    give_up.start(WAIT_MS)
    try:
        with signals_wake_qt():
            sender = threading.Timer(0.1, _send_to_ourselves)  # by then Qt waits; else the test proves less
            sender.start()
            loop.exec()
            sender.join()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert in_time == [True]


def _send_to_ourselves() -> None:
    if os.name == "nt":
        signal.raise_signal(signal.SIGTERM)
    else:
        os.kill(os.getpid(), signal.SIGTERM)


def _wakes_a_second(user: WindowUser) -> float:
    gc.collect()  # what earlier tests have left wakes nobody
    timers = [each for each in gc.get_objects() if isinstance(each, QTimer) and isValid(each)]
    ours = [each for each in timers if each.isActive() and each.parent() is not None]
    return sum(1000 / max(1, each.interval()) for each in ours)


def _interval_ms(collector: Collector) -> int:
    timer = collector.findChild(QTimer)
    assert isinstance(timer, QTimer)
    return timer.interval()
