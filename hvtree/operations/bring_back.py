"""Bring VMs back into the states that they were in, after something that stopped them did not come to its end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from msgspec import Struct

from hvtree.domain.address import VmAddress
from hvtree.domain.edits import SetPower
from hvtree.domain.errors import Refused
from hvtree.domain.fleet import Fleet
from hvtree.domain.model import VirtualMachine, VmState
from hvtree.domain.power import Power
from hvtree.domain.state_words import state_words
from hvtree.domain.words import count_words
from hvtree.operations.base import Phase, Plan, Risk, Step, before_and_after
from hvtree.operations.consequence import Consequence, vms
from hvtree.operations.create import by_host
from hvtree.operations.powershell import script
from hvtree.operations.preconditions import demand_of_all, find_vms, unavailable

_WAYS: Mapping[tuple[VmState, VmState], tuple[Power, ...]] = {
    (VmState.PAUSED, VmState.RUNNING): (Power.RESUME,),
    (VmState.SAVED, VmState.RUNNING): (Power.START,),
    (VmState.OFF, VmState.RUNNING): (Power.START,),
    (VmState.SAVED, VmState.PAUSED): (Power.START, Power.PAUSE),
    (VmState.OFF, VmState.PAUSED): (Power.START, Power.PAUSE),
    (VmState.RUNNING, VmState.PAUSED): (Power.PAUSE,),
}
"""How to get from a state to another. A VM is never stopped: whoever started it meanwhile had a reason."""
_VERBS = {Power.RESUME: "Resume", Power.START: "Start", Power.PAUSE: "Pause"}


def can_bring_back(present: VmState, goal: VmState) -> bool:
    """Return whether there is something to do, and a way to do it."""
    return (present, goal) in _WAYS


class BringBack(Struct, frozen=True):
    """Start, resume or pause VMs so that each is in the state that it had."""

    verb: ClassVar[str] = "bring-back"

    goals: tuple[tuple[VmAddress, VmState], ...]
    """Each VM, Running or Paused."""

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it; raise `Refused` if all of them are in their states, or if one is busy or in trouble."""
        needed = self._needed(fleet)
        phases = tuple(_phases(needed, self._ways(needed)))
        before, expected = before_and_after(fleet, needed, phases)
        machines = vms(needed.values())
        return Plan(
            operation=self,
            title=f"Bring {machines} back into the states from before",
            button=f"Bring back {count_words(len(needed), 'VM')}",
            phases=phases,
            before=before,
            expected=expected,
            vms=tuple(needed),
            risk=Risk.NONE,
            consequences=tuple(self._consequences(needed)),
            powershell=script(phases, fleet),
        )

    def check(self, fleet: Fleet) -> tuple[VmAddress, ...]:
        """Return the VMs that it touches; raise `Refused` as `plan` does."""
        return tuple(self._needed(fleet))

    def _needed(self, fleet: Fleet) -> dict[VmAddress, VirtualMachine]:
        found = find_vms(fleet, [address for address, _goal in self.goals])
        goals = dict(self.goals)
        needed = {each: vm for each, vm in found.items() if vm.state is not goals[each]}
        if not needed:
            machines = vms(found.values())
            raise Refused(
                f"{machines} {machines:are} in the state from before.", now="There is nothing to do any more."
            )
        what = f"{vms(needed.values())} cannot be brought back now."
        demand_of_all(lambda: what, tuple(needed.values()), unavailable)
        for address, vm in needed.items():
            if not can_bring_back(vm.state, goals[address]):
                raise Refused(
                    what,
                    why=f"There is no way from {state_words(vm.state)} to {state_words(goals[address])}.",
                    now="Bring it there by hand, if that is what you want.",
                )
        return needed

    def _ways(self, needed: Mapping[VmAddress, VirtualMachine]) -> dict[VmAddress, tuple[Power, ...]]:
        goals = dict(self.goals)
        return {address: _WAYS[vm.state, goals[address]] for address, vm in needed.items()}

    def _consequences(self, needed: Mapping[VmAddress, VirtualMachine]) -> Iterator[Consequence]:
        goals = dict(self.goals)
        for goal in dict.fromkeys(goals.values()):
            found = [vm for address, vm in needed.items() if goals[address] is goal]
            if found:
                yield Consequence(
                    "comes-back",
                    "Afterwards {vms} {vms:are} {state} again.",
                    {"vms": vms(found), "state": state_words(goal)},
                )
        kept = [vm for vm in needed.values() if vm.state in (VmState.SAVED, VmState.PAUSED)]
        if kept:
            yield Consequence(
                "goes-on-from-memory", "The memory of {vms} is there: programs go on.", {"vms": vms(kept)}
            )
        off = [vm for vm in needed.values() if vm.state is VmState.OFF]
        if off:
            yield Consequence(
                "boots-anew",
                "{vms} {vms:are} off: what was in memory is gone, and they boot.",
                {"vms": vms(off)},
            )


def _phases(
    needed: Mapping[VmAddress, VirtualMachine], ways: Mapping[VmAddress, tuple[Power, ...]]
) -> Iterator[Phase]:
    for power in (Power.RESUME, Power.START, Power.PAUSE):
        those = {address: vm for address, vm in needed.items() if power in ways[address]}
        if those:
            yield tuple(
                Step(
                    f"{_VERBS[power]} {count_words(len(machines), 'VM')}",
                    host_id,
                    SetPower(tuple(vm.id for vm in machines), power),
                )
                for host_id, machines in by_host(those).items()
            )
