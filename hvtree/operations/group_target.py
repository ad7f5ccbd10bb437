"""The group checkpoint that an operation is about: found anew on each reading, by ids."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct

from hvtree.domain.address import CheckpointAddress
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.errors import Refused
from hvtree.domain.fleet import Fleet
from hvtree.domain.group_checkpoint import (
    Finding,
    FindingKind,
    GroupCheckpoint,
    GroupRecord,
    group_checkpoints,
)
from hvtree.domain.group_words import finding_words
from hvtree.domain.model import VirtualMachine
from hvtree.domain.names import quoted
from hvtree.domain.words import count_words
from hvtree.operations.consequence import Consequence, Subject, Subjects, vms
from hvtree.operations.preconditions import REASONS_SHOWN

Parts = Mapping[CheckpointAddress, tuple[VirtualMachine, Checkpoint]]
"""The checkpoints of a group checkpoint with their VMs."""


class GroupTarget(Struct, frozen=True):
    """A group checkpoint by its id."""

    id: str
    record: GroupRecord | None = None
    """What this computer has kept of it."""

    def found(self, fleet: Fleet, what: str) -> GroupCheckpoint:
        """Return it as it is now; raise `Refused`, saying `what` cannot be, if nothing of it is there."""
        records = (self.record,) if self.record is not None else ()
        found = group_checkpoints(fleet, records).get(self.id)
        if found is None or not found.there:
            raise Refused(
                what,
                why="None of its checkpoints is on a host that is open.",
                now="Connect the hosts of its VMs.",
            )
        return found

    def parts(self, fleet: Fleet, what: str) -> tuple[GroupCheckpoint, Parts]:
        """Return it with those of its checkpoints that are there; raise `Refused` if none is."""
        found = self.found(fleet, what)
        return found, {each: (fleet.vm(each.vm), fleet.checkpoint(each)) for each in found.addresses}


def demand_whole(found: GroupCheckpoint, what: str, vm_ids: Collection[str] = ()) -> None:
    """Raise `Refused`, saying what cannot be, if a part is missing, or one of these VMs; each is named with its reason."""
    missing = [
        finding_words(each)
        for each in found.findings
        if each.kind.is_missing and (not vm_ids or each.vm_id in vm_ids)
    ]
    if not missing:
        return
    more = len(missing) - REASONS_SHOWN
    why = " ".join(missing[:REASONS_SHOWN]) + (f" {more:,} more are missing." if more > 0 else "")
    there = count_words(len(found.there), "VM")
    raise Refused(
        what, why=why, now=f"Go on with the {there} whose checkpoints are there, if that makes sense."
    )


def what_changed(found: GroupCheckpoint) -> Iterator[Consequence]:
    """Yield what is not as it was when a group checkpoint was taken, of the parts that are there."""
    for each in found.findings:
        if not each.kind.is_missing:
            kind = f"group-{each.kind.name.lower().replace('_', '-')}"
            yield Consequence(kind, _wording(each), {"vms": _subject(each)})


def left_out(found: GroupCheckpoint) -> Iterator[Consequence]:
    """Yield which VMs do not take part, and why their parts are missing."""
    for each in found.findings:
        if each.count:
            yield Consequence("unknown-left-out", finding_words(each), {})
        elif each.kind.is_missing:
            stays = "" if each.kind is FindingKind.VM_GONE else " {vms} {vms:stay} as {vms:it} {vms:are}."
            yield Consequence("left-out", _wording(each) + stays, {"vms": _subject(each)})


def _wording(finding: Finding) -> str:
    return finding_words(finding).replace("{", "{{").replace("}", "}}")


def _subject(finding: Finding) -> Subjects:
    return Subjects("VM", (Subject(finding.vm_id, finding.vm_name),))


def named(found: GroupCheckpoint) -> str:
    """Return a group checkpoint as it is named in sentences: group checkpoint ‘before patch’ of 5 VMs."""
    return f"group checkpoint {quoted(found.name)} of {count_words(len(found.there), 'VM')}"


def vms_of(parts: Parts) -> str:
    """Return the names of the VMs of some parts."""
    return f"{vms([vm for vm, _checkpoint in parts.values()])}"
