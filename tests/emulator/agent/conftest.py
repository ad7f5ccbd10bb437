"""A small host on a virtual clock, and a client of its agent."""

from __future__ import annotations

import pytest

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import VirtualClock
from hvtree.emulator.worlds import worlds
from tests.support.agents import Rpc


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def host(clock: VirtualClock) -> HyperV:
    return HyperV(worlds.contents("pair", clock.now()), clock)


@pytest.fixture
def agent(host: HyperV, clock: VirtualClock) -> Rpc:
    return Rpc(host, clock)
