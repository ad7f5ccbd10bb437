"""HVTree is killed, stopped, cut off, put to sleep or given other clocks at every 50 ms of a job: no VM stays stopped, none is started twice.

pytest tests/killed/test_sweep.py                       # a sample, another one each day
pytest tests/killed/test_sweep.py --all-cases           # all of them; the counts come at the end, with -s
"""

from __future__ import annotations

import os
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.killed.clock_jump import CAN_JUMP
from tests.killed.course import BEFORE, Course, course

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")

EVERY_MS = 50
LASTS_MS = {"group": 3_000, "apply": 1_500, "apply and start": 2_000}
"""How long the jobs take, from the first VM that is touched, and a little more."""
GRACE_S = 10
SLACK_S = float(os.environ.get("HVTREE_TEST_SLACK_S", "0"))
"""What a busy machine may be late."""
SIDE_BY_SIDE = 6
"""How many jobs a case runs at the same time, each on its own host."""


@dataclass(frozen=True)
class Cut:
    """What befalls HVTree, and when."""

    job: str
    way: str
    at_ms: tuple[int, ...]
    """Since the first VM was touched; one job for each."""

    def __str__(self) -> str:
        return f"{self.job}: {self.way} at {self.at_ms[0]} ms"


JUMP_S = 3_600


def killed(it: Course) -> None:
    it.kill()
    _back_in_time(it)


def stopped_for_too_long(it: Course) -> None:
    """As `kill -STOP` for 90 s, or as long as it takes; then it goes on."""
    it.stop()
    _back_in_time(it)
    it.go_on()
    it.verdict  # noqa: B018  (it comes to its end)


def cut_off_for_good(it: Course) -> None:
    it.cut_for_good()
    _back_in_time(it)


def asleep(it: Course) -> None:
    """This computer sleeps, and its connections do not survive that."""
    it.stop()
    _back_in_time(it)
    it.cut()
    it.go_on()
    it.verdict  # noqa: B018


def asleep_for_an_hour(it: Course) -> None:
    """The same, and its clocks have gone on meanwhile."""
    it.stop()
    _back_in_time(it)
    it.cut()
    it.jump(JUMP_S)
    it.go_on()
    it.verdict  # noqa: B018


def clocks_jump(it: Course) -> None:
    """All its clocks are an hour ahead at once, and nothing else happens: the job is none the worse for it."""
    it.jump(JUMP_S)
    assert it.verdict["verdict"] == "as planned", it.said


def away_for_a_moment(it: Course) -> None:
    """It comes back in time, and finds its job intact."""
    it.cut()
    assert it.verdict["verdict"] == "as planned"


def _back_in_time(it: Course) -> None:
    it.assert_back_in(it.lease_s + GRACE_S + SLACK_S)


WAYS: Mapping[str, Callable[[Course], None]] = {
    "killed": killed,
    "stopped": stopped_for_too_long,
    "cut off for good": cut_off_for_good,
    "asleep": asleep,
    "away for a moment": away_for_a_moment,
}
JUMPS: Mapping[str, Callable[[Course], None]] = {
    "asleep for an hour": asleep_for_an_hour,
    "clocks jump": clocks_jump,
}


def cuts() -> Iterator[Cut]:
    for job, lasts_ms in LASTS_MS.items():
        moments = range(0, lasts_ms, EVERY_MS)
        for way in (*WAYS, *(JUMPS if CAN_JUMP else ())):
            for first in range(0, len(moments), SIDE_BY_SIDE):
                yield Cut(job, way, tuple(moments[first : first + SIDE_BY_SIDE]))


CUTS = tuple(cuts())


@pytest.fixture(scope="session")
def counts() -> Iterator[Counter[str]]:
    """What has been cut, told at the end."""
    found: Counter[str] = Counter()
    yield found
    print("\ncuts: " + ", ".join(f"{number} {what}" for what, number in sorted(found.items())))


@pytest.mark.sweep("cut", CUTS, most=1)
def test_no_vm_stays_stopped_and_none_is_started_twice(
    tmp_path: Path, counts: Counter[str], cut: Cut
) -> None:
    problems: list[str] = []
    threads = [
        threading.Thread(target=_try, args=(cut, at_ms, tmp_path / str(at_ms), problems, counts))
        for at_ms in cut.at_ms
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems, "\n".join(problems)


def _try(cut: Cut, at_ms: int, home: Path, problems: list[str], counts: Counter[str]) -> None:
    try:
        with course(cut.job, home, has_jumping_clock=cut.way in JUMPS) as it:
            it.until_touched()
            it.for_a_while(at_ms / 1000)
            where = "after its end" if it.process.poll() is not None else "in the middle"
            {**WAYS, **JUMPS}[cut.way](it)
            it.assert_facts()
            counts[f"{cut.job}, {cut.way}, {where}"] += 1
    except BaseException as error:  # noqa: BLE001 - it is told on the test's own thread
        problems.append(f"{cut.job}, {cut.way} at {at_ms} ms: {error!r}")


def test_the_facts_are_not_empty(tmp_path: Path) -> None:
    """Without a lease the same cut leaves VMs stopped, and is found."""
    with course("group", tmp_path, leave_stopped=True) as it:
        it.until(lambda states: states["db"] == states["dc"] == "Saved")
        it.kill()
        it.process.wait()
        assert it.states != BEFORE
        assert it.stopped() == {"web", "db"}
