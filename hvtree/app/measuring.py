"""Measuring the VMs of one host in the background: those first that somebody waits for, then those on the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from itertools import chain, islice
from typing import Protocol

from msgspec import Struct

from hvtree.app.batches import Batches
from hvtree.domain.errors import HVTreeError
from hvtree.domain.model import HostState, VirtualMachine, VmState
from hvtree.hosts.awake_timeout import awake_timeout

PAUSE_S = 0.2
"""Between two times at which sizes are shown that have come: the window is not to be drawn anew for each VM."""
FIRST_PAUSE_S = 0.2
"""How long the first request waits for the screen to say which VMs it shows."""
GLANCE_S = 0.1
"""How long something has to be on the screen until what is being measured is broken off for it: a wheel may be turned on."""
FIRST_STEP = 32
"""VMs of the first request; a quick host is asked for many at once from then on, a slow one for fewer each time."""
LONGEST_S = 40.0
"""How long somebody waits for sizes: a little longer than what an agent spends on one VM. What has not come by then is unknown."""
_QUICK_S, _SLOW_S = 1.0, 5.0
_MOST = 512
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Measured(Protocol):
    """A connection that measures; `app.ports.Connection` is one."""

    async def measure(
        self, vm_ids: Iterable[str], tell: Callable[[HostState], None] | None = None
    ) -> HostState:
        """Ask for the sizes of VMs; return the last reading with them."""
        ...


class _Waiting(Struct, eq=False):
    """Somebody who waits for some VMs, of which these are not measured yet."""

    vm_ids: set[str]
    over: asyncio.Future[None]


class Measuring:
    """Measures what is not measured, request by request, for as long as one connection lasts. On the loop's thread."""

    def __init__(self, connection: Measured, show: Callable[[HostState], None]) -> None:
        """`show` gets the reading with the sizes that have come, some at a time."""
        self._connection = connection
        self._state: HostState | None = None
        self._newest_first: tuple[str, ...] | None = None
        """All VMs of the last reading, the newest checkpoint first; None until it is asked for."""
        self._show = show
        self._batches = Batches(self._show_what_came, PAUSE_S)
        self._visible: tuple[str, ...] = ()
        self._glance: asyncio.TimerHandle | None = None
        self._again: set[str] = set()
        """VMs that are measured, and are to be once more."""
        self._waiting: list[_Waiting] = []
        self._asked: tuple[str, ...] = ()
        self._request: asyncio.Future[HostState] | None = None
        self._work = asyncio.Event()
        self._is_told = asyncio.Event()
        """Somebody has said which VMs come first."""
        self._step = FIRST_STEP
        self._task = asyncio.get_running_loop().create_task(self._run())

    def read(self, state: HostState) -> None:
        """Take a new reading: what changed in it is to be measured again."""
        self._state, self._newest_first = state, None
        self._batches.drop()
        self._notify()
        self._work.set()

    def look_at(self, vm_ids: Iterable[str]) -> None:
        """Measure these VMs before others that nobody waits for, in this order: they are on the screen."""
        self._visible = tuple(vm_ids)
        if self._visible:
            self._is_told.set()
            if self._glance is None:
                self._glance = asyncio.get_running_loop().call_later(GLANCE_S, self._look)

    def measure_growing(self) -> None:
        """Measure VMs once more whose files may have grown without news: those that run, or on which the host is at work.

        It is done when there is nothing else to do.
        """
        vms = () if self._state is None else self._state.vms.values()
        self._again.update(vm.id for vm in vms if vm.state is VmState.RUNNING or vm.activity is not None)
        self._work.set()

    def _look(self) -> None:
        self._glance = None
        unmeasured = set(self._unmeasured(self._visible))
        if not unmeasured <= set(self._asked):
            self._make_way_for(unmeasured)

    async def wait_for(self, vm_ids: Collection[str], *, again: bool = False) -> None:
        """Return when these VMs are measured, before all others, or after `LONGEST_S`; one that is gone is not waited for.

        With `again` also those that are measured already.
        """
        if again:
            self._again.update(vm_ids)
        missing = set(self._unmeasured(vm_ids))
        if not missing:
            return
        waiting = _Waiting(missing, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._make_way_for(missing)
        self._is_told.set()
        self._work.set()
        try:
            async with awake_timeout(LONGEST_S):
                await waiting.over
        except TimeoutError:
            return
        finally:
            self._waiting.remove(waiting)

    async def end(self, error: HVTreeError) -> None:
        """Stop, and let those who wait know why."""
        self._batches.drop()
        if self._glance is not None:
            self._glance.cancel()
        self._task.cancel()
        await asyncio.wait((self._task,))
        for waiting in self._waiting:
            if not waiting.over.done():
                waiting.over.set_exception(error)

    async def _run(self) -> None:
        await self._work.wait()
        with suppress(TimeoutError):
            async with asyncio.timeout(FIRST_PAUSE_S):
                await self._is_told.wait()
        while True:
            vm_ids = self._next()
            if not vm_ids:
                self._work.clear()
                await self._work.wait()
                continue
            if not await self._ask(vm_ids):
                return

    async def _ask(self, vm_ids: tuple[str, ...]) -> bool:
        """Measure some VMs; return whether there may be more."""
        loop = asyncio.get_running_loop()
        began_s, self._asked = loop.time(), vm_ids
        self._request = loop.create_task(self._measure(vm_ids))
        try:
            await asyncio.wait((self._request,))
        finally:
            self._request.cancel()
            request, self._request = self._request, None
        if request.cancelled():
            return True
        error = request.exception()
        if error is None:
            self._again.difference_update(vm_ids)
            self._come(request.result())
            self._adapt(loop.time() - began_s, len(vm_ids))
            if not self._next():
                self._batches.flush()
            return True
        if isinstance(error, HVTreeError):
            return False  # the connection is gone, and whoever keeps it knows
        raise error

    async def _measure(self, vm_ids: tuple[str, ...]) -> HostState:
        return await self._connection.measure(vm_ids, self._come)

    def _come(self, state: HostState) -> None:
        self._state = state
        self._batches.came()
        self._notify()

    def _show_what_came(self) -> None:
        if self._state is not None:
            self._show(self._state)

    def _notify(self) -> None:
        for waiting in self._waiting:
            waiting.vm_ids.intersection_update(self._unmeasured(waiting.vm_ids))
            if not waiting.vm_ids and not waiting.over.done():
                self._batches.flush()  # before those who wait go on: they look at what is shown
                waiting.over.set_result(None)

    def _adapt(self, took_s: float, count: int) -> None:
        if took_s < _QUICK_S and count >= self._step:
            self._step = _MOST
        elif took_s > _SLOW_S:
            self._step = max(1, self._step // 2)

    def _next(self) -> tuple[str, ...]:
        """Return which VMs to ask for now; only those that somebody waits for, if there are any, the fewest first."""
        by_number = sorted(self._waiting, key=lambda each: len(each.vm_ids))
        wanted = dict.fromkeys(self._unmeasured(chain.from_iterable(each.vm_ids for each in by_number)))
        return tuple(islice(wanted or self._in_the_background(), self._step))

    def _in_the_background(self) -> Iterator[str]:
        visible = dict.fromkeys(self._unmeasured(self._visible))
        yield from visible
        vms = {} if self._state is None else self._state.vms
        left = {vm_id for vm_id, vm in vms.items() if not vm.is_measured} - visible.keys()
        if left:
            yield from (vm_id for vm_id in self._in_order(vms) if vm_id in left)
        yield from (
            vm.id for vm in vms.values() if vm.is_measured and vm.id in self._again and vm.id not in visible
        )

    def _in_order(self, vms: Mapping[str, VirtualMachine]) -> tuple[str, ...]:
        """Return all VMs, the newest checkpoint first: sorted once for a reading, for many requests are about a large host."""
        if self._newest_first is None:
            self._newest_first = tuple(sorted(vms, key=lambda vm_id: _newest_utc(vms[vm_id]), reverse=True))
        return self._newest_first

    def _unmeasured(self, vm_ids: Iterable[str]) -> Iterator[str]:
        vms = {} if self._state is None else self._state.vms
        return (
            vm_id for vm_id in vm_ids if vm_id in vms and (not vms[vm_id].is_measured or vm_id in self._again)
        )

    def _make_way_for(self, vm_ids: set[str]) -> None:
        """Break a request off that is about other VMs, unless somebody waits for these; what it has brought is kept."""
        asked = set(self._asked)
        is_waited_for = any(each.vm_ids & asked - vm_ids for each in self._waiting)
        if self._request is not None and asked - vm_ids and not is_waited_for:
            self._request.cancel()


def _newest_utc(vm: VirtualMachine) -> datetime:
    return max([each.created_utc for each in vm.checkpoints], default=_LONG_AGO)
