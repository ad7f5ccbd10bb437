"""A computer whose clock jumps ahead, as after a sleep, while a host is asked something: the host gets the time to answer."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from hvtree.domain.errors import ConnectionFailure, HVTreeError
from hvtree.hosts.client import Client
from tests.support.emulated import EmulatedHost
from tests.support.trees import lab
from tests.support.virtual_time import jump, run

LAB = lab(web="base(p1*)")
HOUR_S = 3600.0


def with_client(story: Callable[[EmulatedHost, Client, list[HVTreeError]], Awaitable[None]]) -> None:
    """Let a story happen with a connected client, and the errors with which it was lost."""

    async def from_opening_to_closing() -> None:
        host = EmulatedHost(LAB)
        client = host.connect()
        lost: list[HVTreeError] = []
        client.on_lost = lost.append
        await client.connect()
        await story(host, client, lost)
        host.release()
        await client.close()

    run(from_opening_to_closing())


@pytest.mark.parametrize("before_s", [0.0, 300.0, 599.9])
def test_a_reading_survives_a_jump_of_the_clock(before_s: float) -> None:
    async def story(host: EmulatedHost, client: Client, lost: list[HVTreeError]) -> None:
        host.hold("host.read")
        reading = asyncio.ensure_future(client.read())
        await host.clock.pass_by(before_s)
        jump(HOUR_S)
        await host.clock.pass_by(3)
        host.release()
        assert (await reading).vms
        assert lost == []

    with_client(story)


def test_a_ping_survives_a_jump_of_the_clock() -> None:
    async def story(host: EmulatedHost, client: Client, lost: list[HVTreeError]) -> None:
        host.hold("ping")
        await host.asked("ping")
        await host.clock.pass_by(30)
        jump(HOUR_S)
        await host.clock.pass_by(3)
        host.release()
        await host.clock.pass_by(HOUR_S)
        assert lost == []
        assert (await client.read()).vms

    with_client(story)


def test_a_host_that_does_not_answer_after_a_jump_is_lost_all_the_same() -> None:
    async def story(host: EmulatedHost, client: Client, lost: list[HVTreeError]) -> None:
        host.hold("host.read")
        reading = asyncio.ensure_future(client.read())
        await host.asked("host.read")
        jump(HOUR_S)
        await host.clock.pass_by(500)
        assert not reading.done()
        with pytest.raises(ConnectionFailure, match="has not answered for 600 seconds"):
            await asyncio.wait_for(reading, 110)
        assert len(lost) == 1

    with_client(story)
