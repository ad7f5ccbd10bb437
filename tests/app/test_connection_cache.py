"""Hosts that need a slower mode: remembered by the session, and from one run of the program to the next."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from hvtree.app.bootstrap import make_workspace
from hvtree.app.connection_cache import KEPT_DAYS, ConnectionCache
from hvtree.app.credentials import Secret
from hvtree.app.settings_file import Store
from hvtree.app.workspace import Workspace
from hvtree.domain.host_profile import HostProfile
from hvtree.emulator.winrm.connection_faults import Stdin
from tests.support.modes import LINES, MODES
from tests.support.remote_host import PASSWORD, USER, RemoteHost, remote_host, run

HOST = "http://hv01:5985/wsman"
DAY = date(2026, 1, 1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "settings.json")


def on(day: date) -> Callable[[], date]:
    return lambda: day


async def until(workspace: Workspace, is_so: Callable[[], bool]) -> None:
    changed = asyncio.Event()
    workspace.listener = lambda _: changed.set()
    while not is_so():
        await changed.wait()
        changed.clear()


def test_without_any_knowledge_the_quickest_mode_comes_first(store: Store) -> None:
    assert ConnectionCache(store).order(HOST, 3) == [0, 1, 2]


def test_another_run_begins_with_the_mode_that_was_needed(store: Store) -> None:
    ConnectionCache(store).note(HOST, 2)
    assert ConnectionCache(store).order(HOST, 3) == [2, 0, 1]
    assert ConnectionCache(store).order("http://other", 3) == [0, 1, 2]


def test_after_two_weeks_the_quicker_modes_are_tried_again(store: Store) -> None:
    ConnectionCache(store, on(DAY)).note(HOST, 2)
    assert ConnectionCache(store, on(DAY + timedelta(KEPT_DAYS - 1))).order(HOST, 3)[0] == 2
    assert ConnectionCache(store, on(DAY + timedelta(KEPT_DAYS))).order(HOST, 3)[0] == 0


def test_two_weeks_begin_anew_when_the_slower_mode_is_still_needed(store: Store) -> None:
    ConnectionCache(store, on(DAY)).note(HOST, 2)
    ConnectionCache(store, on(DAY + timedelta(KEPT_DAYS))).note(HOST, 2)
    assert ConnectionCache(store, on(DAY + timedelta(KEPT_DAYS + 1))).order(HOST, 3)[0] == 2


def test_a_host_that_is_mended_is_forgotten(store: Store) -> None:
    cache = ConnectionCache(store)
    cache.note(HOST, 2)
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
        json.dumps({"roads": {HOST: {"rung": 17, "since": DAY.isoformat()}}}),
        json.dumps({"modes": [HOST]}),
        json.dumps({"modes": {HOST: {"mode": 2, "since": "yesterday"}}}),
    ],
)
def test_settings_that_cannot_be_used_do_no_harm(tmp_path: Path, content: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(content)
    cache = ConnectionCache(Store(path), on(DAY))
    assert cache.order(HOST, 3) == [0, 1, 2]
    cache.note(HOST, 1)
    assert cache.order(HOST, 3) == [1, 0, 2]


def test_a_session_that_connects_again_takes_the_mode_that_it_knows(store: Store) -> None:
    async def story(host: RemoteHost) -> None:
        host.connection_faults.stdin = Stdin.RAW_ENDED
        workspace = make_workspace(store)
        name = workspace.add_host(HostProfile("pair", host.endpoint.url, USER), Secret(PASSWORD))
        await until(workspace, lambda: workspace.host(name).is_connected)
        assert workspace.host(name).mode == MODES[LINES]
        shells = host.count("Create")
        host.endpoint.shells.close()
        await until(workspace, lambda: workspace.host(name).retry_at_utc is not None)
        workspace.reconnect(name)
        await until(workspace, lambda: workspace.host(name).is_connected)
        assert host.count("Create") == shells + 1
        await workspace.close()

    with remote_host() as host:
        run(story(host))
    assert list(store.read().modes) == [host.endpoint.url]
