"""Checkpoints that Hyper-V takes by itself when VMs are started, and deletes when they are shut down (fact 13).

Nobody has asked for them, and nothing is amiss when they come: what is compared with a plan passes over them.
"""

from __future__ import annotations

from collections.abc import Iterable

from hvtree.domain.model import HostState, VirtualMachine
from hvtree.domain.predictions import without


def taken_by_itself(known: HostState, present: HostState, vm_ids: Iterable[str]) -> dict[str, list[str]]:
    """Return the ids of the automatic checkpoints that VMs have got since `known`, by the id of the VM."""
    found = {vm_id: _new(known.vms.get(vm_id), present.vms.get(vm_id)) for vm_id in vm_ids}
    return {vm_id: ids for vm_id, ids in found.items() if ids}


def passing_over_new(known: HostState, present: HostState, vm_ids: Iterable[str]) -> HostState:
    """Return a host without those automatic checkpoints, as if they had never been taken."""
    new = taken_by_itself(known, present, vm_ids)
    return (
        present.with_vms(*(without(present.vms[vm_id], ids) for vm_id, ids in new.items()))
        if new
        else present
    )


def vm_passing_over_new(known: VirtualMachine, present: VirtualMachine) -> VirtualMachine:
    """Return a VM without those automatic checkpoints."""
    new = _new(known, present)
    return without(present, new) if new else present


def _new(known: VirtualMachine | None, present: VirtualMachine | None) -> list[str]:
    if known is None or present is None or known is present:
        return []
    return [each.id for each in present.checkpoints if each.is_automatic and each.id not in known.by_id]
