"""What one request costs: HVTree's persistent agent against pywinrm's `run_ps`, in turn on one endpoint."""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import dataclass, field

import winrm

from hvtree.hosts.remote import remote_client
from hvtree.hosts.winrm.settings import WinRmSettings
from tests.benchmarks.server import Server, served

ROUNDS = 40
DELAYS_MS = (0, 20)


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


def main() -> None:
    """Print both ways side by side for each delay."""
    print(
        f"One request: median of {ROUNDS} in turn, NTLM with encryption, a reading against a run_ps that does nothing"
    )
    print(f"{'one-way delay':>14} {'pywinrm run_ps':>22} {'HVTree':>22} {'time':>10} {'exchanges':>11}")
    for delay_ms in DELAYS_MS:
        with served("pair", delay_ms) as server:
            theirs, ours = asyncio.run(_in_turn(server))
        times, exchanges = theirs.time_s / ours.time_s, theirs.exchanges_each / ours.exchanges_each
        print(f"{delay_ms:>11} ms {theirs!s:>22} {ours!s:>22} {times:>8.1f} x {exchanges:>9.1f} x")


async def _in_turn(server: Server) -> tuple[Cost, Cost]:
    session = winrm.Session(
        server.endpoint, auth=(server.user, server.password), transport="ntlm", proxy=None
    )
    client = remote_client(
        WinRmSettings(name="bench", endpoint=server.endpoint, user=server.user, password=server.password)
    )
    theirs, ours = Cost(), Cost()
    await client.connect()
    try:
        await client.read()
        for _ in range(ROUNDS):
            count, started = server.exchanges(), time.perf_counter()
            session.run_ps("exit")
            theirs.add(time.perf_counter() - started, server.exchanges() - count)
            count, started = server.exchanges(), time.perf_counter()
            await client.read()
            ours.add(time.perf_counter() - started, server.exchanges() - count)
    finally:
        await client.close()
    return theirs, ours


if __name__ == "__main__":
    main()
