"""The agent in a PowerShell: its own work for a large host, and what it takes at rest.

Its own work is measured within one PowerShell, with all answers of WMI and Get-VHD from memory; beside it stands the asking alone,
the same questions with nothing made of the answers. The first round compiles what later ones run, as a client's first reading does.
At rest an agent watches an emulated host; beside it stands a PowerShell that does nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path

from hvtree.assets import resource
from hvtree.emulator.powershell.real_powershell import found_powershell
from tests.benchmarks.measuring import beside, megabytes, memory, processor_s
from tests.support.agent_connection import StdioConnection
from tests.support.backends import SCRIPT, backend_for, hosting

HERE = Path(__file__).resolve().parent / "from_memory"
EACH = 20
PING_S = 6.0
NAMES = {
    "asking": "asking alone",
    "picture": "asking, and the tree",
    "whole": "asking, the tree and all sizes",
    "look": "a look for changes",
    "glance": "a glance at rest",
}


def main(*, short: bool) -> None:
    """Print what the agent uses of a processor for its own work, and of processor and memory at rest."""
    powershell = found_powershell()
    if powershell is None:
        print("no PowerShell here for its agent: set HVTREE_PWSH to one, or put pwsh on the PATH")
        return
    vms, rounds = (50, 2) if short else (500, 3)
    print(f"Own work for {vms} VMs with {EACH} checkpoints each, answers from memory; processor time")
    for number, figures in enumerate(_own_work(powershell, vms, rounds), start=1):
        print(f" round {number}\n{beside({NAMES[each]: figures[each][0] for each in NAMES})}")
    if short:
        print("At rest: only in the full form, for it takes minutes to come to rest")
    else:
        _at_rest(powershell, "big:1024x5", settle_s=60, wait_s=300)


def _own_work(powershell: str, vms: int, rounds: int) -> list[dict[str, tuple[float, float]]]:
    script = ("-File", str(HERE / "measure.ps1"), "-Agent", str(resource("agent")))
    sizes = ("-Vms", str(vms), "-Each", str(EACH), "-Rounds", str(rounds))
    done = subprocess.run(
        [powershell, "-NoProfile", "-NonInteractive", *script, *sizes],
        capture_output=True,
        check=True,
        env={**os.environ, "PSModulePath": str(HERE)},
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def _at_rest(powershell: str, world: str, *, settle_s: float, wait_s: float) -> None:
    with hosting(world, speed=1.0) as host, backend_for(host, SCRIPT) as backend:
        agent = backend.connection
        assert isinstance(agent, StdioConnection)
        pid = agent.pid
        agent.ask("host.import")
        agent.ask("host.read", since=0, sizes=False)
        agent.ask("host.watch", on=True)
        _rest(agent, settle_s)
        before = processor_s(pid)
        _rest(agent, wait_s)
        used, held = processor_s(pid), memory(pid)
    share = "?" if before is None or used is None else f"{100 * (used - before) / wait_s:.2f} % of a core"
    print(f"At rest on {world}, for {wait_s:g} s: {share}, {megabytes(held.rss)}")
    print(f"  beside it: a PowerShell that does nothing, {megabytes(_idle(powershell))}")


def _rest(agent: StdioConnection, wait_s: float) -> None:
    """Do nothing for a while but ping, as a client does."""
    end_s = time.monotonic() + wait_s
    while time.monotonic() < end_s:
        time.sleep(min(PING_S, max(0.0, end_s - time.monotonic())))
        agent.ask("ping")


def _idle(powershell: str) -> int | None:
    command = [
        powershell,
        "-NoProfile",
        "-Command",
        "[Console]::Out.WriteLine(1); $null = [Console]::In.ReadLine()",
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdout.readline()
        held = memory(child.pid).rss
        child.stdin.close()
        return held
