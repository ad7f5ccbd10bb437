"""A connection that has ended, or gone silent, fails whoever waits in it, and nobody after that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from requests.exceptions import ConnectionError as ConnectionCut

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.winrm.wsman import Endpoint
from tests.support.agent_connection import AgentConnection, over_winrm
from tests.support.backends import (
    BACKENDS,
    MEMORY,
    NEED_POWERSHELL,
    WINRM,
    Backend,
    backend_for,
    endpoint_on,
    hosting,
)
from tests.support.backends import skip_without_powershell as skip
from tests.support.waiting import WAIT_S


@pytest.fixture(scope="module")
def host() -> Iterator[HyperV]:
    with hosting("pair") as made:
        yield made


@pytest.fixture
def endpoint(host: HyperV) -> Iterator[Endpoint]:
    with endpoint_on(host, is_real=False) as made:
        yield made


@pytest.fixture
def backend(host: HyperV, endpoint: Endpoint) -> Iterator[Backend]:
    with ExitStack() as stack:
        yield Backend(WINRM, host, lambda: over_winrm(endpoint), stack)


def wait_in_vain(connection: AgentConnection) -> AssertionError:
    with pytest.raises(AssertionError) as caught:
        connection.event("never")
    return caught.value


def test_whoever_waits_hears_why_the_listener_has_died(endpoint: Endpoint, backend: Backend) -> None:
    connection = backend.connection
    assert endpoint.shells.wait_for_listener(WAIT_S)
    endpoint.drop_connections()
    error = wait_in_vain(connection)
    assert "has ended" in str(error)
    assert isinstance(error.__cause__, ConnectionCut)


def test_nobody_waits_in_a_connection_that_is_over(endpoint: Endpoint, backend: Backend) -> None:
    connection = backend.connection
    assert endpoint.shells.wait_for_listener(WAIT_S)
    endpoint.drop_connections()
    assert str(wait_in_vain(connection)) == str(wait_in_vain(connection))


def test_after_a_listener_has_died_the_backend_gives_a_connection_that_works(
    endpoint: Endpoint, backend: Backend
) -> None:
    connection = backend.connection
    endpoint.drop_connections()
    wait_in_vain(connection)
    assert backend.connection.ask("ping").ok
    assert backend.connection is not connection


def test_after_silence_the_backend_gives_a_connection_that_works(backend: Backend) -> None:
    connection = backend.connection
    connection.wait_s = 0.0
    assert "nothing for too long" in str(wait_in_vain(connection))
    assert backend.connection.ask("ping").ok
    assert backend.connection is not connection


@pytest.mark.parametrize("name", BACKENDS)
def test_after_an_agent_has_ended_its_backend_gives_another(host: HyperV, name: str) -> None:
    if name in NEED_POWERSHELL:
        skip()
    with backend_for(host, name) as backend:
        connection = backend.connection
        connection.ask("exit")
        assert wait_in_vain(connection).__cause__ is None
        assert backend.connection.ask("ping").ok


def test_a_backend_keeps_a_connection_that_goes_on(host: HyperV) -> None:
    with backend_for(host, MEMORY) as backend:
        assert backend.connection is backend.connection
