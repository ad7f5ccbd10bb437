"""When changes are announced: what others do within the pause of 3 to 5 s between two looks, own work soon."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from hvtree.emulator.agent.looks import SOON, Looks
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import VirtualClock
from hvtree.emulator.worlds import worlds
from tests.support.agents import Rpc

START = datetime(2026, 1, 1, tzinfo=UTC)
OTHERS_S = 6
OWN_S = 3


class Watched:
    """A host, an agent that watches it, and what it has announced so far."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.host = HyperV(worlds.contents("pair", self.clock.now()), self.clock)
        self.rpc = Rpc(self.host, self.clock)
        self.vms, _ = self.rpc.read()
        self.rpc.call("host.watch", on=True)

    def rename(self) -> None:
        """Let somebody else rename a checkpoint."""
        checkpoint = self.vms[0]["checkpoints"][0]["id"]
        self.host.rename_vm_snapshot(vm_snapshot=[checkpoint], new_name=f"at {self.clock.now()}")

    def told_after(self, seconds: float) -> int:
        """Return how many announcements there are after some time."""
        before = len(self.rpc.events("changed"))
        self.clock.advance(seconds)
        return len(self.rpc.events("changed")) - before


def pauses(looks: Looks, count: int) -> list[float]:
    """Return the seconds between the looks of an agent that finds nothing."""
    times = [START]
    for _ in range(count):
        times.append(looks.next(times[-1] + timedelta(microseconds=1)))
    return [(later - earlier).total_seconds() for earlier, later in pairwise(times)]


def test_the_pauses_grow_from_3_to_5_s_while_nothing_changes() -> None:
    assert pauses(Looks(START), 7) == [3, 3.5, 4, 4.5, 5, 5, 5]


def test_a_change_that_was_found_makes_the_pauses_short_again() -> None:
    looks = Looks(START)
    looks.next(START + timedelta(hours=1))
    looks.found(START)
    assert pauses(looks, 2) == [3, 3.5]


def test_a_reading_saves_the_look_that_was_due() -> None:
    looks = Looks(START)
    looks.read(START + timedelta(seconds=2.9))
    assert looks.next(START + timedelta(seconds=3)) == START + timedelta(seconds=5.9)


@pytest.mark.parametrize("quiet_s", [0, 1, 2.9, 30, 31, 32, 33, 34, 600])
def test_what_others_do_is_told_within_6_s_but_not_at_once(quiet_s: float) -> None:
    watched = Watched()
    watched.told_after(quiet_s)
    watched.rename()
    assert watched.told_after(0) == 0
    assert watched.told_after(OTHERS_S) == 1


def test_changes_between_two_looks_are_one_announcement() -> None:
    watched = Watched()
    watched.told_after(1)
    watched.rename()
    watched.told_after(1)
    watched.rename()
    assert watched.told_after(OTHERS_S) == 1


@pytest.mark.parametrize("quiet_s", [1, 600])
def test_own_work_is_told_within_3_s_however_long_it_was_quiet(quiet_s: float) -> None:
    watched = Watched()
    watched.told_after(quiet_s)
    checkpoint = watched.vms[0]["checkpoints"][0]["id"]
    watched.rpc.results("checkpoint.rename", ids=[checkpoint], name="mine")
    assert watched.told_after(OWN_S) == 1


@pytest.mark.parametrize("quiet_s", [1, 600])
@pytest.mark.parametrize("verb", ["vm.save", "checkpoint.apply"])
def test_the_end_of_own_work_is_told_in_half_a_second_though_its_beginning_was_told_just_before(
    verb: str, quiet_s: float
) -> None:
    watched = Watched()
    watched.told_after(quiet_s)
    vm = watched.vms[0]
    target = vm if verb == "vm.save" else vm["checkpoints"][0]
    (result,) = watched.rpc.results(verb, ids=[target["id"]])
    assert "error" not in result
    assert len(watched.rpc.events("changed")) == 1
    assert watched.told_after(SOON.total_seconds()) == 1
    assert watched.rpc.events("changed")[-1]["revision"] == watched.host.revision


def test_an_agent_that_nobody_lets_watch_tells_nothing() -> None:
    watched = Watched()
    watched.rpc.call("host.watch", on=False)
    watched.rename()
    assert watched.told_after(60) == 0
