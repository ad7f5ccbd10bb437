"""Whoever handles Qt's events in the middle of a coroutine is named, and costs nobody a wake-up; nobody's callbacks hold up Qt's."""

from __future__ import annotations

import ast
import asyncio
import weakref
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

import hvtree.ui
from hvtree.ui.loop import TURN_S, Loop

NESTING = {
    "exec",
    "exec_",
    "processEvents",
    "qWait",
    "asyncClose",
    "QProgressDialog",
    "QSplashScreen",
    "QDrag",
}
"""What runs Qt's events before it returns, or while it is shown."""
NESTING_STATICALLY = {
    ("QMessageBox", "question"),
    ("QMessageBox", "information"),
    ("QMessageBox", "warning"),
    ("QMessageBox", "critical"),
    ("QInputDialog", "getText"),
    ("QInputDialog", "getItem"),
    ("QFileDialog", "getOpenFileName"),
    ("QFileDialog", "getSaveFileName"),
    ("QFileDialog", "getExistingDirectory"),
}


def test_a_task_that_is_due_in_a_nested_loop_of_qt_goes_on_after_it(application: QApplication) -> None:
    async def story() -> None:
        rounds = asyncio.ensure_future(_turn_over(3))
        await _next_turn()
        _nest()
        assert not rounds.done()
        await _next_turn()
        await _next_turn()
        assert rounds.done()

    assert len(_told(application, story)) == 1


def test_callbacks_keep_their_order_over_a_nested_loop(application: QApplication) -> None:
    order: list[str] = []

    def outer() -> None:
        asyncio.get_running_loop().call_soon(order.append, "inner 1")
        _nest()
        asyncio.get_running_loop().call_soon(order.append, "after the nest")
        order.append("outer")

    async def story() -> None:
        asyncio.get_running_loop().call_soon(outer)
        asyncio.get_running_loop().call_soon(order.append, "inner 2")
        for _ in range(3):
            await _next_turn()

    _told(application, story)
    assert order == ["outer", "inner 2", "inner 1", "after the nest"]


def test_what_is_cancelled_before_its_delayed_turn_does_not_run(application: QApplication) -> None:
    ran: list[str] = []

    async def story() -> None:
        handle = asyncio.get_running_loop().call_soon(ran.append, "cancelled")
        _nest()
        handle.cancel()
        await _next_turn()

    _told(application, story)
    assert not ran


def test_a_wait_that_ends_early_leaves_no_timer(application: QApplication) -> None:
    left: list[weakref.ref[asyncio.Handle]] = []

    async def story() -> None:
        left.append(weakref.ref(wait := asyncio.get_running_loop().call_later(3600, print, "an hour later")))
        wait.cancel()

    _told(application, story)
    assert left[0]() is None


def test_waits_end_in_the_order_of_their_times(application: QApplication) -> None:
    order: list[str] = []

    async def story() -> None:
        loop, ended = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()
        loop.call_later(0.2, ended.set_result, None)
        loop.call_later(0.1, order.append, "second")
        loop.call_at(loop.time() + 0.001, order.append, "first")
        loop.call_later(0.05, order.append, "cancelled").cancel()
        await ended

    _told(application, story)
    assert order == ["first", "second"]


def test_an_error_in_a_nested_turn_reaches_nobody_else(application: QApplication) -> None:
    ran: list[str] = []

    async def story() -> None:
        loop = asyncio.get_running_loop()
        loop.call_soon(_fail)
        loop.call_soon(ran.append, "next")
        _nest()
        await _next_turn()

    complaints = _told(application, story)
    assert ran == ["next"]
    assert [type(each.get("exception")) for each in complaints] == [type(None), IndexError]


def test_the_place_that_nests_loops_is_named_once(application: QApplication) -> None:
    async def story() -> None:
        for _ in range(3):
            asyncio.get_running_loop().call_soon(lambda: None)
            asyncio.get_running_loop().call_soon(lambda: None)
            _nest()
            await _next_turn()

    (complaint,) = _told(application, story)
    assert "Qt's events" in complaint["message"]
    assert "_nest" in complaint["message"]


def test_nothing_is_said_of_a_loop_that_a_slot_of_qt_runs(application: QApplication) -> None:
    async def story() -> None:
        ended = asyncio.get_running_loop().create_future()
        rounds = asyncio.ensure_future(_turn_over(3))

        def slot() -> None:
            _nest()
            assert rounds.done()
            ended.set_result(None)

        QTimer.singleShot(0, slot)
        await ended

    assert not _told(application, story)


def test_the_window_has_its_turn_between_callbacks_that_take_long_together(application: QApplication) -> None:
    order = _order_of_four_and_the_window(application, TURN_S / 2)
    assert order == ["1", "2", "window", "3", "4"]


def test_callbacks_that_take_no_time_go_on_in_one_go(application: QApplication) -> None:
    assert _order_of_four_and_the_window(application, 0.0) == ["1", "2", "3", "4", "window"]


def _order_of_four_and_the_window(application: QApplication, each_s: float) -> list[str]:
    """Let four callbacks come due together, with an event of Qt right after them, and return in which order they ran."""
    order: list[str] = []
    now_s = [0.0]
    event = QTimer(interval=0, singleShot=True)
    event.timeout.connect(lambda: order.append("window"))

    def work(name: str) -> None:
        now_s[0] += each_s
        order.append(name)

    async def story() -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(0)
        for name in ("1", "2", "3", "4"):
            loop.call_soon(work, name)
        event.start()
        while len(order) < 5:
            await _next_turn()

    loop = Loop(application, clock=lambda: now_s[0])
    loop.run_until_complete(story())
    loop.close()
    return order


def test_the_window_calls_nothing_that_runs_qts_events_before_it_returns() -> None:
    folder = Path(hvtree.ui.__file__).parent
    found = [
        f"{path.relative_to(folder)}: {name}"
        for path in folder.rglob("*.py")
        if path.name != "start.py"  # which runs one until asyncio is loaded: there is no coroutine yet
        for name in _called(ast.parse(path.read_text("utf-8")))
        if name.rpartition(".")[2] in NESTING or tuple(name.split(".")[-2:]) in NESTING_STATICALLY
    ]
    assert not found


def _called(tree: ast.Module) -> Iterator[str]:
    """Return what is called anywhere in a module, as it is written there."""
    return (ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call))


def _fail() -> None:
    raise IndexError


def _nest() -> None:
    """Run Qt's events for several rounds, as a modal dialog would."""
    inner = QEventLoop()
    rounds = iter(range(10))
    timer = QTimer(interval=0)
    timer.timeout.connect(lambda: inner.quit() if next(rounds, None) is None else None)
    timer.start()
    inner.exec()


async def _turn_over(times: int) -> None:
    for _ in range(times):
        await asyncio.sleep(0)


async def _next_turn() -> None:
    """Return when all that was due before has had its turn, however many rounds of Qt that takes."""
    turn = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(turn.set_result, None)
    await turn


def _told(application: QApplication, story: Callable[[], Awaitable[None]]) -> list[dict[str, Any]]:
    """Let a story happen on a loop of its own, and return what that has complained of."""
    complaints: list[dict[str, Any]] = []

    async def whole() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context))
        await story()

    loop = Loop(application, clock=lambda: 0.0)  # however slow this machine is, no callback takes long
    loop.run_until_complete(whole())
    loop.close()  # no Runner: it would wait for a task that has lost its wake-up, for ever
    return complaints
