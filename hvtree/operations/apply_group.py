"""Take all VMs of a group checkpoint back to it together, by default with a safety group checkpoint of how they are now first."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from msgspec import Struct

from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.domain.checkpoint import Checkpoint, CheckpointRef
from hvtree.domain.edits import Apply, Create, Delete, Edit, Power
from hvtree.domain.fleet import Fleet
from hvtree.domain.group import Member, StartStage, start_stages
from hvtree.domain.group_checkpoint import GroupCheckpoint
from hvtree.domain.group_mark import GroupMark
from hvtree.domain.model import VirtualMachine, VmState
from hvtree.domain.names import base_of, quoted, safety_name
from hvtree.domain.passport import Passport
from hvtree.domain.predictions import placeholder
from hvtree.domain.words import count_words
from hvtree.operations.apply import no_safety, replica
from hvtree.operations.apply_group_consequences import GroupReturn
from hvtree.operations.base import Operation, Phase, Plan, Risk, Step, before_and_after
from hvtree.operations.bring_back import can_bring_back
from hvtree.operations.create import by_host
from hvtree.operations.group_target import GroupTarget, Parts, demand_whole, named, vms_of
from hvtree.operations.leases import ON, if_cut, is_on
from hvtree.operations.passports import about_passport, by_hand, dated, passport_phases
from hvtree.operations.power_phases import in_stages, power_phase
from hvtree.operations.powershell import script
from hvtree.operations.preconditions import CheckpointAction, Reason, demand_of_all, kind_forbids, unavailable
from hvtree.values import replace

_MakeEdit = Callable[[Sequence[VirtualMachine]], Edit]
_WHAT = "The group checkpoint cannot be applied now."


class ApplyGroupCheckpoint(Struct, frozen=True):
    """Take the VMs of a group checkpoint back to it, all or none.

    `safety` takes a group checkpoint of how they are now first: they are paused and saved for it, at one instant. Without it
    VMs that are on are turned off. Those that ran are started afterwards, in their order, and those that were paused are paused
    again, unless `start` is False.
    """

    verb: ClassVar[str] = "apply-group"

    target: GroupTarget
    safety: bool = True
    start: bool = True
    partial: bool = False
    """It goes on without VMs whose checkpoints are missing; otherwise it is refused then."""
    members: tuple[Member, ...] = ()
    """Those of the named group, as it is now: their order, and who has been added since."""
    at_utc: datetime | None = None
    """The time from which ages are counted and that the safety checkpoints' name has; None for that of the reading."""
    passport: Passport | None = None
    """What is written into the notes of the safety checkpoints; what they were taken for and when is added to it."""
    leave_stopped: bool = False
    """If the connection fails, the VMs stay as they are then."""
    states: tuple[tuple[VmAddress, VmState], ...] = ()
    """The states into which VMs come afterwards; those that it does not name come into their present ones."""
    rest: tuple[str, ...] = ()
    """After a return that broke off: the ids of the VMs that are still to go. The others stay where they stand, and are only
    brought into the states that `states` names."""
    kept: tuple[CheckpointAddress, ...] = ()
    """After such a return: the safety checkpoints that it has taken of those that are still to go."""

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it; raise `Refused` naming what is missing and who cannot go back, and why. Then nothing is stopped."""
        found, parts = self._applicable(fleet)
        at_utc = self.at_utc or max(fleet.hosts[each.host_id].taken_at_utc for each in parts)
        going = self._going_back(fleet, found, parts, at_utc)
        phases = tuple(going.phases())
        bring_back = (*going.bring_back(), *going.notes())
        touched = (*(each.vm for each in parts), *going.staying)
        before, expected = before_and_after(fleet, touched, (*phases, *bring_back))
        hosts = {each.host_id for each in touched}
        there = found.on(hosts) if self.rest else found  # so that the same plan comes of these hosts alone
        change = GroupReturn(
            there, parts, self.members, self.safety, at_utc, going.staying, self._kept(fleet)
        )
        return Plan(
            operation=replace(self, at_utc=at_utc),
            title=f"Apply the {named(found)}" if not self.rest else _title_of_rest(found, parts),
            button="Create Checkpoints and Apply" if self.safety else "Apply",
            phases=phases,
            before=before,
            expected=expected,
            vms=touched,
            risk=Risk.INTERRUPTS if self.safety else Risk.LOSES,
            consequences=(
                *change.consequences(fleet, expected),
                *about_passport(going.passport, at_utc),
                *if_cut(fleet, before.hosts, phases, is_left=self.leave_stopped),
            ),
            powershell=script((*by_hand(phases, going.notes()), *going.bring_back()), fleet),
            bring_back=bring_back,
            after_failure=tuple(going.undo()),
            take_back=tuple(going.take_back()),
            is_joint=True,
            leaves_stopped=self.leave_stopped,
            needs_sizes=not self.safety,
        )

    def check(self, fleet: Fleet) -> tuple[VmAddress, ...]:
        """Return the VMs that it touches; raise `Refused` as `plan` does."""
        return (*(each.vm for each in self._applicable(fleet)[1]), *self._staying(fleet))

    def undated(self) -> Operation:
        """Return it for the time of the reading on which it is planned next."""
        return replace(self, at_utc=None)

    def _applicable(self, fleet: Fleet) -> tuple[GroupCheckpoint, Parts]:
        found, parts = self.target.parts(fleet, _WHAT)
        what = f"The {named(found)} cannot be applied now."
        if self.rest:
            parts = {address: each for address, each in parts.items() if address.vm_id in self.rest}
        if not self.partial:
            demand_whole(found, what, self.rest)
        checkpoints = {vm.id: checkpoint for vm, checkpoint in parts.values()}

        def reason(vm: VirtualMachine) -> Reason | None:
            forbidden = replica(vm) or kind_forbids(checkpoints[vm.id], CheckpointAction.APPLY)
            return forbidden or unavailable(vm) or (no_safety(vm) if self.safety else None)

        demand_of_all(lambda: what, tuple(vm for vm, _checkpoint in parts.values()), reason)
        demand_of_all(lambda: what, tuple(self._staying(fleet).values()), unavailable)
        return found, parts

    def _staying(self, fleet: Fleet) -> dict[VmAddress, VirtualMachine]:
        """Return the VMs that go nowhere, and only come into other states."""
        if not self.rest:
            return {}
        others = ((fleet.find_vm(address), address, goal) for address, goal in self.states)
        return {
            address: vm
            for vm, address, goal in others
            if vm is not None and vm.id not in self.rest and _can_wake(vm, goal)
        }

    def _kept(self, fleet: Fleet) -> dict[str, Checkpoint]:
        """Return the safety checkpoints on which VMs still stand, by the ids of the VMs."""
        found = ((fleet.find_vm(each.vm), each.checkpoint_id) for each in self.kept)
        return {vm.id: vm.by_id[of] for vm, of in found if vm is not None and vm.now_id == of in vm.by_id}

    def _going_back(self, fleet: Fleet, found: GroupCheckpoint, parts: Parts, at_utc: datetime) -> _GoingBack:
        local = fleet.hosts[next(iter(parts)).host_id].on_its_clock(at_utc)
        staying = self._staying(fleet)
        taking_part = (*(each.vm for each in parts), *staying)
        stages = start_stages(self._placed(taking_part)) if self.members else ()
        return _GoingBack(
            {address.vm: vm for address, (vm, _checkpoint) in parts.items()},
            {address.vm: checkpoint for address, (_vm, checkpoint) in parts.items()},
            safety=safety_name(base_of(found.name), local) if self.safety else "",
            passport=self._safety_passport(found, parts, at_utc) if self.safety else None,
            stages=stages,
            states=dict(self.states) if self.start else None,
            staying=staying,
        )

    def _placed(self, taking_part: Iterable[VmAddress]) -> Iterator[Member]:
        """Yield the members that take part, where their VMs are now."""
        places = {address.vm_id: address for address in taking_part}
        for each in self.members:
            if each.vm.vm_id in places:
                yield replace(each, vm=places[each.vm.vm_id])

    def _safety_passport(
        self, found: GroupCheckpoint, parts: Iterable[CheckpointAddress], at_utc: datetime
    ) -> Passport:
        ids = [each.vm_id for each in parts]
        mark_id = uuid.uuid5(uuid.NAMESPACE_OID, ",".join(("safety", at_utc.isoformat(), *ids)))
        mark = GroupMark(str(mark_id), len(ids), found.group_id, found.group_name)
        signed = dated(self.passport or Passport(), at_utc)
        assert signed is not None
        return replace(signed, safety=found.name, group=mark)


class _GoingBack(Struct, frozen=True):
    """How some VMs go back together."""

    vms: Mapping[VmAddress, VirtualMachine]
    checkpoints: Mapping[VmAddress, Checkpoint]
    safety: str
    """The name of the checkpoints to take first, or empty."""
    passport: Passport | None
    stages: tuple[StartStage, ...]
    states: Mapping[VmAddress, VmState] | None
    """Where VMs are to come otherwise than into their present states; None if they stay as their checkpoints leave them."""
    staying: Mapping[VmAddress, VirtualMachine]
    """Those that go nowhere, and only come into other states."""

    def _in(self, *states: VmState) -> dict[VmAddress, VirtualMachine]:
        return {address: vm for address, vm in self.vms.items() if vm.state in states}

    @property
    def _on(self) -> dict[VmAddress, VirtualMachine]:
        return {address: vm for address, vm in self.vms.items() if is_on(vm)}

    def phases(self) -> Iterator[Phase]:
        """Yield the way there: stop all, keep how they are, go back. No VM goes back before all are kept."""
        if self.safety:
            yield from power_phase(self._in(VmState.RUNNING), Power.PAUSE)
            yield from power_phase(self._on, Power.SAVE)
            yield self._phase(
                "Take {count}",
                "safety checkpoint",
                lambda those: Create(tuple(vm.id for vm in those), self.safety),
            )
        else:
            yield from power_phase(self._on, Power.TURN_OFF)
        yield self._phase(
            "Apply {count}",
            "checkpoint",
            lambda those: Apply(tuple(CheckpointRef(vm.id, self._goal(vm.id)) for vm in those)),
        )

    def bring_back(self) -> Iterator[Phase]:
        """Yield what starts those again that were on, or are to be, in their order."""
        if self.states is not None:
            those = {**self.vms, **self.staying}
            yield from self._woken(
                {address: self.states.get(address, vm.state) for address, vm in those.items()}
            )

    def _woken(self, states: Mapping[VmAddress, VmState]) -> Iterator[Phase]:
        those = {**self.vms, **self.staying}
        on = {address: those[address] for address, state in states.items() if state in ON}
        paused = {address: vm for address, vm in on.items() if states[address] is VmState.PAUSED}
        yield from in_stages(on, self.stages, Power.START)
        yield from power_phase(paused, Power.PAUSE, again=True)

    def notes(self) -> tuple[Phase, ...]:
        """Return what writes into the safety checkpoints what they are."""
        return passport_phases(self.vms, self.passport)

    def undo(self) -> Iterator[Phase]:
        """Yield what takes VMs to how they were, if others cannot go back."""
        if self.safety:
            yield self._phase("Go back to {count}", "safety checkpoint", lambda those: Apply(_new(those)))
        yield from self._woken({address: vm.state for address, vm in self.vms.items()})

    def take_back(self) -> Iterator[Phase]:
        """Yield what deletes the safety checkpoints of VMs that are as they were."""
        if self.safety:
            yield self._phase("Delete {count}", "safety checkpoint", lambda those: Delete(_new(those)))

    def _goal(self, vm_id: str) -> str:
        return next(each.id for address, each in self.checkpoints.items() if address.vm_id == vm_id)

    def _phase(self, title: str, noun: str, edit: _MakeEdit) -> Phase:
        return tuple(
            Step(title.format(count=count_words(len(machines), noun)), host_id, edit(machines))
            for host_id, machines in by_host(self.vms).items()
        )


def _new(machines: Iterable[VirtualMachine]) -> tuple[CheckpointRef, ...]:
    """Return what stands for the checkpoints that the plan takes of VMs first."""
    return tuple(CheckpointRef(vm.id, placeholder(vm.id)) for vm in machines)


def _title_of_rest(found: GroupCheckpoint, parts: Parts) -> str:
    return f"Apply the group checkpoint {quoted(found.name)} to {vms_of(parts)}"


def _can_wake(vm: VirtualMachine, goal: VmState) -> bool:
    """Return whether starting or pausing brings a VM into a state; who has paused one that ran is not contradicted."""
    return vm.state is not VmState.PAUSED and can_bring_back(vm.state, goal)
