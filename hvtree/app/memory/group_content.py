"""What is remembered of groups, as a value: definitions, and what was taken of group checkpoints."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from hvtree.domain.errors import BadInput
from hvtree.domain.group import Group
from hvtree.domain.group_checkpoint import GroupRecord
from hvtree.domain.names import comparable, quoted
from hvtree.values import replace


class GroupContent(Struct, frozen=True):
    """Groups by their names, and records in the order in which they were taken."""

    definitions: tuple[Group, ...] = ()
    records: tuple[GroupRecord, ...] = ()

    @classmethod
    def of(cls, definitions: Iterable[Group], records: Iterable[GroupRecord]) -> GroupContent:
        """Return what is remembered, in its order."""
        return cls(
            tuple(sorted(definitions, key=lambda each: (each.name.casefold(), each.id))),
            tuple(sorted(records, key=lambda each: (each.at_utc, each.id))),
        )

    def reusing(self, former: GroupContent) -> GroupContent:
        """Return it with what is the same as before as the same object, so that nothing is worked out from it once more."""
        return GroupContent(
            former.definitions if self.definitions == former.definitions else self.definitions,
            former.records if self.records == former.records else self.records,
        )

    def with_groups(self, groups: Iterable[Group]) -> GroupContent:
        """Return it with groups in place of those of their ids; raise `BadInput` if the name of one is taken."""
        changed = {each.id: each for each in groups}
        kept = [each for each in self.definitions if each.id not in changed]
        for group in changed.values():
            name = comparable(group.name)
            if any(comparable(each.name) == name for each in kept):
                raise BadInput(f"There is a group {quoted(group.name)} already.", now="Choose another name.")
            kept.append(group)
        return GroupContent.of(kept, self.records)

    def without_group(self, group_id: str) -> GroupContent:
        """Return it without a group; what was taken of it stays."""
        return replace(self, definitions=tuple(each for each in self.definitions if each.id != group_id))

    def with_record(self, record: GroupRecord) -> GroupContent:
        """Return it with a record in place of the one of its id."""
        others = [each for each in self.records if each.id != record.id]
        return GroupContent.of(self.definitions, [*others, record])

    def without_records(self, ids: Iterable[str]) -> GroupContent:
        """Return it without these records."""
        gone = frozenset(ids)
        return replace(self, records=tuple(each for each in self.records if each.id not in gone))
