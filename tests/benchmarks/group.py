"""A group of VMs that is paused, gets checkpoints and goes on: how far apart its VMs begin, and how long each stands still.

Over both agents. Beside the group stands one VM of the same host by itself.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from datetime import datetime

from hvtree.emulator.powershell.real_powershell import found_powershell
from tests.benchmarks.group_and_post import compare
from tests.benchmarks.measuring import milliseconds, times
from tests.support.agent_connection import AgentConnection
from tests.support.backends import MEMORY, SCRIPT, backend_for, hosting

WAYS = {
    "pause, checkpoint, resume": ("vm.suspend", "vm.checkpoint", "vm.resume"),
    "save, checkpoint, start": ("vm.save", "vm.checkpoint", "vm.start"),
}


@dataclass(frozen=True)
class Halt:
    """One group that stood still, in seconds by the host's clock."""

    spread_s: float
    """Between the first and the last VM that began to be paused."""
    downtime_s: float
    """From the pause of a VM until it runs again: the longest of all."""


def main(*, short: bool) -> None:
    """Print spread and downtime of a group, and the downtime of one VM."""
    size, rounds = (6, 1) if short else (20, 5)
    agents = [MEMORY, SCRIPT] if found_powershell() else [MEMORY]
    if SCRIPT not in agents:
        print("no PowerShell here for its agent: set HVTREE_PWSH to one, or put pwsh on the PATH")
    for agent in agents:
        with hosting(f"big:{size}x1", speed=1.0) as host, backend_for(host, agent) as backend:
            connection = backend.connection
            ids = [vm["id"] for vm in connection.ask("host.read", since=0).vms]
            connection.ask("vm.start", ids=ids)
            for way, verbs in list(WAYS.items())[: 1 if short else None]:
                _halt(connection, ids, verbs)  # what is loaded at the first time
                print(f"{agent}: {way}, medians of {rounds}\n{_compared(connection, ids, verbs, rounds)}")
    for agent in agents:
        print(f"{agent}, over WinRM:")
        compare(size, is_real=agent == SCRIPT)


def _compared(connection: AgentConnection, ids: list[str], verbs: tuple[str, ...], rounds: int) -> str:
    pairs = [(_halt(connection, ids, verbs), _halt(connection, ids[:1], verbs)) for _ in range(rounds)]
    spread_s = statistics.median(group.spread_s for group, _ in pairs)
    group_s = statistics.median(group.downtime_s for group, _ in pairs)
    alone_s = statistics.median(alone.downtime_s for _, alone in pairs)
    return (
        f"  spread of {len(ids)} VMs {milliseconds(spread_s)}; each stands still for {milliseconds(group_s)},"
        f" one alone for {milliseconds(alone_s)}: {times(group_s, alone_s)}"
    )


def _halt(connection: AgentConnection, ids: list[str], verbs: tuple[str, ...]) -> Halt:
    first, *_, last = [connection.ask(verb, ids=ids).by_id for verb in verbs]
    began = [_time(first[each]["began"]) for each in ids]
    ended = [_time(last[each]["ended"]) for each in ids]
    return Halt(max(began) - min(began), max(end - begin for begin, end in zip(began, ended, strict=True)))


def _time(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
