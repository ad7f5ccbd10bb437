"""Which group checkpoints a job was about, and which it took: read from its plan as it was kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from hvtree.domain.address import VmAddress
from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.edits import Apply, Create, Delete, Edit, SetNotes, SetPower, SetVmNotes
from hvtree.domain.group_checkpoint import GroupRecord
from hvtree.domain.group_mark import GroupMark
from hvtree.domain.passport import passport_of
from hvtree.domain.predictions import is_placeholder
from hvtree.jobs.kept import KeptPlan
from hvtree.operations.base import steps_of

Recorded = Mapping[CheckpointRef, GroupMark]
"""To which group checkpoint each part belongs by what this computer has kept, also where its notes do not say so."""


def recorded_marks(records: Iterable[GroupRecord]) -> Recorded:
    """Return what some records say of the parts of their group checkpoints."""
    return {
        part.address.ref: GroupMark(each.id, each.size, each.group_id, each.group_name)
        for each in records
        for part in each.parts
    }


def is_about(plan: KeptPlan, is_meant: Callable[[GroupMark], bool], recorded: Recorded) -> bool:
    """Return whether a job was about group checkpoints that are meant and about nothing else, or took one of them."""
    touched = tuple(_touched(plan, recorded))
    if any(is_meant(each) for each in _taken(plan)):
        return True
    return bool(touched) and all(each is not None and is_meant(each) for each in touched)


def _touched(plan: KeptPlan, recorded: Recorded) -> Iterator[GroupMark | None]:
    """Yield to which group checkpoint each checkpoint belonged that was touched, and None for what belonged to none."""
    for step in steps_of(plan.phases):
        for ref in _refs(step.edit):
            vm = plan.before.vm(VmAddress(step.host_id, ref.vm_id)) if ref is not None else None
            mark = vm.group_marks.get(ref.checkpoint_id) if vm is not None and ref is not None else None
            yield mark or (recorded.get(ref) if ref is not None else None)


def _refs(edit: Edit) -> tuple[CheckpointRef | None, ...]:
    """Return the checkpoints that an edit is about; None stands for the notes of a VM."""
    match edit:
        case SetPower() | Create():
            return ()
        case SetVmNotes():
            return (None,)
        case Delete(refs=refs) | Apply(refs=refs) | SetNotes(refs=refs):
            return refs
        case _:
            return (edit.ref,)


def _taken(plan: KeptPlan) -> Iterator[GroupMark]:
    """Yield the marks that a job was to write into the checkpoints that it takes."""
    for step in steps_of((*plan.phases, *plan.bring_back)):
        for each in step.edit.written if isinstance(step.edit, SetNotes) else ():
            passport = passport_of(each.text) if is_placeholder(each.ref.checkpoint_id) else None
            if passport is not None and passport.group is not None:
                yield passport.group
