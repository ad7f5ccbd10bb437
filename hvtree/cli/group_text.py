"""Groups and group checkpoints in words for a terminal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from hvtree.cli.colour import Paint, colour_wish, paint_for
from hvtree.cli.table import TableLayout, table
from hvtree.cli.text import harmless, local_time, shown
from hvtree.cli.wrapping import line_width, wrapped
from hvtree.domain.fleet import Fleet
from hvtree.domain.group import Group
from hvtree.domain.group_checkpoint import GroupCheckpoint, GroupRecord
from hvtree.domain.group_members import SeenMember, seen_members
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
)
from hvtree.domain.words import ms_words

_LIST = TableLayout(
    ("Name", "VMs", "Hosts", "Method", "Last checkpoint"),
    right=frozenset({1}),
    least=((4, 16), (2, 8), (0, 12)),
)
_MEMBERS = ("VM", "Host", "State", "Order")
_CHECKPOINTS = ("Group checkpoint", "When", "VMs", "Spread", "By", "Health")
_ID = "ID"


class GroupLook(Struct, frozen=True):
    """How a group is shown."""

    paint: Paint
    fit: int | None
    """Cells of the terminal's line; None if it is none."""
    with_ids: bool = False


def look_of(arguments: argparse.Namespace) -> GroupLook:
    """Return how to show groups on standard output."""
    paint = paint_for(sys.stdout, colour_wish(arguments))
    return GroupLook(paint, line_width(sys.stdout), with_ids=getattr(arguments, "ids", False))


def list_lines(groups: Sequence[Group], records: Sequence[GroupRecord], look: GroupLook) -> list[str]:
    """Return a line for each group, below headings; times are local."""
    last = {each.group_id: each for each in records}  # the newest comes last
    rows = [
        (
            shown(each.name),
            f"{len(each.members):,}",
            shown(", ".join(_host_names(each))),
            METHOD_NAMES[each.method],
            _last_words(last.get(each.id)),
        )
        for each in groups
    ]
    return _table(_LIST, rows, look)


def group_lines(
    group: Group, fleet: Fleet, checkpoints: Sequence[GroupCheckpoint], look: GroupLook
) -> Iterator[str]:
    """Yield a group, its members as they are, and its group checkpoints with what is not as it was."""
    members = seen_members(group.members, fleet)
    yield look.paint.strong(shown(group.name))
    if look.with_ids:
        yield group.id
    if members:
        yield wrapped(harmless(f"{members_words(members)} · {METHOD_NAMES[group.method]}"), look.fit)
        yield ""
        yield from _member_lines(members, look)
    yield ""
    if checkpoints:
        yield from _checkpoint_lines(checkpoints, look)
    else:
        yield "No group checkpoint of it is known here."


def _member_lines(members: Sequence[SeenMember], look: GroupLook) -> Iterator[str]:
    ordered = is_ordered(each.member for each in members)
    rows = [
        (
            shown(each.name),
            shown(place_words(each)),
            shown(member_words(each)) if each.vm is not None else look.paint.caution(member_words(each)),
            order_words(each.member, is_ordered=ordered),
            each.member.vm.vm_id,
        )
        for each in members
    ]
    yield from _table_with_ids(_MEMBERS, rows, look)


def _checkpoint_lines(checkpoints: Sequence[GroupCheckpoint], look: GroupLook) -> Iterator[str]:
    rows = [
        (
            shown(each.name),
            local_time(each.at_utc),
            count_of_vms(each),
            ms_words(each.spread_ms) if each.spread_ms is not None else "",
            shown(each.author),
            _health(each, look.paint),
            each.id,
        )
        for each in checkpoints
    ]
    headings, rule, *lines = _table_with_ids(_CHECKPOINTS, rows, look)
    yield from (headings, rule)
    for line, each in zip(lines, checkpoints, strict=True):
        yield line
        for finding in each.findings:
            yield wrapped(f"  - {harmless(finding_words(finding))}", look.fit, indent="    ")


def _health(found: GroupCheckpoint, paint: Paint) -> str:
    words = health_words(found)
    if not found.is_whole:
        return paint.bad(words)
    return paint.caution(words) if found.findings else paint.good(words)


def _host_names(group: Group) -> Mapping[str, None]:
    return dict.fromkeys(each.host or each.vm.host_id for each in group.members)


def _last_words(record: GroupRecord | None) -> str:
    return f"{local_time(record.at_utc)} {shown(record.name)}" if record is not None else ""


def _table_with_ids(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]], look: GroupLook) -> list[str]:
    """Return a table whose last column, the ids, is only shown if that is wanted."""
    if look.with_ids:
        return _table(TableLayout((*headings, _ID)), rows, look)
    return _table(TableLayout(headings, least=((0, 12), (1, 8))), [row[:-1] for row in rows], look)


def _table(layout: TableLayout, rows: Sequence[Sequence[str]], look: GroupLook) -> list[str]:
    headings, rule, *lines = table(layout, rows, fit=None if look.with_ids else look.fit)
    return [look.paint.strong(headings), look.paint.faint(rule), *lines]
