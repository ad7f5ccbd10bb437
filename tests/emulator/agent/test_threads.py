"""Several agents on one host, each on a thread of its own, as behind the endpoint."""

from __future__ import annotations

import threading
from contextlib import closing

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import RealClock
from hvtree.emulator.worlds import worlds
from tests.support.agents import Rpc
from tests.support.waiting import WAIT_S, comes_true

WEB = "a0000000-0000-4000-8000-000000000001"
DB = "a0000000-0000-4000-8000-000000000002"


def test_two_agents_may_change_the_host_at_once_and_each_hears_of_the_other() -> None:
    both_are_at_it = threading.Barrier(2)
    on_their_way = {WEB, DB}

    def meet(_revision: int) -> None:
        """Let both agents be in the middle of a change before either is told of the other's."""
        thread = threading.current_thread().name
        if thread in on_their_way:
            on_their_way.remove(thread)
            both_are_at_it.wait(WAIT_S)

    with closing(RealClock(speed=50)) as clock:
        host = HyperV(worlds.contents("pair", clock.now()), clock)
        host.on_change(meet)
        agents = {vm_id: Rpc(host, clock) for vm_id in (WEB, DB)}  # type: ignore[arg-type]  # it is not run

        def change(vm_id: str) -> None:
            agents[vm_id].ask("vm.set_notes", "change", ids=[vm_id], notes="changed")

        def are_answered(request_id: str) -> bool:
            return all(agent.about(request_id) for agent in agents.values())

        def have_heard() -> bool:
            heard = [agent.events("changed") for agent in agents.values()]
            return all(each and each[-1]["revision"] == host.revision for each in heard)

        agents[DB].ask("vm.start", "start", ids=[DB])
        assert comes_true(lambda: bool(agents[DB].about("start")))
        for vm_id, agent in agents.items():  # an agent listens to the host because of either
            lease = {"id": vm_id, "seconds": 3600, "running": [vm_id]}
            agent.ask("vm.suspend", "lease", ids=[vm_id], lease=lease)
            agent.ask("host.watch", "watch", on=True)
        assert comes_true(lambda: are_answered("lease") and are_answered("watch"))

        for vm_id in agents:
            threading.Thread(target=change, args=(vm_id,), name=vm_id, daemon=True).start()
        assert comes_true(lambda: are_answered("change"))
        assert not on_their_way
        assert comes_true(have_heard)
