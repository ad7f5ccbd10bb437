"""The client over pywinrm, NTLM and encryption to an emulated host: it survives what happens on the way."""

from __future__ import annotations

import asyncio
import random

import pytest

from hvtree.domain.edits import Create, Export, Rename
from hvtree.domain.errors import (
    BadHostData,
    ConnectionFailure,
    HVTreeError,
    OutcomeUnknown,
)
from hvtree.emulator.winrm.connection_faults import Interruption
from hvtree.hosts.handshake import Timing
from tests.support.remote_client import (
    DB,
    PATCH1,
    SIDE,
    WEB,
    connected,
    nothing,
    until_listening,
)
from tests.support.remote_host import RemoteHost, run
from tests.support.running_time import run_in_no_time
from tests.support.waiting import FOR_EVER_S


def test_a_pipe_that_gives_seven_bytes_at_a_time_gives_the_same(host: RemoteHost) -> None:
    async def story() -> None:
        async with connected(host) as client:
            host.connection_faults.piece_bytes = 700
            host.connection_faults.splits_newlines = True
            assert len((await client.read()).vms[WEB].checkpoints) == 4

    run(story())


def test_noise_on_both_outputs_does_no_harm(host: RemoteHost) -> None:
    async def story() -> None:
        host.connection_faults.stdout_noise = b"WARNING: profile\r\nno line end"
        host.connection_faults.stderr_noise = b"#< CLIXML\r\n<Objs/>"
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


@pytest.mark.parametrize("interruption", [Interruption.DROP_BEFORE, Interruption.DROP_AFTER])
@pytest.mark.parametrize("kind", ["Send", "Receive"])
def test_an_edit_whose_connection_is_cut_is_done_exactly_once(
    host: RemoteHost, kind: str, interruption: Interruption
) -> None:
    async def story() -> None:
        async with connected(host) as client:
            await until_listening(host)
            host.connection_faults.next(kind, interruption)
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


def test_a_login_that_is_forgotten_while_the_host_works_answers_what_it_asked(host: RemoteHost) -> None:
    async def story() -> None:
        async with connected(host) as client:
            lost: list[HVTreeError] = []
            client.on_lost = lost.append
            for name in ("one", "two"):
                await until_listening(host)  # this Receive came by the login that is now forgotten
                host.endpoint.forget_logins()
                await client.perform(Rename(PATCH1, name), nothing)
            assert (await client.read()).checkpoint(PATCH1).name == "two"
            assert host.count("Create") == 1
            assert not lost

    run(story())


def test_a_long_line_that_is_cut_in_the_middle_begins_anew(host: RemoteHost) -> None:
    async def story() -> None:
        async with connected(host) as client:
            await until_listening(host)
            folder = "D:\\" + random.Random(1).randbytes(200_000).hex()
            before = host.count("Send")
            for interruption in (Interruption.DROP_AFTER, Interruption.DROP_BEFORE):
                host.connection_faults.next("Send", interruption)
            receipt = await client.perform(Export(SIDE, folder), nothing)
            assert len(receipt.outcomes) == 1
            assert host.count("Send") - before > 4

    run(story())


def test_a_send_that_times_out_is_not_repeated(host: RemoteHost) -> None:
    async def story() -> None:
        async with connected(host) as client:
            host.connection_faults.next("Send", Interruption.FAULT_AFTER, 2150858793)
            before = host.count("Send")
            await client.perform(Rename(PATCH1, "x"), nothing)
            assert host.count("Send") - before == 1

    run(story())


def test_a_busy_pipe_is_asked_again(host: RemoteHost) -> None:
    async def story() -> None:
        async with connected(host) as client:
            host.connection_faults.next("Send", Interruption.FAULT_BEFORE, 170)
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
        host.connection_faults.aborts_receive = aborts
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
        host.connection_faults.is_silent = True
        with pytest.raises(ConnectionFailure, match="agent did not start there"):
            await host.client(Timing(hello_s=0.2)).connect()
        assert host.count("Delete") == host.count("Create") == 3  # one for each connection that was tried

    run(story())


def test_closing_ends_the_shell_and_waits_for_no_limit(host: RemoteHost) -> None:
    async def story() -> None:
        async with connected(host) as client:
            await client.read()
            await client.close()
            assert not host.endpoint.shells.outputs()

    run_in_no_time(story())


def test_closing_does_not_wait_for_a_host_that_answers_no_more(host: RemoteHost) -> None:
    async def story() -> None:
        client = host.client()
        await client.connect()
        host.connection_faults.delay_s = FOR_EVER_S
        edit = asyncio.ensure_future(client.perform(Rename(PATCH1, "x"), nothing))
        await asyncio.sleep(0)
        await client.close()
        with pytest.raises(OutcomeUnknown):
            await edit

    run(story())
