"""Start, save and shut down the VMs of a group, in their order: stopping goes the other way round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from msgspec import Struct

from hvtree.domain.address import VmAddress
from hvtree.domain.edits import Power
from hvtree.domain.errors import Refused
from hvtree.domain.fleet import Fleet
from hvtree.domain.group import StartStage
from hvtree.domain.model import VirtualMachine
from hvtree.domain.power import applies
from hvtree.domain.words import count_words
from hvtree.operations.base import Phase, Plan, Risk, before_and_after
from hvtree.operations.consequence import Consequence, vms
from hvtree.operations.power_phases import in_stages
from hvtree.operations.powershell import script
from hvtree.operations.preconditions import demand_of_all, find_vms, unavailable
from hvtree.values import replace


class StartGroup(Struct, frozen=True):
    """Start those VMs that are off or saved, and resume those that are paused, stage by stage."""

    verb: ClassVar[str] = "start-group"

    vms: tuple[VmAddress, ...]
    starts: tuple[StartStage, ...] = ()

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it; raise `Refused` if all of them run, or one cannot be started now."""
        found = _settled(fleet, self.vms, "started")
        return _plan(self, fleet, found, (Power.RESUME, Power.START), stages=self.starts, verb="Start")


class SaveGroup(Struct, frozen=True):
    """Save those VMs that run or are paused, the last stage first. They stay so until somebody starts them."""

    verb: ClassVar[str] = "save-group"

    vms: tuple[VmAddress, ...]
    starts: tuple[StartStage, ...] = ()

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it; raise `Refused` if none of them is on, or one cannot be saved now."""
        found = _settled(fleet, self.vms, "saved")
        says = Consequence(
            "stays-saved", "They stay saved until they are started; their users cannot reach them."
        )
        stages = _last_first(self.starts, found)
        return _plan(self, fleet, found, (Power.SAVE,), stages=stages, verb="Save", more=(says,))


class ShutDownGroup(Struct, frozen=True):
    """Ask the guests of those VMs that run to shut down, the last stage first."""

    verb: ClassVar[str] = "shut-down-group"

    vms: tuple[VmAddress, ...]
    starts: tuple[StartStage, ...] = ()

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it; raise `Refused` if none of them runs, or one cannot be shut down now."""
        found = _settled(fleet, self.vms, "shut down")
        says = Consequence(
            "asks-guests",
            "Their guests are asked to shut down, and take their time; one that cannot be asked is left running.",
        )
        stages = _last_first(self.starts, found)
        return _plan(self, fleet, found, (Power.SHUT_DOWN,), stages=stages, verb="Shut down", more=(says,))


def _settled(fleet: Fleet, wanted: Sequence[VmAddress], participle: str) -> dict[VmAddress, VirtualMachine]:
    found = find_vms(fleet, tuple(wanted))
    demand_of_all(
        lambda: f"{vms(found.values())} cannot be {participle} now.", tuple(found.values()), unavailable
    )
    return found


def _last_first(
    starts: Sequence[StartStage], found: Mapping[VmAddress, VirtualMachine]
) -> tuple[StartStage, ...]:
    """Return the stages in which VMs stop: those that start first are the last to go, and nobody waits between."""
    named = {address for stage in starts for address in stage.vms}
    first = tuple(address for address in found if address not in named)
    stages = ((first,) if first else ()) + tuple(stage.vms for stage in starts)
    return tuple(StartStage(those, 0) for those in reversed(stages))


def _phases(
    changing: Mapping[VmAddress, VirtualMachine], powers: Sequence[Power], stages: Sequence[StartStage]
) -> Iterator[Phase]:
    for power in powers:
        mine = {address: vm for address, vm in changing.items() if applies(power, vm.state)}
        yield from in_stages(mine, stages, power)


def _plan(
    operation: StartGroup | SaveGroup | ShutDownGroup,
    fleet: Fleet,
    found: Mapping[VmAddress, VirtualMachine],
    powers: Sequence[Power],
    *,
    stages: Sequence[StartStage],
    verb: str,
    more: tuple[Consequence, ...] = (),
) -> Plan:
    changing = {
        address: vm for address, vm in found.items() if any(applies(power, vm.state) for power in powers)
    }
    if not changing:
        state = next(iter(found.values())).state
        is_same = all(vm.state is state for vm in found.values())
        why = "None of them is in a state for it." if not is_same else f"They are {state.value} already."
        raise Refused(
            f"There is nothing to {verb.lower()} in this group.", why=why, now="Leave them as they are."
        )
    phases = tuple(_phases(changing, powers, stages))
    before, expected = before_and_after(fleet, changing, phases)
    # What is read once more before it acts are the hosts that take part: the same plan has to come of them alone.
    hosts = {each.host_id for each in changing}
    there = {address: vm for address, vm in found.items() if address.host_id in hosts}
    rest = {address: vm for address, vm in there.items() if address not in changing}
    stay = Consequence(
        "stays-as-it-is", "{vms} {vms:stay} as {vms:it} {vms:are}.", {"vms": vms(rest.values())}
    )
    interrupts = verb != "Start"
    return Plan(
        operation=replace(operation, vms=tuple(there)),
        title=f"{verb} the group of {vms(changing.values())}",
        button=f"{verb} {count_words(len(changing), 'VM')}",
        phases=phases,
        before=before,
        expected=expected,
        vms=tuple(changing),
        risk=Risk.INTERRUPTS if interrupts else Risk.NONE,
        consequences=(*more, *((stay,) if rest else ())),
        powershell=script(phases, fleet),
        is_joint=True,
        leaves_stopped=interrupts,
    )
