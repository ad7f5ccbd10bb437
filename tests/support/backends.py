"""The four backends to an agent on the emulated host, for the contract that all of them must keep.

`memory`: the agent in Python, in this process. `winrm`: the same behind a WinRM endpoint. `script`: `agent.ps1` in a
PowerShell process, over its standard streams. `script-winrm`: the same behind a WinRM endpoint, as on a real host.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from itertools import cycle

import pytest

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import RealClock
from hvtree.emulator.powershell.real_powershell import RealPowerShell, found_powershell
from hvtree.emulator.serve import endpoint_for
from hvtree.emulator.winrm.connection_faults import ConnectionFaults
from hvtree.emulator.winrm.wsman import Endpoint, EndpointConfig
from hvtree.emulator.worlds import worlds
from hvtree.emulator.worlds.schema import VmSpec, VolumeSpec, World
from tests.support.agent_answer import Message
from tests.support.agent_connection import AgentConnection, StdioConnection, over_memory, over_winrm
from tests.support.running_time import RunningTime
from tests.support.virtual_host import vm_spec, world_of
from tests.support.wsman_clients import ACCOUNT

MEMORY, WINRM, SCRIPT, SCRIPT_WINRM = BACKENDS = ("memory", "winrm", "script", "script-winrm")
NEED_POWERSHELL = (SCRIPT, SCRIPT_WINRM)
NO_POWERSHELL = "no PowerShell here: set HVTREE_PWSH to one, or put pwsh on the PATH"
SPEED = 50.0
"""How fast the host's clock goes."""


class Backend:
    """A host, and the way to agents on it."""

    def __init__(
        self, name: str, host: HyperV, start: Callable[[], AgentConnection], stack: ExitStack
    ) -> None:
        self.name = name
        self.host = host
        self.is_script = name in NEED_POWERSHELL
        self._start = start
        self._stack = stack
        self._connection: AgentConnection | None = None
        self._unused: list[Message] | None = None
        self._known: dict[str, Message] = {}
        self._revision = 0

    @property
    def connection(self) -> AgentConnection:
        """An agent for everybody; another one if the connection with the former is over, so that it fails one test only."""
        if self._connection is None or self._connection.is_over:
            self._connection = self.connect()
            self._connection.event("hello")
            self._connection.ask("host.import")
        return self._connection

    def connect(self) -> AgentConnection:
        """Start an agent of one's own."""
        connection = self._start()
        self._stack.callback(connection.close)
        return connection

    def vm(self, state: str = "Off") -> Message:
        """Return a VM in a state that no test has used yet, as the agent tells it."""
        if self._unused is None:
            self._unused = self.connection.ask("host.read", since=0).vms
        found = next(vm for vm in self._unused if vm["state"] == state)
        self._unused.remove(found)
        return found

    def state(self, vm_id: str) -> str:
        """Return the state of a VM, as the host knows it."""
        return self.host.get_vm(id=vm_id).one().state.name

    def read(self, vm_id: str) -> Message:
        """Return a VM as the agent tells it now; after the first time only what changed is read."""
        answer = self.connection.ask("host.read", since=self._revision)
        self._known.update((vm["id"], vm) for vm in answer.vms)
        self._revision = answer.ok["revision"]
        return self._known[vm_id]


@contextmanager
def hosting(world: World | str, *, speed: float = SPEED) -> Iterator[HyperV]:
    """Return a host with a world, or with that of a name, whose time goes by itself."""
    made = worlds.load(world) if isinstance(world, str) else world
    with RunningTime() as seconds, closing(RealClock(speed, seconds=seconds)) as clock:
        yield HyperV(worlds.build(made, clock.now()), clock)


@contextmanager
def backend_for(host: HyperV, name: str) -> Iterator[Backend]:
    """Return a backend to a host; at the end all agents on it are gone."""
    with ExitStack() as stack:
        if name == MEMORY:
            yield Backend(name, host, lambda: over_memory(host), stack)
        elif name == SCRIPT:
            powershell = stack.enter_context(RealPowerShell(host, powershell_path()))
            environment = powershell.environment()
            yield Backend(name, host, lambda: StdioConnection(powershell_path(), environment), stack)
        else:
            endpoint = stack.enter_context(endpoint_on(host, is_real=name == SCRIPT_WINRM))
            yield Backend(name, host, lambda: over_winrm(endpoint), stack)


@contextmanager
def endpoint_on(
    host: HyperV, *, is_real: bool, connection_faults: ConnectionFaults | None = None
) -> Iterator[Endpoint]:
    """Serve a host over WinRM, with a real PowerShell behind it or with the agent in Python."""
    with ExitStack() as stack:
        powershell = stack.enter_context(RealPowerShell(host, powershell_path())) if is_real else None
        config = EndpointConfig(ACCOUNT, machine=host.name)
        yield stack.enter_context(endpoint_for(host, config, connection_faults, powershell))


def skip_without_powershell() -> str:
    """Return the path of a PowerShell; without one report the test as skipped."""
    found = found_powershell()
    if found is None:
        pytest.skip(NO_POWERSHELL)
    return found


def powershell_path() -> str:
    """Return the PowerShell; there must be one."""
    path = found_powershell()
    assert path is not None, NO_POWERSHELL
    return path


def many_vms(number: int = 90) -> World:
    """Return a world of small VMs in all states, each with a tree of four checkpoints."""
    specs = (_small(index, state) for index, state in zip(range(number), cycle(STATES), strict=False))
    return world_of(*specs, volumes=VOLUMES)


VOLUMES = (VolumeSpec("C:", "100 GB"), VolumeSpec("D:", "60 TB"))
STATES = ("Off", "Running", "Off", "Saved", "Off", "Paused")
"""In turn."""


def _small(index: int, state: str) -> VmSpec:
    memory = {"memory": True}
    return vm_spec(f"vm{index:02}", "base(p1(p2*) side)", details=memory, state=state, memory=1 << 28)


def checkpoint(vm: Message, name: str) -> str:
    """Return the id of a checkpoint of a VM by its name."""
    (found,) = (each["id"] for each in vm["checkpoints"] if each["name"] == name)
    return str(found)


def names(vm: Message) -> list[str]:
    """Return the names of a VM's checkpoints, sorted."""
    return sorted(each["name"] for each in vm["checkpoints"])
