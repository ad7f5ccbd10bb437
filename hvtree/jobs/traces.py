"""What a plan leaves behind on one host by which it can be seen whether it was carried out."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec import Struct

from hvtree.domain.automatic import passing_over_new
from hvtree.domain.difference import compare
from hvtree.domain.edits import Apply, Create, Export
from hvtree.domain.model import HostState
from hvtree.operations.base import Plan
from hvtree.operations.folders import below


class Traces(Struct, frozen=True):
    """The traces of a plan on one host.

    Going back to the checkpoint on which the VM stands changes nothing that a plan is compared by. But each disk then
    goes on in a new file (fact 35), so that it can be seen all the same.
    """

    plan: Plan
    host_id: str

    @property
    def are_expected(self) -> bool:
        """The plan changes something that can be seen afterwards; an export does not."""
        return bool(self._silent) or self._differs(self.plan.expected.hosts[self.host_id])

    @property
    def can_tell(self) -> bool:
        """The host shows whether the plan was carried out to its end: only a VM without disks may hide that."""
        return all(self._before.vms[vm_id].drives for vm_id in self._silent)

    def are_there(self, after: HostState) -> bool:
        """Return whether what the comparison of states does not show has been done as well."""
        return self.are_expected and all(self._has_new_files(vm_id, after) for vm_id in self._silent)

    def are_missing(self, after: HostState) -> bool:
        """Return whether a host is as it was before."""
        if self._differs(after):
            return False
        return not any(self._has_new_files(vm_id, after) for vm_id in self._silent)

    @property
    def _before(self) -> HostState:
        return self.plan.before.hosts[self.host_id]

    @property
    def _silent(self) -> tuple[str, ...]:
        """The VMs that go back to where they stand, without a checkpoint of their present state first."""
        edits = [step.edit for step in self.plan.steps if step.host_id == self.host_id]
        kept = {vm_id for edit in edits if isinstance(edit, Create) for vm_id in edit.vm_ids}
        refs = [
            ref for edit in edits if isinstance(edit, Apply) for ref in edit.refs if ref.vm_id not in kept
        ]
        return tuple(ref.vm_id for ref in refs if self._before.vms[ref.vm_id].now_id == ref.checkpoint_id)

    def _differs(self, after: HostState) -> bool:
        return differs(self._before, after, self.plan.vm_ids(self.host_id), self.plan.noted(self.host_id))

    def _has_new_files(self, vm_id: str, after: HostState) -> bool:
        vm = after.vms.get(vm_id)
        return vm is not None and set(vm.drives) != set(self._before.vms[vm_id].drives)


def differs(before: HostState, after: HostState, vm_ids: Iterable[str], noted: Collection[str] = ()) -> bool:
    """Return whether VMs differ in what a plan is about; in notes, where it is about those of these ids.

    Checkpoints that Hyper-V has taken by itself since are none of a plan's.
    """
    ids = tuple(vm_ids)
    differences = compare(before, passing_over_new(before, after, ids), ids)
    return any(each.is_substantial or each.is_renoted(noted) for each in differences)


def export_folders(plan: Plan, host_id: str) -> tuple[str, ...]:
    """Return the folders on a host into which a plan exports."""
    before = plan.before.hosts[host_id]
    edits = (step.edit for step in plan.steps if step.host_id == host_id)
    return tuple(
        below(edit.folder, before.vms[edit.ref.vm_id].name) for edit in edits if isinstance(edit, Export)
    )
