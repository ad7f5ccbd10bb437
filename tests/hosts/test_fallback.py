"""Which connection is taken to a host, what is remembered, and what is not the connection's fault."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from hvtree.domain.errors import (
    AuthenticationFailure,
    BadHostData,
    ConnectionFailure,
    HostFailure,
    HVTreeError,
)
from hvtree.emulator.powershell.programs import Programs
from hvtree.emulator.winrm.connection_faults import Interruption, Stdin
from hvtree.emulator.winrm.negotiate import Account
from hvtree.emulator.winrm.wsman import Endpoint, EndpointConfig
from hvtree.hosts import agent_starter, wire
from hvtree.hosts.channel import AgentUnreachable
from hvtree.hosts.client import Client
from hvtree.hosts.fallback import FallbackClient
from hvtree.hosts.messages import Request
from hvtree.hosts.mode_memory import ModeMemory
from tests.support.modes import CALLS, LINES, MODE_INDEXES, MODES, RAW, STDIN, in_mode, only_mode, remembering
from tests.support.remote_host import PASSWORD, USER, RemoteHost, remote_host, run
from tests.support.scripted_agent import ScriptedChannel, ok, silence
from tests.support.virtual_time import run as run_at_once
from tests.support.waiting import WAIT_S


@pytest.fixture
def host() -> Iterator[RemoteHost]:
    with remote_host() as made:
        yield made


async def failure(client: FallbackClient) -> HVTreeError:
    """Return what is wrong with a connection."""
    with pytest.raises(HVTreeError) as caught:
        await client.connect()
    return caught.value


# -- over the endpoint -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stdin", "index"),
    [
        (Stdin.EVERYWHERE, RAW),
        (Stdin.INPUT_ONLY, LINES),
        (Stdin.RAW_ENDED, LINES),
        (Stdin.INPUT_AT_END, CALLS),
    ],
)
def test_the_quickest_mode_that_works_is_taken(host: RemoteHost, stdin: Stdin, index: int) -> None:
    async def story() -> None:
        host.connection_faults.stdin = stdin
        client = only_mode(host, index)
        await client.connect()
        assert client.mode == MODES[index]
        assert host.count("Create") == index + 1
        assert (await client.read()).host == "PAIR"
        await client.close()
        assert client.exchanges == host.count()
        assert host.count("Create") == host.count("Delete")

    run(story())


def test_a_mode_that_swallows_long_lines_is_not_taken(host: RemoteHost) -> None:
    async def story() -> None:
        host.connection_faults.raw_stdin_limit = (
            150 * 1024
        )  # the agent comes through, the test of the connection does not
        client = only_mode(host, LINES)
        await client.connect()
        assert client.mode == MODES[LINES]
        await client.close()

    run(story())


def test_no_mode_at_all_is_told_as_what_was_wrong_with_the_first(host: RemoteHost) -> None:
    async def story() -> None:
        host.connection_faults.stdin = Stdin.NOWHERE
        error = await failure(only_mode(host, None))
        assert isinstance(error, AgentUnreachable)
        assert "agent did not start there within 0.1 seconds" in error.what
        assert [MODES[index] in error.details for index in MODE_INDEXES] == [True] * 3
        assert not host.endpoint.shells.outputs()

    run(story())


@pytest.mark.parametrize("index", MODE_INDEXES)
def test_a_wrong_password_is_tried_once_in_whatever_mode(host: RemoteHost, index: int) -> None:
    async def story() -> None:
        host.connection_faults.stdin = STDIN[index]
        error = await failure(only_mode(host, index, remembering(host, index), password="wrong"))
        assert isinstance(error, AuthenticationFailure)
        assert host.count("denied") == 1
        assert host.count("Create") == 0

    run(story())


def test_a_user_without_rights_is_no_matter_of_modes(host: RemoteHost) -> None:
    async def story() -> None:
        host.connection_faults.next("Create", Interruption.FAULT_BEFORE, 5)
        error = await failure(host.client())
        assert isinstance(error, AuthenticationFailure)
        assert host.count("Create") == 1

    run(story())


def test_an_old_powershell_is_no_matter_of_modes(host: RemoteHost) -> None:
    async def story() -> None:
        host.hyperv.faults.session.powershell = "4.0"
        error = await failure(host.client())
        assert isinstance(error, HostFailure)
        assert host.count("Create") == 1

    run(story())


def test_a_missing_module_is_no_matter_of_modes(host: RemoteHost) -> None:
    async def story() -> None:
        host.hyperv.faults.session.has_module = False
        error = await failure(host.client())
        assert "no Hyper-V module" in error.what
        assert host.count("Create") == 1

    run(story())


def test_a_restricted_powershell_speaks_for_itself(host: RemoteHost) -> None:
    async def story() -> None:
        host.hyperv.faults.session.language = "ConstrainedLanguage"
        error = await failure(host.client())
        assert error.what == "HVTree's agent on the host ‘vhost’ has not started."
        assert error.why == f"{agent_starter.RESTRICTED}ConstrainedLanguage."

    run(story())


def test_a_host_without_powershell_says_so_itself() -> None:
    async def story(endpoint: Endpoint) -> None:
        host = RemoteHost(endpoint, hyperv=None)  # type: ignore[arg-type]
        error = await failure(host.client())
        assert "agent on the host ‘vhost’ has ended" in error.what
        assert "'powershell' is not recognized" in error.details

    with Endpoint(EndpointConfig(Account(USER, PASSWORD)), Programs("BARE")) as endpoint:
        run(story(endpoint))


def test_what_was_needed_twice_is_where_the_next_connection_begins(host: RemoteHost) -> None:
    async def story() -> None:
        host.connection_faults.stdin = STDIN[CALLS]
        memory = ModeMemory()
        for shells in (3, 6, 7):
            client = only_mode(host, CALLS, memory)
            await client.connect()
            assert client.mode == MODES[CALLS]
            assert host.count("Create") == shells
            await client.close()

    run(story())


def test_a_remembered_mode_that_has_gone_bad_is_left_for_the_others(host: RemoteHost) -> None:
    async def story() -> None:
        host.connection_faults.stdin = STDIN[CALLS]
        memory = remembering(host, LINES)
        client = only_mode(host, CALLS, memory)
        await client.connect()
        assert client.mode == MODES[CALLS]
        assert memory.order(host.endpoint.url, 3) == [CALLS, RAW, LINES]
        await client.close()

    run(story())


@pytest.mark.parametrize("index", MODE_INDEXES)
def test_a_greeting_that_is_lost_on_the_way_is_asked_for_in_the_same_mode(
    host: RemoteHost, index: int
) -> None:
    async def story() -> None:
        host.connection_faults.stdin = STDIN[index]
        host.connection_faults.next("Receive", Interruption.DROP_AFTER)
        client = only_mode(host, index, remembering(host, index))
        await client.connect()
        assert (client.mode, client.failures) == (MODES[index], ())
        await client.close()

    run(story())


@pytest.mark.parametrize("index", MODE_INDEXES)
def test_giving_up_while_a_mode_is_tried_leaves_nothing_behind(host: RemoteHost, index: int) -> None:
    async def story() -> None:
        host.connection_faults.stdin = Stdin.NOWHERE
        client = only_mode(host, index, remembering(host, index))
        connecting = asyncio.ensure_future(client.connect())
        listening = await asyncio.to_thread(host.endpoint.shells.wait_for_listener, WAIT_S)
        assert listening
        connecting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await connecting
        assert not host.endpoint.shells.outputs()

    run(story())


@pytest.mark.parametrize("index", MODE_INDEXES)
def test_closing_ends_all_shells_and_all_news(host: RemoteHost, index: int) -> None:
    async def story() -> None:
        async with in_mode(host, index) as client:
            await client.read()
            await client.watch(lambda: None)
        assert not host.endpoint.shells.outputs()
        with pytest.raises(ConnectionFailure, match="not connected"):
            await client.read()

    run(story())


# -- by script ---------------------------------------------------------------------------------------------------------


def fallback(*channels: ScriptedChannel) -> FallbackClient:
    """Return a client with a index for each of these connections."""
    modes = [lambda channel=channel: Client(channel, "hv01") for channel in channels]
    return FallbackClient("hv01", modes)


def greeting(version: int) -> bytes:
    hello = b'{"ev":"hello","data":{"v":%d,"host":"hv01","agent":"script"}}' % version
    return wire.MARKER + hello + b"\n"


def test_a_greeting_that_does_not_come_is_asked_for_before_the_next_mode_is_tried() -> None:
    async def story() -> None:
        shy = ScriptedChannel(greeting=None)

        def greet(request: Request) -> list[dict[str, Any]]:
            shy.output(greeting(1))
            return ok({})(request)

        shy.answers["hello"] = greet
        other = ScriptedChannel()
        client = fallback(shy, other)
        await client.connect()
        assert client.failures == ()
        assert not other.requests
        await client.close()

    run_at_once(story())


def test_an_agent_that_greets_is_not_asked_to() -> None:
    async def story() -> None:
        channel = ScriptedChannel()
        client = fallback(channel)
        await client.connect()
        assert not channel.asked("hello")
        await client.close()

    run_at_once(story())


@pytest.mark.parametrize(
    "bad",
    [
        ScriptedChannel(greeting=None),
        ScriptedChannel(greeting=wire.MARKER + b"{garbage}\n"),
        ScriptedChannel(answers={"echo": silence}),
        ScriptedChannel(answers={"echo": ok({"text": "damaged"})}),
    ],
    ids=["no greeting", "garbage", "no answer", "damage"],
)
def test_a_mode_that_does_harm_is_left_for_the_next(bad: ScriptedChannel) -> None:
    async def story() -> None:
        good = ScriptedChannel(mode="the second one")
        client = fallback(bad, good)
        await client.connect()
        assert client.mode == "the second one"
        assert not bad.is_open
        await client.close()

    run_at_once(story())


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (ScriptedChannel(greeting=greeting(99)), "speaks version 99"),
        (ScriptedChannel(answers={"host.import": silence}), "module did not load"),
        (ScriptedChannel(answers={"host.import": ok("nonsense")}), "cannot be read"),
        (ScriptedChannel(open_error=ConnectionFailure("Nobody listens.")), "Nobody listens"),
    ],
    ids=["version", "slow module", "odd module", "nobody"],
)
def test_what_another_mode_would_not_help_is_told_at_once(one: ScriptedChannel, words: str) -> None:
    async def story() -> None:
        other = ScriptedChannel()
        error = await failure(fallback(one, other))
        assert words in error.what
        assert not other.requests

    run_at_once(story())


def test_the_errors_of_the_other_modes_are_in_the_details() -> None:
    async def story() -> None:
        damage: dict[str, Any] = {"echo": ok({"text": "damaged"})}
        channels = ScriptedChannel(answers=damage, mode="one"), ScriptedChannel(greeting=None, mode="two")
        error = await failure(fallback(*channels))
        assert isinstance(error, BadHostData)
        assert "two: The host ‘hv01’ was reached, but HVTree's agent did not start there" in error.details

    run_at_once(story())


def test_the_loss_of_the_mode_that_was_found_is_told() -> None:
    async def story() -> None:
        channel = ScriptedChannel()
        client = fallback(ScriptedChannel(greeting=None), channel)
        lost: list[HVTreeError] = []
        client.on_lost = lost.append
        await client.connect()
        assert not lost
        channel.lose(ConnectionFailure("The cable is out."))
        assert [error.what for error in lost] == ["The cable is out."]
        await client.close()

    run_at_once(story())
