"""A host that falls silent: an idle one is noticed within ten seconds, one at work has more time."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from hvtree.app.host_view import ConnectionPhase
from hvtree.domain.errors import ConnectionFailure, HVTreeError
from hvtree.hosts.client import Client
from hvtree.hosts.handshake import Timing
from tests.support.emulated import PROFILE, SECRET, EmulatedHost
from tests.support.harness import Harness, with_harness
from tests.support.trees import lab
from tests.support.virtual_time import run

LAB = lab(web="base(p1*)")
NOTICED_S = 10.0
"""The longest time after its last word until an idle host is said not to answer."""


def with_client(story: Callable[[EmulatedHost, Client, list[float | None]], Awaitable[None]]) -> None:
    """Let a story happen with a connected client, and what it has told of silence."""

    async def from_opening_to_closing() -> None:
        host = EmulatedHost(LAB)
        client = host.connect()
        told: list[float | None] = []
        client.on_silent = told.append
        await client.connect()
        await story(host, client, told)
        host.release()
        await client.close()

    run(from_opening_to_closing())


def test_an_idle_host_that_died_is_said_not_to_answer_within_ten_seconds() -> None:
    async def story(host: EmulatedHost, _client: Client, told: list[float | None]) -> None:
        await host.clock.pass_by(33)
        assert told == []
        host.hold("ping")
        await host.clock.pass_by(NOTICED_S + 0.1)
        assert len(told) == 1
        assert told[0] is not None
        assert told[0] <= NOTICED_S

    with_client(story)


def test_a_host_that_died_as_its_connection_was_cut_and_resumed_is_said_not_to_answer() -> None:
    async def story(host: EmulatedHost, client: Client, told: list[float | None]) -> None:
        readings: list[asyncio.Future[object]] = []
        await client.watch(lambda: readings.append(asyncio.ensure_future(client.read())))
        await host.clock.pass_by(2)
        for verb in ("ping", "host.read"):
            host.hold(verb)
        host.cut()
        await host.clock.pass_by(NOTICED_S + 0.1)
        assert len(readings) == 1
        assert len(told) == 1
        assert told[0] is not None
        host.release()
        await asyncio.gather(*readings)
        assert told[1:] == [None]

    with_client(story)


def test_a_watched_line_that_is_found_dead_is_said_not_to_answer_at_once() -> None:
    async def story(host: EmulatedHost, _client: Client, told: list[float | None]) -> None:
        await host.clock.pass_by(1)
        host.hold("ping")
        host.find_cut()
        await host.clock.pass_by(4.1)
        assert len(told) == 1

    with_client(story)


def test_a_host_on_a_watched_line_is_pinged_less_than_once_a_minute() -> None:
    async def story() -> None:
        host = EmulatedHost(LAB)
        client = host.connect(timing=Timing(ping_s=Timing().watched_ping_s))
        await client.connect()
        await host.clock.pass_by(600)
        assert 6 <= host.verbs(apart_from=()).count("ping") < 10
        await client.close()

    run(story())


def test_a_host_that_answers_after_all_is_taken_back() -> None:
    async def story(host: EmulatedHost, _client: Client, told: list[float | None]) -> None:
        host.hold("ping")
        await host.clock.pass_by(30)
        host.release()
        await host.clock.pass_by(1)
        assert told[1:] == [None]
        await host.clock.pass_by(60)
        assert len(told) == 2

    with_client(story)


def test_a_host_at_work_is_pinged_once_a_minute_and_not_called_silent() -> None:
    async def story(host: EmulatedHost, client: Client, told: list[float | None]) -> None:
        host.hold("host.read")
        reading = asyncio.ensure_future(client.read())
        await host.asked("host.read")
        pings = host.verbs(apart_from=()).count("ping")
        await host.clock.pass_by(550)
        assert 10 <= host.verbs(apart_from=()).count("ping") - pings <= 15
        assert told == []
        host.release()
        await reading

    with_client(story)


def test_a_host_that_died_at_work_is_lost_within_two_minutes() -> None:
    async def story(host: EmulatedHost, client: Client, told: list[float | None]) -> None:
        lost: list[HVTreeError] = []
        client.on_lost = lost.append
        host.hold("host.read")
        host.hold("ping")
        reading = asyncio.ensure_future(client.read())
        await host.clock.pass_by(120)
        assert len(lost) == 1
        with pytest.raises(ConnectionFailure):
            await reading
        assert told == []

    with_client(story)


def test_a_host_that_answers_pings_and_never_a_reading_is_lost_in_the_end() -> None:
    async def story(host: EmulatedHost, client: Client, _told: list[float | None]) -> None:
        lost: list[HVTreeError] = []
        client.on_lost = lost.append
        host.hold("host.read")
        with pytest.raises(ConnectionFailure, match="has not answered for 600 seconds"):
            await client.read()
        assert len(lost) == 1

    with_client(story)


def test_an_idle_host_is_pinged_at_most_ten_times_a_minute() -> None:
    async def story(host: EmulatedHost, _client: Client, _told: list[float | None]) -> None:
        await host.clock.pass_by(600)
        assert 50 <= host.verbs(apart_from=()).count("ping") <= 100

    with_client(story)


def test_a_host_with_news_needs_no_ping() -> None:
    async def story(host: EmulatedHost, client: Client, _told: list[float | None]) -> None:
        for _ in range(20):
            await client.read()
            await host.clock.pass_by(5)
        assert "ping" not in host.verbs(apart_from=())

    with_client(story)


def test_the_view_of_a_silent_host_says_since_when_until_it_answers_or_is_lost() -> None:
    async def story(harness: Harness) -> None:
        clock = harness.host.clock
        last_word = clock.now()
        harness.host.hold("ping")
        await clock.pass_by(NOTICED_S + 0.1)
        since = harness.view.silent_since_utc
        assert since is not None
        assert abs((since - last_word).total_seconds()) < 0.1
        assert harness.view.phase is ConnectionPhase.CONNECTED
        harness.host.release()
        await clock.pass_by(1)
        assert harness.view.silent_since_utc is None
        harness.host.hold("ping")
        await clock.pass_by(NOTICED_S)
        harness.host.lose()
        await harness.until(lambda: not harness.view.is_connected)
        assert harness.view.silent_since_utc is None
        harness.host.release()
        await harness.until(lambda: harness.view.is_connected)

    with_harness(LAB, story)


def test_a_silent_host_that_is_logged_in_to_anew_is_not_called_silent_any_more() -> None:
    async def story(harness: Harness) -> None:
        harness.host.hold("ping")
        await harness.host.clock.pass_by(NOTICED_S + 0.1)
        since = harness.view.silent_since_utc
        assert since is not None
        harness.workspace.log_in(harness.view.id, PROFILE, SECRET)
        assert harness.view.silent_since_utc is None
        harness.host.release()
        await harness.until(lambda: harness.view.is_connected)

    with_harness(LAB, story)
