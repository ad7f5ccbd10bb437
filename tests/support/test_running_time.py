"""Time without standstills: what waits by it is not late because nothing has run for a while."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import closing

import pytest

from tests.support.running_time import LOOK_EVERY_S, STANDSTILL_S, RunningLoop, RunningTime, run_in_no_time
from tests.support.waiting import FOR_EVER_S, WAIT_S


class Clock:
    """A clock in the test's hand."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_time_passes_while_somebody_looks_at_the_clock() -> None:
    clock = Clock()
    seconds = RunningTime(clock)
    for _ in range(100):
        clock.now_s += LOOK_EVERY_S
        now_s = seconds()
    assert now_s == pytest.approx(100.0 + 100 * LOOK_EVERY_S)


def test_a_standstill_takes_no_time_and_time_goes_on_after_it() -> None:
    clock = Clock()
    seconds = RunningTime(clock)
    clock.now_s += 60 * STANDSTILL_S
    assert seconds() == 100.0
    clock.now_s += LOOK_EVERY_S
    assert seconds() == pytest.approx(100.0 + LOOK_EVERY_S)


def test_it_looks_at_the_clock_by_itself() -> None:
    looks = threading.Semaphore(0)

    def clock() -> float:
        looks.release()
        return 0.0

    with RunningTime(clock):
        assert all(looks.acquire(timeout=WAIT_S) for _ in range(5))


def test_a_timeout_on_a_running_loop_does_not_come_of_a_standstill() -> None:
    clock = Clock()

    async def story() -> None:
        soon = asyncio.get_running_loop().create_future()
        async with asyncio.timeout(10 * STANDSTILL_S):
            clock.now_s += 60 * STANDSTILL_S
            asyncio.get_running_loop().call_soon(soon.set_result, None)
            await soon

    with asyncio.Runner(loop_factory=lambda: RunningLoop(RunningTime(clock))) as runner:
        runner.run(story())


def test_what_waits_for_nothing_needs_no_time() -> None:
    assert run_in_no_time(asyncio.to_thread(lambda: "done")) == "done"


def test_what_waits_for_its_next_turn_never_comes_to_it_in_no_time() -> None:
    with pytest.raises(TimeoutError):
        run_in_no_time(asyncio.sleep(0.001), wait_s=0.05)


def test_all_loops_and_sockets_of_the_tests_tolerate_a_standstill() -> None:
    async def story() -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    assert isinstance(asyncio.run(story()), RunningLoop)
    with closing(socket.socket()) as tolerant:
        tolerant.settimeout(30)
        assert tolerant.gettimeout() == FOR_EVER_S
        tolerant.settimeout(1)
        assert tolerant.gettimeout() == 1
        tolerant.settimeout(None)
        assert tolerant.gettimeout() is None
