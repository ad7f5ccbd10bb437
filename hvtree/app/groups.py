"""The user's groups and what is known of group checkpoints: what window and command line ask, and where they change them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Protocol

from hvtree.app.unkept_groups import UnkeptGroups

if TYPE_CHECKING:
    from hvtree.app.memory.group_content import GroupContent
    from hvtree.domain.fleet import Fleet
    from hvtree.domain.group import Group
    from hvtree.domain.group_checkpoint import GroupCheckpoint, GroupRecord, SeenBefore
    from hvtree.domain.model import HostState


class GroupMemory(Protocol):
    """Where groups are kept. Each returns what is kept afterwards, and raises `JournalFailure` or `BadInput`."""

    async def load(self) -> GroupContent | None:
        """Return what is kept, by whichever program; None if nothing ever was."""

    async def save(self, *groups: Group) -> GroupContent:
        """Keep groups in place of those of their ids, all or none; raise `BadInput` if a name is taken."""

    async def delete(self, group_id: str) -> GroupContent:
        """Keep a group no more."""

    async def record(self, record: GroupRecord) -> GroupContent:
        """Keep what was taken of a group checkpoint, in place of the one of its id."""

    async def forget(self, ids: Iterable[str]) -> GroupContent:
        """Keep these records no more."""

    async def close(self) -> None:
        """Let go of what it is kept in."""


class Groups:
    """The groups as they were loaded last. All coroutines raise `JournalFailure` and `BadInput`."""

    def __init__(self, memory: GroupMemory | None = None) -> None:
        """Without a memory they last as long as this object."""
        self.on_change: Callable[[], None] | None = None
        """Called when definitions or records are no longer what they were."""
        self._memory = memory or UnkeptGroups()
        self._content: GroupContent | None = None
        self._turn = asyncio.Lock()
        self._seen: SeenBefore | None = None
        self._seen_records: tuple[GroupRecord, ...] = ()

    @property
    def definitions(self) -> tuple[Group, ...]:
        """The groups by their names."""
        return self._content.definitions if self._content is not None else ()

    @property
    def records(self) -> tuple[GroupRecord, ...]:
        """What was taken of group checkpoints on this computer, the oldest first."""
        return self._content.records if self._content is not None else ()

    def checkpoints(self, fleet: Fleet) -> Mapping[str, GroupCheckpoint]:
        """Return every group checkpoint by its id, the newest first: the same object for the same readings and records."""
        from hvtree.domain.group_checkpoint import SeenBefore, group_checkpoints  # noqa: PLC0415  (a start needs none)

        records = self.records
        former = self._seen if self._seen_records is records else None
        if former is not None and _are_same(former.fleet.hosts, fleet.hosts):
            return former.found
        found = group_checkpoints(fleet, records, former=former)
        self._seen, self._seen_records = SeenBefore(fleet, found), records
        return found

    def checkpoints_of(self, group: Group, fleet: Fleet) -> tuple[GroupCheckpoint, ...]:
        """Return the group checkpoints that were taken of a group, the newest first."""
        return tuple(each for each in self.checkpoints(fleet).values() if each.group_id == group.id)

    def find(self, name_or_id: str) -> Group:
        """Return the group that a word means; raise `BadInput`, with names that are like it, unless it means one."""
        from hvtree.app.group_lookup import group_meant  # noqa: PLC0415  (a start needs none)

        return group_meant(name_or_id, self.definitions)

    def find_checkpoint(self, fleet: Fleet, name_or_id: str, group: Group | None = None) -> GroupCheckpoint:
        """Return the group checkpoint, of a group or of all, that a word means; raise `BadInput` unless it means one."""
        from hvtree.app.group_lookup import group_checkpoint_meant  # noqa: PLC0415  (a start needs none)

        of_all = tuple(self.checkpoints(fleet).values())
        return group_checkpoint_meant(
            name_or_id, of_all if group is None else self.checkpoints_of(group, fleet)
        )

    async def load(self) -> None:
        """See what there is now, by whichever program; where nothing has changed this costs next to nothing."""
        async with self._turn:
            self._take(await self._memory.load())

    async def save(self, group: Group, fleet: Fleet | None = None) -> Group:
        """Keep a group in place of the one of its id, and return it; raise `BadInput` if it cannot be, or its name is taken.

        With a fleet its members are brought up to date: what they are called and where they are.
        """
        (kept,) = await self.save_all((group,), fleet)
        return kept

    async def save_all(self, groups: Iterable[Group], fleet: Fleet | None = None) -> tuple[Group, ...]:
        """Do the same with several groups: all of them, or none."""
        from hvtree.domain.group import checked_group, refreshed  # noqa: PLC0415  (a start needs none)

        kept = tuple(checked_group(each if fleet is None else refreshed(each, fleet)) for each in groups)
        async with self._turn:
            self._take(await self._memory.save(*kept))
        return kept

    async def delete(self, group_id: str) -> None:
        """Keep a group no more; checkpoints that were taken of it stay, and so do their records."""
        async with self._turn:
            self._take(await self._memory.delete(group_id))

    async def record(self, record: GroupRecord) -> None:
        """Keep what was taken of a group checkpoint."""
        async with self._turn:
            self._take(await self._memory.record(record))

    async def forget(self, ids: Iterable[str]) -> None:
        """Keep the records of these group checkpoints no more."""
        async with self._turn:
            self._take(await self._memory.forget(ids))

    async def close(self) -> None:
        """Let go of the memory."""
        await self._memory.close()

    def _take(self, content: GroupContent | None) -> None:
        if content is self._content or content == self._content:
            return
        if self._content is not None and content is not None:
            content = content.reusing(self._content)
        self._content = content
        if self.on_change is not None:
            self.on_change()


def _are_same(one: Mapping[str, HostState], other: Mapping[str, HostState]) -> bool:
    return list(one) == list(other) and all(one[each] is other[each] for each in one)
