"""Change the notes of a group checkpoint: what is said anew is said in all its parts, the rest stays in each as it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from msgspec import Struct

from hvtree.domain.fleet import Fleet
from hvtree.domain.passport import Passport, passport_of, with_others_notes, with_passport
from hvtree.domain.passport_change import PassportChange
from hvtree.operations.base import Plan
from hvtree.operations.group_target import GroupTarget, Parts, left_out, named
from hvtree.operations.notes import EditNotes, Written
from hvtree.values import replace

_TURNS = ("Lock", "Unlock")
"""What a plan calls itself that does no more than that."""


class EditGroupNotes(Struct, frozen=True):
    """Say something in the notes of all checkpoints of a group checkpoint that are there."""

    verb: ClassVar[str] = "notes-group"

    target: GroupTarget
    change: PassportChange
    others: str | None = None
    """What is to stand beside the passport in each; None leaves what stands there."""
    author: str = ""
    """Who signs a passport where there is none yet."""
    at_utc: datetime | None = None
    """The time in such a passport; None for that of the reading."""

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it; raise `Refused` if all of them say so already, or one cannot be written now."""
        found, parts = self.target.parts(fleet, "The notes of the group checkpoint cannot be changed now.")
        at_utc = self.at_utc or max(fleet.hosts[each.host_id].taken_at_utc for each in parts)
        plan = EditNotes(tuple(self._written(parts, at_utc))).plan(fleet)
        verb = plan.button if plan.button in _TURNS else "Edit the notes of"
        return replace(
            plan,
            operation=replace(self, at_utc=at_utc),
            title=f"{verb} the {named(found)}",
            consequences=(*plan.consequences, *left_out(found)),
        )

    def _written(self, parts: Parts, at_utc: datetime) -> Iterator[Written]:
        """Yield the notes of those parts that do not say so yet; of all if there is none."""
        fresh = Passport(author=self.author, at_utc=at_utc)
        before = {address: checkpoint.notes for address, (_vm, checkpoint) in parts.items()}
        after = {address: self._changed(notes, fresh) for address, notes in before.items()}
        changed = {address: notes for address, notes in after.items() if notes != before[address]}
        for address, notes in (changed or after).items():
            yield Written(address, notes)

    def _changed(self, notes: str, fresh: Passport) -> str:
        if self.others is not None:
            notes = with_others_notes(notes, self.others)
        if self.change.is_empty:
            return notes
        return with_passport(notes, self.change.on(passport_of(notes) or fresh))
