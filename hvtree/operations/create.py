"""Take a checkpoint of one VM or of several, each by itself; `group` is for several at one instant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

from hvtree.domain.address import VmAddress
from hvtree.domain.checkpoint import CHECKPOINT_LIMIT
from hvtree.domain.disks import written_files
from hvtree.domain.edits import Create
from hvtree.domain.fleet import Fleet
from hvtree.domain.model import CheckpointType, VirtualMachine, VmState
from hvtree.domain.names import default_name, quoted
from hvtree.domain.passport import Passport
from hvtree.domain.predictions import takes_memory
from hvtree.domain.thresholds import is_near_limit
from hvtree.domain.words import count_words
from hvtree.operations.base import Operation, Plan, Risk, Step, before_and_after, side_by_side
from hvtree.operations.consequence import Consequence, Fate, changes, name_hosts, vms
from hvtree.operations.passports import about_passport, dated, passport_phases
from hvtree.operations.powershell import script
from hvtree.operations.preconditions import (
    Reason,
    demand,
    demand_of_all,
    find_vms,
    name_forbids,
    takes_no_checkpoints,
    unavailable,
)
from hvtree.operations.space import memory_space
from hvtree.values import replace


class CheckpointContents(StrEnum):
    """What a checkpoint holds (fact 99)."""

    DISKS = "disks and configuration are kept."
    SAVED_STATE = "disks, configuration and the saved state are kept."
    MEMORY = "disks, configuration and memory are kept; apart from a short halt nothing is interrupted."
    PRODUCTION = (
        "disks and configuration are kept, with files at rest, but no memory (production). "
        "If the guest cannot do that, Hyper-V takes a standard checkpoint with memory instead."
    )
    PRODUCTION_ONLY = (
        "disks and configuration are kept, with files at rest, but no memory (production). "
        "If the guest cannot do that, the checkpoint fails."
    )
    UNKNOWN = (
        "the host does not tell which checkpoints are taken of it. Disks and configuration are kept, memory perhaps not; "
        "if checkpoints are disabled, it fails."
    )


ASKED_ABOUT = frozenset({"nears-limit", "volume-short"})
"""The kinds of consequences that somebody should have read before such a checkpoint is taken."""


def to_decide(plan: Plan) -> tuple[str, ...]:
    """Return the sentences that forbid to take checkpoints without a question; none for most plans."""
    return tuple(each.sentence for each in plan.consequences if each.kind in ASKED_ABOUT)


class CreateCheckpoint(Struct, frozen=True):
    """Take a checkpoint of some VMs. Without a name each gets Hyper-V Manager's default one, with its own VM's name."""

    verb: ClassVar[str] = "checkpoint"

    vms: tuple[VmAddress, ...]
    name: str = ""
    at_utc: datetime | None = None
    """The time in a default name; None for that of the reading. A plan's own operation has it: planned again, it gives
    the same names."""
    passport: Passport | None = None
    """What is written into the notes of each; its time is that of the plan."""

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it; raise `Refused` naming each VM of which no checkpoint can be taken, and why."""
        found = self._takeable(fleet)
        machines = vms(found.values())
        at_utc = self.at_utc or max(fleet.hosts[each.host_id].taken_at_utc for each in found)
        passport = dated(self.passport, at_utc)
        phases, notes = side_by_side(self._steps(fleet, found, at_utc)), passport_phases(found, passport)
        before, expected = before_and_after(fleet, found, (*phases, *notes))
        return Plan(
            operation=replace(self, at_utc=at_utc),
            title=f"Take a checkpoint of {machines}",
            button="Checkpoint" if len(found) == 1 else f"Checkpoint {count_words(len(found), 'VM')}",
            phases=phases,
            before=before,
            expected=expected,
            vms=tuple(found),
            risk=Risk.NONE,
            consequences=(*_consequences(fleet, found), *about_passport(passport, at_utc)),
            powershell=script((*phases, *notes), fleet),
            bring_back=notes,
        )

    def check(self, fleet: Fleet) -> tuple[VmAddress, ...]:
        """Return the VMs that it touches; raise `Refused` as `plan` does."""
        return tuple(self._takeable(fleet))

    def _takeable(self, fleet: Fleet) -> dict[VmAddress, VirtualMachine]:
        found = find_vms(fleet, self.vms)

        def say() -> str:
            return f"No checkpoint can be taken of {vms(found.values())} now."

        if self.name and (reason := name_forbids(self.name)):
            demand(say(), reason)
        demand_of_all(say, tuple(found.values()), lambda vm: checkpoint_reason(vm) or sleeps(vm))
        return found

    def undated(self) -> Operation:
        """Return it for the time of the reading on which it is planned next."""
        return replace(self, at_utc=None)

    def _steps(
        self, fleet: Fleet, found: Mapping[VmAddress, VirtualMachine], at_utc: datetime
    ) -> Iterator[Step]:
        """Yield one request for all VMs of a host under a given name, else one for each, dated by its host's clock."""
        if not self.name:
            for address, vm in found.items():
                local = fleet.hosts[address.host_id].on_its_clock(at_utc)
                create = Create((vm.id,), default_name(vm.name, local))
                yield Step(f"Take a checkpoint of VM {quoted(vm.name)}", address.host_id, create)
            return
        for host_id, machines in by_host(found).items():
            title = f"Take checkpoint {quoted(self.name)} of {vms(machines)}"
            yield Step(title, host_id, Create(tuple(vm.id for vm in machines), self.name))


def by_host(machines: Mapping[VmAddress, VirtualMachine]) -> dict[str, list[VirtualMachine]]:
    """Return the VMs of each host, in their order."""
    found: dict[str, list[VirtualMachine]] = {}
    for address, vm in machines.items():
        found.setdefault(address.host_id, []).append(vm)
    return found


def checkpoint_reason(vm: VirtualMachine) -> Reason | None:
    """Return the reason why no checkpoint of this VM can be taken now."""
    return takes_no_checkpoints(vm) or unavailable(vm)


def sleeps(vm: VirtualMachine) -> Reason | None:
    """Return the reason if only the guest could take part, and cannot, since the VM is paused."""
    if vm.state is not VmState.PAUSED or vm.checkpoint_type is not CheckpointType.PRODUCTION_ONLY:
        return None
    why = f"VM {quoted(vm.name)} takes only production checkpoints, for which its guest has to be awake."
    return Reason(why, "Resume the VM first.")


def _what_it_holds(vm: VirtualMachine) -> CheckpointContents:
    if vm.checkpoint_type is CheckpointType.UNKNOWN:
        return CheckpointContents.UNKNOWN
    if vm.state is VmState.OFF:
        return CheckpointContents.DISKS
    if vm.state is VmState.SAVED:
        return CheckpointContents.SAVED_STATE
    if takes_memory(vm):
        return CheckpointContents.MEMORY
    is_strict = vm.checkpoint_type is CheckpointType.PRODUCTION_ONLY
    return CheckpointContents.PRODUCTION_ONLY if is_strict else CheckpointContents.PRODUCTION


def contents(machines: Iterable[VirtualMachine]) -> Iterator[Consequence]:
    """Yield what the checkpoints of VMs hold, if they are taken of them as they are."""
    groups: dict[CheckpointContents, list[VirtualMachine]] = {}
    for vm in machines:
        groups.setdefault(_what_it_holds(vm), []).append(vm)
    for contents, group in groups.items():
        kind = f"keeps-{contents.name.lower().replace('_', '-')}"
        yield Consequence(kind, f"{{vms}}: {contents}", {"vms": vms(group)})


def _consequences(fleet: Fleet, found: Mapping[VmAddress, VirtualMachine]) -> Iterator[Consequence]:
    yield from contents(found.values())
    yield from name_hosts(
        [
            (
                fleet.hosts[host_id].host,
                memory_space(fleet.hosts[host_id], [vm for vm in machines if vm.state is not VmState.SAVED]),
            )
            for host_id, machines in by_host(found).items()
        ]
    )
    yield Consequence(
        "drives-grow",
        "From then on each drive writes to a new file that grows; "
        "until the checkpoint is deleted, disks cannot be resized.",
        files=changes((file for vm in found.values() for file in written_files(vm)), Fate.FROZEN),
    )
    yield from near_limits(found.values())


def near_limits(machines: Iterable[VirtualMachine]) -> Iterator[Consequence]:
    """Yield for each VM with nearly as many checkpoints as it may have how many it then has."""
    for vm in machines:
        number = 1 + vm.taken
        if is_near_limit(number):
            yield Consequence(
                "nears-limit",
                f"{{vm}} then has {{count}} of at most {CHECKPOINT_LIMIT} checkpoints.",
                {"vm": vms((vm,))},
                {"count": number},
            )
