"""The first reading of a large host: the tree, then all sizes, beside one script that asks for the checkpoints alone.

The script is `Get-VMSnapshot` for all VMs through pywinrm's `run_ps`, on the same endpoint in turn; it brings no sizes. It needs a
PowerShell (HVTREE_PWSH). Over the Python agent stands beside it the same reading with sizes in one, as it was before they were apart.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import winrm

from hvtree.app.measuring import Measuring
from hvtree.domain.model import HostState
from hvtree.emulator.powershell.real_powershell import found_powershell
from hvtree.hosts import agent_starter
from hvtree.hosts.channel import ThreadedChannel
from hvtree.hosts.client import Client
from hvtree.hosts.winrm.pipe import WinRmPipe
from tests.benchmarks.server import Server, served
from tests.support.logins import login_to

DELAY_MS = 20
SCRIPT = "Get-VMSnapshot -VMName * | Select-Object Id, VMId, Name, ParentSnapshotId, CreationTime | ConvertTo-Json -Compress"


@dataclass(frozen=True)
class Times:
    """Seconds from the question on."""

    first_s: float
    """Until the first VMs are there."""
    tree_s: float
    """Until all of them are."""
    all_s: float
    """Until all sizes are."""


def main(*, short: bool) -> None:
    """Print the times over both agents."""
    world, rounds = ("big:50x20", 2) if short else ("big:500x20", 5)
    print(f"First reading of {world}, {DELAY_MS} ms each way; medians of {rounds} in turn, without the login")
    with served(world, DELAY_MS) as server:
        ours, whole = _in_turn(rounds, lambda: _read(server), lambda: _read_in_one(server))
        _print("Python agent", ours, "sizes with the picture", whole)
    powershell = found_powershell()
    if powershell is None:
        print(
            "no PowerShell here for its agent and the script: set HVTREE_PWSH to one, or put pwsh on the PATH"
        )
        return
    with served(world, DELAY_MS, powershell) as server:
        ours, script_s = _in_turn(1 if short else 2, lambda: _read(server), lambda: _run_script(server))
        _print("PowerShell agent", ours, "one Get-VMSnapshot by run_ps", script_s)


def _in_turn(rounds: int, ours: Callable[[], Times], other: Callable[[], float]) -> tuple[Times, float]:
    found: list[Times] = []
    others: list[float] = []
    for _ in range(rounds):
        found.append(ours())
        others.append(other())
    median = Times(
        *(statistics.median(getattr(each, name) for each in found) for name in ("first_s", "tree_s", "all_s"))
    )
    return median, statistics.median(others)


def _print(agent: str, ours: Times, beside: str, beside_s: float) -> None:
    print(f"{agent}; beside it: {beside}, {beside_s:.2f} s")
    for what, seconds in (
        ("first VMs", ours.first_s),
        ("whole tree", ours.tree_s),
        ("all sizes", ours.all_s),
    ):
        print(f"  {what:<12} {seconds:>7.2f} s {seconds / beside_s:>6.2f} x")


def _client(server: Server, *, in_one: bool = False) -> Client:
    login = login_to(name="bench", endpoint=server.endpoint, user=server.user, password=server.password)
    pipe = WinRmPipe(login, script=agent_starter.STARTER)
    return Client(ThreadedChannel(pipe, agent_starter.agent_text()), "bench", polls=in_one)


def _read(server: Server) -> Times:
    async def story() -> Times:
        client = _client(server)
        await client.connect()
        first_s: list[float] = []
        client.on_part = lambda _: first_s.append(time.perf_counter())
        began_s = time.perf_counter()
        try:
            state = await client.read()
            tree_s = time.perf_counter()
            await _measure(client, state)
            all_s = time.perf_counter()
        finally:
            await client.close()
        return Times(min([*first_s, tree_s]) - began_s, tree_s - began_s, all_s - began_s)

    return asyncio.run(story())


async def _measure(client: Client, state: HostState) -> None:
    """Measure all VMs as a session does, with the first ones on the screen."""
    done = asyncio.Event()

    def look(after: HostState) -> None:
        if all(vm.is_measured for vm in after.vms.values()):
            done.set()

    measuring = Measuring(client, look)
    measuring.look_at(list(state.vms)[:30])
    measuring.read(state)
    await done.wait()


def _read_in_one(server: Server) -> float:
    async def story() -> float:
        client = _client(server, in_one=True)
        await client.connect()
        began_s = time.perf_counter()
        try:
            await client.read()
        finally:
            took_s = time.perf_counter() - began_s
            await client.close()
        return took_s

    return asyncio.run(story())


def _run_script(server: Server) -> float:
    login = (server.user, server.password)
    session = winrm.Session(server.endpoint, auth=login, transport="ntlm", proxy=None)
    began_s = time.perf_counter()
    done = session.run_ps(SCRIPT)
    assert done.std_out, done.std_err
    return time.perf_counter() - began_s
