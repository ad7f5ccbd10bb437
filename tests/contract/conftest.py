"""The four backends, each to a host of its own that lasts as long as the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.agent_connection import AgentConnection
from tests.support.backends import (
    BACKENDS,
    NEED_POWERSHELL,
    Backend,
    backend_for,
    hosting,
    many_vms,
    skip_without_powershell,
)


@pytest.fixture(scope="session")
def powershell() -> str:
    """A PowerShell; without one the test is reported as skipped."""
    return skip_without_powershell()


@pytest.fixture(scope="session", params=BACKENDS)
def backend_name(request: pytest.FixtureRequest) -> str:
    """A backend that can be taken here."""
    name = str(request.param)
    if name in NEED_POWERSHELL:
        request.getfixturevalue("powershell")
    return name


@pytest.fixture(scope="session")
def backend(backend_name: str) -> Iterator[Backend]:
    """A backend to a host with many VMs, for tests that use a VM of their own."""
    with hosting(many_vms()) as host, backend_for(host, backend_name) as backend:
        yield backend


@pytest.fixture
def connection(backend: Backend) -> AgentConnection:
    """The agent of a backend; what it said before is forgotten."""
    backend.connection.forget()
    return backend.connection
