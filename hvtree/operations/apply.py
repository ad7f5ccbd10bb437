"""Take a VM back to a checkpoint, by default with a safety checkpoint of its present state first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.edits import Apply, Create, Edit, Power, SetPower
from hvtree.domain.errors import Refused
from hvtree.domain.fleet import Fleet
from hvtree.domain.model import HostState, VirtualMachine, VmState
from hvtree.domain.names import quoted, safety_name
from hvtree.domain.thresholds import CLOCK_AGE, TRUST_AGE
from hvtree.domain.words import age_words, size_words
from hvtree.operations import wording
from hvtree.operations.base import Consequence, Operation, Phase, Plan, Risk, Step, Subject, before_and_after
from hvtree.operations.powershell import script
from hvtree.operations.preconditions import (
    Deed,
    Reason,
    checkpoint_cannot,
    demand,
    find_checkpoint,
    find_vm,
    kind_forbids,
    name_checkpoint,
    takes_no_checkpoints,
    unavailable,
)
from hvtree.operations.space import memory_space, written_bytes


@dataclass(frozen=True, slots=True)
class KeepsPresentInCheckpoint(Consequence):
    """A safety checkpoint leads back."""

    name: str

    @property
    def sentence(self) -> str:
        return f"What the VM holds now is kept in the new checkpoint {quoted(self.name)}: apply that to come back."


@dataclass(frozen=True, slots=True)
class LosesPresent(Consequence):
    """What was written since a checkpoint is lost; `since` is None if the VM stands on none."""

    vm: Subject
    since: Subject | None
    since_utc: datetime | None = field(compare=False)
    now_utc: datetime = field(compare=False)
    size_bytes: int = field(compare=False)

    @property
    def sentence(self) -> str:
        since = "its last checkpoint"
        if self.since is not None and self.since_utc is not None:
            since = f"checkpoint {quoted(self.since.name)} ({age_words(self.since_utc, self.now_utc)})"
        amount = size_words(self.size_bytes)
        return (
            f"Everything written on VM {quoted(self.vm.name)} since {since} is lost for good: up to {amount}."
        )


@dataclass(frozen=True, slots=True)
class TurnsOff(Consequence):
    """A VM that is on is turned off hard."""

    @property
    def sentence(self) -> str:
        return "The VM is turned off, as if the plug were pulled; what its programs have in memory is lost."


@dataclass(frozen=True, slots=True)
class LosesSavedState(Consequence):
    """The saved state of a VM is thrown away."""

    @property
    def sentence(self) -> str:
        return "Its saved state, with all that its programs had in memory, is lost."


@dataclass(frozen=True, slots=True)
class StateAfterwards(Consequence):
    """In which state the VM is afterwards, and how its guest goes on."""

    vm: Subject
    state: VmState
    has_memory: bool

    @property
    def sentence(self) -> str:
        name = quoted(self.vm.name)
        resumes = "goes on exactly there" if self.has_memory else "boots from its disks as after a power cut"
        if self.state is VmState.RUNNING:
            return f"Afterwards VM {name} is started and {resumes}."
        return f"Afterwards VM {name} is {self.state}; when it is started, it {resumes}."


@dataclass(frozen=True, slots=True)
class RestoresSettings(Consequence):
    """The VM's settings go back too."""

    @property
    def sentence(self) -> str:
        return "Memory, processors, network and disks of the VM are set as they were at that time."


@dataclass(frozen=True, slots=True)
class ClockIsBehind(Consequence):
    """The guest's clock goes on from the time of the checkpoint."""

    created_utc: datetime = field(compare=False)
    now_utc: datetime = field(compare=False)

    @property
    def sentence(self) -> str:
        ago = age_words(self.created_utc, self.now_utc)
        return (
            f"Its clock goes on from {ago} until time is synchronised, and its network connections are cut."
        )


@dataclass(frozen=True, slots=True)
class DomainTrustAtRisk(Consequence):
    """The checkpoint is older than a machine password."""

    days: int = field(compare=False)

    @property
    def sentence(self) -> str:
        return (
            f"The checkpoint is {self.days} days old: if the guest is a member of a domain, "
            "the domain may no longer trust it."
        )


@dataclass(frozen=True, slots=True)
class ReplicationAtRisk(Consequence):
    """A guest that replicates must not go back in time."""

    @property
    def sentence(self) -> str:
        return (
            "Do not go back with a domain controller or a replicated database this way: others have moved on."
        )


@dataclass(frozen=True, slots=True)
class OtherCheckpointsStay(Consequence):
    """The other checkpoints of the VM are not touched."""

    @property
    def sentence(self) -> str:
        return "All other checkpoints stay."


@dataclass(frozen=True, slots=True)
class ApplyCheckpoint:
    """Take a VM back to a checkpoint.

    `safety` takes a checkpoint first: *Create Checkpoint and Apply* in Hyper-V Manager. A running or paused VM is saved
    for it; without it, it is turned off, since its present state is thrown away anyhow. `start` starts it afterwards.
    """

    checkpoint: CheckpointAddress
    safety: bool = True
    start: bool = False
    at_utc: datetime | None = None
    """The time from which ages are counted and that the safety checkpoint's name has; None for that of the reading."""

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it; raise `Refused` if it cannot be applied, or if no safety checkpoint can be taken."""
        vm, checkpoint = find_checkpoint(fleet, self.checkpoint)
        what = checkpoint_cannot(checkpoint, vm, Deed.APPLY)
        demand(what, _replica(vm), kind_forbids(checkpoint, Deed.APPLY), unavailable(vm))
        demand(what, _no_safety(vm) if self.safety else None)
        at_utc = self.at_utc or fleet.hosts[self.checkpoint.host_id].taken_at_utc
        safety = safety_name(vm.name, at_utc.astimezone()) if self.safety else ""
        going_back = _GoingBack(self.checkpoint, vm, checkpoint, safety=safety, at_utc=at_utc)
        return going_back.plan(fleet, replace(self, at_utc=at_utc), start=self.start)


@dataclass(frozen=True, slots=True)
class RevertVm:
    """Take a VM back to the checkpoint on which it stands; everything as in `ApplyCheckpoint`."""

    vm: VmAddress
    safety: bool = True
    start: bool = False
    at_utc: datetime | None = None

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it; raise `Refused` if the VM stands on no checkpoint or that one cannot be applied."""
        vm = find_vm(fleet, self.vm)
        if vm.now_id is None:
            why = "It has no checkpoint."
            if vm.checkpoints:
                why = "The checkpoint on which it stood was deleted."
            raise Refused(f"VM {quoted(vm.name)} cannot be reverted.", why=why, now=_revert_now(vm))
        address = CheckpointAddress(self.vm.host_id, vm.id, vm.now_id)
        plan = ApplyCheckpoint(address, self.safety, self.start, self.at_utc).plan(fleet)
        assert isinstance(plan.operation, ApplyCheckpoint)
        return replace(
            plan,
            operation=replace(self, at_utc=plan.operation.at_utc),
            title=f"Revert VM {quoted(vm.name)} to checkpoint {quoted(vm.by_id[vm.now_id].name)}",
            verb="Create Checkpoint and Revert" if self.safety else "Revert",
        )


@dataclass(frozen=True, slots=True)
class _GoingBack:
    """How one VM goes back to one checkpoint."""

    address: CheckpointAddress
    vm: VirtualMachine
    checkpoint: Checkpoint
    safety: str
    """Name of the checkpoint to take first, or empty."""
    at_utc: datetime

    def plan(self, fleet: Fleet, operation: Operation, *, start: bool) -> Plan:
        phases: tuple[Phase, ...] = tuple((step,) for step in self._steps(start=start))
        before, expected = before_and_after(fleet, (self.address.vm,), phases)
        return Plan(
            operation=operation,
            title=f"Apply {name_checkpoint(self.checkpoint, self.vm)}",
            verb="Create Checkpoint and Apply" if self.safety else "Apply",
            phases=phases,
            before=before,
            expected=expected,
            vms=(self.address.vm,),
            risk=Risk.INTERRUPTS if self.safety else Risk.LOSES,
            consequences=tuple(
                self._consequences(fleet.hosts[self.address.host_id], expected.vm(self.address.vm))
            ),
            powershell=script(phases, fleet),
            after_failure=tuple((step,) for step in self._way_back()),
        )

    @property
    def _is_on(self) -> bool:
        return self.vm.state in (VmState.RUNNING, VmState.PAUSED)

    def _steps(self, *, start: bool) -> Iterator[Step]:
        name = quoted(self.vm.name)
        if self._is_on and self.safety:
            yield self._power(f"Save VM {name}", Power.SAVE)
        elif self._is_on:
            yield self._power(f"Turn off VM {name}", Power.TURN_OFF)
        if self.safety:
            yield self._step(f"Take checkpoint {quoted(self.safety)}", Create((self.vm.id,), self.safety))
        yield self._step(f"Apply checkpoint {quoted(self.checkpoint.name)}", Apply(self.checkpoint.ref))
        if start:
            yield self._power(f"Start VM {name}", Power.START)

    def _way_back(self) -> Iterator[Step]:
        """Yield what brings a VM that was stopped for nothing back to where it was."""
        name = quoted(self.vm.name)
        if self._is_on:
            yield self._power(f"Start VM {name} again", Power.START)
        if self.vm.state is VmState.PAUSED:
            yield self._power(f"Pause VM {name} again", Power.PAUSE)

    def _power(self, title: str, power: Power) -> Step:
        return self._step(title, SetPower((self.vm.id,), power))

    def _step(self, title: str, edit: Edit) -> Step:
        return Step(title, self.address.host_id, edit)

    def _consequences(self, state: HostState, after: VirtualMachine) -> Iterator[Consequence]:
        yield from self._kept(state) if self.safety else self._lost()
        yield StateAfterwards(wording.subject(self.vm), after.state, self.checkpoint.has_memory)
        yield RestoresSettings()
        yield from self._risks_of_age()
        if len(self.vm.checkpoints) > 1:
            yield OtherCheckpointsStay()

    def _kept(self, state: HostState) -> Iterator[Consequence]:
        yield KeepsPresentInCheckpoint(self.safety)
        if self._is_on:
            yield from memory_space(state, (replace(self.vm, state=VmState.SAVED),))

    def _lost(self) -> Iterator[Consequence]:
        base = self.vm.by_id.get(self.vm.now_id) if self.vm.now_id else None
        yield LosesPresent(
            wording.subject(self.vm),
            wording.subject(base) if base else None,
            base.created_utc if base else None,
            self.at_utc,
            written_bytes(self.vm),
        )
        if self._is_on:
            yield TurnsOff()
        elif self.vm.state is VmState.SAVED:
            yield LosesSavedState()

    def _risks_of_age(self) -> Iterator[Consequence]:
        age = self.at_utc - self.checkpoint.created_utc
        if self.checkpoint.has_memory and age >= CLOCK_AGE:
            yield ClockIsBehind(self.checkpoint.created_utc, self.at_utc)
        if age >= TRUST_AGE:
            yield DomainTrustAtRisk(age.days)
        if self.checkpoint.has_memory:
            yield ReplicationAtRisk()


def _replica(vm: VirtualMachine) -> Reason | None:
    if not vm.is_replica:
        return None
    return Reason(f"VM {quoted(vm.name)} is a replica.", "Use a failover, or apply it on the primary VM.")


def _no_safety(vm: VirtualMachine) -> Reason | None:
    reason = takes_no_checkpoints(vm)
    if reason is None:
        return None
    now = f"{reason.now} Or apply it without a new checkpoint; what the VM holds now is lost then."
    return Reason(f"Its present state cannot be kept in a checkpoint first. {reason.why}", now)


def _revert_now(vm: VirtualMachine) -> str:
    return "Apply one of its checkpoints instead." if vm.checkpoints else "Take a checkpoint first."
