"""An emulated host in a process of its own for benchmarks: counts the HTTP exchanges that it answers.

Run as `python -m tests.benchmarks.server WORLD DELAY_MS [POWERSHELL]`. It prints one JSON line with endpoint, user and password;
then, for each line on its standard input, the number of exchanges so far. It ends when its input ends.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import IO

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import RealClock
from hvtree.emulator.powershell.real_powershell import RealPowerShell
from hvtree.emulator.serve import endpoint_for
from hvtree.emulator.winrm.connection_faults import ConnectionFaults
from hvtree.emulator.winrm.negotiate import Account
from hvtree.emulator.winrm.wsman import EndpointConfig
from hvtree.emulator.worlds import worlds


@dataclass(frozen=True)
class Server:
    """A running server, seen from the benchmark."""

    endpoint: str
    user: str
    password: str
    _input: IO[str]
    _output: IO[str]

    def exchanges(self) -> int:
        """Return how many HTTP exchanges it has answered so far."""
        self._input.write("\n")
        self._input.flush()
        return int(self._output.readline())


@contextmanager
def served(world: str, delay_ms: int = 0, powershell: str = "") -> Iterator[Server]:
    """Serve a world from a process of its own, with a one-way delay for each HTTP message.

    Scripts run in the PowerShell of that path; without one, an imitation runs HVTree's agent and does nothing else.
    """
    command = [sys.executable, "-m", "tests.benchmarks.server", world, str(delay_ms), powershell]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        said = json.loads(child.stdout.readline())
        try:
            yield Server(said["endpoint"], said["user"], said["password"], child.stdin, child.stdout)
        finally:
            child.stdin.close()


def main(world: str, delay_ms: int, powershell: str) -> None:
    """Serve until standard input ends."""
    password = secrets.token_urlsafe(16)
    connection_faults = ConnectionFaults(delay_s=delay_ms / 1000)
    with ExitStack() as stack:
        clock = RealClock()
        stack.callback(clock.close)
        hyperv = HyperV(worlds.contents(world, clock.now()), clock)
        real = stack.enter_context(RealPowerShell(hyperv, powershell)) if powershell else None
        config = EndpointConfig(Account("demo", password))
        endpoint = stack.enter_context(endpoint_for(hyperv, config, connection_faults, real))
        print(json.dumps({"endpoint": endpoint.url, "user": "demo", "password": password}), flush=True)
        for _ in sys.stdin:
            print(sum(endpoint.exchanges.counts().values()), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
