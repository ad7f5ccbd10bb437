"""One trial: a window on troubled hosts, random jobs for a time or a number, and what has become of everything afterwards."""

from __future__ import annotations

import asyncio
import gc
import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from hvtree.app.bootstrap import make_workspace
from hvtree.app.credentials import Secret
from hvtree.app.settings_file import Store
from hvtree.app.workspace import Workspace
from hvtree.domain.address import VmAddress
from hvtree.domain.difference import compare
from hvtree.domain.host_profile import HostProfile
from hvtree.ui.main_window import MainWindow
from hvtree.ui.run import shut_down
from tests.benchmarks.heartbeat import Heartbeat
from tests.benchmarks.many_hosts import all_measured, all_shown, no_demo
from tests.benchmarks.measuring import memory
from tests.endurance.growth import Growth
from tests.endurance.outcomes import Outcomes
from tests.endurance.random_jobs import RandomJobs
from tests.endurance.troubled_hosts import USER, Counts, TroubledHosts
from tests.support.narrowing import not_none

WARM_UP = 0.2
"""The share of a trial after which what may not grow is counted for the first time."""
PAUSE_S = 0.25
"""Between two jobs, on the average."""
AT_ONCE = 20
"""Jobs."""
LOOK_S = 0.05
WAIT_S = 300.0
"""For the last jobs, and for hosts that were cut off."""


@dataclass(frozen=True)
class Holding:
    """What HVTree holds at one moment."""

    memory_bytes: int
    threads: int
    sockets: int
    agents: int
    """On all hosts."""
    tasks: int
    """Of asyncio."""


@dataclass
class Report:
    """What a trial has found."""

    outcomes: Outcomes = field(default_factory=Outcomes)
    reasons: Counter[str] = field(default_factory=Counter)
    """Why jobs did not end as planned."""
    refused: int = 0
    troubles: Counts = field(default_factory=Counts)
    gap_s: float = 0.0
    work_s: float = 0.0
    own_s: float = 0.0
    """As those of the heartbeat."""
    growth: Growth = field(default_factory=Growth)
    warm: Holding | None = None
    end: Holding | None = None
    differing: list[str] = field(default_factory=list)
    """VMs that the window showed otherwise than a fresh connection reads them."""


async def trial(
    hosts: Sequence[TroubledHosts], seed: int, *, goes_on: Callable[[int, float], float]
) -> Report:
    """Make random jobs as long as `goes_on`, called with their number and the seconds so far, is below 1; return what came of it."""
    with TemporaryDirectory() as home:
        return await _trial_at_home(Path(home), hosts, seed, goes_on)


async def _trial_at_home(
    home: Path, hosts: Sequence[TroubledHosts], seed: int, goes_on: Callable[[int, float], float]
) -> Report:
    report = Report()
    workspace = _workspace(home)
    window = MainWindow().fill(workspace, no_demo)
    window.show()
    try:
        _open(workspace, hosts)
        await all_shown(window, workspace)
        await all_measured(window, workspace)
        for each in hosts:
            each.begin_trouble()
        await _make_jobs(workspace, hosts, seed, report, goes_on)
        report.troubles = reduce(add, (each.leave_in_peace() for each in hosts))
        await _until(lambda: all(job.verdict is not None for job in workspace.jobs))
        await _until(lambda: all(view.is_connected for view in workspace.hosts))
        report.end = _holding(hosts)
        report.outcomes.take_in(workspace.jobs)
        report.reasons = report.outcomes.reasons(_acted_on(hosts))
        report.differing = await _differing(home, workspace, hosts)
    finally:
        await shut_down(window, workspace)
    return report


async def _make_jobs(
    workspace: Workspace,
    hosts: Sequence[TroubledHosts],
    seed: int,
    report: Report,
    goes_on: Callable[[int, float], float],
) -> None:
    chance = random.Random(seed)
    jobs, heart, began, number = RandomJobs(workspace, chance), Heartbeat(), monotonic(), 0
    heart.begin()
    while (share := goes_on(number, monotonic() - began)) < 1:
        if report.warm is None and share >= WARM_UP:
            report.warm = _holding(hosts)
            heart.begin()  # counting itself holds the window up
        report.outcomes.take_in(workspace.jobs)
        report.growth.look(report.outcomes.jobs)
        if sum(job.verdict is None for job in workspace.jobs) < AT_ONCE and jobs.start() is not None:
            number += 1
        await asyncio.sleep(chance.expovariate(1 / PAUSE_S))
    report.refused = jobs.refused
    report.gap_s, report.work_s, report.own_s = heart.longest_s, heart.busiest_s, heart.own_s
    heart.stop()


def _open(workspace: Workspace, hosts: Sequence[TroubledHosts]) -> None:
    for number, each in enumerate(hosts):
        for index, address in enumerate(each.addresses):
            workspace.add_host(HostProfile(_name(number, index), address, USER), Secret(each.password))


def _acted_on(hosts: Sequence[TroubledHosts]) -> set[VmAddress]:
    return {
        VmAddress(_name(number, index), vm_id)
        for number, each in enumerate(hosts)
        for index, vm_ids in enumerate(each.acted_on())
        for vm_id in vm_ids
    }


def _name(process: int, index: int) -> str:
    return f"host{process}-{index}"


def _holding(hosts: Sequence[TroubledHosts]) -> Holding:
    gc.collect()
    links = (str(each.readlink()) for each in Path("/proc/self/fd").iterdir() if each.is_symlink())
    agents = sum(each.counts().agents for each in hosts)
    sockets = sum(each.startswith("socket:") for each in links)
    tasks = len(asyncio.all_tasks())
    return Holding(memory().pss or 0, threading.active_count(), sockets, agents, tasks)


def _workspace(home: Path) -> Workspace:
    """Return a workspace whose settings and memory are nobody's."""
    return make_workspace(Store(home / "settings.json"), home / "memory.sqlite3")


async def _differing(home: Path, shown: Workspace, hosts: Sequence[TroubledHosts]) -> list[str]:
    """Return the VMs that were shown otherwise than a fresh connection reads them."""
    fresh = _workspace(home)
    try:
        _open(fresh, hosts)
        await _until(lambda: all(view.is_connected for view in fresh.hosts))
        return [
            f"{(each.after or each.before)} on {view.id}"
            for view in fresh.hosts
            for each in compare(not_none(view.state), not_none(shown.host(view.id).state))
            if each.is_substantial
        ]
    finally:
        await fresh.close()


async def _until(holds: Callable[[], bool]) -> None:
    """Return when something holds that nobody tells."""
    async with asyncio.timeout(WAIT_S):
        while not holds():  # noqa: ASYNC110  (as above)
            await asyncio.sleep(LOOK_S)
