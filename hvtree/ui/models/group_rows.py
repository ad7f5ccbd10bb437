"""What the view of groups shows, as values: groups, and below each its group checkpoints and its members."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum

from msgspec import Struct

from hvtree.domain.fleet import Fleet
from hvtree.domain.group import Group
from hvtree.domain.group_checkpoint import GroupCheckpoint
from hvtree.domain.group_members import SeenMember, Standing, seen_members
from hvtree.domain.group_words import (
    METHOD_NAMES,
    count_of_vms,
    finding_words,
    health_words,
    is_ordered,
    member_words,
    members_words,
    order_words,
    place_words,
    taken_words,
)
from hvtree.domain.names import quoted
from hvtree.domain.words import count_words
from hvtree.ui.format import bare_name, local_time, shown_name
from hvtree.ui.models.group_keys import WITHOUT, checkpoint_key, group_key, member_key
from hvtree.ui.models.tree_icons import vm_icon
from hvtree.ui.selection import Selection
from hvtree.ui.widgets.signs import Sign

_TIP_FINDINGS = 12
_WITHOUT = "Group checkpoints without a group"


class GroupColumn(IntEnum):
    """The columns."""

    NAME = 0
    STATE = 1
    MORE = 2


CAPTIONS = ("Group", "State", "More")


class Row(Struct, frozen=True):
    """One row; equal values look alike."""

    @property
    def key(self) -> str:
        """What stays the same through changes."""
        raise NotImplementedError

    @property
    def texts(self) -> tuple[str, str, str]:
        """Its cells."""
        raise NotImplementedError

    @property
    def icon(self) -> str:
        """The name of the picture in front of it."""
        raise NotImplementedError

    @property
    def sign(self) -> Sign | None:
        """The sign in front of its state."""
        return None

    @property
    def tip(self) -> str:
        """All about it, in lines of plain text."""
        return "\n".join(text for text in self.texts if text)

    @property
    def spoken(self) -> str:
        """All about it in one line, to be read aloud."""
        return ", ".join(text for text in self.texts if text)

    @property
    def selection(self) -> Selection:
        """What is selected with it."""
        raise NotImplementedError


class MemberRow(Row, frozen=True):
    """A member of a group."""

    group_id: str
    seen: SeenMember
    is_ordered: bool

    @property
    def key(self) -> str:
        return member_key(self.seen.member.vm)

    @property
    def texts(self) -> tuple[str, str, str]:
        order = order_words(self.seen.member, is_ordered=self.is_ordered)
        more = " · ".join(part for part in (place_words(self.seen), order) if part)
        return shown_name(self.seen.name), member_words(self.seen), more

    @property
    def icon(self) -> str:
        if self.seen.vm is not None:
            return vm_icon(self.seen.vm)
        return "host-away" if self.seen.standing is Standing.AWAY else "vm-critical"

    @property
    def sign(self) -> Sign | None:
        return None if self.seen.standing is Standing.THERE else Sign.WARNING

    @property
    def spoken(self) -> str:
        return f"Member {bare_name(self.seen.name)}, {', '.join(self.texts[1:])}"

    @property
    def selection(self) -> Selection:
        place = self.seen.place
        return Selection(group=self.group_id) if place is None else Selection(vms=(place,))


class CheckpointRow(Row, frozen=True):
    """A group checkpoint."""

    found: GroupCheckpoint
    is_below_group: bool
    """It stands below its group, whose name it need not say."""

    @property
    def key(self) -> str:
        return checkpoint_key(self.found.id)

    @property
    def texts(self) -> tuple[str, str, str]:
        name = self.found.group_name
        of = f" of {quoted(name)}" if name and not self.is_below_group else ""
        taken = taken_words(self.found, local_time(self.found.at_utc))
        return shown_name(self.found.name), count_of_vms(self.found) + of, taken

    @property
    def icon(self) -> str:
        return "checkpoint-locked" if self.found.is_locked else "checkpoint-group"

    @property
    def sign(self) -> Sign:
        if not self.found.is_whole:
            return Sign.WARNING
        return Sign.INFO if self.found.findings else Sign.DONE

    @property
    def tip(self) -> str:
        said = [finding_words(each) for each in self.found.findings[:_TIP_FINDINGS]]
        rest = len(self.found.findings) - len(said)
        return "\n".join(
            (super().tip, health_words(self.found), *said, *([f"… and {rest:,} more"] if rest else ()))
        )

    @property
    def spoken(self) -> str:
        name, *rest = self.texts
        return ", ".join((f"Group checkpoint {bare_name(name)}", *rest, health_words(self.found)))

    @property
    def selection(self) -> Selection:
        return Selection(checkpoints=self.found.addresses, group_checkpoint=self.found.id)


class GroupRow(Row, frozen=True):
    """A group, or all group checkpoints without one (then `group` is None)."""

    group: Group | None
    seen: tuple[SeenMember, ...]
    checkpoints: tuple[GroupCheckpoint, ...]

    @property
    def key(self) -> str:
        return group_key(self.group.id) if self.group is not None else WITHOUT

    @property
    def texts(self) -> tuple[str, str, str]:
        count = (
            count_words(len(self.checkpoints), "group checkpoint")
            if self.checkpoints
            else "No group checkpoint yet"
        )
        if self.group is None:
            return _WITHOUT, "", count
        return (
            shown_name(self.group.name),
            members_words(self.seen),
            f"{count} · {METHOD_NAMES[self.group.method]}",
        )

    @property
    def icon(self) -> str:
        return "group"

    @property
    def sign(self) -> Sign | None:
        return Sign.WARNING if any(each.standing is not Standing.THERE for each in self.seen) else None

    @property
    def spoken(self) -> str:
        name, *rest = self.texts
        kind = "" if self.group is None else "Group "
        return ", ".join(part for part in (f"{kind}{bare_name(name)}", *rest) if part)

    @property
    def selection(self) -> Selection:
        if self.group is None:
            return Selection()
        return Selection(
            vms=tuple(each.place for each in self.seen if each.place is not None), group=self.group.id
        )

    def rows(self) -> Iterator[Row]:
        """Yield the rows below it: its group checkpoints, the newest first, then its members."""
        for each in self.checkpoints:
            yield CheckpointRow(each, self.group is not None)
        if self.group is not None:
            ordered = is_ordered(self.group.members)
            for seen in self.seen:
                yield MemberRow(self.group.id, seen, ordered)


def rows_of_groups(
    groups: Iterable[Group], checkpoints: Mapping[str, GroupCheckpoint], fleet: Fleet
) -> tuple[GroupRow, ...]:
    """Return the groups in their order, each with its own, and last what belongs to no group that is known here."""
    known = tuple(groups)
    by_group: dict[str, list[GroupCheckpoint]] = {each.id: [] for each in known}
    without: list[GroupCheckpoint] = []
    for each in checkpoints.values():
        by_group.get(each.group_id, without).append(each)
    rows = [GroupRow(each, seen_members(each.members, fleet), tuple(by_group[each.id])) for each in known]
    if without:
        rows.append(GroupRow(None, (), tuple(without)))
    return tuple(rows)
