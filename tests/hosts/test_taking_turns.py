"""Connections to several hosts take turns: one that waits, for whatever it may be, holds up no other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack

import pytest

from hvtree.domain.edits import Power, SetPower
from hvtree.domain.errors import HVTreeError
from hvtree.hosts.clients import remote_client
from hvtree.hosts.fallback import FallbackClient
from hvtree.hosts.turn import Turn
from tests.support.remote_client import WEB, nothing
from tests.support.remote_host import RemoteHost, run, serving
from tests.support.threads import none_left
from tests.support.waiting import FOR_EVER_S


@pytest.fixture
def hosts() -> Iterator[list[RemoteHost]]:
    with none_left(), ExitStack() as stack:
        yield [stack.enter_context(serving()) for _ in range(3)]


def sharing(host: RemoteHost, turn: Turn, **changes: str) -> FallbackClient:
    return remote_client(host.login(**changes), turn=turn)


def test_hosts_that_take_turns_are_read_and_changed_and_rest_without_it(hosts: list[RemoteHost]) -> None:
    turn = Turn(long_patience_s=FOR_EVER_S)

    async def story() -> None:
        async with AsyncExitStack() as stack:
            clients = [sharing(host, turn) for host in hosts]
            for client in clients:
                stack.push_async_callback(client.close)
            await asyncio.gather(*(client.connect() for client in clients))
            states = await asyncio.gather(*(client.read_and_measure() for client in clients))
            assert [state.vms[WEB].is_measured for state in states] == [True, True, True]
            await asyncio.gather(
                *(client.perform(SetPower((WEB,), Power.SAVE), nothing) for client in clients)
            )
            assert not turn.is_taken

    run(story())
    assert not turn.is_taken


def test_a_host_that_refuses_the_login_or_cuts_the_line_leaves_the_turn_to_others(
    hosts: list[RemoteHost],
) -> None:
    turn = Turn(long_patience_s=FOR_EVER_S)

    async def story() -> None:
        refused = sharing(hosts[0], turn, password="wrong")
        with pytest.raises(HVTreeError):
            await refused.connect()
        await refused.close()
        assert not turn.is_taken
        cut, other = sharing(hosts[1], turn), sharing(hosts[2], turn)
        try:
            await cut.connect()
            await other.connect()
            cut.renew()
            read = await asyncio.gather(cut.read(), other.read())
            assert [len(state.vms) for state in read] == [2, 2]
        finally:
            await cut.close()
            await other.close()

    run(story())
    assert not turn.is_taken
