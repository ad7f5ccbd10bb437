"""What is kept of a group checkpoint that a job has taken: ids, places, and what was measured."""

from __future__ import annotations

from collections.abc import Iterator

from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.domain.edits import Create, SetNotes
from hvtree.domain.group import GroupMethod
from hvtree.domain.group_checkpoint import GroupRecord, RecordedPart
from hvtree.domain.passport import Passport, passport_of
from hvtree.domain.predictions import is_placeholder
from hvtree.jobs.group_times import GroupTimes, group_times
from hvtree.jobs.job import JobView, StepPhase
from hvtree.operations.base import Plan, steps_of
from hvtree.operations.group import CheckpointGroup


def group_record(job: JobView) -> GroupRecord | None:
    """Return the record of the group checkpoint that a job has taken and left; None if there is none.

    A checkpoint of which no answer told is missing in it: its passport says that it belongs.
    """
    passport = _marked(job.plan)
    parts = tuple(_parts(job, group_times(job)))
    if passport is None or passport.group is None or not parts or _is_taken_back(job):
        return None
    mark = passport.group
    operation = job.plan.operation
    creations = [each for each in job.steps if isinstance(each.edit, Create)]
    taken = creations[0].edit
    assert isinstance(taken, Create)
    began = [each.began_utc for step in creations for each in step.outcomes if each.began_utc is not None]
    return GroupRecord(
        mark.id,
        taken.name,
        min(began, default=job.queued_utc),
        parts,
        mark.size,
        mark.group_id,
        mark.group_name,
        passport.author,
        operation.method if isinstance(operation, CheckpointGroup) else GroupMethod.PAUSE_AND_SAVE,
        group_times(job).spread_ms,
    )


def _marked(plan: Plan) -> Passport | None:
    """Return the passport that a plan writes into checkpoints of a group checkpoint that it takes."""
    for step in steps_of((*plan.phases, *plan.bring_back)):
        written = step.edit.written if isinstance(step.edit, SetNotes) else ()
        for each in written:
            passport = passport_of(each.text) if is_placeholder(each.ref.checkpoint_id) else None
            if passport is not None and passport.group is not None:
                return passport
    return None


def _is_taken_back(job: JobView) -> bool:
    """Return whether what was taken has been deleted again."""
    backs = [step.edit for step in steps_of(job.plan.take_back)]
    return any(step.edit in backs and step.phase is StepPhase.DONE for step in job.steps)


def _parts(job: JobView, times: GroupTimes) -> Iterator[RecordedPart]:
    for step in job.steps:
        for ref in step.taken:
            vm = VmAddress(step.host_id, ref.vm_id)
            before = job.plan.before.vm(vm)
            yield RecordedPart(
                CheckpointAddress(step.host_id, ref.vm_id, ref.checkpoint_id),
                before.name,
                job.plan.host_names[step.host_id],
                before.lasting(before.now_id),
                times.stopped_ms.get(vm),
                before.memory_bytes,
            )
