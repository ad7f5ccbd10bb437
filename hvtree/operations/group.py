"""Checkpoint several VMs at one instant: pause all, save all, checkpoint all, bring each back to the state it was in.

The recipe of "Create simultaneous checkpoints of a group of related Virtual Machines", with its holes closed: the VMs
stop within one request, nobody is checkpointed before everybody is saved, all checkpoints carry one name, and a VM
that was off stays off.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hvtree.domain.edits import Create, Power, SetPower
from hvtree.domain.model import HostState, VirtualMachine, VmState
from hvtree.domain.names import default_name, quoted
from hvtree.domain.words import count_words
from hvtree.operations import folding, wording
from hvtree.operations.base import Plan, Risk, Step
from hvtree.operations.create import checkpoint_reason, chosen_vms
from hvtree.operations.powershell import script
from hvtree.operations.preconditions import demand, demand_of_all, name_forbids
from hvtree.operations.space import memory_space


@dataclass(frozen=True, slots=True)
class CheckpointGroup:
    """Take checkpoints of some VMs that belong together, all of the same moment and under one name."""

    vm_ids: tuple[str, ...]
    name: str = ""
    """Empty for `Group - (9/21/2014 - 7:37:31 PM)`."""
    at_utc: datetime | None = None
    """The time in that name; None for that of the reading."""

    def plan(self, state: HostState) -> Plan:
        """Plan it; raise `Refused` naming each VM that cannot take part, and why. Then nothing is stopped."""
        vms = chosen_vms(state, self.vm_ids)
        what = f"The group of {wording.name_vms(vms)} cannot be checkpointed now."
        demand(what, name_forbids(self.name) if self.name else None)
        demand_of_all(what, vms, checkpoint_reason)
        at_utc = self.at_utc or state.taken_at_utc
        group = _Group(vms, self.name or default_name("Group", at_utc.astimezone()))
        steps, bring_back = tuple(group.steps()), tuple(group.bring_back())
        return Plan(
            operation=replace(self, at_utc=at_utc),
            title=f"Checkpoint the group of {wording.name_vms(vms)} as {quoted(group.name)}",
            verb=f"Checkpoint {count_words(len(vms), 'VM')}",
            steps=steps,
            before=state,
            expected=folding.after(state, (*steps, *bring_back)),
            risk=Risk.INTERRUPTS if group.stopped else Risk.NONE,
            vm_ids=tuple(vm.id for vm in vms),
            consequences=tuple(group.consequences(state)),
            powershell=script((*steps, *bring_back)),
            bring_back=bring_back,
        )


@dataclass(frozen=True, slots=True)
class _Group:
    vms: Sequence[VirtualMachine]
    name: str

    @property
    def stopped(self) -> list[VirtualMachine]:
        """The VMs that are saved for a while."""
        return [vm for vm in self.vms if vm.state in (VmState.RUNNING, VmState.PAUSED)]

    def _in(self, *states: VmState) -> list[VirtualMachine]:
        return [vm for vm in self.vms if vm.state in states]

    def steps(self) -> Iterator[Step]:
        """Return the way there. A VM that was already saved or off is only checkpointed."""
        yield from _power("Pause", self._in(VmState.RUNNING), Power.PAUSE)
        yield from _power("Save", self.stopped, Power.SAVE)
        title = f"Checkpoint {count_words(len(self.vms), 'VM')} as {quoted(self.name)}"
        yield Step(title, Create(_ids(self.vms), self.name))

    def bring_back(self) -> Iterator[Step]:
        """Return the way back. A paused VM is started from its saved state and paused again."""
        yield from _power("Start", self.stopped, Power.START)
        yield from _power("Pause", self._in(VmState.PAUSED), Power.PAUSE, again=True)

    def consequences(self, state: HostState) -> Iterator[str]:
        """Tell who is interrupted, who is not, and what the checkpoints will hold."""
        if self.stopped:
            yield (
                f"{wording.name_vms(self.stopped)} {_are(self.stopped)} stopped until all checkpoints are taken; "
                "their users have to wait, and time-outs may expire."
            )
        for was in (VmState.RUNNING, VmState.PAUSED):
            if vms := self._in(was):
                yield f"Afterwards {wording.name_vms(vms)} {_are(vms)} {was} again."
        if vms := self._in(VmState.OFF, VmState.SAVED):
            yield f"{wording.name_vms(vms)} {_are(vms)} not running and {_are(vms)} not started."
        if vms := self._in(VmState.RUNNING, VmState.PAUSED, VmState.SAVED):
            yield f"The checkpoints of {wording.name_vms(vms)} hold memory: applied, the group goes on at one moment."
        yield from memory_space(state, [replace(vm, state=VmState.SAVED) for vm in self.stopped])
        if len(self.vms) > 1:
            yield "If one VM fails, the others are brought back, and the result says which checkpoints exist."


def _power(verb: str, vms: Sequence[VirtualMachine], power: Power, *, again: bool = False) -> Iterator[Step]:
    if vms:
        title = f"{verb} {count_words(len(vms), 'VM')}{' again' if again else ''}"
        yield Step(title, SetPower(_ids(vms), power))


def _ids(vms: Sequence[VirtualMachine]) -> tuple[str, ...]:
    return tuple(vm.id for vm in vms)


def _are(vms: Sequence[VirtualMachine]) -> str:
    return "is" if len(vms) == 1 else "are"
