"""One PowerShell per request, when something happens on the way: each edit once, and the end in words."""

from __future__ import annotations

import asyncio

import pytest

from hvtree.domain.edits import Create, Export, Rename
from hvtree.domain.errors import ConnectionFailure, HVTreeError, OutcomeUnknown
from hvtree.emulator.host.faults import Fault
from hvtree.emulator.winrm.connection_faults import Interruption, Stdin
from hvtree.hosts.client import Client
from hvtree.hosts.oneshot_channel import OneShotChannel
from hvtree.hosts.winrm import oneshot_command
from hvtree.hosts.winrm.oneshot_runner import WinRmAgentRunner
from tests.support.called import at_once, called, names
from tests.support.modes import CALLS, in_mode
from tests.support.remote_client import DB, PATCH1, SIDE, WEB, nothing
from tests.support.remote_host import SPEED, RemoteHost, run
from tests.support.running_time import run_in_no_time
from tests.support.waiting import FOR_EVER_S, WAIT_S

TIMED_OUT = 2150858793


@pytest.mark.parametrize("interruption", [Interruption.DROP_BEFORE, Interruption.DROP_AFTER])
@pytest.mark.parametrize("kind", ["Command", "Send", "end"])
def test_an_edit_whose_start_is_cut_is_done_exactly_once(
    host: RemoteHost, kind: str, interruption: Interruption
) -> None:
    async def story() -> None:
        async with called(host, wait=at_once) as client:
            await client.read()
            if kind == "end":  # the end of the input follows the input
                host.connection_faults.next("Send", Interruption.FAULT_AFTER, TIMED_OUT)
            host.connection_faults.next("Command" if kind == "Command" else "Send", interruption)
            receipt = await client.perform(Create((DB,), "once"), nothing)
            assert not receipt.failures
            assert (await names(client)).count("once") == 1

    run(story())


def test_an_edit_that_is_only_listened_to_again_is_done_exactly_once(host: RemoteHost) -> None:
    async def story() -> None:
        async with called(host, wait=at_once) as client:
            host.connection_faults.next("Receive", Interruption.DROP_BEFORE)
            receipt = await client.perform(Create((DB,), "once"), nothing)
            assert not receipt.failures
            assert (await names(client)).count("once") == 1

    run(story())


def test_an_edit_whose_answer_is_lost_is_unknown_and_not_repeated(host: RemoteHost) -> None:
    async def story() -> None:
        async with called(host, wait=at_once) as client:
            await client.read()
            for _ in range(3):  # greeting, progress and answer come in up to three pieces
                host.connection_faults.next("Receive", Interruption.DROP_AFTER)
            with pytest.raises(OutcomeUnknown, match="asked to checkpoint a VM"):
                await client.perform(Create((DB,), "once"), nothing)
            host.connection_faults.draw("Receive")
            host.connection_faults.draw("Receive")
            assert (await names(client)).count("once") == 1

    run(story())


def test_a_look_whose_answer_is_lost_is_repeated(host: RemoteHost) -> None:
    async def story() -> None:
        async with called(host, wait=at_once) as client:
            host.connection_faults.next("Receive", Interruption.DROP_AFTER)
            assert (await client.read()).vms

    run(story())


def test_a_powershell_that_dies_costs_its_own_request_only(host: RemoteHost) -> None:
    async def story() -> None:
        async with in_mode(host, CALLS) as client:
            lost: list[HVTreeError] = []
            client.on_lost = lost.append
            host.hyperv.faults.add(Fault("Export-VMSnapshot", delay_s=FOR_EVER_S * SPEED))
            export = asyncio.ensure_future(client.perform(Export(SIDE, "D:\\Exports"), nothing))
            listening = await asyncio.to_thread(host.endpoint.shells.wait_for_listener, WAIT_S)
            assert listening
            host.output.write(b"out of memory", "stderr")
            host.output.end(3)
            with pytest.raises(OutcomeUnknown) as caught:
                await export
            assert "out of memory" in caught.value.details
            assert (await client.read()).vms
            assert not lost

    run(story())


# -- shells ------------------------------------------------------------------------------------------------------------


def test_the_shell_is_replaced_before_it_has_started_too_many(host: RemoteHost) -> None:
    async def story() -> None:
        host.connection_faults.commands_per_shell = 3
        async with called(host, commands_per_shell=3) as client:
            for _ in range(9):
                await client.read()
        commands = host.count("Command")
        assert (
            commands >= 12
        )  # greeting, test and module: three more calls; a look more if the machine is slow
        assert host.count("Create") == host.count("Delete") == -(-commands // 3)

    run(story())


def test_a_shell_that_takes_no_more_is_replaced_too(host: RemoteHost) -> None:
    async def story() -> None:
        host.connection_faults.commands_per_shell = 4
        async with called(host) as client:
            for number in range(3):
                receipt = await client.perform(Rename(PATCH1, f"n{number}"), nothing)
                assert not receipt.failures
            assert host.count("Create") == 2

    run(story())


def test_a_shell_that_the_host_has_closed_is_replaced(host: RemoteHost) -> None:
    async def story() -> None:
        async with in_mode(host, CALLS) as client:
            await client.read()
            host.endpoint.shells.close()
            assert not (await client.perform(Rename(PATCH1, "still"), nothing)).failures
            assert (await client.read()).checkpoint(PATCH1).name == "still"

    run(story())


def test_a_forgotten_login_is_renewed(host: RemoteHost) -> None:
    async def story() -> None:
        async with in_mode(host, CALLS) as client:
            for name in ("one", "two"):
                host.endpoint.forget_logins()
                await client.perform(Rename(PATCH1, name), nothing)
            assert (await client.read()).checkpoint(PATCH1).name == "two"
            assert host.count("Create") == 1

    run(story())


def test_a_connection_that_is_renewed_goes_on(host: RemoteHost) -> None:
    async def story() -> None:
        async with in_mode(host, CALLS) as client:
            await client.read()
            client.renew()
            assert not (await client.perform(Rename(PATCH1, "after"), nothing)).failures
            client.renew()
            assert (await client.read()).checkpoint(PATCH1).name == "after"

    run(story())


def test_a_busy_pipe_is_asked_again(host: RemoteHost) -> None:
    async def story() -> None:
        async with called(host, wait=at_once) as client:
            for _ in range(2):
                host.connection_faults.next("Send", Interruption.FAULT_BEFORE, 170)
            assert not (await client.perform(Rename(PATCH1, "x"), nothing)).failures
            assert host.count("Create") == 1

    run(story())


def test_noise_and_lines_in_pieces_do_no_harm(host: RemoteHost) -> None:
    async def story() -> None:
        host.connection_faults.stdout_noise = b"WARNING: profile\r\nno line end"
        host.connection_faults.stderr_noise = b"#< CLIXML\r\n<Objs/>"
        host.connection_faults.splits_newlines = True
        async with in_mode(host, CALLS) as client:
            host.connection_faults.piece_bytes = 700
            receipt, state = await asyncio.gather(client.perform(Rename(PATCH1, "x"), nothing), client.read())
            assert not receipt.failures
            assert len(state.vms[WEB].checkpoints) == 4

    run(story())


def test_a_look_that_takes_for_ever_is_given_up(host: RemoteHost) -> None:
    async def story() -> None:
        async with called(host, give_up_s=0.0) as client:
            host.connection_faults.stdin = Stdin.NOWHERE
            with pytest.raises(ConnectionFailure, match="has not answered for 0 seconds"):
                await client.read()

    run(story())


def test_a_sleep_of_this_computer_does_not_give_a_look_up(
    host: RemoteHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its clock is an hour ahead at one moment, in the middle of the answer."""

    async def story() -> None:
        async with in_mode(host, CALLS) as client:
            host.connection_faults.piece_bytes = 700
            pieces = host.count("Receive") + 2
            now = lambda: 0.0 if host.count("Receive") < pieces else 3600.0  # noqa: E731
            monkeypatch.setattr(oneshot_command, "monotonic", now)
            assert (await client.read()).vms

    run(story())


# -- the end -----------------------------------------------------------------------------------------------------------


def test_closing_in_the_middle_of_long_work_waits_for_no_limit(host: RemoteHost) -> None:
    async def story() -> None:
        async with in_mode(host, CALLS) as client:
            host.hyperv.faults.add(Fault("Export-VMSnapshot", delay_s=FOR_EVER_S * SPEED))
            export = asyncio.ensure_future(client.perform(Export(SIDE, "D:\\Exports"), nothing))
            listening = await asyncio.to_thread(host.endpoint.shells.wait_for_listener, WAIT_S)
            assert listening
            await client.close()
            assert not host.endpoint.shells.outputs()
            with pytest.raises(OutcomeUnknown):
                await export

    run_in_no_time(story())


def test_closing_does_not_wait_for_a_host_that_answers_no_more(host: RemoteHost) -> None:
    async def story() -> None:
        async with in_mode(host, CALLS) as client:
            host.connection_faults.delay_s = FOR_EVER_S
            edit = asyncio.ensure_future(client.perform(Rename(PATCH1, "x"), nothing))
            await asyncio.sleep(0)
            await client.close()
            with pytest.raises(OutcomeUnknown):
                await edit

    run(story())


def test_a_host_that_is_gone_for_good_is_a_loss(host: RemoteHost) -> None:
    async def story() -> None:
        host.connection_faults.stdin = Stdin.INPUT_AT_END
        calls = WinRmAgentRunner(host.login(), wait=at_once)
        client = Client(OneShotChannel(calls), "vhost", polls=True)
        await client.connect()
        lost: asyncio.Future[HVTreeError] = asyncio.get_running_loop().create_future()
        client.on_lost = lost.set_result
        host.endpoint.close()
        with pytest.raises(ConnectionFailure):
            await client.read()
        assert isinstance(await lost, ConnectionFailure)
        await client.close()

    run(story())
