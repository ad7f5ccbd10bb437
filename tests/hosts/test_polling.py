"""News by looking again and again: what counts as news, how often is looked, and what a failure leads to."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.errors import ConnectionFailure
from hvtree.domain.model import Activity, DiskFile, HostState, VirtualMachine, VmState
from hvtree.hosts.polling import is_news, poll
from hvtree.values import replace
from tests.support.virtual_time import run

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ONE = Checkpoint("c1", "v1", None, "one", NOW)
WEB = VirtualMachine(
    "v1", "web", VmState.RUNNING, now_id="c1", checkpoints=(ONE,), files=(DiskFile("C:\\a.vhdx", None, 1, 9),)
)


def state(*vms: VirtualMachine) -> HostState:
    return HostState("hv01", NOW, {vm.id: vm for vm in vms})


def changed(**changes: Any) -> VirtualMachine:
    return replace(WEB, **changes)


@pytest.mark.parametrize(
    "after",
    [
        changed(state=VmState.SAVED),
        changed(name="web2"),
        changed(activity=Activity.MERGING),
        changed(percent=40),
        changed(now_id=None),
        changed(notes="new"),
        changed(checkpoints=()),
        changed(checkpoints=(replace(ONE, name="two"),)),
        changed(checkpoints=(replace(ONE, notes="new"),)),
        changed(drives=("C:\\b.avhdx",)),
        changed(files=()),
    ],
)
def test_what_somebody_does_is_news(after: VirtualMachine) -> None:
    assert is_news(state(WEB), state(after))


@pytest.mark.parametrize(
    "after",
    [
        WEB,
        changed(uptime_s=17),
        changed(memory_bytes=1 << 30),
        changed(files=(DiskFile("C:\\a.vhdx", None, 2, 9),)),
        changed(checkpoints=(replace(ONE, size_bytes=5),)),
    ],
)
def test_what_changes_by_itself_all_the_time_is_no_news(after: VirtualMachine) -> None:
    assert not is_news(state(WEB), state(after))


def test_a_vm_that_comes_or_goes_is_news() -> None:
    other = replace(WEB, id="v2", checkpoints=())
    assert is_news(state(WEB), state(WEB, other))
    assert is_news(state(WEB, other), state(WEB))


def test_the_first_reading_is_news() -> None:
    assert is_news(None, state())


class Host:
    """A host that takes a while to be read, and gives these readings, or errors, in turn; the last one for ever."""

    def __init__(self, readings: Iterable[HostState | Exception], took_s: float = 0.0) -> None:
        self._readings = list(readings)
        self._took_s = took_s
        self.began: list[float] = []
        self.told: list[float] = []

    async def read(self) -> HostState:
        now = asyncio.get_running_loop().time
        self.began.append(now())
        await asyncio.sleep(self._took_s)
        reading = self._readings.pop(0) if len(self._readings) > 1 else self._readings[0]
        if isinstance(reading, Exception):
            raise reading
        return reading

    async def watched(self, for_s: float) -> None:
        """Look for news for a while; nobody reads what is told."""
        loop = asyncio.get_running_loop()
        task = loop.create_task(
            poll(self.read, lambda: state(WEB), lambda: self.told.append(loop.time()), 2.5)
        )
        await asyncio.sleep(for_s)
        task.cancel()
        await asyncio.wait((task,))


def test_a_reading_without_news_is_told_as_a_confirmation() -> None:
    async def story() -> None:
        host = Host([state(WEB), state(changed(name="db"))])
        same: list[None] = []
        told: list[None] = []
        task = asyncio.create_task(
            poll(
                host.read,
                lambda: state(WEB),
                lambda: told.append(None),
                2.5,
                tell_same=lambda: same.append(None),
            )
        )
        await asyncio.sleep(6)
        task.cancel()
        await asyncio.wait((task,))
        assert (len(same), len(told)) == (1, 1)

    run(story())


def test_a_quick_host_is_read_each_two_and_a_half_seconds() -> None:
    host = Host([state(WEB)], took_s=0.5)
    run(host.watched(11))
    assert host.began == [2.5, 5.0, 7.5, 10.0]
    assert not host.told


def test_a_slow_host_rests_as_long_as_it_works() -> None:
    host = Host([state(WEB)], took_s=4)
    run(host.watched(20))
    assert host.began == [2.5, 10.5, 18.5]


def test_news_are_told_until_somebody_reads_them() -> None:
    host = Host([state(WEB), state()])
    run(host.watched(8))
    assert host.told == [5.0, 7.5]


def test_a_reading_that_fails_is_told_and_looking_goes_on() -> None:
    host = Host([ConnectionFailure("The host is gone."), state(WEB)])
    run(host.watched(6))
    assert (host.told, host.began) == ([2.5], [2.5, 5.0])
