"""How long the agent in Python waits for a word of its client before it brings back what it holds."""

from __future__ import annotations

from contextlib import closing

import pytest

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import RealClock, VirtualClock
from hvtree.emulator.worlds import worlds
from tests.support.agents import Rpc
from tests.support.waiting import comes_true

WEB = "a0000000-0000-4000-8000-000000000001"
LEASE = {"id": "job", "seconds": 45, "running": [WEB]}


def state(host: HyperV) -> str:
    return host.get_vm(id=WEB).one().state.name


@pytest.mark.parametrize("word", [b'{"id":"p","verb":"ping"}\n', b"\n", b"nonsense\n"])
def test_any_line_renews_a_lease(agent: Rpc, host: HyperV, clock: VirtualClock, word: bytes) -> None:
    agent.call("vm.suspend", ids=[WEB], lease=LEASE)
    for _ in range(5):
        clock.advance(44)
        agent.peer.send(word)
    assert state(host) == "Paused"
    clock.advance(46)
    assert state(host) == "Running"
    assert agent.peer.exit_code == 0


def test_a_lease_runs_by_the_time_outside_however_fast_the_host_is() -> None:
    now_s = 0.0
    with closing(RealClock(1000, seconds=lambda: now_s)) as clock:
        host = HyperV(worlds.contents("pair", clock.now()), clock)

        def is_after(wanted: str, seconds: float) -> bool:
            nonlocal now_s
            now_s += seconds
            clock.call_later(0, lambda: None)  # wakes its thread
            return state(host) == wanted

        Rpc(host, clock).ask("vm.suspend", ids=[WEB], lease=LEASE)  # type: ignore[arg-type]  # it is not run
        assert comes_true(lambda: is_after("Paused", 0.001))
        assert is_after("Paused", 44 - now_s)
        assert comes_true(lambda: is_after("Running", 1))
        assert now_s < 60
