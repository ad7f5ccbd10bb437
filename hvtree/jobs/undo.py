"""What undoes a job: the operation that leads back, made from the plan as it was kept and from how the hosts are now.

It is planned, shown and carried out as any other, and its plan says what has changed since and would be lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.edits import Apply, Create, Rename, SetNotes, SetVmNotes
from hvtree.domain.errors import Refused
from hvtree.domain.fleet import Fleet
from hvtree.domain.group import place_of
from hvtree.domain.group_checkpoint import GroupRecord, RecordedPart
from hvtree.domain.model import VirtualMachine, VmState
from hvtree.domain.names import quoted
from hvtree.jobs.kept import KeptPlan
from hvtree.operations.apply import ApplyCheckpoint
from hvtree.operations.apply_group import ApplyGroupCheckpoint
from hvtree.operations.base import Operation, steps_of
from hvtree.operations.delete import DeleteCheckpoints
from hvtree.operations.group_edits import RenameGroupCheckpoint
from hvtree.operations.group_target import GroupTarget
from hvtree.operations.notes import EditNotes, Written
from hvtree.operations.rename import RenameCheckpoint

_NEVER = {
    "delete": "What a deleted checkpoint held has been merged or thrown away.",
    "delete-subtree": "What deleted checkpoints held has been merged or thrown away.",
    "delete-expired": "What deleted checkpoints held has been merged or thrown away.",
    "export": "An export changes nothing on the host; its files are where the plan said.",
    "bring-back": "That would stop VMs again.",
    "delete-group": "What deleted checkpoints held has been merged or thrown away.",
    "delete-all": "What deleted checkpoints held has been merged or thrown away.",
    "export-group": "An export changes nothing on the host; its files are where the plan said.",
    "start-group": "Save the group, or shut it down, instead.",
    "save-group": "Start the group instead.",
    "shut-down-group": "Start the group instead.",
}


def undo_of(plan: KeptPlan, made: Iterable[str], fleet: Fleet) -> Operation:
    """Return the operation that undoes a job; raise `Refused` with the reason if there is none.

    `made` are the ids of the checkpoints that the hosts have said to have taken for it.
    """
    what = f"This cannot be undone: {plan.title}."
    if plan.verb in _NEVER:
        raise Refused(what, why=_NEVER[plan.verb], now="Look at its plan in the history.")
    match plan.verb:
        case "apply-group":
            return _group_back(plan, what, frozenset(made), fleet)
        case "rename-group":
            return _old_group_name(plan, what, fleet)
    for step in steps_of(plan.phases):
        match step.edit:
            case Rename(ref=ref):
                return _old_name(
                    plan, what, CheckpointAddress(step.host_id, ref.vm_id, ref.checkpoint_id), fleet
                )
            case Apply(refs=(ref,)):
                return _back(plan, what, VmAddress(step.host_id, ref.vm_id), tuple(made), fleet)
            case Apply():
                raise Refused(
                    what, why="It took several VMs back.", now="Apply the safety checkpoint of each of them."
                )
    taken = tuple(_taken(plan, frozenset(made), fleet))
    if not taken and not _has_created(plan) and (written := tuple(_old_notes(plan, what, fleet))):
        return EditNotes(written)
    if not taken:
        raise Refused(what, why="Its checkpoints are gone.", now="There is nothing to undo any more.")
    return DeleteCheckpoints(taken)


def _old_name(plan: KeptPlan, what: str, address: CheckpointAddress, fleet: Fleet) -> Operation:
    _demand_there(what, address.vm, address.ref, fleet)
    return RenameCheckpoint(address, plan.before.checkpoint(address).name)


def _old_group_name(plan: KeptPlan, what: str, fleet: Fleet) -> Operation:
    """Return what gives all parts of a group checkpoint the name that they had."""
    refs = [
        CheckpointAddress(step.host_id, step.edit.ref.vm_id, step.edit.ref.checkpoint_id)
        for step in steps_of(plan.phases)
        if isinstance(step.edit, Rename)
    ]
    old = {plan.before.checkpoint(each).name for each in refs}
    marks = (plan.before.vm(each.vm).group_marks.get(each.checkpoint_id) for each in refs)
    mark = next(filter(None, marks), None)
    if len(old) > 1 or mark is None:
        raise Refused(what, why="Its checkpoints had different names.", now="Rename them one by one.")
    for each in refs:
        _demand_there(what, each.vm, each.ref, fleet)
    return RenameGroupCheckpoint(GroupTarget(mark.id), old.pop())


def _has_created(plan: KeptPlan) -> bool:
    return any(isinstance(step.edit, Create) for step in steps_of(plan.phases))


def _old_notes(plan: KeptPlan, what: str, fleet: Fleet) -> Iterator[Written]:
    """Yield the notes that a job has written over, as they were before."""
    for step in steps_of(plan.phases):
        match step.edit:
            case SetNotes(written=written):
                for each in written:
                    address = CheckpointAddress(step.host_id, each.ref.vm_id, each.ref.checkpoint_id)
                    _demand_there(what, address.vm, each.ref, fleet)
                    yield Written(address, plan.before.checkpoint(address).notes, each.text)
            case SetVmNotes(vm_ids=vm_ids, notes=notes):
                for vm_id in vm_ids:
                    vm = VmAddress(step.host_id, vm_id)
                    _demand_vm(what, vm, fleet)
                    yield Written(vm, plan.before.vm(vm).notes, notes)
            case _:
                continue


def _back(plan: KeptPlan, what: str, address: VmAddress, made: tuple[str, ...], fleet: Fleet) -> Operation:
    """Return what takes a VM back to the safety checkpoint, in the state that it had."""
    creations = [step for step in steps_of(plan.phases) if isinstance(step.edit, Create)]
    if not creations:
        raise Refused(
            what,
            why="It was done without a safety checkpoint, and the state before was thrown away.",
            now="Apply another checkpoint, if one helps.",
        )
    vm = _demand_vm(what, address, fleet)
    before = plan.before.vm(address)
    safety = next((each for each in made if each in vm.by_id), None) or _by_name(
        vm, before, creations[0].edit
    )
    if safety is None:
        raise Refused(
            what, why="Its safety checkpoint is gone.", now="Apply another checkpoint, if one helps."
        )
    return ApplyCheckpoint(
        CheckpointAddress(address.host_id, vm.id, safety),
        start=before.state in (VmState.RUNNING, VmState.PAUSED),
        pause=before.state is VmState.PAUSED,
    )


def _group_back(plan: KeptPlan, what: str, made: frozenset[str], fleet: Fleet) -> Operation:
    """Return what takes all VMs back to the safety checkpoints that were taken of them together."""
    if not _has_created(plan):
        raise Refused(
            what,
            why="It was done without safety checkpoints, and the states before were thrown away.",
            now="Apply another group checkpoint, if one helps.",
        )
    record = safety_record(plan, made, fleet)
    if record is None:
        raise Refused(
            what, why="Its safety checkpoints are gone.", now="Apply another group checkpoint, if one helps."
        )
    then = {was.vm_id: plan.before.vm(was).state for was in plan.vms}
    states = tuple((each.address.vm, then[each.address.vm_id]) for each in record.parts)
    return ApplyGroupCheckpoint(GroupTarget(record.id, record), states=states)


def safety_record(plan: KeptPlan, made: frozenset[str], fleet: Fleet) -> GroupRecord | None:
    """Return the safety checkpoints that a job has taken of a group, as one; None if there is none any more."""
    parts = tuple(_recorded(plan, made, fleet)) if _has_created(plan) else ()
    if not parts:
        return None
    marks = (fleet.vm(each.address.vm).group_marks.get(each.address.checkpoint_id) for each in parts)
    mark = next(filter(None, marks), None)
    checkpoint = fleet.checkpoint(parts[0].address)
    return GroupRecord(
        mark.id if mark is not None else checkpoint.id,
        checkpoint.name,
        checkpoint.created_utc,
        parts,
        size=len(plan.vms),
    )


def _recorded(plan: KeptPlan, made: frozenset[str], fleet: Fleet) -> Iterator[RecordedPart]:
    """Yield the safety checkpoints of a group that are there, also where their VMs have moved."""
    creation = next(step.edit for step in steps_of(plan.phases) if isinstance(step.edit, Create))
    for was in plan.vms:
        address = place_of(was, fleet)
        vm = fleet.find_vm(address) if address is not None else None
        if address is None or vm is None:
            continue
        safety = next((each for each in made if each in vm.by_id), None)
        safety = safety or _by_name(vm, plan.before.vm(was), creation)
        if safety is not None:
            found = CheckpointAddress(address.host_id, vm.id, safety)
            host = fleet.hosts[address.host_id].host
            yield RecordedPart(found, vm.name, host, vm.by_id[safety].parent_id)


def _by_name(vm: VirtualMachine, before: VirtualMachine, edit: object) -> str | None:
    """Return a safety checkpoint of which no answer told."""
    name = edit.name if isinstance(edit, Create) else ""
    fresh = [each for each in vm.checkpoints if each.id not in before.by_id and each.name == name]
    return max(fresh, key=lambda each: each.created_utc).id if fresh else None


def _taken(plan: KeptPlan, made: frozenset[str], fleet: Fleet) -> Iterator[CheckpointAddress]:
    for address in plan.vms:
        vm = fleet.find_vm(address)
        for each in vm.checkpoints if vm is not None else ():
            if each.id in made:
                yield CheckpointAddress(address.host_id, address.vm_id, each.id)


def _demand_vm(what: str, address: VmAddress, fleet: Fleet) -> VirtualMachine:
    vm = fleet.find_vm(address)
    if vm is None:
        raise Refused(what, why="Its VM is on no host that is open.", now="Connect the host that it was on.")
    return vm


def _demand_there(what: str, address: VmAddress, ref: CheckpointRef, fleet: Fleet) -> None:
    vm = _demand_vm(what, address, fleet)
    if ref.checkpoint_id not in vm.by_id:
        raise Refused(
            what,
            why=f"The checkpoint is not on VM {quoted(vm.name)} any more.",
            now="There is nothing to undo any more.",
        )
