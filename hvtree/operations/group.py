"""Checkpoint several VMs at one instant: pause all, save all, checkpoint all, bring each back to the state it was in.

The recipe of "Create simultaneous checkpoints of a group of related Virtual Machines", with its holes closed: the VMs
of a host stop within one request and those of several hosts at the same time, no VM is checkpointed before every VM is
saved, all checkpoints carry one name, and a VM that was off stays off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from hvtree.domain.address import VmAddress
from hvtree.domain.edits import Create, Power, SetPower
from hvtree.domain.fleet import Fleet
from hvtree.domain.model import VirtualMachine, VmState
from hvtree.domain.names import GROUP_BASE, default_name, quoted
from hvtree.domain.passport import Passport
from hvtree.domain.state_words import state_words
from hvtree.domain.words import count_words
from hvtree.operations.base import Operation, Phase, Plan, Risk, Step, before_and_after, side_by_side
from hvtree.operations.consequence import Consequence, listed, name_hosts, vms
from hvtree.operations.create import by_host, checkpoint_reason
from hvtree.operations.leases import if_cut
from hvtree.operations.passports import about_passport, dated, passport_steps
from hvtree.operations.powershell import script
from hvtree.operations.preconditions import demand, demand_of_all, find_vms, name_forbids
from hvtree.operations.space import memory_space


@dataclass(frozen=True, slots=True)
class CheckpointGroup:
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

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it; raise `Refused` naming each VM that cannot take part, and why. Then nothing is stopped."""
        found = self._takeable(fleet)
        members = vms(found.values())
        at_utc = self.at_utc or max(fleet.hosts[each.host_id].taken_at_utc for each in found)
        local = fleet.hosts[next(iter(found)).host_id].on_its_clock(at_utc)
        passport = dated(self.passport, at_utc)
        group = _Group(found, self.name or default_name(GROUP_BASE, local), _named(self.name))
        phases = tuple(group.phases())
        bring_back = (*group.bring_back(), *side_by_side(passport_steps(found, passport)))
        before, expected = before_and_after(fleet, found, (*phases, *bring_back))
        hosts = [state.host for state in before.hosts.values()]
        where = f" on hosts {listed(hosts)}" if len(hosts) > 1 else ""
        return Plan(
            operation=replace(self, at_utc=at_utc),
            title=f"Checkpoint the group of {members}{where}{group.named}",
            button=f"Checkpoint {count_words(len(found), 'VM')}",
            phases=phases,
            before=before,
            expected=expected,
            vms=tuple(found),
            risk=Risk.INTERRUPTS if group.stopped else Risk.NONE,
            consequences=(
                *group.consequences(fleet),
                *about_passport(passport, at_utc),
                *if_cut(fleet, before.hosts, phases, is_left=self.leave_stopped),
            ),
            powershell=script((*phases, *bring_back), fleet),
            bring_back=bring_back,
            is_joint=True,
            leaves_stopped=self.leave_stopped,
        )

    def check(self, fleet: Fleet) -> tuple[VmAddress, ...]:
        """Return the VMs that it touches; raise `Refused` as `plan` does."""
        return tuple(self._takeable(fleet))

    def _takeable(self, fleet: Fleet) -> dict[VmAddress, VirtualMachine]:
        found = find_vms(fleet, self.vms)

        def say() -> str:
            return f"The group of {vms(found.values())} cannot be checkpointed now."

        if self.name and (reason := name_forbids(self.name)):
            demand(say(), reason)
        demand_of_all(say, tuple(found.values()), checkpoint_reason)
        return found

    def undated(self) -> Operation:
        """Return it for the time of the reading on which it is planned next."""
        return replace(self, at_utc=None)


@dataclass(frozen=True, slots=True)
class _Group:
    members: Mapping[VmAddress, VirtualMachine]
    name: str
    named: str
    """Words for a name that was typed, else nothing: a default name holds a time that is still to come when the plan is read."""

    @property
    def stopped(self) -> dict[VmAddress, VirtualMachine]:
        """The VMs that are saved for a while."""
        return self._in(VmState.RUNNING, VmState.PAUSED)

    def _in(self, *states: VmState) -> dict[VmAddress, VirtualMachine]:
        return {address: vm for address, vm in self.members.items() if vm.state in states}

    def phases(self) -> Iterator[Phase]:
        """Yield the way there. A VM that was already saved or off is only checkpointed."""
        yield from _power("Pause", self._in(VmState.RUNNING), Power.PAUSE)
        yield from _power("Save", self.stopped, Power.SAVE)
        yield tuple(
            Step(
                f"Checkpoint {count_words(len(vms), 'VM')}{self.named}",
                host_id,
                Create(_ids(vms), self.name),
            )
            for host_id, vms in by_host(self.members).items()
        )

    def bring_back(self) -> Iterator[Phase]:
        """Yield the way back. A paused VM is started from its saved state and paused again."""
        yield from _power("Start", self.stopped, Power.START)
        yield from _power("Pause", self._in(VmState.PAUSED), Power.PAUSE, again=True)

    def consequences(self, fleet: Fleet) -> Iterator[Consequence]:
        """Yield who is interrupted, who is not, and what the checkpoints will hold."""
        if self.stopped:
            yield Consequence(
                "stops-meanwhile",
                "{vms} {vms:are} stopped until all checkpoints are taken; "
                "their users have to wait, and time-outs may expire.",
                {"vms": vms(self.stopped.values())},
            )
        for was in (VmState.RUNNING, VmState.PAUSED):
            if found := self._in(was):
                yield Consequence(
                    "comes-back",
                    "Afterwards {vms} {vms:are} {state} again.",
                    {"vms": vms(found.values()), "state": state_words(was)},
                )
        if found := self._in(VmState.OFF, VmState.SAVED):
            yield Consequence(
                "stays-stopped",
                "{vms} {vms:are} not running and {vms:are} not started.",
                {"vms": vms(found.values())},
            )
        if found := self._in(VmState.RUNNING, VmState.PAUSED, VmState.SAVED):
            yield Consequence(
                "holds-memory",
                "The checkpoints of {vms} hold memory: applied, the group goes on at one moment.",
                {"vms": vms(found.values())},
            )
        yield from name_hosts(
            [
                (
                    fleet.hosts[host_id].host,
                    memory_space(fleet.hosts[host_id], [replace(vm, state=VmState.SAVED) for vm in machines]),
                )
                for host_id, machines in by_host(self.stopped).items()
            ]
        )
        if len(self.members) > 1:
            yield Consequence(
                "others-come-back",
                "If one VM fails, the others are brought back, and the result says which checkpoints exist.",
            )


def _power(
    verb: str, vms: Mapping[VmAddress, VirtualMachine], power: Power, *, again: bool = False
) -> Iterator[Phase]:
    if vms:
        yield tuple(
            Step(
                f"{verb} {count_words(len(machines), 'VM')}{' again' if again else ''}",
                host_id,
                SetPower(_ids(machines), power),
            )
            for host_id, machines in by_host(vms).items()
        )


def _ids(vms: Sequence[VirtualMachine]) -> tuple[str, ...]:
    return tuple(vm.id for vm in vms)


def _named(name: str) -> str:
    return f" as {quoted(name)}" if name else ""
