"""The passports of checkpoints that an operation takes: written into their notes by steps that follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from hvtree.domain.address import VmAddress
from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.edits import SetNotes
from hvtree.domain.model import VirtualMachine
from hvtree.domain.passport import Passport, with_passport
from hvtree.domain.predictions import placeholder
from hvtree.domain.words import count_words
from hvtree.operations.base import Step
from hvtree.operations.consequence import Consequence, Name


def dated(passport: Passport | None, at_utc: datetime) -> Passport | None:
    """Return a passport with the time at which it is written."""
    return replace(passport, at_utc=at_utc) if passport is not None else None


def passport_steps(found: Mapping[VmAddress, VirtualMachine], passport: Passport | None) -> Iterator[Step]:
    """Yield what writes a passport into the checkpoints that are taken of some VMs before; nothing without one.

    A new checkpoint has the notes of its VM (fact 243), and they stay beside it. One request writes equal notes.
    """
    if passport is None:
        return
    alike: dict[tuple[str, str], list[str]] = {}
    for address, vm in found.items():
        alike.setdefault((address.host_id, with_passport(vm.notes, passport)), []).append(vm.id)
    for (host_id, notes), vm_ids in alike.items():
        refs = tuple(CheckpointRef(vm_id, placeholder(vm_id)) for vm_id in vm_ids)
        whose = "the new checkpoint" if len(refs) == 1 else f"the {count_words(len(refs), 'new checkpoint')}"
        yield Step(f"Write the notes of {whose}", host_id, SetNotes(refs, notes))


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
