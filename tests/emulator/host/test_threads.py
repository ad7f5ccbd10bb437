"""A served host: a real clock, and calls from several threads."""

from __future__ import annotations

import threading

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import RealClock
from hvtree.emulator.worlds import worlds
from tests.support.virtual_host import vm_spec, world_of
from tests.support.waiting import WAIT_S


def test_many_threads_may_use_the_host_at_once() -> None:
    clock = RealClock(speed=50)
    world = world_of(*(vm_spec(f"vm{number}", "base*", state="Running") for number in range(6)))
    host = HyperV(worlds.build(world, clock.now()), clock)
    ends = threading.Barrier(7)
    heard = threading.Event()
    host.on_change(lambda _: heard.set())

    def checkpoint_three_times(name: str) -> None:
        for number in range(3):
            done = threading.Event()
            host.checkpoint_vm(name, f"{name} {number}").on_done(done.set)
            assert done.wait(WAIT_S)
        ends.wait(WAIT_S)

    for number in range(6):
        threading.Thread(target=checkpoint_three_times, args=(f"vm{number}",), daemon=True).start()
    ends.wait(WAIT_S)
    assert heard.is_set()
    assert len(host.get_vm_snapshot("*")) == 6 * 4
    clock.close()
