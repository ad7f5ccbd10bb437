"""The client over pywinrm, NTLM and encryption to an emulated host: it works, and it survives what happens on the way."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Any

import pytest

from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.edits import Apply, Create, Delete, DeleteSubtree, Edit, Export, Power, Rename, SetPower
from hvtree.domain.errors import (
    BadHostData,
    ConnectionFailure,
    HVTreeError,
    OutcomeUnknown,
)
from hvtree.domain.receipt import Progress
from hvtree.emulator.mischief import Trick
from hvtree.hosts.channel import ThreadedChannel
from hvtree.hosts.client import Client
from hvtree.hosts.codec import Decoder, News, decoded
from hvtree.hosts.conversation import Conversation
from hvtree.hosts.introduction import Timing
from hvtree.hosts.winrm import bootstrap
from hvtree.hosts.winrm.pipe import WinRmPipe
from tests.support.remote_host import RemoteHost, remote_host, run

WEB = "a0000000-0000-4000-8000-000000000001"
DB = "a0000000-0000-4000-8000-000000000002"
BASE, PATCH1, PATCH2, SIDE = (
    CheckpointRef(WEB, f"c0000000-0000-4000-8000-00000000000{number}") for number in (1, 2, 3, 4)
)


@pytest.fixture
def host() -> Iterator[RemoteHost]:
    with remote_host() as made:
        yield made


@asynccontextmanager
async def connected(host: RemoteHost, **changes: Any) -> AsyncIterator[Client]:
    client = host.client(**changes)
    await client.connect()
    try:
        yield client
    finally:
        await client.close()


def nothing(_: Progress) -> None:
    pass


async def until_listening(host: RemoteHost) -> None:
    """Wait until the receiving road waits at the host, so that what follows meets a quiet connection."""
    listening = host.endpoint.shells.wait_for_listener(5)
    assert listening


def test_a_host_is_read_through_ntlm_and_encryption(host: RemoteHost) -> None:
    async def story() -> None:
        async with connected(host) as client:
            state = await client.read()
            web = state.vms[WEB]
            assert (state.host, web.name, len(web.checkpoints), web.now_id) == (
                "PAIR",
                "web",
                4,
                PATCH2.checkpoint_id,
            )
            assert web.by_id[PATCH1.checkpoint_id].size_bytes > 0
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
    Apply(SIDE),
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


def test_a_name_in_any_script_survives_the_way(host: RemoteHost) -> None:
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


def test_a_change_by_somebody_else_is_news(host: RemoteHost) -> None:
    async def story() -> None:
        async with connected(host) as client, connected(host) as other:
            news = asyncio.Event()
            await client.read()
            await client.watch(news.set)
            await other.perform(Rename(PATCH1, "new"), nothing)
            await asyncio.wait_for(news.wait(), 5)
            assert (await client.read()).checkpoint(PATCH1).name == "new"

    run(story())


def test_a_request_costs_two_exchanges(host: RemoteHost) -> None:
    async def story() -> None:
        async with connected(host) as client:
            await until_listening(host)
            before = host.count()
            for _ in range(20):
                await client.watch(lambda: None)
            await until_listening(host)
            assert (
                abs(host.count() - before - 2 * 20) <= 1
            )  # a Send is counted a moment after its answer has come

    run(story())


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


def test_a_pipe_that_gives_seven_bytes_at_a_time_gives_the_same(host: RemoteHost) -> None:
    async def story() -> None:
        async with connected(host) as client:
            host.mischief.piece_bytes = 700
            host.mischief.splits_newlines = True
            assert len((await client.read()).vms[WEB].checkpoints) == 4

    run(story())


def test_noise_on_both_outputs_does_no_harm(host: RemoteHost) -> None:
    async def story() -> None:
        host.mischief.stdout_noise = b"WARNING: profile\r\nno line end"
        host.mischief.stderr_noise = b"#< CLIXML\r\n<Objs/>"
        async with connected(host) as client:
            assert (await client.read()).vms

    run(story())


def test_a_cut_connection_is_taken_up_with_the_same_shell(host: RemoteHost) -> None:
    async def story() -> None:
        async with connected(host) as client:
            lost: list[HVTreeError] = []
            client.on_lost = lost.append
            await client.read()
            host.endpoint.drop_connections()
            await client.perform(Rename(PATCH1, "after the cut"), nothing)
            host.endpoint.drop_connections()
            assert (await client.read()).checkpoint(PATCH1).name == "after the cut"
            assert host.count("Create") == 1
            assert not lost

    run(story())


@pytest.mark.parametrize("trick", [Trick.DROP_BEFORE, Trick.DROP_AFTER])
@pytest.mark.parametrize("kind", ["Send", "Receive"])
def test_an_edit_whose_connection_is_cut_is_done_exactly_once(
    host: RemoteHost, kind: str, trick: Trick
) -> None:
    async def story() -> None:
        async with connected(host) as client:
            await until_listening(host)
            host.mischief.next(kind, trick)
            if kind == "Receive":  # the one that waits now was looked at before; the next one is in for it
                await client.watch(lambda: None)
            receipt = await client.perform(Create((DB,), "once"), nothing)
            assert not receipt.failures
            names = [checkpoint.name for checkpoint in (await client.read()).vms[DB].checkpoints]
            assert names.count("once") == 1
            assert host.count("Create") == 1

    run(story())


def test_a_forgotten_login_is_renewed_for_the_same_shell(host: RemoteHost) -> None:
    async def story() -> None:
        async with connected(host) as client:
            for name in ("one", "two"):
                host.endpoint.forget_logins()
                await client.perform(Rename(PATCH1, name), nothing)
            assert (await client.read()).checkpoint(PATCH1).name == "two"
            assert host.count("Create") == 1

    run(story())


def test_a_long_line_that_is_cut_in_the_middle_begins_anew(host: RemoteHost) -> None:
    async def story() -> None:
        async with connected(host) as client:
            await until_listening(host)
            folder = "D:\\" + random.Random(1).randbytes(200_000).hex()
            before = host.count("Send")
            for trick in (Trick.DROP_AFTER, Trick.DROP_BEFORE):
                host.mischief.next("Send", trick)
            receipt = await client.perform(Export(SIDE, folder), nothing)
            assert len(receipt.outcomes) == 1
            assert host.count("Send") - before > 4

    run(story())


def test_a_send_that_times_out_is_not_repeated(host: RemoteHost) -> None:
    async def story() -> None:
        async with connected(host) as client:
            host.mischief.next("Send", Trick.FAULT_AFTER, 2150858793)
            before = host.count("Send")
            await client.perform(Rename(PATCH1, "x"), nothing)
            assert host.count("Send") - before == 1

    run(story())


def test_a_busy_pipe_is_asked_again(host: RemoteHost) -> None:
    async def story() -> None:
        async with connected(host) as client:
            host.mischief.next("Send", Trick.FAULT_BEFORE, 170)
            receipt = await client.perform(Rename(PATCH1, "x"), nothing)
            assert not receipt.failures

    run(story())


def test_an_agent_that_dies_leaves_the_outcome_unknown_and_is_told(host: RemoteHost) -> None:
    async def story() -> None:
        async with connected(host) as client:
            lost: asyncio.Future[HVTreeError] = asyncio.get_running_loop().create_future()
            client.on_lost = lost.set_result
            edit = asyncio.ensure_future(client.perform(Export(SIDE, "D:\\Exports"), nothing))
            await client.watch(lambda: None)
            host.output.write(b"out of memory", "stderr")
            host.output.end(3)
            with pytest.raises(OutcomeUnknown, match="asked to export a checkpoint"):
                await edit
            error = await lost
            assert "exit code 3" in error.why
            assert "out of memory" in error.details

    run(story())


@pytest.mark.parametrize("aborts", [True, False])
def test_a_shell_that_the_host_closes_is_a_loss_in_words(host: RemoteHost, *, aborts: bool) -> None:
    async def story() -> None:
        host.mischief.aborts_receive = aborts
        async with connected(host) as client:
            lost: asyncio.Future[HVTreeError] = asyncio.get_running_loop().create_future()
            client.on_lost = lost.set_result
            await until_listening(host)
            host.endpoint.shells.close()
            assert "agent on the host ‘vhost’" in (await lost).what

    run(story())


@pytest.mark.parametrize(
    "output", [b"#hvtree#{garbage}\n", b"#hvtree#[]\n", b'#hvtree#{"z":"x"}\n', b"#hvtree#\xff\n"]
)
def test_garbage_under_the_marker_ends_the_connection_in_words(host: RemoteHost, output: bytes) -> None:
    async def story() -> None:
        async with connected(host) as client:
            lost: asyncio.Future[HVTreeError] = asyncio.get_running_loop().create_future()
            client.on_lost = lost.set_result
            host.output.write(output)
            error = await lost
            assert isinstance(error, BadHostData)
            assert "cannot be read" in error.sentence
            with pytest.raises(ConnectionFailure, match="not connected"):
                await client.read()

    run(story())


def test_half_a_line_and_then_nothing_is_a_loss_with_the_half_in_its_details(host: RemoteHost) -> None:
    async def story() -> None:
        async with connected(host) as client:
            lost: asyncio.Future[HVTreeError] = asyncio.get_running_loop().create_future()
            client.on_lost = lost.set_result
            host.output.write(b'#hvtree#{"id":"1","o')
            host.output.end(0)
            assert '{"id":"1","o' in (await lost).details

    run(story())


def test_a_host_that_says_nothing_is_given_up_in_words(host: RemoteHost) -> None:
    async def story() -> None:
        host.mischief.is_silent = True
        with pytest.raises(ConnectionFailure, match="agent did not start there"):
            await host.client(Timing(hello_s=0.2)).connect()
        assert host.count("Delete") == host.count("Create") == 3  # one for each road that was tried

    run(story())


def test_closing_ends_the_shell_and_is_quick(host: RemoteHost) -> None:
    async def story() -> None:
        async with connected(host) as client:
            await client.read()
            began = perf_counter()
            await client.close()
            assert perf_counter() - began < 1
            assert not host.endpoint.shells.outputs()

    run(story())


def test_closing_is_over_in_three_seconds_when_the_host_answers_no_more(host: RemoteHost) -> None:
    async def story() -> None:
        client = host.client()
        await client.connect()
        host.mischief.delay_s = 60
        edit = asyncio.ensure_future(client.perform(Rename(PATCH1, "x"), nothing))
        await asyncio.sleep(0)
        began = perf_counter()
        await client.close()
        assert perf_counter() - began < 3
        with pytest.raises(OutcomeUnknown):
            await edit

    run(story())


def test_five_megabytes_come_through_both_ways(host: RemoteHost) -> None:
    async def story() -> None:
        text = "é漢😀" + random.Random(2).randbytes(2_500_000).hex()
        channel = ThreadedChannel(WinRmPipe(host.settings()), bootstrap.agent_line())
        conversation = Conversation("vhost", channel.send)
        conversation.begin()
        await channel.open(Decoder(), Passing(conversation))
        body = await conversation.ask("echo", {"text": text}, "echo")
        assert decoded(body, dict[str, str], "the echo")["text"] == text
        await channel.close()

    run(story())


class Passing:
    """Passes what is received to a conversation, as a client does."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    def received(self, news: News) -> None:
        self._conversation.take(news)

    def torn(self) -> None:
        self._conversation.repeat()

    def lost(self, error: HVTreeError) -> None:
        self._conversation.end(error)
