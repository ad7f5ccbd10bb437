"""An emulated host in memory, on the time of the test's event loop: for jobs, sessions and workspaces.

    async def story():
        host = EmulatedHost(lab(web="base(p1*)"))
        ...
    virtual_time.run(story())

The host's clock is the loop's, so on a `virtual_time` loop its jobs take no time at all. `connect` is what a workspace
wants; `lose` cuts the connection, `down` lets new ones fail, `hold` keeps requests of a verb back until `release`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal

import msgspec

from hvtree.app.credentials import Secret
from hvtree.app.workspace import Workspace
from hvtree.domain.errors import ConnectionFailure, HVTreeError
from hvtree.domain.host_profile import HostProfile
from hvtree.domain.model import CheckpointType, HostState, VirtualMachine
from hvtree.emulator.agent.agent import Agent
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import Timer
from hvtree.emulator.worlds import worlds
from hvtree.emulator.worlds.schema import CheckpointSpec, DriveSpec, HostSpec, VmSpec, VolumeSpec, World
from hvtree.hosts import wire
from hvtree.hosts.channel import Listener, Source
from hvtree.hosts.client import Client
from hvtree.hosts.handshake import Timing
from hvtree.hosts.messages import Request
from tests.support.trees import READ_AT

PROFILE = HostProfile("vhost", "http://vhost:5985/wsman", "admin")
SECRET = Secret("swordfish")


class LoopClock:
    """The emulated host's clock on the time of the running loop."""

    speed = 1.0

    def __init__(self, start: datetime = READ_AT) -> None:
        self._loop = asyncio.get_running_loop()
        self._start = start - timedelta(seconds=self._loop.time())

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._loop.time())

    def jump(self, seconds: float) -> None:
        """Let time pass while this computer sleeps: its clock goes on, and the loop's does not."""
        self._start += timedelta(seconds=seconds)

    async def pass_by(self, seconds: float) -> None:
        """Let time pass, with all that happens in it."""
        over = asyncio.get_running_loop().create_future()
        self._loop.call_later(seconds, over.set_result, None)
        await over

    def call_later(self, seconds: float, callback: Callable[[], None], *, background: bool = False) -> Timer:
        timer = Timer(self.now() + timedelta(seconds=seconds), callback, background=background)
        self._loop.call_later(max(0.0, seconds), self._fire, timer)
        return timer

    def call_at(self, when: datetime, callback: Callable[[], None], *, background: bool = False) -> Timer:
        return self.call_later((when - self.now()).total_seconds(), callback, background=background)

    def _fire(self, timer: Timer) -> None:
        if not timer.is_cancelled:
            timer.callback()


@dataclass
class EmulatedHost:
    """An emulated host with the VMs of a state, and the connections to it."""

    state: HostState
    world: World | None = None
    """A world instead of the VMs of the state, which then only names the host."""
    requests: list[Request] = field(default_factory=list)
    """Everything that was asked, in order."""
    attempts: int = 0
    """How often somebody has tried to connect."""
    down: HVTreeError | None = None
    """Why no connection can be made now."""
    objection: Callable[[HostProfile, Secret], HVTreeError | None] = lambda _profile, _secret: None
    """Says why this connection cannot be made; None if it can."""
    logins: list[tuple[HostProfile, Secret]] = field(default_factory=list)
    """The logins that were tried, in order."""
    renewals: int = 0
    """How often a connection was cut and resumed because it might be dead."""
    hyperv: HyperV = field(init=False)
    channels: list[MemoryChannel] = field(default_factory=list)
    """The connections that are open."""
    _arrival: asyncio.Event = field(default_factory=asyncio.Event)
    _held: set[str] = field(default_factory=set)
    _broken: set[str] = field(default_factory=set)
    _waiting: list[tuple[str, Callable[[], None]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = LoopClock()
        world = self.world or world_of(self.state)
        self.hyperv = HyperV(worlds.build(world, self.clock.now()), self.clock)

    def connect(
        self, profile: HostProfile = PROFILE, secret: Secret = SECRET, timing: Timing | None = None
    ) -> Client:
        """Make a connection that is not yet connected."""
        self.logins.append((profile, secret))
        channel = MemoryChannel(self, self.objection(profile, secret))
        return Client(channel, self.state.host, timing)

    def lose(self, error: HVTreeError | None = None) -> None:
        """Cut every connection for good: what is under way goes on, but nobody hears of it."""
        for channel in list(self.channels):
            channel.lose(error or ConnectionFailure("The connection was cut."))

    def forsake(self) -> None:
        """Cut every connection for good, and stay away; the agents live on and hear nothing more."""
        self.down = ConnectionFailure("The network is down.")
        for channel in list(self.channels):
            channel.leave_agent()
        self.lose()

    def find_cut(self) -> None:
        """Let every connection be found cut, and not resumed."""
        for channel in list(self.channels):
            channel.find_cut()

    def cut(self) -> None:
        """Cut every connection and resume it; the agents live on."""
        for channel in list(self.channels):
            channel.cut()

    @property
    def is_connected(self) -> bool:
        """Somebody is connected."""
        return bool(self.channels)

    async def asked(self, verb: str, times: int = 1) -> None:
        """Wait until this verb was requested so many times."""
        while self.verbs(apart_from=()).count(verb) < times:
            self._arrival.clear()
            await self._arrival.wait()

    def hold(self, verb: str) -> None:
        """Keep requests of this verb back on their way to the host."""
        self._held.add(verb)

    def break_on(self, verb: str) -> None:
        """Let asking for this verb raise what nobody expects: a mistake of HVTree's own."""
        self._broken.add(verb)

    def release(self, *verbs: str) -> None:
        """Let through what was kept back, of these verbs or of all, and hold them no longer."""
        self._held -= set(verbs) if verbs else set(self._held)
        ready = [deliver for verb, deliver in self._waiting if verb not in self._held]
        self._waiting = [(verb, deliver) for verb, deliver in self._waiting if verb in self._held]
        for deliver in ready:
            deliver()

    def verbs(
        self,
        *,
        apart_from: tuple[str, ...] = ("ping", "echo", "emit", "host.import", "host.watch", "host.sizes"),
    ) -> list[str]:
        """Return the verbs that were asked for, without those of every connection."""
        return [request.verb for request in self.requests if request.verb not in apart_from]


class MemoryChannel:
    """A `hosts.channel.Channel` to an agent on the emulated host, without threads and sockets."""

    mode = "in memory"
    exchanges = 0

    def __init__(self, host: EmulatedHost, objection: HVTreeError | None = None) -> None:
        self._host = host
        self._objection = objection
        self._agent: Agent | None = None
        self._listener: Listener[Any] | None = None
        self._source: Source[Any] | None = None
        self._is_left = False

    async def open(self, source: Source[Any], listener: Listener[Any]) -> None:
        self._host.attempts += 1
        for reason in (self._host.down, self._objection):
            if reason is not None:
                raise reason
        self._source, self._listener = source, listener
        self._agent = Agent(self._host.hyperv, self._from_agent)
        self._host.channels.append(self)
        self._agent.start()

    def send(self, line: bytes) -> None:
        for each in line.splitlines(keepends=True):
            request = msgspec.json.decode(wire.from_client(each.rstrip()), type=Request)
            if request.verb in self._host._broken:
                raise ZeroDivisionError
            self._host.requests.append(request)
            self._host._arrival.set()
            if request.verb in self._host._held:
                self._host._waiting.append((request.verb, partial(self._to_agent, each)))
            else:
                asyncio.get_running_loop().call_soon(self._to_agent, each)

    def renew(self) -> None:
        self._host.renewals += 1

    def leave_agent(self) -> None:
        self._is_left = True

    async def close(self) -> None:
        self._listener = None
        self._end()

    def find_cut(self) -> None:
        assert self._listener is not None
        self._listener.cut()

    def cut(self) -> None:
        assert self._source is not None
        assert self._listener is not None
        self._source.tear()
        self._listener.torn()

    def lose(self, error: HVTreeError) -> None:
        listener, self._listener = self._listener, None
        self._end()
        if listener is not None:
            listener.lost(error)

    def _end(self) -> None:
        agent, self._agent = self._agent, None
        if agent is not None:
            if not self._is_left:
                agent.close()
            self._host.channels.remove(self)

    def _to_agent(self, line: bytes) -> None:
        if self._agent is not None:
            self._agent.feed(line)

    def _from_agent(self, line: bytes) -> None:
        asyncio.get_running_loop().call_soon(self._deliver, line)

    def _deliver(self, line: bytes) -> None:
        if self._listener is not None and self._source is not None:
            for message in self._source.feed(line):
                self._listener.received(message)


def is_measured(workspace: Workspace) -> bool:
    """Return whether the sizes of all VMs of all hosts are there."""
    return all(vm.is_measured for state in workspace.fleet.hosts.values() for vm in state.vms.values())


def world_of(state: HostState) -> World:
    """Return a world with the VMs and checkpoint trees of a state; its disks follow from the trees."""
    volumes = tuple(VolumeSpec(each.name, each.total_bytes) for each in state.volumes)
    return World(
        host=HostSpec(name=state.host), volumes=volumes, vms=tuple(map(_vm_spec, state.vms.values()))
    )


_Policy = Literal["Disabled", "Production", "ProductionOnly", "Standard"]
_POLICIES: Mapping[CheckpointType, _Policy] = {
    CheckpointType.DISABLED: "Disabled",
    CheckpointType.PRODUCTION: "Production",
    CheckpointType.PRODUCTION_ONLY: "ProductionOnly",
    CheckpointType.STANDARD: "Standard",
}


def _vm_spec(vm: VirtualMachine) -> VmSpec:
    base = next(file for file in vm.files if file.parent_path is None)
    return VmSpec(
        id=vm.id,
        name=vm.name,
        folder=f"D:\\VMs\\{vm.name}",
        state=vm.state.value,
        checkpoint_type=_POLICIES[vm.checkpoint_type],
        drives=(DriveSpec(path=base.path, virtual=base.virtual_bytes, size=base.size_bytes),),
        checkpoints=tuple(
            CheckpointSpec(
                id=each.id,
                name=each.name,
                created=each.created_utc.isoformat(),
                parent=each.parent_id,
                kind=each.kind.value,
                memory=each.has_memory,
                automatic=each.is_automatic,
                notes=each.notes,
            )
            for each in vm.checkpoints
        ),
        now=vm.now_id,
    )
