"""The client over an agent by script: how it connects."""

from __future__ import annotations

import pytest

from hvtree.domain.errors import (
    AuthenticationFailure,
    BadHostData,
    ConnectionFailure,
    HostFailure,
    HVTreeError,
)
from hvtree.hosts import wire
from hvtree.hosts.channel import SEND_LIMIT
from hvtree.hosts.client import Client
from tests.support.scripted_agent import ScriptedChannel, ok, silence
from tests.support.scripted_client import connected
from tests.support.virtual_time import run


def test_connecting_greets_tests_the_connection_and_loads_the_module() -> None:
    async def story() -> None:
        channel = ScriptedChannel()
        async with connected(channel) as client:
            assert [request.verb for request in channel.requests] == ["echo", "emit", "echo", "host.import"]
            long_line = wire.client_line(channel.requests[2].args["text"].encode())
            assert len(long_line) > SEND_LIMIT, "it does not go in one Send"
            assert client.hello is not None
            assert client.hello.agent == "script"
            assert client.facts is not None
            assert client.mode == "in memory"
        assert not channel.is_open

    run(story())


def test_the_module_is_loaded_while_the_connection_is_tested() -> None:
    async def story() -> None:
        channel = ScriptedChannel(answers={"echo": silence})
        with pytest.raises(ConnectionFailure, match="test of the connection"):
            await Client(channel, "hv01").connect()
        assert [request.verb for request in channel.requests] == ["echo", "emit", "echo", "host.import"]

    run(story())


def test_where_no_agent_stays_no_second_one_is_started_meanwhile() -> None:
    async def story() -> None:
        channel = ScriptedChannel(answers={"echo": silence})
        with pytest.raises(ConnectionFailure, match="test of the connection"):
            await Client(channel, "hv01", polls=True).connect()
        assert [request.verb for request in channel.requests] == ["echo", "emit", "echo"]

    run(story())


def test_connecting_goes_on_from_the_stages_that_have_been_run() -> None:
    async def story() -> None:
        channel = ScriptedChannel()
        client = Client(channel, "hv01")
        await client.start_agent()
        tested = len(channel.requests)
        await client.connect()
        assert [request.verb for request in channel.requests[tested:]] == ["host.import"]
        await client.close()

    run(story())


def test_a_missing_module_fails_the_connection_and_not_the_stage() -> None:
    async def story() -> None:
        channel = ScriptedChannel(answers={"host.import": ok({"host": "hv01", "has_module": False})})
        client = Client(channel, "hv01")
        await client.start_agent()
        assert not (await client.load_module()).has_module
        assert channel.is_open
        with pytest.raises(ConnectionFailure, match="no Hyper-V module"):
            await client.connect()
        assert not channel.is_open

    run(story())


@pytest.mark.parametrize(
    ("channel", "kind", "sentence"),
    [
        (ScriptedChannel(greeting=None), ConnectionFailure, "did not start there within 30 seconds"),
        (ScriptedChannel(greeting=b"'powershell' is not recognized\n"), ConnectionFailure, "did not start"),
        (
            ScriptedChannel(greeting=b'#hvtree#{"ev":"hello","data":{"v":1,'),
            ConnectionFailure,
            "did not start",
        ),
        (ScriptedChannel(greeting=b'#hvtree#{"ev":"hel\n'), BadHostData, "cannot be read"),
        (ScriptedChannel(greeting=b'#hvtree#{"ev":"hello"}\n'), BadHostData, "greeting cannot be read"),
        (
            ScriptedChannel(greeting=b'#hvtree#{"ev":"hello","data":{"v":9,"host":"h","agent":"a"}}\n'),
            BadHostData,
            "speaks version 9",
        ),
        (ScriptedChannel(answers={"echo": silence}), ConnectionFailure, "test of the connection"),
        (ScriptedChannel(answers={"echo": ok({"text": "Z?rich"})}), BadHostData, "damages what is sent"),
        (ScriptedChannel(answers={"emit": ok({})}), ConnectionFailure, "test of the connection"),
        (ScriptedChannel(answers={"host.import": silence}), ConnectionFailure, "did not load within 120"),
        (
            ScriptedChannel(answers={"host.import": ok({"host": "hv01", "has_module": False})}),
            ConnectionFailure,
            "no Hyper-V module",
        ),
        (ScriptedChannel(answers={"host.import": ok([])}), BadHostData, "Hyper-V module cannot be read"),
        (
            ScriptedChannel(answers={"host.import": lambda _: [{"error": {"message": "boom"}}]}),
            HostFailure,
            "could not load the Hyper-V module",
        ),
    ],
)
def test_a_host_that_is_none_of_ours_is_refused_with_a_sentence(
    channel: ScriptedChannel, kind: type[HVTreeError], sentence: str
) -> None:
    async def story() -> None:
        lost: list[HVTreeError] = []
        client = Client(channel, "hv01")
        client.on_lost = lost.append
        with pytest.raises(kind, match=sentence):
            await client.connect()
        assert not channel.is_open
        assert not lost

    run(story())


def test_what_the_host_said_instead_of_a_greeting_is_in_the_details() -> None:
    async def story() -> None:
        channel = ScriptedChannel(greeting=b"Access is denied.\nhalf a li")
        with pytest.raises(ConnectionFailure) as caught:
            await Client(channel, "hv01").connect()
        assert caught.value.details == "Access is denied.\nhalf a li"

    run(story())


def test_a_refused_login_is_told_as_it_is() -> None:
    async def story() -> None:
        channel = ScriptedChannel(open_error=AuthenticationFailure("The host refused."))
        with pytest.raises(AuthenticationFailure):
            await Client(channel, "hv01").connect()

    run(story())
