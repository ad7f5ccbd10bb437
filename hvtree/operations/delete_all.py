"""Delete all checkpoints of some VMs: the last step of the recipe for groups, which takes more than the group's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from msgspec import Struct

from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.errors import Refused
from hvtree.domain.fleet import Fleet
from hvtree.domain.model import VirtualMachine
from hvtree.domain.words import count_words
from hvtree.operations.base import Plan
from hvtree.operations.consequence import Consequence, vms
from hvtree.operations.delete import NOTHING_GOES, DeleteCheckpoints, Doomed, demand_deletable
from hvtree.operations.preconditions import CheckpointAction, find_vms, kind_forbids
from hvtree.values import replace


class DeleteAllCheckpoints(Struct, frozen=True):
    """Delete every checkpoint of some VMs that users or Hyper-V have taken; those of backups and replication stay."""

    verb: ClassVar[str] = "delete-all"

    vms: tuple[VmAddress, ...]

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it; raise `Refused` if there is none, or one is locked or cannot be deleted now."""
        found = find_vms(fleet, self.vms)
        doomed = self._doomed(fleet)
        plan = DeleteCheckpoints(tuple(_addresses(doomed))).plan(fleet)
        whose = vms(found.values())
        number = sum(map(len, doomed.values()))
        staying = sum(len(vm.checkpoints) for vm in found.values()) - number
        all_go = Consequence(
            "all-checkpoints-go",
            "These are all checkpoints of {vms}, whoever has taken them and whatever for.",
            {"vms": vms(found[each] for each in plan.vms)},
        )
        others = Consequence(
            "checkpoints-of-others-stay",
            f"{count_words(staying, 'checkpoint')} of backups or replication {'stays' if staying == 1 else 'stay'}.",
        )
        return replace(
            plan,
            operation=self,
            title=f"Delete all {count_words(number, 'checkpoint')} of {whose}",
            button=f"Delete all {count_words(number, 'checkpoint')}",
            consequences=(all_go, *plan.consequences, *((others,) if staying else ())),
        )

    def check(self, fleet: Fleet) -> tuple[VmAddress, ...]:
        """Return the VMs that it touches; raise `Refused` as `plan` does."""
        doomed = self._doomed(fleet)
        demand_deletable(fleet, doomed, NOTHING_GOES)
        return tuple(doomed)

    def _doomed(self, fleet: Fleet) -> Doomed:
        found = find_vms(fleet, self.vms)
        doomed = {address: going for address, vm in found.items() if (going := _deletable(vm))}
        if not doomed:
            raise Refused(
                f"There is nothing to delete on {vms(found.values())}.",
                why="They have no checkpoints that could be deleted.",
                now="Select VMs that have checkpoints.",
            )
        return doomed


def _deletable(vm: VirtualMachine) -> Sequence[Checkpoint]:
    """Return the checkpoints of a VM that are of a kind that can be deleted: mostly all of them."""
    if vm.taken == len(vm.checkpoints):
        return vm.checkpoints
    return [each for each in vm.checkpoints if kind_forbids(each, CheckpointAction.DELETE) is None]


def _addresses(doomed: Doomed) -> Iterator[CheckpointAddress]:
    for address, checkpoints in doomed.items():
        for each in checkpoints:
            yield CheckpointAddress(address.host_id, address.vm_id, each.id)
