"""Opening a large host in the real window: time to a filled tree, and the longest gap of a 5 ms heartbeat meanwhile.

Then *Expand All* opens as many rows as it opens at most (2,000).

Then one checkpoint is renamed by somebody else, and the window is timed until it shows the new name: that must cost by
the change, not by the size of the host.
"""

from __future__ import annotations

import asyncio
import gc
import os
import time
from collections.abc import Callable
from dataclasses import dataclass

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QApplication

from hvtree.app.bootstrap import make_workspace
from hvtree.app.credentials import Secret
from hvtree.app.demo import Demo
from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.edits import Rename
from hvtree.domain.host_profile import HostProfile
from hvtree.hosts.clients import remote_client
from hvtree.hosts.fallback import FallbackClient
from hvtree.ui.gui_gc import gc_on_this_thread
from hvtree.ui.intents.hosts import REFRESH
from hvtree.ui.intents.view import EXPAND_ALL
from hvtree.ui.loop import Loop
from hvtree.ui.main_window import MainWindow
from hvtree.ui.run import shut_down
from hvtree.ui.start import make_application
from tests.benchmarks.heartbeat import Heartbeat
from tests.benchmarks.server import Server, served
from tests.support.logins import login_to

SIZES = ((200, 50), (2000, 50))
SHORT_SIZES = ((20, 50), (200, 50))
REFRESHES = 10
NEW_NAME = "renamed by a colleague"


@dataclass(frozen=True)
class Figures:
    """What was measured for one size."""

    checkpoints: int
    filled_s: float
    filling_gap_s: float
    opened_s: float
    opened_gap_s: float
    refresh_s: float
    refresh_gap_s: float


def main(*, short: bool) -> None:
    """Print the figures of each size, and how they grow from the first to the last."""
    application = make_application(["hvtree"])
    figures = [_measured(application, vms, each) for vms, each in (SHORT_SIZES if short else SIZES)]
    print(
        f"{'checkpoints':>12} {'filled':>18} {'2,000 rows open':>20} {'one renamed':>18}  (time, longest gap)"
    )
    for each in figures:
        print(
            f"{each.checkpoints:>12,} {_pair(each.filled_s, each.filling_gap_s):>18}"
            f" {_pair(each.opened_s, each.opened_gap_s):>20} {_pair(each.refresh_s, each.refresh_gap_s):>18}"
        )
    first, last = figures[0], figures[-1]
    print(
        f"{last.checkpoints / first.checkpoints:>11.0f}x {last.filled_s / first.filled_s:>15.1f} x"
        f" {last.opened_s / first.opened_s:>17.1f} x {last.refresh_s / first.refresh_s:>15.1f} x"
    )


def _measured(application: QApplication, vms: int, each: int) -> Figures:
    with (
        served(f"big:{vms}x{each}") as server,
        asyncio.Runner(loop_factory=lambda: Loop(application)) as runner,
        gc_on_this_thread(),
    ):
        return runner.run(_story(server, vms * each))


async def _story(server: Server, checkpoints: int) -> Figures:
    workspace = make_workspace()
    window = MainWindow().fill(workspace, _no_demo)
    window.show()
    heart = Heartbeat()
    filled = asyncio.Event()
    window.filled.connect(filled.set)
    try:
        await asyncio.sleep(0.5)  # the first painting of an empty window is not what is measured
        gc.collect()
        started = heart.begin()
        profile = HostProfile("bench", server.endpoint, server.user)
        host_id = workspace.add_host(profile, Secret(server.password))
        await filled.wait()
        filled_s, filling_gap_s = time.perf_counter() - started, heart.longest_s
        started = heart.begin()
        window.run(EXPAND_ALL)
        await _changed(window.tree.expansion.work.idle, lambda: window.tree.expansion.work.is_idle)
        opened_s, opened_gap_s = time.perf_counter() - started, heart.longest_s
        refresh_s = await _renamed(server, window, host_id, heart)
        return Figures(
            checkpoints, filled_s, filling_gap_s, opened_s, opened_gap_s, refresh_s, heart.longest_s
        )
    finally:
        await shut_down(window, workspace)


async def _renamed(server: Server, window: MainWindow, host_id: str, heart: Heartbeat) -> float:
    """Let somebody else rename checkpoints; return the mean time from his answer until the window shows it."""
    settings = login_to("colleague", server.endpoint, server.user, server.password)
    colleague = remote_client(settings)
    await colleague.connect()
    try:
        state = window.bench.workspace.host(host_id).state
        assert state is not None
        refs = [vm.checkpoints[0].ref for vm in state.vms.values()][:REFRESHES]
        heart.begin()
        return sum([await _one_renamed(colleague, window, host_id, ref) for ref in refs]) / len(refs)
    finally:
        await colleague.close()


async def _one_renamed(
    colleague: FallbackClient, window: MainWindow, host_id: str, ref: CheckpointRef
) -> float:
    await colleague.perform(Rename(ref, NEW_NAME), lambda _progress: None)
    started = time.perf_counter()
    window.run(REFRESH)
    await _changed(window.bridge.host_changed, lambda: _has_heard(window, host_id, ref))
    await _changed(window.model.busy.idle, lambda: window.model.busy.is_idle)
    return time.perf_counter() - started


def _has_heard(window: MainWindow, host_id: str, ref: CheckpointRef) -> bool:
    state = window.bench.workspace.host(host_id).state
    return state is not None and state.checkpoint(ref).name == NEW_NAME


async def _changed(signal: SignalInstance, is_so: Callable[[], bool]) -> None:
    """Wait until something is so; it is looked at now and after each signal."""
    done = asyncio.get_running_loop().create_future()

    def look(*_values: object) -> None:
        if is_so() and not done.done():
            done.set_result(None)

    signal.connect(look)
    look()
    await done
    signal.disconnect(look)


async def _no_demo() -> Demo:
    raise AssertionError("The benchmark opens no demo.")


def _pair(time_s: float, gap_s: float) -> str:
    return f"{1000 * time_s:,.0f} ms, {1000 * gap_s:.0f} ms"
