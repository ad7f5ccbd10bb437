"""What a host does by itself about VMs that a plan stops, if it hears nothing more of HVTree: whom it is about, and in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hvtree.domain.edits import Apply, Edit, Power, SetPower, vm_ids_of
from hvtree.domain.fleet import Fleet
from hvtree.domain.model import HostState, VirtualMachine, VmState
from hvtree.operations.base import Phase, steps_of
from hvtree.operations.consequence import Consequence, Count, File, Name, Subjects, vms

_STOPS = frozenset({Power.PAUSE, Power.SAVE, Power.TURN_OFF})
ON = (VmState.RUNNING, VmState.PAUSED)
CHOSEN = "left-if-cut"
"""The kind of the consequence that the user has wished to have VMs left alone."""


def is_on(vm: VirtualMachine) -> bool:
    """Return whether a VM runs or is paused, so that it is worth being brought back."""
    return vm.state in ON


def stops(edit: Edit) -> bool:
    """Return whether an edit leaves VMs stopped that were on."""
    return isinstance(edit, Apply) or (isinstance(edit, SetPower) and edit.power in _STOPS)


def stopped_on(host_id: str, phases: Iterable[Phase], before: HostState) -> tuple[VirtualMachine, ...]:
    """Return the VMs of a host that are on, and that some step of a plan stops."""
    edits = [step.edit for step in steps_of(phases) if step.host_id == host_id and stops(step.edit)]
    touched = dict.fromkeys(vm_id for edit in edits for vm_id in vm_ids_of(edit))
    return tuple(before.vms[vm_id] for vm_id in touched if is_on(before.vms[vm_id]))


def if_cut(
    fleet: Fleet, host_ids: Iterable[str], phases: Iterable[Phase], *, is_left: bool, until: str = ""
) -> Iterator[Consequence]:
    """Yield what becomes of the stopped VMs of each host if this computer or the network fails, `until` some point.

    `is_left` if the user has wished that they are left as they are.
    """
    steps = tuple(phases)
    for host_id in dict.fromkeys(host_ids):
        state = fleet.hosts[host_id]
        stopped = stopped_on(host_id, steps, state)
        if not stopped:
            continue
        about: dict[str, Subjects | Name | File | str] = {"vms": vms(stopped), "host": Name(state.host)}
        if is_left:
            wording = "If this computer or the network fails, {vms} on host {host} {vms:stay} as {vms:it} {vms:are} then, as you wish."
            yield Consequence(CHOSEN, wording, about)
        elif state.lease_s:
            wording = f"If this computer or the network fails{until}, host {{host}} brings {{vms}} back within {{seconds}}."
            yield Consequence(
                "comes-back-by-itself", wording, about, {"seconds": Count(state.lease_s, "second")}
            )
        else:
            wording = (
                "If this computer or the network fails, {vms} on host {host} {vms:stay} stopped: this host is reached by one "
                "PowerShell per call, and none stays there to bring {vms:them} back."
            )
            yield Consequence("stays-stopped-if-cut", wording, about)
