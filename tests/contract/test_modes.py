"""HVTree itself in each mode, with `agent.ps1` in a real PowerShell behind the endpoint."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from hvtree.domain.edits import Create
from hvtree.domain.receipt import Progress
from hvtree.emulator.powershell.real_powershell import RealPowerShell
from hvtree.emulator.serve import endpoint_for
from hvtree.emulator.winrm.process import Program
from hvtree.emulator.winrm.wsman import EndpointConfig
from tests.support.backends import hosting
from tests.support.dollar_input import InputBringer, brings_input
from tests.support.modes import CALLS, LINES, in_mode
from tests.support.remote_host import RemoteHost
from tests.support.waiting import in_time
from tests.support.wsman_clients import ACCOUNT

WEB = "a0000000-0000-4000-8000-000000000001"
NAME = "naïve ‘name’ $(x) 東京 🧪"


@pytest.fixture
def host(powershell: str) -> Iterator[RemoteHost]:
    """An emulated host whose PowerShell is a real one that brings `$input` as powershell.exe does."""
    with hosting("pair") as hyperv, RealPowerShell(hyperv, powershell) as real:
        program: Program = real if brings_input(powershell) else InputBringer(real)
        with endpoint_for(hyperv, EndpointConfig(ACCOUNT), powershell=program) as endpoint:
            yield RemoteHost(endpoint, hyperv)


def nothing(_: Progress) -> None:
    pass


@pytest.mark.parametrize("index", [LINES, CALLS])
def test_the_agent_works_where_its_input_is_brought(host: RemoteHost, index: int) -> None:
    async def story() -> None:
        async with in_mode(host, index) as client:
            assert client.hello is not None
            assert client.hello.agent.startswith("agent.ps1")
            made = await client.perform(Create((WEB,), NAME), nothing)
            assert not made.failures
            names = [checkpoint.name for checkpoint in (await client.read()).vms[WEB].checkpoints]
            assert names.count(NAME) == 1

    asyncio.run(in_time(story()))


@pytest.mark.parametrize("index", [LINES, CALLS])
def test_news_come_where_its_input_is_brought(host: RemoteHost, index: int) -> None:
    async def story() -> None:
        async with in_mode(host, index) as client:
            await client.read()
            news = asyncio.Event()
            await client.watch(news.set)
            host.hyperv.rename_vm_snapshot("web", "patch1", new_name=NAME)
            await news.wait()

    asyncio.run(in_time(story()))
