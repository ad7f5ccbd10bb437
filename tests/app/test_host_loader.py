"""What reaching hosts takes is loaded once, however many hosts are opened at a time."""

import asyncio
from collections.abc import Iterable

import pytest

from hvtree.app import host_loader
from hvtree.app.host_loader import HostLoader
from hvtree.domain.errors import HVTreeError

HOSTS = 20


def test_twenty_hosts_wait_for_one_thread_that_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[Iterable[str]] = []

    async def load(names: Iterable[str], _without: str) -> None:
        loads.append(names)
        await asyncio.sleep(0)

    async def story() -> None:
        loader = HostLoader()
        await asyncio.gather(*(loader.to_connect() for _ in range(HOSTS)))
        await loader.to_connect()

    monkeypatch.setattr(host_loader, "load_off_loop", load)
    asyncio.run(story())
    assert len(loads) == 1


def test_no_two_hosts_go_on_in_one_turn_of_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[int] = []
    turn = 0

    async def load(_names: Iterable[str], _without: str) -> None:
        await asyncio.sleep(0)

    async def host(loader: HostLoader) -> None:
        await loader.to_connect()
        turns.append(turn)

    async def story() -> None:
        nonlocal turn
        loader = HostLoader()
        hosts = asyncio.gather(*(host(loader) for _ in range(HOSTS)))
        while not hosts.done():
            turn += 1
            await asyncio.sleep(0)

    monkeypatch.setattr(host_loader, "load_off_loop", load)
    asyncio.run(story())
    assert len(set(turns)) == HOSTS


def test_what_could_not_be_loaded_for_one_host_is_tried_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[str] = []

    async def fail(_names: Iterable[str], without: str) -> None:
        tries.append(without)
        raise HVTreeError("gone")

    async def story() -> list[object]:
        loader = HostLoader()
        return await asyncio.gather(*(loader.to_connect() for _ in range(2)), return_exceptions=True)

    monkeypatch.setattr(host_loader, "load_off_loop", fail)
    assert [str(each) for each in asyncio.run(story())] == ["gone", "gone"]
    assert len(tries) == 2
