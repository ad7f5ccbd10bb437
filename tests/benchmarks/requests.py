"""What one request costs: HVTree's persistent agent against pywinrm's `run_ps`, in turn on one endpoint.

First the connection alone: a `run_ps` that does nothing, on an endpoint where a PowerShell starts in no time. Then a whole
request, the VMs with their checkpoints, in a real PowerShell, if there is one.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import winrm

from hvtree.emulator.powershell.real_powershell import found_powershell
from hvtree.hosts.clients import remote_client
from tests.benchmarks.server import Server, served
from tests.support.logins import login_to

DELAYS_MS = (0, 20)
NOTHING = "exit"
READING = """
Get-VM | Select-Object Id, Name, State, ParentSnapshotId | ConvertTo-Json -Compress
Get-VMSnapshot -VMName * | Select-Object Id, VMId, Name, ParentSnapshotId, CreationTime | ConvertTo-Json -Compress
"""


@dataclass
class Cost:
    """What the requests of one way have cost so far."""

    times_s: list[float] = field(default_factory=list)
    exchanges: int = 0

    def add(self, time_s: float, exchanges: int) -> None:
        """Count one more request."""
        self.times_s.append(time_s)
        self.exchanges += exchanges

    @property
    def time_s(self) -> float:
        """The median time of a request, in seconds."""
        return statistics.median(self.times_s)

    @property
    def exchanges_each(self) -> float:
        """HTTP exchanges of a request, on average."""
        return self.exchanges / len(self.times_s)

    def __str__(self) -> str:
        return f"{1000 * self.time_s:.1f} ms, {self.exchanges_each:.1f} HTTP"


def main(*, short: bool) -> None:
    """Print both ways side by side for each delay."""
    print("One request, median of many in turn, NTLM with encryption")
    print(f"{'one-way delay':>14} {'pywinrm run_ps':>22} {'HVTree':>22} {'time':>10} {'exchanges':>11}")
    delays_ms = DELAYS_MS[:1] if short else DELAYS_MS
    _compare("a run_ps that does nothing, against a reading", NOTHING, delays_ms, 10 if short else 40)
    powershell = found_powershell()
    if powershell is None:
        print("no PowerShell here for a whole request: set HVTREE_PWSH to one, or put pwsh on the PATH")
    else:
        _compare(
            "the VMs with their checkpoints, in a real PowerShell",
            READING,
            delays_ms,
            2 if short else 10,
            powershell,
        )


def _compare(what: str, script: str, delays_ms: Sequence[int], rounds: int, powershell: str = "") -> None:
    print(what)
    for delay_ms in delays_ms:
        with served("pair", delay_ms, powershell) as server:
            theirs, ours = asyncio.run(_in_turn(server, script, rounds))
        times, exchanges = theirs.time_s / ours.time_s, theirs.exchanges_each / ours.exchanges_each
        print(f"{delay_ms:>11} ms {theirs!s:>22} {ours!s:>22} {times:>8.1f} x {exchanges:>9.1f} x")


async def _in_turn(server: Server, script: str, rounds: int) -> tuple[Cost, Cost]:
    session = winrm.Session(
        server.endpoint, auth=(server.user, server.password), transport="ntlm", proxy=None
    )
    client = remote_client(
        login_to(name="bench", endpoint=server.endpoint, user=server.user, password=server.password)
    )
    theirs, ours = Cost(), Cost()
    await client.connect()
    try:
        await client.read()
        for _ in range(rounds):
            count, started = server.exchanges(), time.perf_counter()
            done = session.run_ps(script)
            assert done.std_out or script == NOTHING, done.std_err
            theirs.add(time.perf_counter() - started, server.exchanges() - count)
            count, started = server.exchanges(), time.perf_counter()
            await client.read()
            ours.add(time.perf_counter() - started, server.exchanges() - count)
    finally:
        await client.close()
    return theirs, ours
