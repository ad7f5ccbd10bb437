"""Take a VM back to a checkpoint, by default with a safety checkpoint of its present state first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hvtree.domain.checkpoint import Checkpoint, CheckpointRef
from hvtree.domain.edits import Apply, Create, Power, SetPower
from hvtree.domain.errors import Refused
from hvtree.domain.model import HostState, VirtualMachine, VmState
from hvtree.domain.names import quoted, safety_name
from hvtree.domain.words import age_words, size_words
from hvtree.operations import folding, wording
from hvtree.operations.base import Operation, Plan, Risk, Step
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

TRUST_AGE = timedelta(days=30)
"""After this time a domain member has changed its machine password, so that an older state is not trusted."""
CLOCK_AGE = timedelta(hours=1)
"""From this age on it is worth saying that the guest's clock stands still."""


@dataclass(frozen=True, slots=True)
class ApplyCheckpoint:
    """Take a VM back to a checkpoint.

    `safety` takes a checkpoint first: *Create Checkpoint and Apply* in Hyper-V Manager. A running or paused VM is saved
    for it; without it, it is turned off, since its present state is thrown away anyhow. `start` starts it afterwards.
    """

    ref: CheckpointRef
    safety: bool = True
    start: bool = False
    at_utc: datetime | None = None
    """The time in the safety checkpoint's name; None for that of the reading."""

    def plan(self, state: HostState) -> Plan:
        """Plan it; raise `Refused` if it cannot be applied, or if no safety checkpoint can be taken."""
        vm, checkpoint = find_checkpoint(state, self.ref)
        what = checkpoint_cannot(checkpoint, vm, Deed.APPLY)
        demand(what, _replica(vm), kind_forbids(checkpoint, Deed.APPLY), unavailable(vm))
        demand(what, _no_safety(vm) if self.safety else None)
        at_utc = self.at_utc or state.taken_at_utc
        course = _Course(vm, checkpoint, safety_name(vm.name, at_utc.astimezone()) if self.safety else "")
        return course.plan(state, replace(self, at_utc=at_utc), start=self.start)


@dataclass(frozen=True, slots=True)
class RevertVm:
    """Take a VM back to the checkpoint on which it stands; everything as in `ApplyCheckpoint`."""

    vm_id: str
    safety: bool = True
    start: bool = False
    at_utc: datetime | None = None

    def plan(self, state: HostState) -> Plan:
        """Plan it; raise `Refused` if the VM stands on no checkpoint or that one cannot be applied."""
        vm = find_vm(state, self.vm_id)
        if vm.now_id is None:
            why = "It has no checkpoint."
            if vm.checkpoints:
                why = "The checkpoint on which it stood was deleted."
            raise Refused(f"VM {quoted(vm.name)} cannot be reverted.", why=why, now=_revert_now(vm))
        apply = ApplyCheckpoint(CheckpointRef(vm.id, vm.now_id), self.safety, self.start, self.at_utc)
        plan = apply.plan(state)
        title = f"Revert VM {quoted(vm.name)} to checkpoint {quoted(vm.by_id[vm.now_id].name)}"
        verb = "Create Checkpoint and Revert" if self.safety else "Revert"
        at_utc = self.at_utc or state.taken_at_utc
        return replace(plan, operation=replace(self, at_utc=at_utc), title=title, verb=verb)


@dataclass(frozen=True, slots=True)
class _Course:
    """How one VM goes back to one checkpoint."""

    vm: VirtualMachine
    checkpoint: Checkpoint
    safety: str
    """Name of the checkpoint to take first, or empty."""

    def plan(self, state: HostState, operation: Operation, *, start: bool) -> Plan:
        steps = tuple(self._steps(start=start))
        expected = folding.after(state, steps)
        return Plan(
            operation=operation,
            title=f"Apply {name_checkpoint(self.checkpoint, self.vm)}",
            verb="Create Checkpoint and Apply" if self.safety else "Apply",
            steps=steps,
            before=state,
            expected=expected,
            risk=Risk.INTERRUPTS if self.safety else Risk.LOSES,
            vm_ids=(self.vm.id,),
            consequences=tuple(self._consequences(state, expected.vms[self.vm.id])),
            powershell=script(steps),
            after_failure=tuple(self._way_back()),
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
            yield Step(f"Take checkpoint {quoted(self.safety)}", Create((self.vm.id,), self.safety))
        yield Step(f"Apply checkpoint {quoted(self.checkpoint.name)}", Apply(self.checkpoint.ref))
        if start:
            yield self._power(f"Start VM {name}", Power.START)

    def _way_back(self) -> Iterator[Step]:
        """Return what brings a VM that was stopped for nothing back to where it was."""
        name = quoted(self.vm.name)
        if self._is_on:
            yield self._power(f"Start VM {name} again", Power.START)
        if self.vm.state is VmState.PAUSED:
            yield self._power(f"Pause VM {name} again", Power.PAUSE)

    def _power(self, title: str, power: Power) -> Step:
        return Step(title, SetPower((self.vm.id,), power))

    def _consequences(self, state: HostState, after: VirtualMachine) -> Iterator[str]:
        yield from self._safety_sentences(state) if self.safety else self._loss_sentences(state)
        yield self._afterwards(after)
        yield "Memory, processors, network and disks of the VM are set as they were at that time."
        yield from self._after_shocks(state.taken_at_utc)
        if len(self.vm.checkpoints) > 1:
            yield "All other checkpoints stay."

    def _safety_sentences(self, state: HostState) -> Iterator[str]:
        yield f"What the VM holds now is kept in the new checkpoint {quoted(self.safety)}: apply that to come back."
        if self._is_on:
            yield from memory_space(state, (replace(self.vm, state=VmState.SAVED),))

    def _loss_sentences(self, state: HostState) -> Iterator[str]:
        base = self.vm.by_id.get(self.vm.now_id) if self.vm.now_id else None
        since = f"since {wording.aged(base, state.taken_at_utc)}" if base else "since its last checkpoint"
        amount = size_words(written_bytes(self.vm))
        yield f"Everything written on VM {quoted(self.vm.name)} {since} is lost for good: up to {amount}."
        if self._is_on:
            yield "The VM is turned off, as if the plug were pulled; what its programs have in memory is lost."
        elif self.vm.state is VmState.SAVED:
            yield "Its saved state, with all that its programs had in memory, is lost."

    def _afterwards(self, after: VirtualMachine) -> str:
        name = quoted(self.vm.name)
        has_memory = self.checkpoint.has_memory
        resumes = "goes on exactly there" if has_memory else "boots from its disks as after a power cut"
        if after.state is VmState.RUNNING:
            return f"Afterwards VM {name} is started and {resumes}."
        return f"Afterwards VM {name} is {after.state}; when it is started, it {resumes}."

    def _after_shocks(self, now_utc: datetime) -> Iterator[str]:
        age = now_utc - self.checkpoint.created_utc
        if self.checkpoint.has_memory and age >= CLOCK_AGE:
            ago = age_words(self.checkpoint.created_utc, now_utc)
            yield f"Its clock goes on from {ago} until time is synchronised, and its network connections are cut."
        if age >= TRUST_AGE:
            yield (
                f"The checkpoint is {age.days} days old: if the guest is a member of a domain, "
                "the domain may no longer trust it."
            )
        if self.checkpoint.has_memory:
            yield "Do not go back with a domain controller or a replicated database this way: others have moved on."


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
