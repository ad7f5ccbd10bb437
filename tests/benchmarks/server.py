"""Emulated hosts in a process of their own for benchmarks: counts the HTTP exchanges that they answer, and their bytes.

Run as `python -m tests.benchmarks.server WORLD DELAY_MS POWERSHELL HOSTS COUNTS YIELDS`, the last two 1 to count bytes, and to
leave the processors to others. It prints one JSON line with endpoints, user and password; then, for each line on its standard
input, the numbers of exchanges and of bytes so far. It ends when its input ends.
"""

from __future__ import annotations

import json
import os
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
from hvtree.emulator.winrm.wsman import Endpoint, EndpointConfig
from hvtree.emulator.worlds import worlds
from tests.support.relay import relay

_NICE = 19
"""The least claim to a processor that there is."""


@dataclass(frozen=True)
class Server:
    """A running server, seen from the benchmark."""

    endpoints: tuple[str, ...]
    user: str
    password: str
    _input: IO[str]
    _output: IO[str]

    @property
    def endpoint(self) -> str:
        """Return where its first host is."""
        return self.endpoints[0]

    def exchanges(self) -> int:
        """Return how many HTTP exchanges it has answered so far."""
        return self._counts()[0]

    def carried_bytes(self) -> int:
        """Return how many bytes of HTTP, heads included, its hosts have received and sent so far."""
        return self._counts()[1]

    def _counts(self) -> tuple[int, int]:
        self._input.write("\n")
        self._input.flush()
        exchanges, carried = self._output.readline().split()
        return int(exchanges), int(carried)


@contextmanager
def served(
    world: str,
    delay_ms: int = 0,
    powershell: str = "",
    *,
    hosts: int = 1,
    counts_bytes: bool = False,
    yields: bool = False,
) -> Iterator[Server]:
    """Serve a world from a process of its own, with a one-way delay for each HTTP message, as so many hosts.

    Scripts run in the PowerShell of that path; without one, an imitation runs HVTree's agent and does nothing else.
    Bytes are counted by a relay before each host, only if that is asked for. Hosts that yield have a processor only when nobody
    else wants it: they stand for machines of their own.
    """
    options = [world, str(delay_ms), powershell, str(hosts), str(int(counts_bytes)), str(int(yields))]
    command = [sys.executable, "-m", "tests.benchmarks.server", *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        said = json.loads(child.stdout.readline())
        try:
            yield Server(tuple(said["endpoints"]), said["user"], said["password"], child.stdin, child.stdout)
        finally:
            child.stdin.close()


def main(world: str, delay_ms: int, powershell: str, hosts: int, *, counts_bytes: bool, yields: bool) -> None:
    """Serve until standard input ends."""
    if yields and hasattr(os, "nice"):
        os.nice(_NICE)
    password = secrets.token_urlsafe(16)
    faults = ConnectionFaults(delay_s=delay_ms / 1000)
    with ExitStack() as stack:
        endpoints = [_started(stack, world, password, faults, powershell) for _ in range(hosts)]
        relays = [stack.enter_context(relay(each.port)) for each in endpoints if counts_bytes]
        ports = [each.port for each in relays or endpoints]
        addresses = [f"http://127.0.0.1:{port}/wsman" for port in ports]
        print(json.dumps({"endpoints": addresses, "user": "demo", "password": password}), flush=True)
        for _ in sys.stdin:
            exchanges = sum(sum(each.exchanges.counts().values()) for each in endpoints)
            print(exchanges, sum(each.passed_bytes for each in relays), flush=True)


def _started(
    stack: ExitStack, world: str, password: str, faults: ConnectionFaults, powershell: str
) -> Endpoint:
    clock = RealClock()
    stack.callback(clock.close)
    hyperv = HyperV(worlds.contents(world, clock.now()), clock)
    real = stack.enter_context(RealPowerShell(hyperv, powershell)) if powershell else None
    return stack.enter_context(endpoint_for(hyperv, EndpointConfig(Account("demo", password)), faults, real))


if __name__ == "__main__":
    main(
        sys.argv[1],
        int(sys.argv[2]),
        sys.argv[3],
        int(sys.argv[4]),
        counts_bytes=sys.argv[5] == "1",
        yields=sys.argv[6] == "1",
    )
