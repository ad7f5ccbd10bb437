"""Delete all checkpoints of some VMs: the last step of the recipe for groups, which takes more than the group's own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.domain.errors import Refused
from hvtree.domain.fleet import Fleet
from hvtree.domain.words import count_words
from hvtree.operations.base import Plan
from hvtree.operations.consequence import Consequence, vms
from hvtree.operations.delete import DeleteCheckpoints
from hvtree.operations.preconditions import CheckpointAction, find_vms, kind_forbids


@dataclass(frozen=True, slots=True)
class DeleteAllCheckpoints:
    """Delete every checkpoint of some VMs that users or Hyper-V have taken; those of backups and replication stay."""

    verb: ClassVar[str] = "delete-all"

    vms: tuple[VmAddress, ...]

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it; raise `Refused` if there is none, or one is locked or cannot be deleted now."""
        found = find_vms(fleet, self.vms)
        doomed = self._doomed(fleet)
        plan = DeleteCheckpoints(doomed).plan(fleet)
        whose = vms(found.values())
        staying = sum(len(vm.checkpoints) for vm in found.values()) - len(doomed)
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
            title=f"Delete all {count_words(len(doomed), 'checkpoint')} of {whose}",
            button=f"Delete all {count_words(len(doomed), 'checkpoint')}",
            consequences=(all_go, *plan.consequences, *((others,) if staying else ())),
        )

    def check(self, fleet: Fleet) -> tuple[VmAddress, ...]:
        """Return the VMs that it touches; raise `Refused` as `plan` does."""
        return DeleteCheckpoints(self._doomed(fleet)).check(fleet)

    def _doomed(self, fleet: Fleet) -> tuple[CheckpointAddress, ...]:
        found = find_vms(fleet, self.vms)
        doomed = tuple(
            CheckpointAddress(address.host_id, vm.id, each.id)
            for address, vm in found.items()
            for each in vm.checkpoints
            if kind_forbids(each, CheckpointAction.DELETE) is None
        )
        if not doomed:
            raise Refused(
                f"There is nothing to delete on {vms(found.values())}.",
                why="They have no checkpoints that could be deleted.",
                now="Select VMs that have checkpoints.",
            )
        return doomed
