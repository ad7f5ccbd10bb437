"""Checkpoint several VMs at one instant: stop all, checkpoint all, bring each back to the state it was in.

The recipe of "Create simultaneous checkpoints of a group of related Virtual Machines", with its holes closed: the VMs
of a host stop within one request and those of several hosts at the same time, no VM is checkpointed before every VM
stands still, all checkpoints carry one name and say to which group checkpoint they belong, a VM that was off stays off, and
what cannot be done to its end is taken back.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from msgspec import Struct

from hvtree.domain.address import VmAddress
from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.edits import Create, Delete, Power
from hvtree.domain.fleet import Fleet
from hvtree.domain.group import GroupMethod, StartStage
from hvtree.domain.group_mark import GroupMark
from hvtree.domain.model import CheckpointType, VirtualMachine, VmState
from hvtree.domain.names import GROUP_BASE, default_name, quoted
from hvtree.domain.passport import Passport
from hvtree.domain.predictions import placeholder
from hvtree.domain.words import count_words
from hvtree.operations.base import Operation, Phase, Plan, Risk, Step, before_and_after
from hvtree.operations.consequence import listed, vms
from hvtree.operations.create import by_host, checkpoint_reason, sleeps
from hvtree.operations.group_consequences import GroupChange
from hvtree.operations.leases import if_cut
from hvtree.operations.passports import about_passport, dated, passport_phases
from hvtree.operations.power_phases import in_stages, power_phase
from hvtree.operations.powershell import script
from hvtree.operations.preconditions import Reason, demand, demand_of_all, find_vms, name_forbids
from hvtree.values import replace

_ON = (VmState.RUNNING, VmState.PAUSED)


class CheckpointGroup(Struct, frozen=True):
    """Take checkpoints of some VMs that belong together, all of the same moment and under one name."""

    verb: ClassVar[str] = "checkpoint-group"

    vms: tuple[VmAddress, ...]
    name: str = ""
    """Empty for `Group - (9/21/2014 - 7:37:31 PM)`."""
    at_utc: datetime | None = None
    """The time in that name; None for that of the reading."""
    passport: Passport | None = None
    """What is written into the notes of each, when the VMs are back; its time is that of the plan."""
    leave_stopped: bool = False
    """If the connection fails, the VMs stay as they are then."""
    method: GroupMethod = GroupMethod.PAUSE_AND_SAVE
    keep_partial: bool = False
    """If it cannot be done to its end, the checkpoints that were taken by then are kept."""
    group_id: str = ""
    """The named group that it is taken of; empty if the VMs were only selected."""
    group_name: str = ""
    starts: tuple[StartStage, ...] = ()
    """The order in which VMs come back; those that it does not name come back first."""
    rates: tuple[tuple[str, int], ...] = ()
    """By host id, how many bytes of memory it saved in a second when that was measured last."""

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it; raise `Refused` naming each VM that cannot take part, and why. Then nothing is stopped."""
        found = self._takeable(fleet)
        at_utc = self.at_utc or max(fleet.hosts[each.host_id].taken_at_utc for each in found)
        passport = self._marked(found, at_utc)
        local = fleet.hosts[next(iter(found)).host_id].on_its_clock(at_utc)
        group = _Group(found, self.name or default_name(GROUP_BASE, local), _named(self.name), self.method)
        phases = tuple(group.phases())
        bring_back = (*group.bring_back(self.starts), *passport_phases(found, passport))
        before, expected = before_and_after(fleet, found, (*phases, *bring_back))
        change = GroupChange(found, self.method, self.keep_partial, dict(self.rates))
        return Plan(
            operation=replace(self, at_utc=at_utc),
            title=f"Checkpoint the group {self._whom(fleet, found)}{group.named}",
            button=f"Checkpoint {count_words(len(found), 'VM')}",
            phases=phases,
            before=before,
            expected=expected,
            vms=tuple(found),
            risk=Risk.INTERRUPTS if group.stopped else Risk.NONE,
            consequences=(
                *change.consequences(fleet),
                *about_passport(passport, at_utc),
                *if_cut(fleet, before.hosts, phases, is_left=self.leave_stopped),
            ),
            powershell=script((*phases, *bring_back), fleet),
            bring_back=bring_back,
            take_back=() if self.keep_partial else tuple(group.take_back()),
            is_joint=True,
            leaves_stopped=self.leave_stopped,
        )

    def check(self, fleet: Fleet) -> tuple[VmAddress, ...]:
        """Return the VMs that it touches; raise `Refused` as `plan` does."""
        return tuple(self._takeable(fleet))

    def _takeable(self, fleet: Fleet) -> dict[VmAddress, VirtualMachine]:
        found = find_vms(fleet, self.vms)

        def say() -> str:
            return f"The group {self._whom(fleet, found)} cannot be checkpointed now."

        if self.name and (reason := name_forbids(self.name)):
            demand(say(), reason)
        demand_of_all(say, tuple(found.values()), lambda vm: cannot_take_part(vm, self.method))
        return found

    def undated(self) -> Operation:
        """Return it for the time of the reading on which it is planned next."""
        return replace(self, at_utc=None)

    def _whom(self, fleet: Fleet, found: Mapping[VmAddress, VirtualMachine]) -> str:
        hosts = [fleet.hosts[host_id].host for host_id in by_host(found)]
        where = f" on hosts {listed(hosts)}" if len(hosts) > 1 else ""
        members = f"of {vms(found.values())}"
        if self.group_name:
            members = f"{quoted(self.group_name)} of {count_words(len(found), 'VM')}"
        return f"{members}{where}"

    def _marked(self, found: Mapping[VmAddress, VirtualMachine], at_utc: datetime) -> Passport:
        """Return what is written into the notes: to which group checkpoint each belongs."""
        made_of = ",".join((at_utc.isoformat(), *(each.vm_id for each in found)))
        mark = GroupMark(
            str(uuid.uuid5(uuid.NAMESPACE_OID, made_of)), len(found), self.group_id, self.group_name
        )
        signed = dated(self.passport or Passport(), at_utc)
        assert signed is not None
        return replace(signed, group=mark)


def cannot_take_part(vm: VirtualMachine, method: GroupMethod) -> Reason | None:
    """Return the reason why a VM cannot take part in a group checkpoint now."""
    if reason := checkpoint_reason(vm):
        return reason
    if method is GroupMethod.NO_INTERRUPTION:
        return sleeps(vm)
    is_strict = vm.checkpoint_type is CheckpointType.PRODUCTION_ONLY
    if method is GroupMethod.PAUSE_ONLY and is_strict and vm.state in _ON:
        why = f"VM {quoted(vm.name)} takes only production checkpoints, for which its guest has to be awake."
        return Reason(why, "Pause and save the VMs, or take the checkpoints without interruption.")
    return None


class _Group(Struct, frozen=True):
    members: Mapping[VmAddress, VirtualMachine]
    name: str
    named: str
    """Words for a name that was typed, else nothing: a default name holds a time that is still to come when the plan is read."""
    method: GroupMethod

    @property
    def stopped(self) -> dict[VmAddress, VirtualMachine]:
        """The VMs that stand still for a while and did not before; saved ones as well."""
        match self.method:
            case GroupMethod.PAUSE_AND_SAVE:
                return self._in(*_ON)
            case GroupMethod.PAUSE_ONLY:
                return self._in(VmState.RUNNING)
            case GroupMethod.NO_INTERRUPTION:
                return {}

    def _in(self, *states: VmState) -> dict[VmAddress, VirtualMachine]:
        return {address: vm for address, vm in self.members.items() if vm.state in states}

    def phases(self) -> Iterator[Phase]:
        """Yield the way there. A VM that was already saved or off is only checkpointed."""
        if self.method is not GroupMethod.NO_INTERRUPTION:
            yield from power_phase(self._in(VmState.RUNNING), Power.PAUSE)
        if self.method is GroupMethod.PAUSE_AND_SAVE:
            yield from power_phase(self.stopped, Power.SAVE)
        yield tuple(
            Step(
                f"Checkpoint {count_words(len(vms), 'VM')}{self.named}",
                host_id,
                Create(_ids(vms), self.name),
            )
            for host_id, vms in by_host(self.members).items()
        )

    def bring_back(self, starts: Sequence[StartStage]) -> Iterator[Phase]:
        """Yield the way back. A paused VM is started from its saved state and paused again."""
        if self.method is GroupMethod.PAUSE_ONLY:
            yield from in_stages(self.stopped, starts, Power.RESUME)
        elif self.method is GroupMethod.PAUSE_AND_SAVE:
            yield from in_stages(self.stopped, starts, Power.START)
            yield from power_phase(self._in(VmState.PAUSED), Power.PAUSE, again=True)

    def take_back(self) -> Iterator[Phase]:
        """Yield what deletes the checkpoints that were taken of some of them."""
        yield tuple(
            Step(
                f"Delete the {count_words(len(vms), 'new checkpoint')}",
                host_id,
                Delete(tuple(CheckpointRef(vm.id, placeholder(vm.id)) for vm in vms)),
            )
            for host_id, vms in by_host(self.members).items()
        )


def _ids(vms: Sequence[VirtualMachine]) -> tuple[str, ...]:
    return tuple(vm.id for vm in vms)


def _named(name: str) -> str:
    return f" as {quoted(name)}" if name else ""
