"""The clocks that drive the host."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from hvtree.emulator.host.clock import RealClock, VirtualClock
from tests.support.waiting import WAIT_S


def test_timers_are_called_in_the_order_of_their_time_each_at_its_own() -> None:
    clock = VirtualClock()
    begun = clock.now()
    calls: list[tuple[str, float]] = []

    def call(name: str) -> Callable[..., Any]:
        return lambda: calls.append((name, (clock.now() - begun).total_seconds()))

    clock.call_later(5, call("late"))
    clock.call_later(1, call("early"))
    clock.call_later(1, call("early too"))
    clock.advance(10)
    assert calls == [("early", 1), ("early too", 1), ("late", 5)]
    assert clock.now() == begun + timedelta(seconds=10)


def test_a_cancelled_timer_is_not_called() -> None:
    clock = VirtualClock()
    calls: list[int] = []
    clock.call_later(1, lambda: calls.append(1)).cancel()
    clock.advance(2)
    assert calls == []


def test_running_until_idle_does_not_wait_for_what_never_ends() -> None:
    clock = VirtualClock()
    calls: list[str] = []

    def again() -> None:
        calls.append("tick")
        clock.call_later(5, again, background=True)

    again()
    clock.call_later(12, lambda: calls.append("work"))
    clock.run_until_idle()
    assert calls == ["tick", "tick", "tick", "work"]


def test_waiting_for_what_never_comes_is_an_error() -> None:
    with pytest.raises(TimeoutError):
        VirtualClock().run_until(lambda: False, limit_s=10)


def test_a_real_clock_calls_by_itself_and_goes_faster_if_told_to() -> None:
    clock = RealClock(speed=1000)
    called = threading.Event()
    begun = clock.now()
    clock.call_later(20, called.set)
    assert called.wait(WAIT_S)
    assert clock.now() - begun >= timedelta(seconds=20)
    clock.close()


def test_a_broken_callback_does_not_stop_a_real_clock(caplog: pytest.LogCaptureFixture) -> None:
    clock = RealClock(speed=1000)
    called = threading.Event()

    def broken() -> None:
        raise RuntimeError("broken on purpose")

    clock.call_later(1, broken)
    clock.call_later(2, called.set)
    assert called.wait(WAIT_S)
    clock.close()
    assert "broken on purpose" in caplog.text


def test_a_closed_clock_calls_nothing_more() -> None:
    clock = RealClock()
    clock.close()
    clock.call_later(0, lambda: pytest.fail("called"))
    clock.close()


def test_a_clock_needs_a_positive_speed() -> None:
    with pytest.raises(ValueError, match="positive"):
        RealClock(speed=0)
