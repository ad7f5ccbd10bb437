"""The passports of checkpoints that an operation takes: written into their notes by steps that come last.

So nobody waits for them: VMs that were stopped are back by then. A checkpoint without its passport is one all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from hvtree.domain.address import VmAddress
from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.edits import CheckpointNotes, Create, SetNotes
from hvtree.domain.model import VirtualMachine
from hvtree.domain.passport import Passport, with_passport
from hvtree.domain.predictions import placeholder
from hvtree.domain.words import count_words
from hvtree.operations.base import Phase, Step
from hvtree.operations.consequence import Consequence, Name
from hvtree.values import replace


def dated(passport: Passport | None, at_utc: datetime) -> Passport | None:
    """Return a passport with the time at which it is written."""
    return replace(passport, at_utc=at_utc) if passport is not None else None


def passport_phases(
    found: Mapping[VmAddress, VirtualMachine], passport: Passport | None
) -> tuple[Phase, ...]:
    """Return what writes a passport into the checkpoints that are taken of some VMs before: one request for each host.

    A new checkpoint has the notes of its VM (fact 243), and they stay beside it.
    """
    if passport is None or not found:
        return ()
    notes: dict[str, list[CheckpointNotes]] = {}
    for address, vm in found.items():
        text = CheckpointNotes(CheckpointRef(vm.id, placeholder(vm.id)), with_passport(vm.notes, passport))
        notes.setdefault(address.host_id, []).append(text)
    return (
        tuple(
            Step(_title(len(written), passport), host_id, SetNotes(tuple(written)))
            for host_id, written in notes.items()
        ),
    )


def _title(count: int, passport: Passport) -> str:
    whose = "the new checkpoint" if count == 1 else f"the {count_words(count, 'new checkpoint')}"
    is_signature = replace(passport, author="", at_utc=None).is_empty
    return (
        f"Write author and time into the notes of {whose}" if is_signature else f"Write the notes of {whose}"
    )


def by_hand(phases: Iterable[Phase], notes: Iterable[Phase]) -> Iterator[Phase]:
    """Yield the phases of a way back for PowerShell: there a new checkpoint is the one that its VM stands on."""
    for phase in phases:
        yield phase
        if any(isinstance(step.edit, Create) for step in phase):
            yield from notes


def about_passport(passport: Passport | None, now_utc: datetime) -> Iterator[Consequence]:
    """Yield what the passport of a new checkpoint means for later."""
    if passport is None:
        return
    if passport.is_locked:
        yield Consequence(
            "is-locked-when-taken",
            "The new checkpoint is locked: HVTree refuses to delete it until it is unlocked.",
        )
    if passport.keep_until is not None:
        when = passport.keep_until.isoformat()
        past = ", which is over already" if passport.is_expired(now_utc) else ""
        yield Consequence(
            "is-kept-until",
            f"The new checkpoint is wanted until {{day}}{past}; then it counts as expired, and nothing deletes it by itself.",
            {"day": when},
        )
    if passport.reason or passport.ticket:
        yield Consequence(
            "writes-passport",
            "Its notes say {line}.",
            {"line": Name(passport.line)},
        )
