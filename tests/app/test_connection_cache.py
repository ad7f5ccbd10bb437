"""Hosts that need a slower mode: remembered by the session, and from one run of the program to the next."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hvtree.app.bootstrap import make_workspace
from hvtree.app.connection_cache import ConnectionCache
from hvtree.app.credentials import Secret
from hvtree.app.settings_file import Store
from hvtree.app.workspace import Workspace
from hvtree.domain.host_profile import HostProfile
from hvtree.emulator.winrm.connection_faults import Stdin
from tests.support.modes import LINES, MODES
from tests.support.remote_host import PASSWORD, USER, RemoteHost, remote_host, run

HOST = "http://hv01:5985/wsman"
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "settings.json")


def at(time: datetime) -> Callable[[], datetime]:
    return lambda: time


def fail(store: Store, times: int = 1, mode: int = 2, time: datetime = NOON) -> None:
    """Let so many connections fall back to a mode, each in another run of the program."""
    for _ in range(times):
        ConnectionCache(store, at(time)).note(HOST, mode, range(mode))


def first_mode(store: Store, time: datetime = NOON) -> int:
    return ConnectionCache(store, at(time)).order(HOST, 3)[0]


async def until(workspace: Workspace, is_so: Callable[[], bool]) -> None:
    changed = asyncio.Event()
    workspace.listener = lambda _: changed.set()
    while not is_so():
        await changed.wait()
        changed.clear()


def test_without_any_knowledge_the_quickest_mode_comes_first(store: Store) -> None:
    assert ConnectionCache(store).order(HOST, 3) == [0, 1, 2]


def test_a_single_failure_keeps_nobody_from_the_quickest_mode(store: Store) -> None:
    cache = ConnectionCache(store, at(NOON))
    cache.note(HOST, 2, [0, 1])
    assert cache.order(HOST, 3) == [0, 1, 2]
    assert first_mode(store) == 0


def test_after_two_failures_another_run_begins_with_the_mode_that_was_needed(store: Store) -> None:
    fail(store, times=2)
    cache = ConnectionCache(store, at(NOON))
    assert cache.order(HOST, 3) == [2, 0, 1]
    assert cache.order("http://other", 3) == [0, 1, 2]


def test_failures_with_a_success_between_them_are_not_two_in_a_row(store: Store) -> None:
    fail(store)
    ConnectionCache(store, at(NOON)).note(HOST, 0)
    fail(store)
    assert first_mode(store) == 0


def test_after_a_day_the_quicker_modes_are_tried_again(store: Store) -> None:
    fail(store, times=2)
    assert first_mode(store, NOON + timedelta(hours=23)) == 2
    assert first_mode(store, NOON + timedelta(hours=24)) == 0


def test_a_program_that_runs_for_days_tries_the_quicker_modes_each_day(store: Store) -> None:
    time = NOON
    cache = ConnectionCache(store, lambda: time)
    for _ in range(2):
        cache.note(HOST, 2, [0, 1])
    assert cache.order(HOST, 3)[0] == 2
    time += timedelta(days=1)
    assert cache.order(HOST, 3)[0] == 0


def test_the_day_begins_anew_when_the_slower_mode_is_still_needed(store: Store) -> None:
    fail(store, times=2)
    fail(store, time=NOON + timedelta(days=1))
    assert first_mode(store, NOON + timedelta(days=1, hours=23)) == 2


def test_using_the_slower_mode_does_not_keep_it_for_longer(store: Store) -> None:
    fail(store, times=2)
    later = NOON + timedelta(hours=12)
    ConnectionCache(store, at(later)).note(HOST, 2)
    assert first_mode(store, NOON + timedelta(hours=24)) == 0


def test_what_an_older_version_wrote_after_one_failure_counts_as_one(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"modes": {HOST: {"mode": 2, "since": NOON.date().isoformat()}}}))
    store = Store(path)
    assert first_mode(store) == 0
    fail(store)
    assert first_mode(store) == 2


def test_a_host_that_is_mended_is_forgotten(store: Store) -> None:
    fail(store, times=2)
    cache = ConnectionCache(store, at(NOON))
    cache.note(HOST, 0)
    assert cache.order(HOST, 3) == [0, 1, 2]
    assert not store.read().modes


def test_a_host_that_never_needed_more_is_not_written_down(store: Store, tmp_path: Path) -> None:
    ConnectionCache(store).note(HOST, 0)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "content",
    [
        "{ damaged",
        json.dumps({"roads": 7}),
        json.dumps({"roads": {HOST: "slow"}}),
        json.dumps({"roads": {HOST: {"rung": 17, "since": "2026-01-01"}}}),
        json.dumps({"modes": [HOST]}),
        json.dumps({"modes": {HOST: {"mode": 2, "since": "yesterday"}}}),
        json.dumps({"modes": {HOST: {"mode": 2, "since": "2026-01-01T12:00:00", "failures": 9}}}),
        json.dumps({"modes": {HOST: {"mode": 17, "since": NOON.isoformat(), "failures": 9}}}),
    ],
)
def test_settings_that_cannot_be_used_do_no_harm(tmp_path: Path, content: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(content)
    cache = ConnectionCache(Store(path), at(NOON))
    assert cache.order(HOST, 3) == [0, 1, 2]
    for _ in range(2):
        cache.note(HOST, 1, [0])
    assert cache.order(HOST, 3) == [1, 0, 2]


def test_a_session_that_had_to_fall_back_twice_begins_with_the_mode_that_it_knows(store: Store) -> None:
    async def story(host: RemoteHost) -> None:
        host.connection_faults.stdin = Stdin.RAW_ENDED
        workspace = make_workspace(store)
        name = workspace.add_host(HostProfile("pair", host.endpoint.url, USER), Secret(PASSWORD))
        await until(workspace, lambda: workspace.host(name).is_connected)
        assert workspace.host(name).mode == MODES[LINES]
        for tried in (2, 1):
            shells = host.count("Create")
            host.endpoint.shells.close()
            await until(workspace, lambda: workspace.host(name).retry_at_utc is not None)
            workspace.reconnect(name)
            await until(workspace, lambda: workspace.host(name).is_connected)
            assert host.count("Create") == shells + tried
        await workspace.close()

    with remote_host() as host:
        run(story(host))
    assert list(store.read().modes) == [host.endpoint.url]
