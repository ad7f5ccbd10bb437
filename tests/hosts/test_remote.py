"""The client over pywinrm, NTLM and encryption to an emulated host: what works, and what it costs."""

from __future__ import annotations

import asyncio
import gzip
import random
import threading
from collections.abc import Collection
from typing import Any

import pytest

from hvtree.domain.edits import Apply, Create, Delete, DeleteSubtree, Edit, Export, Power, Rename, SetPower
from hvtree.domain.errors import (
    HVTreeError,
)
from hvtree.hosts import agent_starter
from hvtree.hosts.channel import ThreadedChannel
from hvtree.hosts.codec import Decoder, News, decoded
from hvtree.hosts.rpc import Rpc
from hvtree.hosts.winrm.pipe import WinRmPipe
from tests.support.remote_client import (
    DB,
    PATCH1,
    PATCH2,
    SIDE,
    WEB,
    connected,
    nothing,
    until_listening,
)
from tests.support.remote_host import RemoteHost, remote_host, run
from tests.support.running_time import run_in_no_time


def test_a_host_is_read_through_ntlm_and_encryption(host: RemoteHost) -> None:
    async def story() -> None:
        async with connected(host) as client:
            state = await client.read_and_measure()
            web = state.vms[WEB]
            assert (state.host, web.name, len(web.checkpoints), web.now_id) == (
                "PAIR",
                "web",
                4,
                PATCH2.checkpoint_id,
            )
            assert (web.by_id[PATCH1.checkpoint_id].size_bytes or 0) > 0
            assert client.mode == "NTLM, encrypted, one persistent PowerShell"
        assert client.exchanges == host.count()

    run(story())


EDITS: list[Edit] = [
    SetPower((WEB,), Power.SAVE),
    SetPower((WEB,), Power.PAUSE),
    SetPower((WEB,), Power.TURN_OFF),
    SetPower((DB,), Power.START),
    Create((WEB, DB), "naïve ‘name’ $(x) `y` 東京 🧪"),
    Rename(PATCH1, "neu – 新"),
    Apply((SIDE,)),
    Export(SIDE, "D:\\Exports"),
    Delete((SIDE, PATCH1)),
    DeleteSubtree(PATCH1),
]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: type(edit).__name__)
def test_each_edit_comes_to_a_host_and_back(host: RemoteHost, edit: Edit) -> None:
    async def story() -> None:
        async with connected(host) as client:
            if isinstance(edit, Apply):
                await client.perform(SetPower((WEB,), Power.TURN_OFF), nothing)
            receipt = await client.perform(edit, nothing)
            assert receipt.outcomes
            assert not receipt.failures
            assert all(outcome.began_utc and outcome.ended_utc for outcome in receipt.outcomes)

    run(story())


def test_a_name_in_any_script_survives_the_way(host: RemoteHost) -> None:  # fact 223
    async def story() -> None:
        name = 'naïve ‘name’ "q" $(x) `y` 東京 🧪 \u202eabc'
        async with connected(host) as client:
            await client.perform(Rename(PATCH1, name), nothing)
            assert (await client.read()).checkpoint(PATCH1).name == name

    run(story())


def test_a_reading_after_the_first_brings_only_what_changed(host: RemoteHost) -> None:
    async def story() -> None:
        async with connected(host) as client:
            first = await client.read()
            await client.perform(Rename(PATCH1, "new"), nothing)
            second = await client.read()
            assert second.vms[DB] is first.vms[DB]
            assert second.vms[WEB] is not first.vms[WEB]

    run(story())


def test_a_change_by_somebody_else_is_news_without_looking_for_it(host: RemoteHost) -> None:
    async def story() -> None:
        async with connected(host) as client, connected(host) as other:
            news = asyncio.Event()
            await client.read()
            await client.watch(news.set)
            await other.perform(Rename(PATCH1, "new"), nothing)
            await news.wait()
            assert (await client.read()).checkpoint(PATCH1).name == "new"

    run_in_no_time(story())


def test_a_request_costs_two_exchanges(host: RemoteHost) -> None:
    async def story() -> None:
        async with connected(host) as client:
            await until_listening(host)
            kinds = ("Send", "Receive")  # a Receive may come to nothing in between
            before = host.count(*kinds)
            for _ in range(20):
                await client.watch(lambda: None)
            await until_listening(host)
            assert host.count(*kinds) - before == 2 * 20

    run(story())


def test_the_loops_thread_compresses_nothing(host: RemoteHost, monkeypatch: pytest.MonkeyPatch) -> None:
    compress, threads = gzip.compress, list[threading.Thread]()

    def noted(*given: Any, **options: Any) -> bytes:
        threads.append(threading.current_thread())
        return compress(*given, **options)

    async def story() -> None:
        async with connected(host):  # which sends 200 KB there and back
            pass

    monkeypatch.setattr(gzip, "compress", noted)
    run(story())
    ours = [
        each.name for each in threads if each.name.startswith("hvtree-") or each is threading.main_thread()
    ]
    assert ours == ["hvtree-send"]


def test_requests_that_wait_together_share_a_send(host: RemoteHost) -> None:
    async def story() -> None:
        async with connected(host) as client:
            before = host.count("Send")
            await asyncio.gather(*(client.perform(Rename(PATCH1, f"n{n}"), nothing) for n in range(50)))
            assert host.count("Send") - before <= 10

    run(story())


@pytest.mark.parametrize("envelope_kb", [500, 150])
def test_a_large_host_is_read_whatever_envelope_it_allows(envelope_kb: int) -> None:
    async def story(host: RemoteHost) -> None:
        async with connected(host) as client:
            state = await client.read()
            assert len(list(state.all_checkpoints())) == 10_000

    with remote_host("big:200x50", envelope_kb=envelope_kb) as host:
        run(story(host))


def test_five_megabytes_come_through_both_ways(host: RemoteHost) -> None:
    async def story() -> None:
        text = "é漢😀" + random.Random(2).randbytes(2_500_000).hex()
        channel = ThreadedChannel(WinRmPipe(host.login()), agent_starter.agent_text())
        rpc = Rpc("vhost", channel.send)
        rpc.begin()
        await channel.open(Decoder(), Passing(rpc))
        body = await rpc.ask("echo", {"text": text}, "echo")
        assert decoded(body, dict[str, str], "the echo")["text"] == text
        await channel.close()

    run(story())


class Passing:
    """Passes what is received to a rpc, as a client does."""

    def __init__(self, rpc: Rpc) -> None:
        self._rpc = rpc

    def received(self, news: News) -> None:
        self._rpc.take(news)

    def cut(self) -> None:
        pass

    def torn(self) -> None:
        self._rpc.repeat()

    def unanswered(self, ids: Collection[str], error: HVTreeError, *, is_torn: bool) -> None:
        raise AssertionError("one agent answers them all")

    def lost(self, error: HVTreeError) -> None:
        self._rpc.end(error)
