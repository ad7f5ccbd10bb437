"""Emulated hosts in a process of its own on which others work, cmdlets fail, and connections are cut, all by chance.

Run as `python -m tests.endurance.troubled_hosts HOSTS WORLD SEED SPEED`, the last one that of the clock. It prints one JSON line with addresses, user and password; then,
for each line on its standard input, one with its `Counts`, or for `acted-on` with the VMs that others have done something to.
Between the lines `trouble` and `peace` there is trouble. It ends when its input ends.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from typing import IO, Any

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import RealClock
from hvtree.emulator.host.errors import CmdletError
from hvtree.emulator.host.faults import Fault
from hvtree.emulator.serve import endpoint_for
from hvtree.emulator.winrm.negotiate import Account
from hvtree.emulator.winrm.wsman import Endpoint, EndpointConfig
from hvtree.emulator.worlds import worlds
from tests.support.relay import Relay, relay

MEAN_PAUSE_S = 4.0
"""Between two troubles of one host, by its clock."""
USER = "demo"
INJECTED = "The trial has let this fail."
"""The message of each error that is none of the host's own: by it alone it can be told apart."""
_FAULTS = (
    Fault(error="Busy", message=INJECTED),
    Fault(error="DiskFull", when="after", message=INJECTED),
    Fault(error="OperationFailed", delay_s=1, message=INJECTED),
    Fault(delay_s=2),
)
_NICE = 10
"""The hosts stand for other machines: they leave the processor to the window, which would have its own."""


@dataclass(frozen=True)
class Counts:
    """What there has been on these hosts so far, and what is there now."""

    acts: int = 0
    """What others have done."""
    faults: int = 0
    cuts: int = 0
    agents: int = 0
    """At work now."""
    threads: int = 0
    """Of the process of the hosts, now."""

    def __add__(self, other: Counts) -> Counts:
        return Counts(*map(sum, zip(asdict(self).values(), asdict(other).values(), strict=True)))


@dataclass(frozen=True)
class TroubledHosts:
    """Such a process, seen from the one that tries HVTree."""

    addresses: tuple[str, ...]
    password: str
    _input: IO[str]
    _output: IO[str]

    def counts(self) -> Counts:
        return Counts(**self._asked("counts"))

    def begin_trouble(self) -> None:
        """From now on let things go wrong."""
        self._asked("trouble")

    def leave_in_peace(self) -> Counts:
        """Let nothing more go wrong."""
        return Counts(**self._asked("peace"))

    def acted_on(self) -> list[list[str]]:
        """Return for each host the ids of the VMs that others have done something to."""
        vm_ids: list[list[str]] = self._asked("acted-on")
        return vm_ids

    def _asked(self, what: str) -> Any:
        self._input.write(f"{what}\n")
        self._input.flush()
        return json.loads(self._output.readline())


@contextmanager
def troubled_hosts(hosts: int, world: str, seed: int, *, speed: float = 1) -> Iterator[TroubledHosts]:
    """Serve a world as so many hosts from a process of its own."""
    command = [sys.executable, "-m", "tests.endurance.troubled_hosts", str(hosts), world, str(seed)]
    command.append(str(speed))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        said = json.loads(child.stdout.readline())
        try:
            yield TroubledHosts(tuple(said["addresses"]), said["password"], child.stdin, child.stdout)
        finally:
            child.stdin.close()


class _Trouble:
    """What goes wrong on one host: a thread that does something now and then."""

    def __init__(self, hyperv: HyperV, wire: Relay, chance: random.Random, pause_s: float) -> None:
        self.acts = self.faults = self.cuts = 0
        self.acted_on: set[str] = set()
        """Ids of VMs."""
        self._hyperv = hyperv
        self._wire = wire
        self._chance = chance
        self._pause_s = pause_s
        self._peace = threading.Event()
        self._thread = threading.Thread(target=self._make, name="trouble", daemon=True)

    def begin(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self._peace.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _make(self) -> None:
        while not self._peace.wait(self._chance.expovariate(1 / self._pause_s)):
            trouble, *_ = self._chance.choices((self._act, self._fail, self._cut), weights=(6, 3, 1))
            trouble()
        self._hyperv.faults.clear()

    def _fail(self) -> None:
        self.faults += 1
        self._hyperv.faults.add(self._chance.choice(_FAULTS))

    def _cut(self) -> None:
        self.cuts += 1
        self._wire.cut()

    def _act(self) -> None:
        """Do what another admin does; what Hyper-V refuses is refused."""
        self.acts += 1
        vm = self._chance.choice(list(self._hyperv.get_vm()))
        self.acted_on.add(vm.id)
        checkpoints = list(self._hyperv.get_vm_snapshot(vm=[vm.id]))
        acts: list[Callable[[], object]] = [
            lambda: self._hyperv.checkpoint_vm(vm=[vm.id]),
            lambda: self._hyperv.start_vm(vm=[vm.id]),
            lambda: self._hyperv.save_vm(vm=[vm.id]),
        ]
        if checkpoints:
            one = self._chance.choice(checkpoints)
            acts += [
                lambda: self._hyperv.rename_vm_snapshot(vm_snapshot=[one.id], new_name=f"{one.name[:40]}'"),
                lambda: self._hyperv.remove_vm_snapshot(vm_snapshot=[one.id]),
            ]
        try:
            self._chance.choice(acts)()
        except CmdletError:
            return


class _Host:
    """A host with its wire and its trouble."""

    def __init__(
        self, stack: ExitStack, world: str, password: str, chance: random.Random, speed: float
    ) -> None:
        clock = RealClock(speed)
        stack.callback(clock.close)
        hyperv = HyperV(worlds.contents(world, clock.now()), clock)
        self._endpoint: Endpoint = stack.enter_context(
            endpoint_for(hyperv, EndpointConfig(Account(USER, password)))
        )
        self._wire = stack.enter_context(relay(self._endpoint.port))
        self.trouble = _Trouble(hyperv, self._wire, chance, MEAN_PAUSE_S / speed)
        stack.callback(self.trouble.end)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._wire.port}/wsman"

    @property
    def counts(self) -> Counts:
        trouble = self.trouble
        return Counts(trouble.acts, trouble.faults, trouble.cuts, len(self._endpoint.shells.outputs()))


def main(hosts: int, world: str, seed: int, speed: float) -> None:
    """Serve until standard input ends."""
    password = secrets.token_urlsafe(16)
    if hasattr(os, "nice"):
        os.nice(_NICE)
    with ExitStack() as stack:
        served = [
            _Host(stack, world, password, random.Random(f"{seed}/{number}"), speed) for number in range(hosts)
        ]
        print(json.dumps({"addresses": [each.address for each in served], "password": password}), flush=True)
        for line in sys.stdin:
            for each in served:
                match line.strip():
                    case "trouble":
                        each.trouble.begin()
                    case "peace":
                        each.trouble.end()
            print(json.dumps(_answer(line.strip(), served)), flush=True)


def _answer(asked: str, served: Sequence[_Host]) -> object:
    if asked == "acted-on":
        return [sorted(each.trouble.acted_on) for each in served]
    return asdict(sum((each.counts for each in served), Counts(threads=threading.active_count())))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
