"""A host as its cmdlets tell of it: for judging what HVTree says, with nothing of HVTree's own reading in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hvtree.domain.model import VirtualMachine
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.operations.base import Plan

Tree = tuple[tuple[str, str, bool], ...]
"""The checkpoints of a VM: name, name of the parent, whether the VM stands there. Two of one name are two entries."""
AT_REST = ("Running", "Off", "Saved", "Paused")


@dataclass(frozen=True)
class Machine:
    """One VM as far as a job is about it."""

    name: str = field(compare=False)
    tree: Tree
    state: str
    notes: tuple[str, ...] = field(default=(), compare=False)
    """The notes of the VM and of each checkpoint, in the order of their ids."""


Machines = Mapping[str, Machine]
"""By the ids of the VMs."""


def read(hyperv: HyperV) -> Machines:
    """Return the VMs of a host."""
    found: dict[str, Machine] = {}
    for vm in hyperv.get_vm():
        reading = hyperv.read_vm(vm.id)
        assert reading is not None
        names = {each.id: each.name for each in reading.snapshots}
        now = reading.vm.parent_snapshot_id
        tree = (
            (each.name, names.get(each.parent_snapshot_id or "", ""), each.id == now)
            for each in reading.snapshots
        )
        notes = (each.notes for each in sorted(reading.snapshots, key=lambda each: each.id))
        found[vm.id] = Machine(vm.name, tuple(sorted(tree)), vm.state.name, (reading.vm.notes, *notes))
    return found


def checkpoint_ids(hyperv: HyperV) -> frozenset[str]:
    """Return the ids of all checkpoints of a host."""
    readings = (hyperv.read_vm(vm.id) for vm in hyperv.get_vm())
    return frozenset(each.id for reading in readings if reading is not None for each in reading.snapshots)


def is_at_rest(hyperv: HyperV) -> bool:
    """Return whether no VM is on its way from one state to another."""
    return all(each.state in AT_REST for each in read(hyperv).values())


def left_stopped(before: Machines, expected: Machines, after: Machines) -> list[str]:
    """Return the names of the VMs that do not run although they ran before, and should."""
    return [
        machine.name
        for vm_id, machine in after.items()
        if machine.state != "Running" and all(each[vm_id].state == "Running" for each in (before, expected))
    ]


def expected_of(plan: Plan, host_id: str, before: Machines) -> Machines:
    """Return the VMs of a host as they should be after a plan."""
    touched = {vm.id: _machine(vm) for vm in plan.expected.hosts[host_id].vms.values()}
    return {vm_id: touched.get(vm_id, machine) for vm_id, machine in before.items()}


def _machine(vm: VirtualMachine) -> Machine:
    names = {each.id: each.name for each in vm.checkpoints}
    tree = ((each.name, names.get(each.parent_id or "", ""), each.id == vm.now_id) for each in vm.checkpoints)
    notes = (each.notes for each in sorted(vm.checkpoints, key=lambda each: each.id))
    return Machine(vm.name, tuple(sorted(tree)), vm.state.value, (vm.notes, *notes))
