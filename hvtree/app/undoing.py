"""Undo a job of the history: which operation leads back, and which job is the next one to undo."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from hvtree.app.memory.entries import Entry, EntryInFull
from hvtree.app.memory.query import Query
from hvtree.app.memory.reader import HistoryReader
from hvtree.domain.edits import SetPower
from hvtree.domain.errors import Refused
from hvtree.domain.fleet import Fleet
from hvtree.domain.passport import Passport
from hvtree.jobs.job import Verdict
from hvtree.jobs.undo import undo_of
from hvtree.operations.apply import ApplyCheckpoint
from hvtree.operations.apply_group import ApplyGroupCheckpoint
from hvtree.operations.base import Operation, steps_of
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

    One that has come to nothing is passed over: there is nothing of it to undo, and it must not bar the way to those before it.
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
            if job is not None and not _was_in_vain(job):
                return job
        query = replace(query, before_number=entries[-1].number)
    raise Refused("There is nothing to undo.", now="Jobs of HVTree can be undone; the history lists them.")


def _was_in_vain(job: EntryInFull) -> bool:
    """Return whether a job has failed or was cancelled before its hosts did more of it than to stop VMs, and start them again.

    What the host has not answered for each VM may have been done: a connection that was cut counts as an answer in the journal.
    """
    if job.plan is None or job.entry.standing not in (Verdict.FAILED, Verdict.CANCELLED):
        return False
    asked = [each for step in job.steps for each in step.requests if not isinstance(each.edit, SetPower)]
    is_about_power = all(isinstance(each.edit, SetPower) for each in steps_of(job.plan.phases))
    return not is_about_power and all(
        each.outcomes and not any(one.is_ok for one in each.outcomes) for each in asked
    )
