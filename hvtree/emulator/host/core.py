"""What all cmdlets of the emulated host share: its VMs, files, clock, jobs and faults, and the rules of busy VMs."""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone

from msgspec import Struct, field

from hvtree.emulator.host import errors
from hvtree.emulator.host.changes import ChangeLog, Guard
from hvtree.emulator.host.clock import Clock
from hvtree.emulator.host.disks import DiskStore
from hvtree.emulator.host.enums import SETTLED, JobType, VMState
from hvtree.emulator.host.faults import Fault, Faults, error_of
from hvtree.emulator.host.hardware import Switch
from hvtree.emulator.host.invocation import Invocation, Target, TargetResult
from hvtree.emulator.host.jobs import HostJob, JobTable
from hvtree.emulator.host.machine import Checkpoint, Machine
from hvtree.emulator.host.quirks import Quirks, Timings
from hvtree.emulator.host.vhd_reads import VhdReads

Begin = Callable[[Machine, TargetResult], "HostJob | object"]


class Facts(Struct, frozen=True):
    """What does not change about a host."""

    name: str
    memory: int = 256 << 30
    processors: int = 16
    utc_offset: timedelta = timedelta(0)
    culture: str = "en-US"
    ui_language: str = "en-US"
    """The language of its messages, which need not be that of its dates."""
    os: str = "Microsoft Windows Server 2022 Datacenter"
    vm_path: str = "C:\\ProgramData\\Microsoft\\Windows\\Hyper-V"
    vhd_path: str = "C:\\Users\\Public\\Documents\\Hyper-V\\Virtual Hard Disks"

    def is_older_than(self, release: int) -> bool:
        """Return whether it is a Windows Server from before that one; 2019 stands for Windows 10 1709 as well."""
        found = re.search(r"Server (\d{4})", self.os)
        return found is not None and int(found[1]) < release


class Share(Struct, frozen=True):
    """A shared folder that the host can reach, and whether its computer account may write there (fact 64)."""

    path: str
    is_writable: bool = True


class Contents(Struct, frozen=True):
    """What is on a host at the start; `hvtree.emulator.worlds.build` makes it from a world."""

    facts: Facts
    store: DiskStore
    machines: tuple[Machine, ...]
    shares: tuple[Share, ...] = ()
    switches: tuple[Switch, ...] = ()
    quirks: Quirks = field(default_factory=Quirks)
    timings: Timings = field(default_factory=Timings)
    faults: tuple[Fault, ...] = ()
    seed: str = ""


class _Slow(Struct):
    """The delay that a fault adds to the work that is about to begin."""

    seconds: float = 0.0
    failure: errors.CmdletError | None = None


class Core(Struct, dict=True):
    """The host below its cmdlets. Hold `guard` to use anything here."""

    contents: Contents
    clock: Clock
    quirks: Quirks
    timings: Timings
    faults: Faults
    guard: Guard = field(default_factory=Guard)
    _slow: _Slow = field(default_factory=_Slow)

    def __post_init__(self) -> None:
        self.facts = self.contents.facts
        self.store = self.contents.store
        self.shares = self.contents.shares
        self.switches = {switch.id: switch for switch in self.contents.switches}
        self.planned: dict[str, Machine] = {}
        """VMs of compatibility reports (Compare-VM): they are on no list."""
        self.machines = {machine.id: machine for machine in self.contents.machines}
        self._random = random.Random(self.contents.seed or self.facts.name)
        self.changes = ChangeLog(self.guard)
        self.vhd_reads = VhdReads()
        self.jobs = JobTable(self.clock, self.guard, self.new_guid)
        for machine in self.machines.values():
            self.changes.touch(machine.id)

    def new_guid(self) -> str:
        """Return a new GUID; the sequence is the same in every run of a world."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def local_time(self, when: datetime) -> datetime:
        """Return a time as the host's clock shows it."""
        return when.astimezone(timezone(self.facts.utc_offset, "host"))

    def now(self) -> datetime:
        """The host's time in UTC."""
        return self.clock.now().astimezone(UTC)

    # -- finding ---------------------------------------------------------------------------------------------

    def machine(self, vm_id: str) -> Machine:
        """Return a VM by its id; raise `CmdletError` if it is not there."""
        machine = self.machines.get(vm_id.lower())
        if machine is None:
            raise errors.vm_id_not_found(vm_id)
        return machine

    def checkpoint(self, checkpoint_id: str) -> tuple[Machine, Checkpoint]:
        """Return a checkpoint by its id; raise `CmdletError` if it is not there."""
        wanted = checkpoint_id.lower()
        for machine in self.machines.values():
            if wanted in machine.checkpoints:
                return machine, machine.checkpoints[wanted]
        raise errors.checkpoint_not_found(checkpoint_id)

    def switch_named(self, name: str) -> Switch | None:
        """Return a switch by its name, or None."""
        wanted = name.casefold()
        return next((one for one in self.switches.values() if one.name.casefold() == wanted), None)

    # -- running cmdlets -------------------------------------------------------------------------------------

    def invoke(self, cmdlet: str, targets: Iterable[Target]) -> Invocation:
        """Run a cmdlet on its targets, with the faults that are injected now."""
        self.faults.check_rights(cmdlet)
        prepared = [self._with_faults(cmdlet, target) for target in targets]
        invocation = Invocation(cmdlet, prepared, self.clock, self.guard, self.jobs)
        return invocation.start(side_by_side=self.quirks.targets_side_by_side)

    def _with_faults(self, cmdlet: str, target: Target) -> Target:
        machine = self.machines.get(target.vm_id)
        fault = self.faults.take(cmdlet, machine)
        if fault is None:
            return target
        failure = error_of(fault, machine, self.facts.name)

        def begin(result: TargetResult) -> HostJob | object:
            if failure is not None and fault.when == "before":
                raise failure
            self._slow = _Slow(fault.delay_s, failure)
            try:
                return target.begin(result)
            finally:
                self._slow = _Slow()

        return Target(target.key, target.vm_id, begin, target.view, fault.delay_s)

    def touch(self, machine: Machine) -> None:
        """Note that a VM changed, unless it is gone from the host."""
        if self.machines.get(machine.id) is machine:
            self.changes.touch(machine.id)

    def drop_saved_state(self, machine: Machine) -> None:
        """Delete the file of a VM's saved state, if it has one."""
        if machine.saved_bytes:
            self.store.charge(machine.path, -machine.saved_bytes)
            machine.saved_bytes = 0

    # -- exclusive work on a VM ------------------------------------------------------------------------------

    def require_idle(self, machine: Machine) -> None:
        """Raise the "another operation" error while the VM is busy."""
        is_let_through = not self.quirks.migrating_refuses_changes and machine.is_migrating
        if machine.is_busy and not is_let_through:
            raise errors.busy(machine.name)

    def require_settled(self, machine: Machine, action: str = "") -> None:
        """Raise unless the VM is idle and Running, Off, Saved or Paused."""
        self.require_idle(machine)
        if machine.state not in SETTLED:
            raise errors.wrong_state(machine.name, action)

    def occupy(
        self,
        machine: Machine,
        kind: JobType,
        seconds: float,
        finish: Callable[[], object],
        *,
        undo: Callable[[], None] = lambda: None,
        cancellable: bool = False,
    ) -> HostJob:
        """Reserve a VM for a job for some seconds. `finish` changes it at the end, or raises with nothing changed."""
        job = self.jobs.open(kind, machine.id, machine.name)
        machine.task = job
        slow = self._slow

        def complete() -> object:
            if slow.failure is not None:
                raise slow.failure
            value = finish()
            let_go()
            return value

        def let_go() -> None:
            machine.task = None
            self.touch(machine)

        def back() -> None:
            undo()
            let_go()

        self.touch(machine)
        return self.jobs.run(
            job,
            seconds + slow.seconds,
            complete,
            undo=back,
            cancellable=cancellable,
            on_tick=lambda: self.touch(machine),
        )

    def go_through(
        self,
        machine: Machine,
        kind: JobType,
        *,
        via: VMState,
        seconds: float,
        finish: Callable[[], object],
        cancellable: bool = False,
    ) -> HostJob:
        """Let a VM pass through a transitional state; if that fails or is cancelled, its old state comes back."""
        before = machine.state
        machine.state = via

        def undo() -> None:
            machine.state = before

        return self.occupy(machine, kind, seconds, finish, undo=undo, cancellable=cancellable)
