"""Undo a job of the history: which operation leads back, and which job is the last one that can be undone."""

from __future__ import annotations

from hvtree.app.memory.entries import EntryInFull
from hvtree.app.memory.query import Query
from hvtree.app.memory.reader import HistoryReader
from hvtree.domain.errors import Refused
from hvtree.domain.fleet import Fleet
from hvtree.jobs.undo import undo_of
from hvtree.operations.base import Operation

_LOOKED_AT = 50
"""How many jobs are looked at for one that has touched anything."""


def undo_of_entry(job: EntryInFull, fleet: Fleet) -> Operation:
    """Return the operation that undoes a job; raise `Refused` with the reason if there is none."""
    what = f"This cannot be undone: {job.entry.title}."
    if job.plan is None:
        raise Refused(what, why="Its plan cannot be read any more.", now="Look at it in the history.")
    if job.entry.began_utc is None:
        raise Refused(what, why="It touched nothing.", now="There is nothing to undo.")
    if job.entry.ended_utc is None:
        raise Refused(what, why="It has not come to its end.", now="Wait for it, or see to it first.")
    return undo_of(job.plan, job.made, fleet)


async def last_acted(history: HistoryReader, vm_id: str = "") -> EntryInFull:
    """Return the last job that has touched a VM, or any VM without one; raise `Refused` if there is none."""
    for entry in await history.find(Query(vm=vm_id, most=_LOOKED_AT)):
        if entry.began_utc is not None:
            return await history.entry(entry.uuid)
    raise Refused("There is nothing to undo.", now="Jobs of HVTree can be undone; the history lists them.")
