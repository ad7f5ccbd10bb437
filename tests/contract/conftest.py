"""The four roads, each to a host of its own that lasts as long as the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.roads import (
    NEED_POWERSHELL,
    ROADS,
    Road,
    hosting,
    many_vms,
    road_to,
    skip_without_powershell,
)
from tests.support.talk import Talk


@pytest.fixture(scope="session")
def powershell() -> str:
    """A PowerShell; without one the test is reported as skipped."""
    return skip_without_powershell()


@pytest.fixture(scope="session", params=ROADS)
def road_name(request: pytest.FixtureRequest) -> str:
    """A road that can be taken here."""
    name = str(request.param)
    if name in NEED_POWERSHELL:
        request.getfixturevalue("powershell")
    return name


@pytest.fixture(scope="session")
def road(road_name: str) -> Iterator[Road]:
    """A road to a host with many VMs, for tests that use a VM of their own."""
    with hosting(many_vms()) as host, road_to(host, road_name) as road:
        yield road


@pytest.fixture
def talk(road: Road) -> Talk:
    """The agent of a road; what it said before is forgotten."""
    road.talk.forget()
    return road.talk
