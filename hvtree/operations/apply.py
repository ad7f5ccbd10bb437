"""Take a VM back to a checkpoint, by default with a safety checkpoint of its present state first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import ClassVar

from msgspec import Struct

from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.disks import written_files
from hvtree.domain.edits import Apply, Create, Edit, Power, SetPower
from hvtree.domain.errors import Refused
from hvtree.domain.fleet import Fleet
from hvtree.domain.model import HostState, VirtualMachine, VmState
from hvtree.domain.names import quoted, safety_name
from hvtree.domain.passport import Passport
from hvtree.domain.paths import is_checkpoint_file
from hvtree.domain.state_words import state_words
from hvtree.domain.thresholds import CLOCK_AGE, TRUST_AGE
from hvtree.operations.base import Operation, Phase, Plan, Risk, Step, before_and_after
from hvtree.operations.consequence import Age, Consequence, Count, Fate, Name, Size, changes, checkpoints, vms
from hvtree.operations.leases import if_cut, is_on
from hvtree.operations.passports import about_passport, by_hand, dated, passport_phases
from hvtree.operations.power_phases import VERBS
from hvtree.operations.powershell import script
from hvtree.operations.preconditions import (
    CheckpointAction,
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
from hvtree.operations.space import memory_space
from hvtree.values import replace


class ApplyCheckpoint(Struct, frozen=True):
    """Take a VM back to a checkpoint.

    `safety` takes a checkpoint first: *Create Checkpoint and Apply* in Hyper-V Manager. A running or paused VM is saved
    for it; without it, it is turned off, since its present state is thrown away anyway. `start` starts it afterwards.
    """

    verb: ClassVar[str] = "apply"

    checkpoint: CheckpointAddress
    safety: bool = True
    start: bool = False
    at_utc: datetime | None = None
    """The time from which ages are counted and that the safety checkpoint's name has; None for that of the reading."""
    passport: Passport | None = None
    """What is written into the notes of the safety checkpoint; what it was taken for and when is added to it."""
    leave_stopped: bool = False
    """If the connection fails, the VM stays as it is then."""
    pause: bool = False
    """When it is started, it is paused again at once."""

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it; raise `Refused` if it cannot be applied, or if no safety checkpoint can be taken."""
        vm, checkpoint = self._applicable(fleet)
        at_utc = self.at_utc or fleet.hosts[self.checkpoint.host_id].taken_at_utc
        local = fleet.hosts[self.checkpoint.host_id].on_its_clock(at_utc)
        safety = safety_name(vm.name, local) if self.safety else ""
        passport = replace(self.passport, safety=checkpoint.name) if self.safety and self.passport else None
        going_back = _GoingBack(
            self.checkpoint,
            vm,
            checkpoint,
            safety=safety,
            at_utc=at_utc,
            passport=dated(passport, at_utc),
            leave_stopped=self.leave_stopped,
        )
        powers = ((Power.START, Power.PAUSE) if self.pause else (Power.START,)) if self.start else ()
        return going_back.plan(fleet, replace(self, at_utc=at_utc), powers)

    def check(self, fleet: Fleet) -> tuple[VmAddress, ...]:
        """Return the VM that it touches; raise `Refused` as `plan` does."""
        self._applicable(fleet)
        return (self.checkpoint.vm,)

    def _applicable(self, fleet: Fleet) -> tuple[VirtualMachine, Checkpoint]:
        vm, checkpoint = find_checkpoint(fleet, self.checkpoint)
        what = checkpoint_cannot(checkpoint, vm, CheckpointAction.APPLY)
        demand(what, replica(vm), kind_forbids(checkpoint, CheckpointAction.APPLY), unavailable(vm))
        demand(what, no_safety(vm) if self.safety else None)
        return vm, checkpoint

    def undated(self) -> Operation:
        """Return it for the time of the reading on which it is planned next."""
        return replace(self, at_utc=None)


class RevertVm(Struct, frozen=True):
    """Take a VM back to the checkpoint on which it stands; everything as in `ApplyCheckpoint`."""

    verb: ClassVar[str] = "revert"

    vm: VmAddress
    safety: bool = True
    start: bool = False
    at_utc: datetime | None = None
    passport: Passport | None = None
    leave_stopped: bool = False

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it; raise `Refused` if the VM stands on no checkpoint or that one cannot be applied."""
        apply = self._apply(fleet)
        vm, checkpoint = find_checkpoint(fleet, apply.checkpoint)
        plan = apply.plan(fleet)
        assert isinstance(plan.operation, ApplyCheckpoint)
        return replace(
            plan,
            operation=replace(self, at_utc=plan.operation.at_utc),
            title=f"Revert VM {quoted(vm.name)} to checkpoint {quoted(checkpoint.name)}",
            button="Create Checkpoint and Revert" if self.safety else "Revert",
        )

    def check(self, fleet: Fleet) -> tuple[VmAddress, ...]:
        """Return the VM that it touches; raise `Refused` as `plan` does."""
        return self._apply(fleet).check(fleet)

    def _apply(self, fleet: Fleet) -> ApplyCheckpoint:
        """Return the applying of the checkpoint on which the VM stands; raise `Refused` if it stands on none."""
        vm = find_vm(fleet, self.vm)
        if vm.now_id is None:
            why = "It has no checkpoint."
            if vm.checkpoints:
                why = "The checkpoint on which it stood was deleted."
            raise Refused(f"VM {quoted(vm.name)} cannot be reverted.", why=why, now=_revert_now(vm))
        return ApplyCheckpoint(
            CheckpointAddress(self.vm.host_id, vm.id, vm.now_id),
            self.safety,
            self.start,
            self.at_utc,
            passport=self.passport,
            leave_stopped=self.leave_stopped,
        )

    def undated(self) -> Operation:
        """Return it for the time of the reading on which it is planned next."""
        return replace(self, at_utc=None)


class _GoingBack(Struct, frozen=True):
    """How one VM goes back to one checkpoint."""

    address: CheckpointAddress
    vm: VirtualMachine
    checkpoint: Checkpoint
    safety: str
    """Name of the checkpoint to take first, or empty."""
    at_utc: datetime
    passport: Passport | None
    leave_stopped: bool

    def plan(self, fleet: Fleet, operation: Operation, powers: Sequence[Power]) -> Plan:
        """`powers` are what follows when it has gone back."""
        phases: tuple[Phase, ...] = tuple((step,) for step in self._steps(powers))
        notes = passport_phases({self.address.vm: self.vm} if self.safety else {}, self.passport)
        before, expected = before_and_after(fleet, (self.address.vm,), (*phases, *notes))
        return Plan(
            operation=operation,
            title=f"Apply {name_checkpoint(self.checkpoint, self.vm)}",
            button="Create Checkpoint and Apply" if self.safety else "Apply",
            phases=phases,
            before=before,
            expected=expected,
            vms=(self.address.vm,),
            risk=Risk.INTERRUPTS if self.safety else Risk.LOSES,
            consequences=(
                *self._consequences(fleet.hosts[self.address.host_id], expected.vm(self.address.vm)),
                *self._if_cut(fleet, phases, start=bool(powers)),
            ),
            powershell=script(by_hand(phases, notes), fleet),
            bring_back=notes,
            after_failure=tuple((step,) for step in self._way_back()),
            leaves_stopped=self.leave_stopped,
            needs_sizes=not self.safety,
        )

    @property
    def _is_on(self) -> bool:
        return is_on(self.vm)

    def _steps(self, powers: Sequence[Power]) -> Iterator[Step]:
        name = quoted(self.vm.name)
        if self._is_on and self.safety:
            yield self._power(f"Save VM {name}", Power.SAVE)
        elif self._is_on:
            yield self._power(f"Turn off VM {name}", Power.TURN_OFF)
        if self.safety:
            yield self._step(f"Take checkpoint {quoted(self.safety)}", Create((self.vm.id,), self.safety))
        yield self._step(f"Apply checkpoint {quoted(self.checkpoint.name)}", Apply((self.checkpoint.ref,)))
        for power in powers:
            yield self._power(f"{VERBS[power]} VM {name}", power)

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
        yield self._afterwards(after)
        yield Consequence(
            "restores-settings",
            "Memory, processors, network and disks of the VM are set as they were at that time.",
        )
        yield from self._risks_of_age()
        if len(self.vm.checkpoints) > 1:
            yield Consequence("other-checkpoints-stay", "All other checkpoints stay.")

    def _if_cut(self, fleet: Fleet, phases: tuple[Phase, ...], *, start: bool) -> Iterator[Consequence]:
        until = "" if start else " before the checkpoint is applied"
        return if_cut(fleet, (self.address.host_id,), phases, is_left=self.leave_stopped, until=until)

    def _kept(self, state: HostState) -> Iterator[Consequence]:
        yield Consequence(
            "keeps-present-in-checkpoint",
            "What the VM holds now is kept in the new checkpoint {name}: apply that to come back.",
            {"name": Name(self.safety)},
        )
        yield from about_passport(self.passport, self.at_utc)
        if self._is_on:
            yield from memory_space(state, (replace(self.vm, state=VmState.SAVED),))

    def _lost(self) -> Iterator[Consequence]:
        base = self.vm.by_id.get(self.vm.now_id) if self.vm.now_id else None
        since = "since {base} ({age})" if base else "since its last checkpoint"
        is_known = self.vm.space.is_written_complete
        amount = "up to {size}" if is_known else "how much that is, is not known yet"
        yield Consequence(
            "loses-present",
            f"Everything written on {{vm}} {since} is lost for good: {amount}.",
            {"vm": vms((self.vm,)), "base": checkpoints((base,) if base else ())},
            {
                "size": Size(self.vm.space.written_bytes if is_known else None),
                "age": Age(base.created_utc if base else self.at_utc, self.at_utc),
            },
            changes((each for each in written_files(self.vm) if is_checkpoint_file(each.path)), Fate.DELETED),
        )
        if self._is_on:
            yield Consequence(
                "turns-off",
                "The VM is turned off, as if the plug were pulled; what its programs have in memory is lost.",
            )
        elif self.vm.state is VmState.SAVED:
            yield Consequence(
                "loses-saved-state",
                "Its saved state, with all that its programs had in memory, is lost.",
            )

    def _afterwards(self, after: VirtualMachine) -> Consequence:
        has_memory = self.checkpoint.has_memory
        resumes = "goes on exactly there" if has_memory else "boots from its disks as after a power cut"
        wording = f"Afterwards {{vm}} is {{state}}; when it is started, it {resumes}."
        if after.state is VmState.RUNNING:
            wording = f"Afterwards {{vm}} is started and {resumes}."
        if after.state is VmState.PAUSED:
            wording = f"Afterwards {{vm}} is started and paused again; resumed, it {resumes}."
        kind = "resumes-from-memory" if has_memory else "boots-from-disks"
        return Consequence(kind, wording, {"vm": vms((self.vm,)), "state": state_words(after.state)})

    def _risks_of_age(self) -> Iterator[Consequence]:
        age = self.at_utc - self.checkpoint.created_utc
        if self.checkpoint.has_memory and age >= CLOCK_AGE:
            yield Consequence(
                "clock-is-behind",
                "Its clock goes on from {age} until time is synchronised, and its network connections are cut.",
                amounts={"age": Age(self.checkpoint.created_utc, self.at_utc)},
            )
        if age >= TRUST_AGE:
            yield Consequence(
                "domain-trust-at-risk",
                "The checkpoint is {days} old: if the guest is a member of a domain, "
                "the domain may no longer trust it.",
                amounts={"days": Count(age.days, "day")},
            )
        if self.checkpoint.has_memory:
            yield Consequence(
                "replication-at-risk",
                "Do not go back with a domain controller or a replicated database this way: others have moved on.",
            )


def replica(vm: VirtualMachine) -> Reason | None:
    """Return the reason if nothing can be applied to a VM because it is a replica."""
    if not vm.is_replica:
        return None
    return Reason(f"VM {quoted(vm.name)} is a replica.", "Use a failover, or apply it on the primary VM.")


def no_safety(vm: VirtualMachine) -> Reason | None:
    """Return the reason if the present state of a VM cannot be kept in a checkpoint first."""
    reason = takes_no_checkpoints(vm)
    if reason is None:
        return None
    now = f"{reason.now} Or apply it without a new checkpoint; what the VM holds now is lost then."
    return Reason(f"Its present state cannot be kept in a checkpoint first. {reason.why}", now)


def _revert_now(vm: VirtualMachine) -> str:
    return "Apply one of its checkpoints instead." if vm.checkpoints else "Take a checkpoint first."
