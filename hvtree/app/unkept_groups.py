"""Groups that last as long as the program: for a workspace without a memory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hvtree.app.memory.group_content import GroupContent
    from hvtree.domain.group import Group
    from hvtree.domain.group_checkpoint import GroupRecord


class UnkeptGroups:
    """Keeps groups in this object alone: `app.groups.GroupMemory`."""

    def __init__(self) -> None:
        self._content: GroupContent | None = None

    async def load(self) -> GroupContent | None:
        """Return what there is; None, and nothing is loaded for it, if nothing was kept yet."""
        return self._content

    async def save(self, *groups: Group) -> GroupContent:
        """Keep groups; raise `BadInput` if a name is taken."""
        return self._now(self._present().with_groups(groups))

    async def delete(self, group_id: str) -> GroupContent:
        """Keep a group no more."""
        return self._now(self._present().without_group(group_id))

    async def record(self, record: GroupRecord) -> GroupContent:
        """Keep what was taken of a group checkpoint."""
        return self._now(self._present().with_record(record))

    async def forget(self, ids: Iterable[str]) -> GroupContent:
        """Keep these records no more."""
        return self._now(self._present().without_records(ids))

    async def close(self) -> None:
        """Do nothing: there is no file."""

    def _present(self) -> GroupContent:
        from hvtree.app.memory.group_content import GroupContent  # noqa: PLC0415  (nobody needs it before)

        return self._content or GroupContent()

    def _now(self, content: GroupContent) -> GroupContent:
        self._content = content
        return content
