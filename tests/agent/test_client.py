"""HVTree's own client against the agent's script: connect, read, act, hear of changes, disconnect."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.edits import Create, Power, Rename, SetPower
from hvtree.domain.model import VmState
from hvtree.hosts.channel import ThreadedChannel
from hvtree.hosts.client import Client
from tests.agent.world import RUNNING, checkpoint, checkpoint_id, vm, vm_id, write_world
from tests.support.local_pipe import LocalPipe
from tests.support.waiting import in_time

With = Callable[[Callable[[Client], Awaitable[None]]], None]


@pytest.fixture
def connected(powershell: str, world: Path) -> With:
    """Run a coroutine with a client that is connected."""

    def run(act: Callable[[Client], Awaitable[None]]) -> None:
        async def whole() -> None:
            client = Client(ThreadedChannel(LocalPipe(powershell, {"HVTREE_TEST_WORLD": str(world)})), "hv01")
            await client.connect()
            try:
                await act(client)
            finally:
                await client.close()

        asyncio.run(in_time(whole()))

    return run


def test_the_client_finds_an_agent_that_it_can_work_with(connected: With, world: Path) -> None:
    async def act(client: Client) -> None:
        assert client.hello is not None
        assert client.hello.agent.startswith("agent.ps1")
        assert client.facts is not None
        assert client.facts.has_module

    connected(act)


def test_what_the_client_does_shows_in_its_next_reading(connected: With, world: Path) -> None:
    write_world(world, vm(1, "web", checkpoint(1, "base"), now=1), vm(2, "db"))

    async def act(client: Client) -> None:
        before = await client.read()
        made = await client.perform(Create((vm_id(1),), "patch"), lambda _: None)
        await client.perform(Rename(CheckpointRef(vm_id(1), checkpoint_id(1)), "root"), lambda _: None)
        await client.perform(SetPower((vm_id(1),), Power.START), lambda _: None)
        after = await client.read()

        web = after.vms[vm_id(1)]
        assert web.now_id == made.outcomes[0].result_id
        assert {each.name for each in web.checkpoints} == {"root", "patch"}
        assert web.state is VmState.RUNNING
        assert after.vms[vm_id(2)] is before.vms[vm_id(2)]

    connected(act)


def test_the_client_hears_of_changes_by_others(connected: With, world: Path) -> None:
    write_world(world, vm(1, "web"))

    async def act(client: Client) -> None:
        news = asyncio.Event()
        await client.read()
        await client.watch(news.set)
        write_world(world, vm(1, "web", state=RUNNING))
        await news.wait()

        assert (await client.read()).vms[vm_id(1)].state is VmState.RUNNING

    connected(act)
