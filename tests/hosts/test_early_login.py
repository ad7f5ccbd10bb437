"""The receiving connection logs in while the sending one opens a shell, and is closed whatever comes of that."""

from __future__ import annotations

import threading

import pytest

from hvtree.domain.errors import AuthenticationFailure, HVTreeError
from hvtree.emulator.winrm.connection_faults import Interruption
from tests.support.remote_client import connected
from tests.support.remote_host import RemoteHost, run
from tests.support.waiting import WAIT_S


def test_it_has_begun_before_powershell_is_started(host: RemoteHost) -> None:
    first: list[threading.Thread] = []
    has_begun = threading.Event()
    found: list[bool] = []

    def wait(_s: float) -> None:
        """Answer nothing more on the first connection, once it has a shell, until there is another one."""
        this = threading.current_thread()
        first.append(this)
        if this is not first[0]:
            has_begun.set()
        elif host.count("Create") and not host.count("Command"):
            found.append(has_begun.wait(WAIT_S))

    async def story() -> None:
        host.connection_faults.delay_s, host.connection_faults.wait = 0.001, wait
        async with connected(host) as client:
            assert (await client.read()).vms

    run(story())
    assert found
    assert all(found)


@pytest.mark.parametrize("code", [5, 2150859180])
def test_it_does_not_matter_where_no_shell_is_opened(host: RemoteHost, code: int) -> None:
    async def story() -> None:
        host.connection_faults.next("Create", Interruption.FAULT_BEFORE, code)
        with pytest.raises(HVTreeError):
            await host.client().connect()
        async with connected(host) as client:
            assert (await client.read()).vms

    run(story())


def test_a_password_that_is_wrong_is_not_tried_a_second_time(host: RemoteHost) -> None:
    async def story() -> None:
        with pytest.raises(AuthenticationFailure):
            await host.client(password="wrong").connect()
        assert host.count("denied") == 1

    run(story())


@pytest.mark.parametrize("step", ["Negotiate", "Authenticate"])
def test_a_connection_that_is_cut_while_it_logs_in_is_taken_up(host: RemoteHost, step: str) -> None:
    first: list[threading.Thread] = []
    cut: list[str] = []

    def wait(_s: float) -> None:
        this = threading.current_thread()
        first.append(this)
        if this is not first[0] and not cut:
            cut.append(step)
            host.connection_faults.next(step, Interruption.DROP_BEFORE)

    async def story() -> None:
        host.connection_faults.delay_s, host.connection_faults.wait = 0.001, wait
        async with connected(host) as client:
            assert (await client.read()).vms

    run(story())
    assert cut
