"""News from a host whose agent cannot send any: read it again and again, and compare."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from hvtree.domain.errors import HVTreeError
from hvtree.domain.model import HostState, VirtualMachine


async def poll(
    read: Callable[[], Awaitable[HostState]],
    known: Callable[[], HostState | None],
    tell: Callable[[], None],
    interval_s: float,
    *,
    tell_same: Callable[[], None] = lambda: None,
) -> None:
    """Read every `interval_s`, and `tell` when the host differs from what is `known`; runs until it is cancelled.

    `tell_same` is called after a reading that brought nothing new.

    A slow host gets as much time to rest as its reading took. A reading that fails is told, too: the one that follows
    from it says what is wrong.
    """
    now = asyncio.get_running_loop().time
    pause_s = interval_s
    while True:
        await asyncio.sleep(pause_s)
        before, began = known(), now()
        try:
            has_news = is_news(before, await read())
        except HVTreeError:
            has_news = True
        took_s = now() - began
        pause_s = max(interval_s - took_s, took_s)
        if has_news:
            tell()
        else:
            tell_same()


def is_news(before: HostState | None, after: HostState) -> bool:
    """Return whether two readings differ in more than what changes all the time: sizes, uptime, memory, free space."""
    if before is None or list(before.vms) != list(after.vms):
        return True
    return any(
        vm is not before.vms[vm_id] and _mark(vm) != _mark(before.vms[vm_id])
        for vm_id, vm in after.vms.items()
    )


def _mark(vm: VirtualMachine) -> tuple[object, ...]:
    checkpoints = tuple(
        (each.id, each.parent_id, each.name, each.kind, each.notes) for each in vm.checkpoints
    )
    files = tuple(file.path for file in vm.files)
    about = (vm.name, vm.state, vm.status, vm.activity, vm.percent, vm.notes, vm.checkpoint_type)
    return (*about, vm.now_id, vm.drives, files, checkpoints)
