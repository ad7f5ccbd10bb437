"""How often the agent looks at its host: at a small share of a processor's time, and soon after own work."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from hvtree.assets import resource
from tests.agent.world import RUNNING, vm, vm_id, write_world
from tests.support.powershell import AgentProcess, read
from tests.support.waiting import WAIT_S


@pytest.fixture(scope="module")
def calculated(powershell: str) -> list[float]:
    """What the script settles on: the pause wanted, and the seconds that the last look has taken."""
    functions = resource("agent/polling.ps1").read_text(encoding="utf-8")
    calls = "; ".join(f"Get-AgentPause {wanted} {taken}" for wanted, taken in PAUSES)
    done = subprocess.run(
        [powershell, "-NoProfile", "-NonInteractive", "-Command", f"{functions}\n{calls}"],
        capture_output=True,
        timeout=WAIT_S,
        check=True,
    )
    return [float(line) for line in done.stdout.split()]


PAUSES = {(3, 0): 3, (3, 0.1): 3, (5, 0.2): 5, (3, 0.25): 5, (3, 1): 20, (1, 0.5): 10}


def test_looks_take_a_twentieth_of_the_time_at_most(calculated: list[float]) -> None:
    assert calculated == [float(pause) for pause in PAUSES.values()]
    assert all(20 * taken <= pause for (_, taken), pause in zip(PAUSES, calculated, strict=True))


def test_jobs_are_not_looked_at_in_the_moment_in_which_work_begins(powershell: str) -> None:
    """The look would hold up the VMs of a group, which are begun together just then."""
    functions = resource("agent/polling.ps1").read_text(encoding="utf-8")
    story = """
        $now = [DateTime]::UtcNow
        foreach ($due in -600, -1, 20) {
            $inventory = @{ NextPoll = $now.AddSeconds(3); NextJobs = $now.AddSeconds($due); Pause = 5.0 }
            Reset-AgentPoll $inventory
            ($inventory.NextJobs - $now).TotalSeconds -ge 0.5
        }
    """
    done = subprocess.run(
        [powershell, "-NoProfile", "-NonInteractive", "-Command", f"{functions}\n{story}"],
        capture_output=True,
        timeout=WAIT_S,
        check=True,
    )
    assert done.stdout.split() == [b"True"] * 3


def test_own_work_is_told_to_those_who_watch_without_a_reading(
    start: Callable[..., AgentProcess], world: Path
) -> None:
    agent = start()
    write_world(world, vm(1, "web"))
    read(agent)
    agent.ask("host.watch", on=True)
    request = agent.send("vm.start", ids=[vm_id(1)])
    write_world(world, vm(1, "web", state=RUNNING))
    agent.answer(request)

    assert agent.event("changed")
