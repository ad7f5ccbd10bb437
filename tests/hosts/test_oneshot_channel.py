"""One PowerShell per request, over the real endpoint: it does all that the persistent one does, and each edit once."""

from __future__ import annotations

import asyncio

import pytest

from hvtree.domain.edits import Apply, Create, Delete, DeleteSubtree, Edit, Export, Power, Rename, SetPower
from hvtree.domain.errors import OutcomeUnknown
from hvtree.emulator.host.faults import Fault
from tests.support.called import names
from tests.support.modes import CALLS, LINES, in_mode
from tests.support.remote_client import BASE, DB, PATCH1, SIDE, WEB, nothing
from tests.support.remote_host import SPEED, RemoteHost, remote_host, run
from tests.support.running_time import run_in_no_time
from tests.support.waiting import FOR_EVER_S

TIMED_OUT = 2150858793


EDITS: list[Edit] = [
    SetPower((WEB,), Power.SAVE),
    SetPower((DB,), Power.START),
    Create((WEB, DB), "naïve ‘name’ $(x) `y` 東京 🧪"),
    Rename(PATCH1, "neu – 新"),
    Apply((PATCH1,)),
    Export(SIDE, "D:\\Exports"),
    Delete((SIDE, PATCH1)),
    DeleteSubtree(BASE),
]


@pytest.mark.parametrize("index", [LINES, CALLS])
def test_every_edit_comes_to_a_host_and_back(host: RemoteHost, index: int) -> None:
    async def story() -> None:
        async with in_mode(host, index) as client:
            for edit in EDITS:
                receipt = await client.perform(edit, nothing)
                assert receipt.outcomes, edit
                assert not receipt.failures, edit
            assert (await client.read()).vms[WEB].checkpoints == ()

    run(story())


@pytest.mark.parametrize("index", [LINES, CALLS])
def test_a_large_host_is_read(index: int) -> None:
    async def story(host: RemoteHost) -> None:
        async with in_mode(host, index) as client:
            state = await client.read()
            assert len(list(state.all_checkpoints())) == 2_000

    with remote_host("big:40x50") as host:
        run(story(host))


def test_a_change_by_somebody_else_is_news(host: RemoteHost) -> None:
    async def story() -> None:
        async with in_mode(host, CALLS) as client:
            news = asyncio.Event()
            await client.read()
            await client.watch(news.set)
            host.hyperv.rename_vm_snapshot("web", "patch1", new_name="by another")
            await news.wait()
            assert (await client.read()).checkpoint(PATCH1).name == "by another"

    run(story())


def test_news_come_line_by_line_as_well_and_nobody_looks_for_them(host: RemoteHost) -> None:
    async def story() -> None:
        async with in_mode(host, LINES) as client:
            news = asyncio.Event()
            await client.read()
            await client.watch(news.set)
            await client.perform(Rename(PATCH1, "new"), nothing)
            await news.wait()
            host.endpoint.drop_connections()
            assert (await client.read()).checkpoint(PATCH1).name == "new"
            assert host.count("Create") == 1

    run_in_no_time(story())


def test_a_vm_that_did_not_change_is_the_same_object_in_the_next_reading(host: RemoteHost) -> None:
    async def story() -> None:
        async with in_mode(host, CALLS) as client:
            first = await client.read()
            await client.perform(Rename(PATCH1, "new"), nothing)
            second = await client.read()
            assert second.vms[DB] is first.vms[DB]
            assert second.vms[WEB] is not first.vms[WEB]

    run(story())


def test_a_look_costs_three_or_four_exchanges_and_a_farewell_and_an_edit_one_more(host: RemoteHost) -> None:
    async def story() -> None:
        async with in_mode(host, CALLS) as client:
            kinds = ("Command", "Send", "Receive")  # the Signal comes after the answer
            before = host.count(*kinds)
            await client.read()
            await client.read()
            assert 2 * 3 <= host.count(*kinds) - before <= 2 * 4  # VMs and the end may come apart
            before = host.count(*kinds)
            await client.perform(Rename(PATCH1, "one"), nothing)
            assert 4 <= host.count(*kinds) - before <= 5  # greeting and answer may come apart
        assert client.exchanges == host.count()
        assert host.count("Signal") <= host.count("Command")

    run(story())


def test_each_slot_logs_in_once(host: RemoteHost) -> None:
    async def story() -> None:
        async with in_mode(host, CALLS) as client:
            logins = host.count("login")
            assert logins == 2 * 3  # three steps each: one connection opens and closes, one looks
            for name in ("one", "two"):
                await client.perform(Rename(PATCH1, name), nothing)
                await client.read()
            assert host.count("login") - logins == 3

    run(story())


def test_what_is_asked_at_the_same_time_shares_a_powershell(host: RemoteHost) -> None:
    async def story() -> None:
        async with in_mode(host, CALLS) as client:
            before = host.count("Command")
            await asyncio.gather(*(client.perform(Rename(PATCH1, f"n{n}"), nothing) for n in range(30)))
            assert host.count("Command") - before <= 3

    run(story())


def test_neither_a_reading_nor_another_edit_waits_for_long_work(host: RemoteHost) -> None:
    async def story() -> None:
        async with in_mode(host, CALLS) as client:
            host.hyperv.faults.add(Fault("Export-VMSnapshot", delay_s=FOR_EVER_S * SPEED))
            export = asyncio.ensure_future(client.perform(Export(SIDE, "D:\\Exports"), nothing))
            assert await names(client, WEB)
            await client.perform(Create((DB,), "meanwhile"), nothing)
            assert "meanwhile" in await names(client)
            assert not export.done()
        with pytest.raises(OutcomeUnknown):
            await export

    run(story())


# -- each edit once ----------------------------------------------------------------------------------------------------
