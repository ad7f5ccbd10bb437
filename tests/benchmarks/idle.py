"""Connected hosts at rest: processor, longest gap, memory, and bytes on the wire, of 0, 1, 5 and 20 hosts.

The window with real WinRM clients is in this process, the emulated hosts are in others. Beside each number of hosts stands
the same window without any: its timers, and the 5 ms heartbeat that looks for gaps, are no host's.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from hvtree.app.bootstrap import make_workspace
from hvtree.ui.gui_gc import gc_on_this_thread
from hvtree.ui.loop import Loop
from hvtree.ui.main_window import MainWindow
from hvtree.ui.run import shut_down
from hvtree.ui.start import make_application
from hvtree.ui.window_first import window_first
from tests.benchmarks.heartbeat import Heartbeat
from tests.benchmarks.many_hosts import EACH, all_measured, all_shown, many_served, no_demo, open_all
from tests.benchmarks.measuring import megabytes, memory, milliseconds, spending
from tests.benchmarks.server import Server

HOSTS, VMS, REST_S = (0, 1, 5, 20), 1024, 150.0
SHORT_HOSTS, SHORT_VMS, SHORT_REST_S = (0, 3), 200, 2.0
GAP_S = 20.0
SETTLING_S = 3.0
"""After the last row, before anything is measured."""


@dataclass(frozen=True)
class Figures:
    """What some hosts cost at rest."""

    hosts: int
    of_a_core: float
    """Without the heartbeat."""
    gap_s: float
    work_s: float
    pss: int | None
    bytes_per_s: float


def main(*, short: bool) -> None:
    """Print the figures of each number of hosts, in total and for each host."""
    numbers, vms, rest_s = (SHORT_HOSTS, SHORT_VMS, SHORT_REST_S) if short else (HOSTS, VMS, REST_S)
    print(f"hosts of {vms:,} VMs x {EACH} checkpoints at rest for {rest_s:g} s; for each host in brackets")
    if short:
        print("too short for the bytes: a quiet host is pinged once in 75 s")
    print(f"{'hosts':>6} {'of a core':>20} {'gap (work)':>18} {'memory':>18} {'bytes/s':>16}")
    none: Figures | None = None
    for hosts in numbers:
        each = _in_a_process_of_its_own(hosts, vms, rest_s)
        none = none or each
        print(_line(each, none), flush=True)


def _in_a_process_of_its_own(hosts: int, vms: int, rest_s: float) -> Figures:
    command = [sys.executable, "-m", "tests.benchmarks.idle", str(hosts), str(vms), str(rest_s)]
    said = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
    return Figures(**json.loads(said))


def _measured(hosts: int, vms: int, rest_s: float) -> Figures:
    application = make_application(["hvtree"])
    with (
        _served(hosts, f"big:{vms}x{EACH}") as servers,
        asyncio.Runner(loop_factory=lambda: Loop(application)) as runner,
        gc_on_this_thread(),
        window_first(),
    ):
        return runner.run(_at_rest(servers, hosts, rest_s))


@contextmanager
def _served(hosts: int, world: str) -> Iterator[Sequence[Server]]:
    if hosts == 0:
        yield ()
        return
    with many_served(hosts, world, counts_bytes=True) as servers:
        yield servers


async def _at_rest(servers: Sequence[Server], hosts: int, rest_s: float) -> Figures:
    workspace = make_workspace()
    window = MainWindow().fill(workspace, no_demo)
    window.show()
    try:
        if servers:
            open_all(workspace, servers)
            await all_shown(window, workspace)
            await all_measured(window, workspace)
        await asyncio.sleep(min(rest_s, SETTLING_S))
        before = sum(each.carried_bytes() for each in servers)
        with spending() as spent:
            await asyncio.sleep(rest_s)
        carried = sum(each.carried_bytes() for each in servers) - before
        heart = Heartbeat()  # only now: it costs more than all the rest
        await asyncio.sleep(min(rest_s, GAP_S))
        gap_s, work_s = heart.longest_s, heart.busiest_s
        heart.stop()
        return Figures(hosts, spent.of_a_core, gap_s, work_s, memory().pss, carried / spent.wall_s)
    finally:
        await shut_down(window, workspace)


def _line(each: Figures, none: Figures) -> str:
    cost, size, carried = f"{each.of_a_core:.2%}", megabytes(each.pss), f"{each.bytes_per_s:,.0f}"
    if each.hosts:
        cost += f" ({(each.of_a_core - none.of_a_core) / each.hosts:.2%})"
        if each.pss is not None and none.pss is not None:
            size += f" ({megabytes(round((each.pss - none.pss) / each.hosts))})"
        carried += f" ({each.bytes_per_s / each.hosts:,.0f})"
    gap = f"{milliseconds(each.gap_s)} ({milliseconds(each.work_s)})"
    return f"{each.hosts:>6} {cost:>20} {gap:>18} {size:>18} {carried:>16}"


if __name__ == "__main__":
    print(json.dumps(asdict(_measured(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))))
