"""Undo a job of the history: which operation leads back, and which job is the next one to undo."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from hvtree.app.memory.entries import Entry, EntryInFull
from hvtree.app.memory.query import Query
from hvtree.app.memory.reader import HistoryReader
from hvtree.domain.errors import Refused
from hvtree.domain.fleet import Fleet
from hvtree.domain.passport import Passport
from hvtree.jobs.job import Verdict
from hvtree.jobs.undo import undo_of
from hvtree.operations.apply import ApplyCheckpoint
from hvtree.operations.apply_group import ApplyGroupCheckpoint
from hvtree.operations.base import Operation
from hvtree.values import replace

_AT_ONCE = 50
"""How many jobs are read at a time."""
_CHANGES_NOTHING = ("export", "export-group")


def undo_of_entry(job: EntryInFull, fleet: Fleet, safety: Passport | None = None) -> Operation:
    """Return the operation that undoes a job; raise `Refused` with the reason if there is none.

    `safety` is what a safety checkpoint says that is taken on the way.
    """
    what = f"This cannot be undone: {job.entry.title}."
    if job.plan is None:
        raise Refused(what, why="Its plan cannot be read any more.", now="Look at it in the history.")
    if job.entry.began_utc is None:
        raise Refused(what, why="It touched nothing.", now="There is nothing to undo.")
    if job.entry.ended_utc is None:
        raise Refused(what, why="It has not come to its end.", now="Wait for it, or see to it first.")
    operation = undo_of(job.plan, job.made, fleet)
    if isinstance(operation, ApplyCheckpoint | ApplyGroupCheckpoint):
        return replace(operation, passport=safety)
    return operation


async def last_to_undo(
    history: HistoryReader,
    vm_id: str = "",
    look: Callable[[Entry], Awaitable[EntryInFull | None]] | None = None,
) -> EntryInFull:
    """Return the last job that changed a VM, or any VM without one, and is not undone; raise `Refused` if there is none.

    `look` returns a job in full if it is meant, and None if not; without it all are.

    So one undo after the other leads back job by job. What undid a job is not undone in its turn, unless it is asked for
    by itself; then the job that it had undone is the next one again.
    """
    undone: set[int] = set()
    query = Query(vm=vm_id, most=_AT_ONCE)
    while entries := await history.find(query):
        for entry in entries:
            if entry.number in undone or entry.began_utc is None or entry.operation in _CHANGES_NOTHING:
                continue
            if entry.undoes is not None:
                undone |= {entry.undoes} if entry.standing == Verdict.AS_PLANNED else set()
                continue
            job = await (history.entry(entry.uuid) if look is None else look(entry))
            if job is not None:
                return job
        query = replace(query, before_number=entries[-1].number)
    raise Refused("There is nothing to undo.", now="Jobs of HVTree can be undone; the history lists them.")
