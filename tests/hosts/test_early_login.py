"""The receiving connection logs in while the sending one opens a shell, and is closed whatever comes of that."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from hvtree.domain.errors import AuthenticationFailure, HVTreeError
from hvtree.emulator.winrm.connection_faults import Interruption
from tests.support.remote_client import connected
from tests.support.remote_host import RemoteHost, run
from tests.support.waiting import WAIT_S


def told_of_messages(host: RemoteHost, tell: Callable[[bool], None]) -> None:
    """Tell at each message, before it is read and before it is answered, whether it came over the first connection."""
    connections: list[threading.Thread] = []

    def wait(_s: float) -> None:
        connections.append(threading.current_thread())
        tell(threading.current_thread() is connections[0])

    host.connection_faults.delay_s, host.connection_faults.wait = 0.001, wait


async def read(host: RemoteHost) -> None:
    async with connected(host) as client:
        assert (await client.read()).vms


def test_it_has_begun_before_powershell_is_started(host: RemoteHost) -> None:
    has_begun = threading.Event()
    found: list[bool] = []

    def tell(is_first: bool) -> None:
        """Answer nothing more on the first connection, once it has a shell, until there is another one."""
        if not is_first:
            has_begun.set()
        elif host.count("Create") and not host.count("Command"):
            found.append(has_begun.wait(WAIT_S))

    told_of_messages(host, tell)
    run(read(host))
    assert found
    assert all(found)


@pytest.mark.parametrize("code", [5, 2150859180])
def test_it_does_not_matter_where_no_shell_is_opened(host: RemoteHost, code: int) -> None:
    async def story() -> None:
        host.connection_faults.next("Create", Interruption.FAULT_BEFORE, code)
        with pytest.raises(HVTreeError):
            await host.client().connect()
        await read(host)

    run(story())


def test_a_password_that_is_wrong_is_not_tried_a_second_time(host: RemoteHost) -> None:
    async def story() -> None:
        with pytest.raises(AuthenticationFailure):
            await host.client(password="wrong").connect()
        assert host.count("denied") == 1

    run(story())


@pytest.mark.parametrize("step", ["Negotiate", "Authenticate"])
def test_a_connection_that_is_cut_while_it_logs_in_is_taken_up(host: RemoteHost, step: str) -> None:
    cut: list[str] = []

    def tell(is_first: bool) -> None:
        if not is_first and not cut:
            cut.append(step)
            host.connection_faults.next(step, Interruption.DROP_BEFORE)

    told_of_messages(host, tell)
    run(read(host))
    assert cut


def test_a_refusal_is_the_last_word(host: RemoteHost) -> None:
    """The password was changed, or the account locked, between the two logins."""
    refused: list[str] = []

    def tell(is_first: bool) -> None:
        if not is_first and not refused:
            refused.append("Authenticate")
            host.connection_faults.next("Authenticate", Interruption.FAULT_BEFORE)

    told_of_messages(host, tell)

    async def story() -> None:
        with pytest.raises(AuthenticationFailure):
            await host.client().connect()

    run(story())
    assert refused
    assert host.count("denied") == 1
