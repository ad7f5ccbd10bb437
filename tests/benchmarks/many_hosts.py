"""Many hosts at once: connecting all of them until everything is on the screen, beside the bare work on the same data.

The window with real WinRM clients is in this process, the emulated hosts are in others. Beside it stands what cannot be
saved: the same number of readings decoded into values, and put into a tree model, without a connection or a window.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from hvtree.app.bootstrap import make_workspace
from hvtree.app.credentials import Secret
from hvtree.app.demo import Demo
from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.app.workspace import Workspace, utc_now
from hvtree.domain.host_profile import HostProfile
from hvtree.domain.model import HostState
from hvtree.emulator.agent.agent import Agent
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import RealClock
from hvtree.emulator.worlds import worlds
from hvtree.hosts import wire
from hvtree.hosts.codec import Decoder
from hvtree.hosts.messages import Request
from hvtree.ui.filtering import CurrentFilter
from hvtree.ui.gui_gc import gc_on_this_thread
from hvtree.ui.loop import Loop
from hvtree.ui.main_window import MainWindow
from hvtree.ui.models.tree_model import TreeModel
from hvtree.ui.run import shut_down
from hvtree.ui.start import make_application
from hvtree.ui.window_first import window_first
from tests.benchmarks.heartbeat import Heartbeat
from tests.benchmarks.measuring import Spent, memory, milliseconds, spending, times
from tests.benchmarks.server import Server, served
from tests.support.narrowing import not_none

HOSTS, VMS, EACH = 20, 1024, 5
SHORT_HOSTS, SHORT_VMS = 5, 200
PROCESSES = 4
"""The emulated hosts are spread over so many processes."""


@dataclass(frozen=True)
class Figures:
    """What connecting has cost."""

    spent: Spent
    gap_s: float
    own_s: float
    work_s: float
    """As those of the heartbeat."""
    memory: str


def main(*, short: bool) -> None:
    """Print what connecting costs, beside the bare work."""
    application = make_application(["hvtree"])
    hosts, vms = (SHORT_HOSTS, SHORT_VMS) if short else (HOSTS, VMS)
    world = f"big:{vms}x{EACH}"
    with (
        many_served(hosts, world) as servers,
        asyncio.Runner(loop_factory=lambda: Loop(application)) as runner,
        gc_on_this_thread(),
        window_first(),
    ):
        ours = runner.run(_connected(servers))
    bare = _bare(world, hosts)
    print(f"{hosts} hosts x {vms:,} VMs x {EACH} checkpoints")
    print(f"  bare decoding and model    {_words(bare)}")
    for what, each in zip(("all VMs in the window", "sizes, afterwards"), ours, strict=True):
        ratio = times(each.spent.processor_s, bare.processor_s)
        print(f"  {what:<26} {_words(each.spent)}  {ratio} of the processor")
        gap = f"{milliseconds(each.gap_s)}, without waiting for a processor {milliseconds(each.own_s)}"
        print(f"      longest gap {gap}; longest work {milliseconds(each.work_s)}; memory {each.memory}")


@contextmanager
def many_served(hosts: int, world: str, *, counts_bytes: bool = False) -> Iterator[list[Server]]:
    """Serve a world as many hosts, in a few processes."""
    shares = [len(range(each, hosts, PROCESSES)) for each in range(PROCESSES)]
    with ExitStack() as stack:
        yield [
            stack.enter_context(served(world, hosts=share, counts_bytes=counts_bytes, yields=True))
            for share in shares
            if share
        ]


def open_all(workspace: Workspace, servers: Sequence[Server]) -> None:
    """Open all hosts at once."""
    for number, server in enumerate(servers):
        for index, endpoint in enumerate(server.endpoints):
            profile = HostProfile(f"host{number}{index}", endpoint, server.user)
            workspace.add_host(profile, Secret(server.password))


async def all_shown(window: MainWindow, workspace: Workspace) -> None:
    """Return when the VMs of all hosts are on the screen; their sizes come afterwards."""
    done = asyncio.get_running_loop().create_future()

    def look() -> None:
        if all(_is_shown(window, view) for view in workspace.hosts) and not done.done():
            done.set_result(None)
        failed = [view.error for view in workspace.hosts if view.phase is ConnectionPhase.FAILED]
        if failed and not done.done():
            done.set_exception(not_none(failed[0]))

    window.model.busy.slice_ended.connect(look)
    await done
    window.model.busy.slice_ended.disconnect(look)


async def all_measured(window: MainWindow, workspace: Workspace) -> None:
    """Return when the sizes of all checkpoints are on the screen, too."""
    left = [view.id for view in workspace.hosts]
    while left or not window.model.busy.is_idle:
        await asyncio.sleep(0.5)
        left = [host_id for host_id in left if not _is_measured(workspace.host(host_id))]


def _is_shown(window: MainWindow, view: HostView) -> bool:
    if view.state is None or view.is_partial:
        return False
    return window.model.rowCount(window.model.index_of_host(view.id)) >= len(view.state.vms)


def _is_measured(view: HostView) -> bool:
    return view.state is not None and all(vm.is_measured for vm in view.state.vms.values())


async def _connected(servers: list[Server]) -> tuple[Figures, Figures]:
    workspace = make_workspace()
    window = MainWindow().fill(workspace, no_demo)
    window.show()
    heart = Heartbeat()
    try:
        await asyncio.sleep(0.5)  # the first painting of an empty window is not what is measured
        heart.begin()
        with spending() as spent:
            open_all(workspace, servers)
            await all_shown(window, workspace)
        shown = Figures(spent, heart.longest_s, heart.own_s, heart.busiest_s, str(memory()))
        heart.begin()
        with spending() as sizes:
            await all_measured(window, workspace)
        return shown, Figures(sizes, heart.longest_s, heart.own_s, heart.busiest_s, str(memory()))
    finally:
        await shut_down(window, workspace)


def _bare(world: str, hosts: int) -> Spent:
    """Decode the answer of one host as often as there are hosts, and fill one model with all of them."""
    lines = _answer(world)
    model = TreeModel(CurrentFilter())
    with spending() as spent:
        for number in range(hosts):
            decoder = Decoder()
            vms = [vm for line in lines for news in decoder.feed(line) for vm in news.vms]
            state = HostState.of("bare", utc_now(), vms)
            model.set_host(HostView(f"bare{number}", "bare", ConnectionPhase.CONNECTED, state=state))
            model.busy.finish()
    return spent


def _answer(world: str) -> list[bytes]:
    """Return what a host's agent answers to the first reading."""
    clock, lines = RealClock(), list[bytes]()
    agent = Agent(HyperV(worlds.contents(world, clock.now()), clock), lines.append)
    agent.feed(wire.client_line(wire.ascii_json(Request("1", "host.read", {"since": 0}))))
    agent.close()
    clock.close()
    return lines


async def no_demo() -> Demo:
    """Open no demo: a benchmark has its own hosts."""
    raise AssertionError


def _words(spent: Spent) -> str:
    return f"{milliseconds(spent.wall_s):>10}, processor {milliseconds(spent.processor_s):>10}"
