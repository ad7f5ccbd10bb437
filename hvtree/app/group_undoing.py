"""Which job of the history is the next one to undo of a group, or of one group checkpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from hvtree.app.memory.entries import Entry, EntryInFull
from hvtree.app.memory.reader import HistoryReader
from hvtree.app.undoing import last_to_undo
from hvtree.domain.group import Group
from hvtree.domain.group_checkpoint import GroupRecord
from hvtree.domain.group_mark import GroupMark
from hvtree.jobs.group_subjects import Recorded, is_about, recorded_marks

_OF_CHECKPOINTS = frozenset(
    {
        "checkpoint-group",
        "apply-group",
        "rename-group",
        "delete-group",
        "notes-group",
        "notes",
        "lock",
        "unlock",
    }
)
"""What is done to a group checkpoint as a whole; what is done to one of its VMs is a matter of that VM."""
_OF_MEMBERS = frozenset({"start-group", "save-group", "shut-down-group"})


async def last_of_group(
    history: HistoryReader, group: Group, records: Iterable[GroupRecord] = ()
) -> EntryInFull:
    """Return the last job on a group or on its group checkpoints that is not undone; raise `Refused` if there is none."""
    members = frozenset(each.vm.vm_id for each in group.members)
    jobs = _Jobs(history, lambda mark: mark.group_id == group.id, recorded_marks(records), members)
    return await last_to_undo(history, look=jobs.meant)


async def last_of_group_checkpoint(
    history: HistoryReader, checkpoint_id: str, records: Iterable[GroupRecord] = ()
) -> EntryInFull:
    """Return the last job on one group checkpoint that is not undone, by its id; raise `Refused` if there is none."""
    jobs = _Jobs(history, lambda mark: mark.id == checkpoint_id, recorded_marks(records))
    return await last_to_undo(history, look=jobs.meant)


class _Jobs(Struct, frozen=True):
    """The jobs on group checkpoints that are meant, and on their members."""

    history: HistoryReader
    is_meant: Callable[[GroupMark], bool]
    recorded: Recorded
    members: frozenset[str] = frozenset()
    """The ids of the VMs that are started and stopped as members of a group."""

    async def meant(self, entry: Entry) -> EntryInFull | None:
        """Return a job in full if it is one of them."""
        if entry.operation in _OF_MEMBERS and self.members.issuperset(each.vm_id for each in entry.vms):
            return await self.history.entry(entry.uuid)
        if entry.operation not in _OF_CHECKPOINTS:
            return None
        job = await self.history.entry(entry.uuid)
        return job if job.plan is not None and is_about(job.plan, self.is_meant, self.recorded) else None
