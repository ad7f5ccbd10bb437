"""A plan and its steps as JSON: ids, files, bytes and kinds, with the sentences beside them. README.md has the keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.edits import (
    Apply,
    Create,
    Delete,
    DeleteSubtree,
    Edit,
    Export,
    Rename,
    SetNotes,
    SetPower,
    SetVmNotes,
)
from hvtree.domain.predictions import is_placeholder
from hvtree.jobs.job import StepView
from hvtree.operations.base import Plan, Step
from hvtree.operations.consequence import (
    Age,
    Amount,
    Consequence,
    Count,
    Duration,
    File,
    Name,
    Size,
    Subjects,
)


def plan_record(plan: Plan) -> dict[str, Any]:
    """Return a plan; ids are GUIDs in lower case, sizes bytes."""
    return {
        "title": plan.title,
        "verb": plan.button,
        "risk": plan.risk.name.lower(),
        "risk_text": plan.risk.words,
        "steps": [_step_record(step, plan) for step in plan.steps],
        "bring_back": [_step_record(step, plan) for step in plan.bring_back_steps],
        "consequences": [consequence_record(each) for each in plan.consequences],
        "hosts": list(plan.host_names.values()),
        "vms": list(_vm_records(plan)),
        "powershell": plan.powershell,
    }


def taken_step_record(step: StepView, plan: Plan) -> dict[str, Any]:
    """Return a step of a job: what it asked for, how that went, and which checkpoints came into being."""
    return {
        **_step_record(step, plan),
        "phase": step.phase.value,
        "text": step.text,
        "taken": [_ref_record(each) for each in step.taken],
    }


def consequence_record(consequence: Consequence) -> dict[str, Any]:
    """Return a consequence; each amount has its unit in its key."""
    amounts = dict(_amount(place, amount) for place, amount in consequence.amounts.items())
    return {
        "kind": consequence.kind,
        "text": consequence.sentence,
        "about": {place: _about(thing) for place, thing in consequence.about.items()},
        "amounts": amounts,
        "files": [
            {
                "path": each.file.path,
                "size_bytes": each.file.size_bytes,
                "fate": each.fate.value,
                "into": each.into or None,
            }
            for each in consequence.files
        ],
    }


def _step_record(step: Step | StepView, plan: Plan) -> dict[str, Any]:
    edit = _edit_record(step.edit) if step.edit is not None else {}
    return {"title": step.title, "host": plan.host_names[step.host_id], "wait_s": step.wait_s, **edit}


def _edit_record(edit: Edit) -> dict[str, Any]:
    match edit:
        case SetPower(vm_ids, power):
            return {"action": power.name.lower(), "vms": list(vm_ids)}
        case Create(vm_ids, name):
            return {"action": "checkpoint", "vms": list(vm_ids), "name": name}
        case Delete(refs) | Apply(refs):
            action = "apply" if isinstance(edit, Apply) else "delete"
            return {"action": action, "checkpoints": [_ref_record(ref) for ref in refs]}
        case SetNotes(written):
            noted = [{**_ref_record(each.ref), "notes": each.text} for each in written]
            return {"action": "notes", "checkpoints": noted}
        case SetVmNotes(vm_ids, notes):
            return {"action": "notes", "vms": list(vm_ids), "notes": notes}
        case Rename():
            more = {"action": "rename", "name": edit.name}
        case Export():
            more = {"action": "export", "folder": edit.folder}
        case DeleteSubtree():
            more = {"action": "delete_subtree"}
    return {**more, "checkpoints": [_ref_record(edit.ref)]}


def _ref_record(ref: CheckpointRef) -> dict[str, str | None]:
    """Return a checkpoint; one that is still to be taken has no id."""
    return {"vm": ref.vm_id, "id": None if is_placeholder(ref.checkpoint_id) else ref.checkpoint_id}


def _vm_records(plan: Plan) -> Iterable[dict[str, Any]]:
    """Yield each touched VM as it is and as it will be; a checkpoint that is still to be taken has no id."""
    for address in plan.vms:
        before, after = plan.before.vm(address), plan.expected.vm(address)
        now_id = after.now_id if after.now_id is None or not is_placeholder(after.now_id) else None
        yield {
            "id": before.id,
            "name": before.name,
            "host": plan.host_names[address.host_id],
            "state": before.state.value,
            "state_afterwards": after.state.value,
            "now": before.now_id,
            "now_afterwards": now_id,
        }


def _about(thing: Subjects | Name | File | str) -> Any:
    match thing:
        case Subjects():
            return [{"type": thing.noun.lower(), "id": each.id, "name": each.name} for each in thing.each]
        case Name():
            return thing.text
        case File():
            return thing.name
        case _:
            return thing


def _amount(place: str, amount: Amount) -> tuple[str, int | None]:
    match amount:
        case Size():
            return f"{place}_bytes", amount.size_bytes
        case Age():
            return f"{place}_s", round((amount.now_utc - amount.moment_utc).total_seconds())
        case Duration():
            return f"{place}_ms", amount.ms
        case Count():
            return place, amount.count
        case int():
            return place, amount
