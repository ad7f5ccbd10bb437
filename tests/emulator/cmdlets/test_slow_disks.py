"""Get-VHD on slow storage: it takes its time for each file, and the host counts how many run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import RealClock
from hvtree.emulator.problems import SLOW_DISK_S, chosen
from hvtree.emulator.worlds import worlds


@pytest.fixture
def clock() -> Iterator[RealClock]:
    made = RealClock(speed=1000)
    yield made
    made.close()


@pytest.fixture
def host(clock: RealClock) -> HyperV:
    return HyperV(worlds.contents("pair", clock.now()), clock)


def test_get_vhd_takes_host_time_for_each_file(host: HyperV, clock: RealClock) -> None:
    paths = [drive.path for vm in host.get_vm().objects for drive in vm.hard_drives]
    host.faults.vhd_delay_s = 60.0
    began = clock.now()
    found = host.get_vhd(paths).objects
    assert (clock.now() - began).total_seconds() >= 60 * len(paths)
    assert [disk.path for disk in found] == host.vhd_reads.paths == paths
    assert (host.vhd_reads.most_at_once, host.vhd_reads.running) == (1, 0)


def test_the_problem_of_slow_disks_is_one_and_goes_with_the_others(host: HyperV) -> None:
    (problem,) = chosen(["slow-disks"])
    problem.host(host)
    assert host.faults.vhd_delay_s == SLOW_DISK_S
    host.faults.clear()
    assert host.faults.vhd_delay_s == 0
