"""Hosts that are slow, noisy, torn or foreign, on both backends that go over WinRM: HVTree copes, or says what is wrong."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

import pytest

from hvtree.domain.errors import ConnectionFailure
from hvtree.emulator.host.faults import Fault
from hvtree.emulator.winrm.connection_faults import ConnectionFaults
from hvtree.emulator.worlds.schema import HostSpec
from hvtree.hosts.fallback import FallbackClient
from tests.support.agent_connection import over_winrm
from tests.support.backends import NEED_POWERSHELL, SCRIPT_WINRM, WINRM, endpoint_on, hosting
from tests.support.remote_host import RemoteHost
from tests.support.virtual_host import vm_spec, world_of
from tests.support.waiting import WAIT_S, in_time

T = TypeVar("T")
MEGABYTE = 1 << 20
JAPANESE = "仮想マシンは現在の状態では操作を実行できません。(0x80070020)"


@pytest.fixture(params=[WINRM, SCRIPT_WINRM])
def is_real(request: pytest.FixtureRequest) -> bool:
    """A real PowerShell is behind the backend, and not the agent in Python."""
    if request.param in NEED_POWERSHELL:
        request.getfixturevalue("powershell")
    return bool(request.param in NEED_POWERSHELL)


@contextmanager
def served(*, is_real: bool, culture: str = "en-US", **connection_faults: Any) -> Iterator[RemoteHost]:
    """Serve a host of a culture with one VM, with these connection faults."""
    vm = vm_spec("vm", "base(p1*)", state="Running")
    with (
        hosting(world_of(vm, host=HostSpec("HOST", culture=culture))) as hyperv,
        endpoint_on(
            hyperv, is_real=is_real, connection_faults=ConnectionFaults(**connection_faults)
        ) as endpoint,
    ):
        yield RemoteHost(endpoint, hyperv)


def run(story: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(in_time(story))


async def names_on(client: FallbackClient) -> list[str]:
    """Connect, read, close; return the names of the checkpoints."""
    try:
        await client.connect()
        state = await client.read()
        return [each.name for each in state.all_checkpoints()]
    finally:
        await client.close()


def test_a_slow_host_is_waited_for(is_real: bool) -> None:
    with served(is_real=is_real, delay_s=0.1) as host:
        assert run(names_on(host.client())) == ["base", "p1"]


def test_a_host_that_tears_every_line_is_understood(is_real: bool) -> None:
    with served(is_real=is_real, piece_bytes=5) as host:
        connection = over_winrm(host.endpoint)
        (vm,) = connection.ask("host.read", since=0).vms
        assert [each["name"] for each in vm["checkpoints"]] == ["base", "p1"]
        connection.close()


def test_20_megabytes_of_noise_before_the_first_word_do_no_harm() -> None:
    noise = b"WARNING: the profile of this host is talkative\r\n" * (20 * MEGABYTE // 48)
    with served(is_real=False, stdout_noise=noise) as host:
        assert run(names_on(host.client())) == ["base", "p1"]


def test_a_host_that_dies_in_the_middle_of_a_line_is_lost_and_not_waited_for(is_real: bool) -> None:
    async def story(host: RemoteHost) -> None:
        client = host.client()
        try:
            await client.connect()
            reading = asyncio.ensure_future(client.read())
            output = host.output
            output.write(b'#hvtree#{"id":"r1","part":{"vms":[{"id":"')
            output.end(1)
            with pytest.raises(ConnectionFailure):
                await reading
        finally:
            await client.close()

    with served(is_real=is_real) as host:
        run(story(host))


def test_words_of_the_host_in_its_own_language_are_passed_on_and_never_read(is_real: bool) -> None:
    with served(is_real=is_real) as host:
        host.hyperv.faults.add(Fault(cmdlet="Rename-VMSnapshot", error="InvalidState", message=JAPANESE))
        connection = over_winrm(host.endpoint)
        checkpoint = host.hyperv.get_vm_snapshot("vm").objects[0].id
        error = connection.ask("checkpoint.rename", ids=[checkpoint], name="x").result["error"]
        assert (error["message"], error["category"]) == (JAPANESE, "InvalidOperation")
        assert error["fqid"].startswith("InvalidState,")
        connection.close()


@pytest.mark.parametrize(
    ("culture", "form"), [("de-DE", "%d.%m.%Y - %H:%M:%S"), ("en-GB", "%d/%m/%Y - %H:%M:%S")]
)
def test_dates_as_the_host_writes_them_stay_words_and_times_stay_right(
    is_real: bool, culture: str, form: str
) -> None:
    with served(is_real=is_real, culture=culture) as host:
        done = threading.Event()
        host.hyperv.checkpoint_vm("vm").on_done(done.set)
        assert done.wait(WAIT_S)
        made = next(
            each for each in host.hyperv.get_vm_snapshot("vm").objects if each.name.startswith("vm - (")
        )
        connection = over_winrm(host.endpoint)
        (vm,) = connection.ask("host.read").vms
        told = next(each for each in vm["checkpoints"] if each["id"] == made.id)
        assert told["name"] == f"vm - ({made.creation_time:{form}})"
        assert datetime.fromisoformat(told["created"]) == made.creation_time
        connection.close()
