"""Large hosts as values, and the real window on one: what the benchmarks of the window share.

Nothing is sent or decoded here, so that what is measured is the window's own work.
"""

from __future__ import annotations

import asyncio
import gc
import os
import time
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

from hvtree.values import replace

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QApplication

from hvtree.app.credentials import Secret
from hvtree.app.demo import Demo
from hvtree.app.workspace import Workspace
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.edits import Edit
from hvtree.domain.errors import HVTreeError
from hvtree.domain.host_profile import HostProfile
from hvtree.domain.lease import Lease
from hvtree.domain.model import DiskFile, HostState, VirtualMachine, VmState, Volume
from hvtree.domain.receipt import Progress, Receipt
from hvtree.domain.vm_group import VmGroup
from hvtree.ui.gui_gc import gc_on_this_thread
from hvtree.ui.loop import Loop
from hvtree.ui.main_window import MainWindow
from hvtree.ui.run import shut_down
from hvtree.ui.start import make_application
from tests.benchmarks.heartbeat import Heartbeat

READ_AT = datetime(2026, 9, 21, 12, 0, tzinfo=UTC)
_GB = 1024**3
_ROW = 8
"""Checkpoints of each VM that hang on each other before one begins at the root again."""


def large_state(vms: int, each: int, *, longest: int = _ROW) -> HostState:
    """Return a host with that many VMs of so many checkpoints each, in chains of at most `longest`."""
    machines = (_vm(number, each, longest) for number in range(vms))
    return HostState.of("BIGHOST", READ_AT, machines, (Volume("D:", 1 << 50, 1 << 49),))


def _vm(number: int, count: int, longest: int) -> VirtualMachine:
    vm_id, name = f"00000000-0000-4000-8000-{number:012}", f"vm-{number:05}"
    disk = f"D:\\VMs\\{name}\\{name}"
    files = [DiskFile(f"{disk}.vhdx", None, 10 * _GB, 40 * _GB)]
    checkpoints: list[Checkpoint] = []
    for row in range(count):
        file = files[0] if row % longest == 0 else files[-1]
        above = None if row % longest == 0 else checkpoints[-1].id
        checkpoint_id = f"{number:08}-{row:04}-4000-8000-000000000000"
        checkpoints.append(
            Checkpoint(
                checkpoint_id,
                vm_id,
                above,
                f"before update {row:03}",
                READ_AT - timedelta(minutes=10 * (count - row)),
                drives=(file.path,),
                state_bytes=50_000,
                size_bytes=64 << 20,
            )
        )
        files.append(DiskFile(f"{disk}_{number:08}-{row:04}.avhdx", file.path, 64 << 20, 40 * _GB))
    vm = VirtualMachine(
        vm_id,
        name,
        VmState.RUNNING,
        checkpoints[-1].id if checkpoints else None,
        tuple(checkpoints),
        memory_bytes=_GB,
        drives=(files[-1].path,),
        files=tuple(files),
    )
    _ = vm.space, vm.has_only_plain  # a reading adds it up on its own thread
    return vm


def renamed(state: HostState) -> HostState:
    """Return the host with one other name, of the newest checkpoint of a VM in the middle."""
    vm = list(state.vms.values())[len(state.vms) // 2]
    last = replace(vm.checkpoints[-1], name="renamed by a colleague")
    return state.with_vms(replace(vm, checkpoints=(*vm.checkpoints[:-1], last)))


@dataclass(frozen=True)
class Took:
    """What something took: time, processor time of the process, and the longest gap of the heartbeat, in seconds."""

    time_s: float
    processor_s: float
    gap_s: float


class Bench:
    """The real window on a host that is a value, and a stopwatch."""

    def __init__(self) -> None:
        self.host = _Known()
        self.workspace = Workspace(lambda _profile, _secret: self.host, clock=lambda: READ_AT)
        self.window = MainWindow().fill(self.workspace, _no_demo, clock=lambda: READ_AT)
        self._heart = Heartbeat()

    @property
    def host_id(self) -> str:
        """The id of the host."""
        return self.workspace.hosts[0].id

    async def open(self, state: HostState) -> Took:
        """Show a host; return what it took from the reading to the last row."""
        self.host.state = state
        filled = asyncio.Event()
        self.window.filled.connect(filled.set)

        async def opened() -> None:
            self.workspace.add_host(HostProfile("bench", "http://bench:5985/wsman", "admin"), Secret("none"))
            await filled.wait()

        return await self.measured(opened)

    async def show(self, state: HostState) -> None:
        """Show a newer reading of the host, to the last row."""
        self.host.tell(state)
        await changed(self.window.bridge.host_changed, lambda: self._state() is state)
        await self.settled()

    async def settled(self) -> None:
        """Wait until everything is shown and painted."""
        window = self.window
        await asyncio.sleep(0)
        model, opening = window.model.busy, window.tree.expansion.work
        await changed(model.idle, lambda: model.is_idle)
        await changed(opening.idle, lambda: opening.is_idle)
        for _ in range(3):  # what was put off until the events before it are done, and the painting
            await asyncio.sleep(0)
        updating = window.bench.updating
        await changed(updating.idle, lambda: updating.is_idle)

    async def measured(self, what: Callable[[], Awaitable[object]]) -> Took:
        """Do something, wait until it is shown, and return what it took, from an idle window on."""
        await asyncio.sleep(0.1)
        gc.collect()
        await asyncio.sleep(0.02)
        self._heart.begin()
        began_s, processor_s = time.perf_counter(), time.process_time()
        await what()
        await self.settled()
        time_s, used_s = time.perf_counter() - began_s, time.process_time() - processor_s
        await asyncio.sleep(0.03)  # the beat after the last thing that was done
        return Took(time_s, used_s, self._heart.longest_s)

    async def median(self, what: Callable[[], Awaitable[object]], rounds: int) -> Took:
        """Do something several times; return the medians."""
        each = [await self.measured(what) for _ in range(rounds)]
        return Took(
            median(took.time_s for took in each),
            median(took.processor_s for took in each),
            median(took.gap_s for took in each),
        )

    def _state(self) -> HostState | None:
        return self.workspace.host(self.host_id).state


class _Known:
    """A connection to a host of which everything is known at once."""

    mode = "known"

    def __init__(self) -> None:
        self.on_lost: Callable[[HVTreeError], None] | None = None
        self.on_silent: Callable[[float | None], None] | None = None
        self.on_part: Callable[[HostState], None] | None = None
        self.state = HostState("BIGHOST", READ_AT)
        self._on_change: Callable[[], None] = lambda: None

    def tell(self, state: HostState) -> None:
        """Let the host change."""
        self.state = state
        self._on_change()

    async def connect(self, *, and_read: bool = False) -> None:
        pass

    async def watch(self, on_change: Callable[[], None], on_same: Callable[[], None] | None = None) -> None:
        self._on_change = on_change

    async def read(self) -> HostState:
        return self.state

    async def measure(
        self, vm_ids: Iterable[str], tell: Callable[[HostState], None] | None = None
    ) -> HostState:
        return self.state

    async def perform(
        self, edit: Edit, report: Callable[[Progress], None], lease: Lease | None = None
    ) -> Receipt:
        raise AssertionError("Benchmarks of the window change nothing.")

    async def vm_groups(self) -> tuple[VmGroup, ...]:
        return ()

    async def make_ready(self, vm_ids: Collection[str]) -> None:
        pass

    @property
    def lease_left_s(self) -> int:
        return 0

    async def end_lease(self, lease_id: str) -> None:
        pass

    def renew(self) -> None:
        pass

    async def close(self) -> None:
        pass


def at_window(story: Callable[[Bench], Awaitable[None]]) -> None:
    """Let a story happen before a window."""

    async def lived() -> None:
        bench = Bench()
        bench.window.resize(1360, 840)
        bench.window.show()
        try:
            await asyncio.sleep(0.3)  # the first painting of an empty window is not what is measured
            await story(bench)
        finally:
            await shut_down(bench.window, bench.workspace)

    known = QApplication.instance()
    application = known if isinstance(known, QApplication) else make_application(["hvtree"])
    with asyncio.Runner(loop_factory=lambda: Loop(application)) as runner, gc_on_this_thread():
        runner.run(lived())


async def changed(signal: SignalInstance, is_so: Callable[[], bool]) -> None:
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
