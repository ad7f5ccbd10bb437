"""The VMs of a group checkpoint before it is applied: where each is, what has changed since, and how it will be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hvtree.domain.address import VmAddress
from hvtree.domain.fleet import Fleet
from hvtree.domain.group_checkpoint import Finding, FindingKind, GroupCheckpoint, Part
from hvtree.domain.names import isolated
from hvtree.domain.state_words import state_words
from hvtree.operations.base import Plan
from hvtree.ui.dialogs.value_table import ValueTable
from hvtree.ui.format import shown_name
from hvtree.ui.widgets.on_demand import OnDemand

_NOTHING = "as it was"
_SHORT: Mapping[FindingKind, str] = {
    FindingKind.CHECKPOINT_GONE: "its checkpoint is gone",
    FindingKind.VM_GONE: "the VM is gone",
    FindingKind.HOST_AWAY: "its host is not open",
    FindingKind.REPARENTED: "another parent",
    FindingKind.NOT_MARKED: "its notes do not say so",
    FindingKind.NOT_RECORDED: "not recorded here",
}


class GoingBackTable(ValueTable):
    """One row for each part of a group checkpoint, also for those that are missing."""

    def __init__(self, hosts: Mapping[str, str]) -> None:
        """`hosts` is what the hosts are called, by their ids; one alone is not named."""
        self._has_hosts = len(hosts) > 1
        super().__init__("VM", *(("Host",) if self._has_hosts else ()), "Since then", "Now", "Afterwards")

    def show_parts(self, found: GroupCheckpoint, fleet: Fleet, plan: Plan | None) -> None:
        """Show the parts of a group checkpoint as they are now, and afterwards if there is a plan."""
        self.show_rows(OnDemand(found.parts, lambda part: self._row(found, part, fleet, plan)))

    def _row(self, found: GroupCheckpoint, part: Part, fleet: Fleet, plan: Plan | None) -> tuple[str, ...]:
        vm = fleet.find_vm(part.address.vm)
        after = _afterwards(plan, part.address.vm)
        host = (shown_name(part.host),) if self._has_hosts else ()
        changed = ", ".join(_changes(found, part)) or _NOTHING
        return (
            shown_name(part.vm_name),
            *host,
            changed,
            state_words(vm.state) if vm is not None else "",
            after,
        )


def _afterwards(plan: Plan | None, vm: VmAddress) -> str:
    if plan is None:
        return ""
    after = plan.expected.find_vm(vm)
    return state_words(after.state) if after is not None else "stays as it is"


def _changes(found: GroupCheckpoint, part: Part) -> Iterator[str]:
    for each in found.findings:
        if each.vm_id == part.address.vm_id:
            yield _short(each)


def _short(finding: Finding) -> str:
    if finding.kind is FindingKind.MOVED:
        return f"moved from {isolated(finding.was)}"
    if finding.kind is FindingKind.VM_RENAMED:
        return f"was called {isolated(finding.was)}"
    if finding.kind is FindingKind.RENAMED:
        return "its checkpoint was renamed"
    return _SHORT.get(finding.kind, "")
