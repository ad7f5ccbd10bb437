"""What an operation is, and the plan that it answers: values, made without touching anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum
from itertools import zip_longest
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from msgspec import Struct

from hvtree.domain.address import VmAddress
from hvtree.domain.difference import compare
from hvtree.domain.edits import Edit, SetNotes, noted_by, vm_ids_of
from hvtree.domain.fleet import Fleet
from hvtree.operations.consequence import Consequence
from hvtree.values import replace


class Risk(IntEnum):
    """What a plan may cost at worst, in rising order."""

    NONE = 0
    INTERRUPTS = 1
    """A VM that runs stops, for a while or until it is started."""
    FORGETS = 2
    LOSES = 3

    @property
    def words(self) -> str:
        """What it means, in a sentence for window and terminal."""
        return _RISK_WORDS[self]


_RISK_WORDS = {
    Risk.NONE: "Nothing is lost and nothing is interrupted.",
    Risk.INTERRUPTS: "Nothing is lost; whoever works with a VM that runs is interrupted.",
    Risk.FORGETS: "Checkpoints go for good; what their VMs hold now stays.",
    Risk.LOSES: "The present state of a VM, or a part of it, is lost for good.",
}


LONGEST_WAIT_S = 3600
"""Seconds that a step may wait for its time."""


class Step(Struct, frozen=True):
    """One request to one host, with a title in the user's words: "Pause 3 VMs"."""

    title: str
    host_id: str
    edit: Edit
    can_cancel: bool = False
    """Hyper-V can stop it half-way without harm; otherwise cancelling waits for its end."""
    wait_s: int = 0
    """Seconds from the end of the phase before until its host is asked for it; at most `LONGEST_WAIT_S`."""

    def __post_init__(self) -> None:
        if not 0 <= self.wait_s <= LONGEST_WAIT_S:
            raise ValueError(f"A step cannot wait {self.wait_s} s.")

    @property
    def later(self) -> str:
        """The wait in words, to follow the title: ", 30 s later"; empty without one."""
        return f", {self.wait_s} s later" if self.wait_s else ""

    @property
    def writes_notes(self) -> bool:
        """It only writes down what checkpoints are."""
        return isinstance(self.edit, SetNotes)


Phase = tuple[Step, ...]
"""Steps that are taken at the same time, at most one on each host; the next phase begins when all of them have ended."""


def side_by_side(steps: Iterable[Step]) -> tuple[Phase, ...]:
    """Return phases in which each host takes its own steps in this order, and no host waits for its turn."""
    by_host: dict[str, list[Step]] = {}
    for step in steps:
        by_host.setdefault(step.host_id, []).append(step)
    rows = zip_longest(*by_host.values())
    return tuple(tuple(step for step in row if step is not None) for row in rows)


def steps_of(phases: Iterable[Phase]) -> Iterator[Step]:
    """Yield the steps of some phases in their order."""
    for phase in phases:
        yield from phase


def before_and_after(fleet: Fleet, vms: Iterable[VmAddress], phases: Iterable[Phase]) -> tuple[Fleet, Fleet]:
    """Return the VMs as they are and as they will be after all these phases, with nothing else of their hosts."""
    before = fleet.only(vms)
    after = {host_id: dict(state.vms) for host_id, state in before.hosts.items()}
    for step in steps_of(phases):
        # only what it is about: there may be a step for each of thousands of VMs
        known, state = after[step.host_id], before.hosts[step.host_id]
        part = replace(state, vms=MappingProxyType({vm_id: known[vm_id] for vm_id in vm_ids_of(step.edit)}))
        known.update(step.edit.on(part).vms)
    states = {
        host_id: replace(state, vms=MappingProxyType(after[host_id]))
        for host_id, state in before.hosts.items()
    }
    return before, Fleet.of(states)


class Plan(Struct, frozen=True):
    """Ordered phases of steps on one host or several, what they will lead to, and what they cost.

    `bring_back` are phases that run whatever happened before them, also after a failure or a cancel, each step for those
    of its VMs that are not yet in the state that `expected` says. They are part of the normal course as well. The notes of
    new checkpoints are written there, too; if they cannot be, the plan has been carried out all the same.

    `after_failure` are phases that run only on a host where one of the steps failed or was cancelled, before
    `bring_back`, each step for those of its VMs that are not in the state that `before` says: a VM that was saved for a
    checkpoint that could not be taken is started again. `SetPower.still_needed` does the choosing for both.

    `take_back` are phases that run last, on all hosts, unless everything that was to be done is done: they delete those
    checkpoints that the plan has taken.
    """

    operation: Operation
    title: str
    """A sentence with verb, thing, VM: "Delete checkpoint ‘patch2’ on VM ‘web’"."""
    button: str
    """What the button says: "Delete 3 checkpoints"."""
    phases: tuple[Phase, ...]
    before: Fleet
    """The touched VMs as they were when it was planned, and nothing else of their hosts."""
    expected: Fleet
    """The touched VMs as they will be."""
    vms: tuple[VmAddress, ...]
    """The VMs that are touched; verification looks at these."""
    risk: Risk
    consequences: tuple[Consequence, ...] = ()
    powershell: str = ""
    """The same in PowerShell, safely quoted, to read and to copy; never sent anywhere."""
    bring_back: tuple[Phase, ...] = ()
    after_failure: tuple[Phase, ...] = ()
    take_back: tuple[Phase, ...] = ()
    is_joint: bool = False
    """It is all or nothing: trouble on one host stops the steps on the others too."""
    leaves_stopped: bool = False
    """If this computer or the network fails in it, VMs that it has stopped stay so, because the user wishes it."""
    needs_sizes: bool = False
    """Its consequences are about bytes, so that somebody who says yes should have seen the sizes of its VMs."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of its phases, one after the other."""
        return tuple(steps_of(self.phases))

    @property
    def bring_back_steps(self) -> tuple[Step, ...]:
        """The steps that bring VMs back, one after the other."""
        return tuple(steps_of(self.bring_back))

    @property
    def host_ids(self) -> tuple[str, ...]:
        """The hosts that it is about, in the order of its VMs."""
        return tuple(dict.fromkeys(vm.host_id for vm in self.vms))

    @property
    def host_names(self) -> Mapping[str, str]:
        """The hosts' own names by their ids."""
        return {host_id: state.host for host_id, state in self.before.hosts.items()}

    @property
    def unmeasured(self) -> tuple[VmAddress, ...]:
        """The VMs whose sizes matter to it and are on their way."""
        if not self.needs_sizes:
            return ()
        return tuple(vm for vm in self.vms if not self.before.vm(vm).is_measured)

    def noted(self, host_id: str) -> frozenset[str]:
        """Return the ids of the VMs and checkpoints of one host whose notes it is about."""
        return noted_by(step.edit for step in self.steps if step.host_id == host_id)

    def noted_at_last(self, host_id: str) -> frozenset[str]:
        """Return the ids of the new checkpoints of one host whose notes it writes when all else is done."""
        return noted_by(step.edit for step in self.bring_back_steps if step.host_id == host_id)

    def vm_ids(self, host_id: str) -> tuple[str, ...]:
        """Return the ids of the touched VMs of one host."""
        return tuple(vm.vm_id for vm in self.vms if vm.host_id == host_id)


def is_same_plan(approved: Plan, fresh: Plan) -> bool:
    """Return whether two plans take the same steps on VMs in the same state, with the same consequences.

    Amounts and ages may differ: they move while somebody reads.
    """
    return (
        approved.risk == fresh.risk
        and approved.vms == fresh.vms
        and _edits(approved.phases) == _edits(fresh.phases)
        and _edits(approved.bring_back) == _edits(fresh.bring_back)
        and _edits(approved.after_failure) == _edits(fresh.after_failure)
        and _edits(approved.take_back) == _edits(fresh.take_back)
        and approved.leaves_stopped == fresh.leaves_stopped
        and approved.consequences == fresh.consequences
        and not _stand_differently(approved, fresh)
    )


def _edits(phases: tuple[Phase, ...]) -> list[tuple[str, Edit, int]]:
    return [(step.host_id, step.edit, step.wait_s) for step in steps_of(phases)]


def _stand_differently(approved: Plan, fresh: Plan) -> bool:
    """Return whether the VMs have changed between the two plans."""
    return any(
        difference.is_substantial or difference.is_renoted(approved.noted(host_id))
        for host_id in approved.host_ids
        for difference in compare(
            approved.before.hosts[host_id], fresh.before.hosts[host_id], approved.vm_ids(host_id)
        )
    )


@runtime_checkable
class Dated(Protocol):
    """An operation whose plan holds the time for which it was made, such as that in a default name."""

    def undated(self) -> Operation:
        """Return the operation without that time: planned again, it takes that of the reading."""
        ...


@runtime_checkable
class Checked(Protocol):
    """An operation on any number of things, which can say that it cannot be done without making its plan."""

    def check(self, fleet: Fleet) -> tuple[VmAddress, ...]:
        """Return the VMs that `plan` would touch, in its order; raise what it would raise."""
        ...


def touched(operation: Operation, fleet: Fleet) -> tuple[VmAddress, ...]:
    """Return the VMs that an operation would touch; raise `Refused` with the reason if it cannot be done."""
    return operation.check(fleet) if isinstance(operation, Checked) else operation.plan(fleet).vms


class Operation(Protocol):
    """Something that a user may intend: a frozen value. One file each."""

    @property
    def verb(self) -> str:
        """The journal's word for it: that of the command line, such as `delete-subtree`."""
        ...

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it on what is known of the hosts; raise `Refused` with the reason if it cannot be done there."""
        ...
