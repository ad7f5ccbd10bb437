"""Long work a few milliseconds at a time."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from hvtree.ui.models.slices import Slices
from tests.support.waiting import WAIT_MS

pytestmark = pytest.mark.usefixtures("qapp")


def steps(done: list[object], *values: object) -> Iterator[None]:
    for value in values:
        done.append(value)
        yield


class Ticks:
    """A clock that goes on by one second whenever it is read."""

    def __init__(self) -> None:
        self.time_s = 0.0

    def __call__(self) -> float:
        self.time_s += 1
        return self.time_s


def test_small_work_is_done_at_once() -> None:
    done: list[object] = []
    slices = Slices(budget_s=float("inf"))
    slices.run("a", steps(done, 1, 2, 3))
    assert done == [1, 2, 3]
    assert slices.is_idle


def test_work_stops_when_its_time_is_up_and_goes_on_by_itself(qtbot: QtBot) -> None:
    done: list[object] = []
    slices = Slices(budget_s=2.5, clock=Ticks())
    with qtbot.waitSignal(slices.idle, timeout=WAIT_MS):
        slices.run("a", steps(done, *range(10)))
        assert 0 < len(done) < 10
    assert done == list(range(10))


def test_without_any_time_there_is_still_one_step_at_a_time() -> None:
    done: list[object] = []
    slices = Slices(budget_s=0)
    slices.run("a", steps(done, 1, 2))
    assert done == [1]


def test_work_that_is_asked_for_right_after_a_long_slice_waits_for_its_turn(qtbot: QtBot) -> None:
    done: list[object] = []
    slices = Slices(budget_s=2.5, clock=Ticks())
    slices.run("long", steps(done, 1, 2))
    done.clear()
    slices.run("next", steps(done, "next"))
    assert not done
    qtbot.waitUntil(lambda: slices.is_idle, timeout=WAIT_MS)
    assert done[-1] == "next"


def test_new_work_under_a_key_replaces_what_is_left_of_the_old() -> None:
    done: list[object] = []
    slices = Slices(budget_s=0)
    slices.run("a", steps(done, "old", "never"))
    slices.run("a", steps(done, "new"))
    slices.finish()
    assert done == ["old", "new"]


def test_dropped_work_is_not_done() -> None:
    done: list[object] = []
    slices = Slices(budget_s=0)
    slices.run("a", steps(done, 1, 2))
    slices.drop("a")
    slices.finish()
    assert done == [1]


def test_work_that_is_asked_for_within_a_step_waits_for_its_turn() -> None:
    done: list[object] = []
    slices = Slices(budget_s=float("inf"))

    def outer() -> Iterator[None]:
        slices.run("inner", steps(done, "inner"))
        done.append("outer")
        yield

    slices.run("outer", outer())
    assert done == ["outer", "inner"]


def test_what_had_to_wait_comes_one_piece_in_a_slice_however_much_time_is_left(qtbot: QtBot) -> None:
    done: list[object] = []
    slices = Slices(budget_s=2.5, clock=Ticks())
    slices.slice_ended.connect(lambda: done.append("ended"))
    slices.run("long", steps(done, *range(10)))
    for name in ("b", "c"):
        slices.run(name, steps(done, name))
    qtbot.waitUntil(lambda: slices.is_idle, timeout=WAIT_MS)
    assert done[-5:] == ["ended", "b", "ended", "c", "ended"]


def test_a_step_that_replaces_its_own_work_ends_it() -> None:
    done: list[object] = []
    slices = Slices(budget_s=float("inf"))

    def first() -> Iterator[None]:
        slices.run("a", steps(done, "second"))
        yield
        done.append("never")

    slices.run("a", first())
    assert done == ["second"]


def test_work_that_breaks_is_forgotten_and_the_rest_goes_on() -> None:
    done: list[object] = []
    slices = Slices(budget_s=0)
    idle = []
    slices.idle.connect(lambda: idle.append(1))

    def broken() -> Iterator[None]:
        yield
        raise ZeroDivisionError

    slices.run("broken", broken())
    slices.run("sound", steps(done, 1))
    with pytest.raises(ZeroDivisionError):
        slices.turn()
    slices.finish()
    assert done == [1]
    assert idle


def test_each_slice_is_framed_by_signals() -> None:
    slices, told = Slices(budget_s=float("inf")), []
    slices.slice_begins.connect(lambda: told.append("begins"))
    slices.slice_ended.connect(lambda: told.append("ended"))
    slices.idle.connect(lambda: told.append("idle"))
    slices.run("a", steps([], 1))
    assert told == ["begins", "ended", "idle"]
