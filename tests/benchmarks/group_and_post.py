"""A group checkpoint over WinRM, on one host and over three, beside the order of the post: save all, checkpoint all, start all.

Everything costs on the emulated host what it was measured to cost (fact 113). The post's cmdlets take their VMs one after the other.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime

from hvtree.domain.address import VmAddress
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.enums import VMState
from hvtree.emulator.host.invocation import Invocation
from hvtree.jobs.group_times import GroupTimes, group_times
from hvtree.operations.group import CheckpointGroup
from tests.benchmarks.measuring import milliseconds
from tests.support.backends import endpoint_on, hosting
from tests.support.remote_host import RemoteHost
from tests.support.without_window import WithoutWindow

_MS = 1_000


def compare(size: int, *, is_real: bool) -> None:
    """Print spread and longest stop of a group, also spread over three hosts, and beside them those of the post's order.

    `is_real` has a real PowerShell answer for the hosts.
    """
    spread_s, stopped_s = by_the_post(size)
    print(
        f"{size} VMs in the post's order: spread {milliseconds(spread_s)}, stopped for {milliseconds(stopped_s)}"
    )
    for hosts in (1, 3):
        where = "1 host, {}: spread" if hosts == 1 else f"{hosts} hosts, {{}}: spread at most"
        measured = asyncio.run(by_hvtree(size, hosts, is_real=is_real))
        for when, times in zip(("the first time", "then"), measured, strict=True):
            spread, stopped = (times.spread_ms or 0) / _MS, max(times.stopped_ms.values()) / _MS
            print(
                f"{size} VMs by HVTree on {where.format(when)} {milliseconds(spread)} ({spread / spread_s:.2%}),"
                f" stopped for {milliseconds(stopped)} ({stopped / stopped_s:.0%})"
            )


def by_the_post(size: int) -> tuple[float, float]:
    """Return how far apart the VMs of a host stop in the post's order, and for how long the longest is stopped, in seconds."""
    with hosting(f"big:{size}x1", speed=1.0) as host:
        _wait(host.start_vm("*"))
        stops = _first_seen(host, lambda state: state is not VMState.Running)
        _wait(host.stop_vm("*", save=True))
        _wait(host.checkpoint_vm("*"))
        starts = _first_seen(host, lambda state: state is VMState.Running)
        _wait(host.start_vm("*"))
        longest = max((starts[each] - stopped).total_seconds() for each, stopped in stops.items())
        return (max(stops.values()) - min(stops.values())).total_seconds(), longest


def _first_seen(host: HyperV, is_so: Callable[[VMState], bool]) -> dict[str, datetime]:
    """Return when each VM was in such a state first, from now on; it fills by and by."""
    seen: dict[str, datetime] = {}

    def look(_revision: int) -> None:
        for vm in host.get_vm().objects:
            if is_so(vm.state):
                seen.setdefault(vm.id, host.clock.now())

    host.on_change(look)
    return seen


def _wait(invocation: Invocation) -> None:
    done = threading.Event()
    invocation.on_done(done.set)
    done.wait()
    assert not invocation.errors


async def by_hvtree(size: int, hosts: int, *, is_real: bool) -> tuple[GroupTimes, GroupTimes]:
    """Checkpoint VMs that are spread over some hosts as a group, twice: the hosts load the Hyper-V module at the first time."""
    with ExitStack() as stack:
        served: dict[str, RemoteHost] = {}
        for number in range(hosts):
            share = len(range(number, size, hosts))
            host = stack.enter_context(hosting(f"big:{share}x1", speed=1.0))
            _wait(host.start_vm("*"))
            served[f"host{number}"] = RemoteHost(
                stack.enter_context(endpoint_on(host, is_real=is_real)), host
            )
        hvtree = WithoutWindow(served)
        try:
            await hvtree.connected()
            vms = tuple(
                VmAddress(name, vm_id) for name, state in hvtree.fleet.hosts.items() for vm_id in state.vms
            )
            first = group_times(await hvtree.do(CheckpointGroup(vms, "first")))
            return first, group_times(await hvtree.do(CheckpointGroup(vms, "then")))
        finally:
            await hvtree.close()
