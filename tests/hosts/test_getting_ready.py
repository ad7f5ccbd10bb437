"""Getting ready: a host is asked as long as that makes it quicker."""

from __future__ import annotations

import asyncio
from itertools import chain, repeat

import pytest

from hvtree.hosts.getting_ready import MOST_TURNS
from tests.support.scripted_agent import ScriptedChannel, silence
from tests.support.scripted_client import connected, results
from tests.support.virtual_time import run


@pytest.mark.parametrize(
    ("taking_s", "turns"),
    [
        (chain([5.0], repeat(0.1)), 5),
        (repeat(0.1), 4),
        (chain([5.0, 2.0, 1.0, 0.5, 0.2], repeat(0.1)), 9),
        ((9.0 * 0.5**turn for turn in range(99)), MOST_TURNS),
    ],
)
def test_a_host_is_asked_until_it_becomes_no_quicker(taking_s: chain[float], turns: int) -> None:
    async def story() -> None:
        channel = ScriptedChannel(answers={"vm.ready": silence})
        async with connected(channel) as client:
            ready = asyncio.ensure_future(client.make_ready(("v1", "v2")))
            for taken_s in taking_s:
                await asyncio.sleep(taken_s)
                if ready.done():
                    break
                channel.say({"id": channel.requests[-1].id, "ok": results("v1", "v2")})
            await ready
            assert len(channel.asked("vm.ready")) == turns

    run(story())
