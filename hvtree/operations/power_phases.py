"""Changing the power of many VMs: one request for each host, all hosts at the same time, stage by stage where order counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hvtree.domain.address import VmAddress
from hvtree.domain.edits import Power, SetPower
from hvtree.domain.group import StartStage
from hvtree.domain.model import VirtualMachine
from hvtree.domain.words import count_words
from hvtree.operations.base import Phase, Step
from hvtree.operations.consequence import vms as subjects
from hvtree.operations.create import by_host

VERBS = {
    Power.START: "Start",
    Power.RESUME: "Resume",
    Power.PAUSE: "Pause",
    Power.SAVE: "Save",
    Power.SHUT_DOWN: "Shut down",
    Power.TURN_OFF: "Turn off",
}


def power_phase(
    vms: Mapping[VmAddress, VirtualMachine],
    power: Power,
    *,
    again: bool = False,
    wait_s: int = 0,
    is_named: bool = False,
) -> Iterator[Phase]:
    """Yield the phase in which some VMs change their power; none without VMs. `is_named` puts their names into the titles."""
    if not vms:
        return
    ending = " again" if again else ""
    yield tuple(
        Step(
            f"{VERBS[power]} {subjects(machines) if is_named else count_words(len(machines), 'VM')}{ending}",
            host_id,
            SetPower(tuple(vm.id for vm in machines), power),
            wait_s=wait_s,
        )
        for host_id, machines in by_host(vms).items()
    )


def in_stages(
    vms: Mapping[VmAddress, VirtualMachine], stages: Sequence[StartStage], power: Power
) -> Iterator[Phase]:
    """Yield the phases in which VMs change their power stage by stage; those that are in no stage come first.

    A delay counts from the stage before that had something to do.
    """
    named = {address for stage in stages for address in stage.vms}
    yield from power_phase({address: vm for address, vm in vms.items() if address not in named}, power)
    due_s, has_acted = 0, False
    for stage in stages:
        due_s = max(due_s, stage.wait_s) if has_acted else due_s
        mine = {address: vms[address] for address in stage.vms if address in vms}
        yield from power_phase(mine, power, wait_s=due_s, is_named=True)
        has_acted = bool(mine)
        due_s = 0 if mine else due_s
