"""What is left to write of a job's notes: those of VMs and checkpoints that were there, and of checkpoints that it has taken.

What others have written into a new checkpoint meanwhile stays beside what the job has to say of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.difference import matching_ids
from hvtree.domain.edits import CheckpointNotes, SetNotes, SetVmNotes
from hvtree.domain.model import VirtualMachine
from hvtree.domain.passport import Passport, passport_of, with_passport
from hvtree.domain.predictions import is_placeholder
from hvtree.jobs.kept import KeptPlan
from hvtree.operations.base import Step, steps_of
from hvtree.operations.notes import Written

There = Mapping[str, tuple[VmAddress, VirtualMachine]]
"""The VMs of a job that can be seen, by id: where each of them is, and how."""


def notes_left(plan: KeptPlan, there: There) -> tuple[Written, ...]:
    """Return the notes of a plan that are not written."""
    steps = steps_of((*plan.phases, *plan.bring_back))
    return tuple(each for step in steps for each in _unwritten(plan, step, there))


def _unwritten(plan: KeptPlan, step: Step, there: There) -> Iterator[Written]:
    match step.edit:
        case SetNotes(written=written):
            for each in written:
                if each.ref.vm_id in there:
                    yield from _of_checkpoint(plan, step.host_id, each, there)
        case SetVmNotes(vm_ids=vm_ids, notes=notes):
            for vm_id in vm_ids:
                address, vm = there.get(vm_id, (None, None))
                if address is not None and vm is not None and vm.notes != notes:
                    left = plan.before.hosts[step.host_id].vms[vm_id].notes
                    yield Written(address, notes, left)


def _of_checkpoint(plan: KeptPlan, host_id: str, wanted: CheckpointNotes, there: There) -> Iterator[Written]:
    address, vm = there[wanted.ref.vm_id]
    checkpoint = _twin(plan, host_id, wanted, vm)
    if checkpoint is None:
        return
    place = CheckpointAddress(address.host_id, vm.id, checkpoint.id)
    if not is_placeholder(wanted.ref.checkpoint_id):
        left = plan.before.hosts[host_id].checkpoint(wanted.ref).notes
        if checkpoint.notes != wanted.text:
            yield Written(place, wanted.text, left)
    elif not _is_signed(checkpoint.notes, wanted.text):
        yield Written(place, with_passport(checkpoint.notes, passport_of(wanted.text)))


def _is_signed(notes: str, wanted: str) -> bool:
    """Return whether the passport of a job is there, whatever was measured or somebody has changed in it since."""
    there, own = passport_of(notes), passport_of(wanted)
    return there is not None and own is not None and _signature(there) == _signature(own)


def _signature(passport: Passport) -> tuple[object, ...]:
    return passport.author, passport.at_utc, passport.group.id if passport.group is not None else ""


def _twin(plan: KeptPlan, host_id: str, wanted: CheckpointNotes, now: VirtualMachine) -> Checkpoint | None:
    """Return the checkpoint of a step as it is now; also one that the job has taken itself."""
    ids = matching_ids(plan.expected.hosts[host_id].vms[wanted.ref.vm_id], now)
    return now.by_id.get(ids.get(wanted.ref.checkpoint_id, ""))
