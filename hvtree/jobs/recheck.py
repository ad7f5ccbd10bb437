"""Whether a plan that somebody approved is still the plan: compared as data, amounts and ages aside."""

from __future__ import annotations

from hvtree.domain.difference import compare
from hvtree.domain.edits import Edit
from hvtree.operations.base import Phase, Plan, steps_of


def is_same_plan(approved: Plan, fresh: Plan) -> bool:
    """Return whether both do the same to VMs that stand the same, for the same price."""
    return (
        approved.risk == fresh.risk
        and approved.vms == fresh.vms
        and _edits(approved.phases) == _edits(fresh.phases)
        and _edits(approved.bring_back) == _edits(fresh.bring_back)
        and _edits(approved.after_failure) == _edits(fresh.after_failure)
        and approved.consequences == fresh.consequences
        and not _has_changed(approved, fresh)
    )


def _edits(phases: tuple[Phase, ...]) -> list[tuple[str, Edit]]:
    return [(step.host_id, step.edit) for step in steps_of(phases)]


def _has_changed(approved: Plan, fresh: Plan) -> bool:
    """Return whether the touched VMs stand differently; both plans are about the same ones."""
    return any(
        difference.is_substantial
        for host_id in approved.host_ids
        for difference in compare(
            approved.before.hosts[host_id], fresh.before.hosts[host_id], approved.vm_ids(host_id)
        )
    )
