"""Leases as a client gives them: with what stops VMs, renewed while it is there, and never given up by an end of the connection."""

from __future__ import annotations

import asyncio

import pytest

from hvtree.domain.edits import Create, Power, SetPower
from hvtree.domain.errors import ConnectionFailure
from hvtree.domain.lease import LONGEST_LEASE_S, Lease
from hvtree.hosts.channel import AgentUnreachable
from hvtree.hosts.client import Client
from hvtree.hosts.handshake import Timing
from hvtree.hosts.winrm.shell_connector import IDLE_TIMEOUT
from hvtree.values import replace
from tests.support.scripted_agent import ScriptedChannel, ok
from tests.support.scripted_client import connected, nothing, results
from tests.support.virtual_time import run

LEASE = Lease("job", 45, running=("v1",))
PAUSE, CREATE = SetPower(("v1",), Power.PAUSE), Create(("v1",), "n")


def agent() -> ScriptedChannel:
    return ScriptedChannel(
        answers={"vm.suspend": ok(results("v1")), "vm.checkpoint": ok(results("v1", checkpoint="c1"))}
    )


def test_a_request_that_stops_vms_says_where_they_belong_and_for_how_long_to_wait() -> None:
    async def story() -> None:
        channel = agent()
        async with connected(channel) as client:
            await client.perform(PAUSE, nothing, LEASE)
            lease = {"id": "job", "seconds": 45, "running": ["v1"], "paused": []}
            assert channel.requests[-1].args == {"ids": ["v1"], "lease": lease}

    run(story())


def test_while_a_lease_is_open_its_agent_hears_a_word_three_times_in_its_time() -> None:
    async def story() -> None:
        channel = agent()
        async with connected(channel) as client:
            channel.answers["vm.checkpoint"] = lambda _request: []  # it is at work for long
            await client.perform(PAUSE, nothing, LEASE)
            at_work = asyncio.ensure_future(client.perform(CREATE, nothing, replace(LEASE, is_first=False)))
            before = len(channel.asked("ping"))
            await asyncio.sleep(450)
            assert len(channel.asked("ping")) - before >= 30
            at_work.cancel()
            channel.lose(AgentUnreachable("The agent has ended."))
            await asyncio.wait((at_work,))

    run(story())


def test_a_lease_that_is_ended_is_renewed_no_more() -> None:
    async def story() -> None:
        channel = agent()
        client = Client(channel, "hv01", Timing(ping_s=10_000))
        await client.connect()
        await client.perform(PAUSE, nothing, LEASE)
        await client.end_lease("job")
        assert channel.requests[-1].args == {"lease": "job"}
        before = len(channel.asked("ping"))
        await asyncio.sleep(450)
        assert len(channel.asked("ping")) == before
        assert client.lease_left_s == 0
        await client.end_lease("job")  # nothing is asked about what it does not have
        assert len(channel.asked("lease.end")) == 1
        await client.close()

    run(story())


def test_a_step_under_a_lease_that_another_connection_had_is_not_asked_for() -> None:
    async def story() -> None:
        channel = agent()
        async with connected(channel) as client:
            with pytest.raises(ConnectionFailure, match="was lost in the middle of this job"):
                await client.perform(CREATE, nothing, replace(LEASE, is_first=False))
            assert channel.asked("vm.checkpoint") == []

    run(story())


def test_an_agent_that_holds_vms_is_left_to_bring_them_back() -> None:
    async def story() -> None:
        channel = agent()
        async with connected(channel) as client:
            await client.perform(PAUSE, nothing, LEASE)
            channel.lose(ConnectionFailure("The network is gone."))
            assert client.lease_left_s == 45
        assert channel.is_left

    run(story())


def test_an_agent_that_has_ended_holds_nothing() -> None:
    async def story() -> None:
        channel = agent()
        async with connected(channel) as client:
            await client.perform(PAUSE, nothing, LEASE)
            channel.lose(AgentUnreachable("The agent has ended."))
            assert client.lease_left_s == 0
        assert not channel.is_left

    run(story())


def test_where_every_call_has_a_powershell_of_its_own_nothing_is_promised() -> None:
    async def story() -> None:
        channel = agent()
        end = {"host": "hv01", "taken_at": "2026-01-15T09:00:00Z", "revision": 1, "full": True}
        channel.answers["host.read"] = ok(end)
        client = Client(channel, "hv01", polls=True)
        await client.connect()
        assert (await client.read()).lease_s == 0
        await client.perform(PAUSE, nothing, LEASE)
        assert channel.asked("vm.suspend")[0].args == {"ids": ["v1"]}
        await client.close()

    run(story())


def test_a_reading_says_how_long_the_host_waits() -> None:
    async def story() -> None:
        channel = agent()
        end = {"host": "hv01", "taken_at": "2026-01-15T09:00:00Z", "revision": 1, "full": True}
        channel.answers["host.read"] = ok(end)
        client = Client(channel, "hv01", Timing(lease_s=77))
        await client.connect()
        assert (await client.read()).lease_s == 77
        await client.close()

    run(story())


def test_no_lease_is_longer_than_an_idle_shell_lives() -> None:
    idle_s = int(IDLE_TIMEOUT.removeprefix("PT").removesuffix("S"))
    assert idle_s - LONGEST_LEASE_S >= 60
