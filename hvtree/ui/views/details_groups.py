"""The details of a group and of a group checkpoint, and which of them a VM or a checkpoint belongs to."""

from __future__ import annotations

from collections.abc import Iterator

from hvtree.app.groups import Groups
from hvtree.domain.fleet import Fleet
from hvtree.domain.group import Group, place_of
from hvtree.domain.group_checkpoint import GroupCheckpoint, Part
from hvtree.domain.group_members import SeenMember, Standing, seen_members
from hvtree.domain.group_words import (
    METHOD_NAMES,
    METHOD_SENTENCES,
    count_of_vms,
    finding_words,
    health_words,
    is_ordered,
    member_words,
    members_words,
    place_words,
    start_words,
    summary_words,
)
from hvtree.domain.names import quoted
from hvtree.domain.words import count_words, ms_words
from hvtree.ui.format import local_day, local_time, shown_name
from hvtree.ui.models.group_keys import checkpoint_key, group_key
from hvtree.ui.selection import Selection
from hvtree.ui.views.details_busy import said_once
from hvtree.ui.views.details_values import Belonging, Details, Link, Notice, Offer, Table
from hvtree.ui.widgets.banner import Tone

SIBLINGS = Link("checkpoint.siblings", "Select its siblings")
_FINDINGS_AT_MOST = 12
_ROWS_AT_MOST = 100
"""More would hold up the window; the view of groups shows all."""
_GONE = Details("It is gone", "This group or group checkpoint is not there any more.")


def describe_groups(selection: Selection, groups: Groups, fleet: Fleet, offers: tuple[Offer, ...]) -> Details:
    """Return the details of the group or the group checkpoint that is selected."""
    if selection.group_checkpoint:
        found = groups.checkpoints(fleet).get(selection.group_checkpoint)
        return _checkpoint(found, groups, fleet, offers) if found is not None else _GONE
    group = next((each for each in groups.definitions if each.id == selection.group), None)
    return _group(group, groups, fleet, offers) if group is not None else _GONE


def belonging(selection: Selection, groups: Groups, fleet: Fleet) -> tuple[Belonging, ...]:
    """Return which groups the one selected VM is of, or which group checkpoint the one selected checkpoint."""
    checkpoint = selection.only_checkpoint
    if checkpoint is not None:
        vm = fleet.find_vm(checkpoint.vm)
        mark = vm.group_marks.get(checkpoint.checkpoint_id) if vm is not None else None
        found = groups.checkpoints(fleet).get(mark.id) if mark is not None else None
        return (_of_checkpoint(found),) if found is not None else ()
    if len(selection.targets) != 1 or selection.checkpoints:
        return ()
    (place,) = selection.targets
    return tuple(
        Belonging(shown_name(each.name), group_key(each.id))
        for each in groups.definitions
        if any(
            member.vm.vm_id == place.vm_id and place_of(member.vm, fleet) == place for member in each.members
        )
    )


def _of_checkpoint(found: GroupCheckpoint) -> Belonging:
    of = f" of {quoted(found.group_name)}" if found.group_name else ""
    text = f"{quoted(found.name)}{of}: {summary_words(found)}. {health_words(found)}."
    siblings = (SIBLINGS,) if len(found.there) > 1 else ()
    return Belonging(text, checkpoint_key(found.id), siblings)


def _group(group: Group, groups: Groups, fleet: Fleet, offers: tuple[Offer, ...]) -> Details:
    seen = seen_members(group.members, fleet)
    taken = groups.checkpoints_of(group, fleet)
    facts = [
        ("Method", f"{METHOD_NAMES[group.method]}. {METHOD_SENTENCES[group.method]}"),
        ("Group checkpoints", f"{len(taken):,}" if taken else "none yet"),
    ]
    if taken:
        facts.append(("Latest", f"{quoted(taken[0].name)}, {local_time(taken[0].at_utc)}"))
    facts.append(("Group id", group.id))
    ordered = is_ordered(group.members)
    rows = tuple(
        (
            shown_name(each.name),
            place_words(each),
            member_words(each),
            start_words(each.member, is_ordered=ordered) or "with the others",
        )
        for each in seen[:_ROWS_AT_MOST]
    )
    table = Table("Members", (("VM", "Host", "State", "Starts"), *rows), _more(len(seen)))
    return Details(
        shown_name(group.name),
        f"Group: {members_words(seen)}",
        _lost_notice(seen),
        tuple(facts),
        table=table,
        offers=said_once(offers, (each.vm for each in seen if each.vm is not None)),
        offers_caption="What can be done with it",
    )


def _lost_notice(seen: tuple[SeenMember, ...]) -> Notice | None:
    lost = [each for each in seen if each.vm is None]
    if not lost:
        return None
    names = ", ".join(
        f"{quoted(each.name)} ({member_words(each).lower()})" for each in lost[:_FINDINGS_AT_MOST]
    )
    more = " Open their hosts to see them." if all(each.standing is Standing.AWAY for each in lost) else ""
    return Notice(Tone.WARNING, f"{count_words(len(lost), 'member')} cannot be found.", f"{names}.{more}")


def _checkpoint(found: GroupCheckpoint, groups: Groups, fleet: Fleet, offers: tuple[Offer, ...]) -> Details:
    is_known = any(each.id == found.group_id for each in groups.definitions)
    of = f" of the group {quoted(found.group_name)}" if found.group_name else ""
    rows = tuple(map(_part_row, found.parts[:_ROWS_AT_MOST]))
    table = Table("VMs", (("VM", "Host", "Checkpoint", "Stood still"), *rows), _more(len(found.parts)))
    return Details(
        shown_name(found.name),
        f"Group checkpoint{of}",
        _health_notice(found),
        tuple(_facts(found)),
        belonging=(Belonging(shown_name(found.group_name), group_key(found.group_id)),) if is_known else (),
        table=table,
        offers=said_once(offers, (fleet.vm(each.vm) for each in found.addresses)),
        offers_caption="What can be done with it",
    )


def _facts(found: GroupCheckpoint) -> Iterator[tuple[str, str]]:
    yield "Taken", local_time(found.at_utc, with_seconds=True)
    yield "VMs", count_of_vms(found)
    if found.spread_ms is not None:
        yield "Spread", f"{ms_words(found.spread_ms)} between the first pause and the last one"
    passports = [each.checkpoint.passport for each in found.there if each.checkpoint is not None]
    passport = next((each for each in passports if each is not None), None)
    if passport is not None and passport.reason:
        yield "Reason", shown_name(passport.reason)
    if passport is not None and passport.ticket:
        yield "Ticket", shown_name(passport.ticket)
    if passport is not None and passport.keep_until is not None:
        yield "Keep until", local_day(passport.keep_until)
    if found.author:
        yield "By", shown_name(found.author)
    if found.is_locked:
        locked = sum(each.checkpoint is not None and each.checkpoint.is_locked for each in found.there)
        yield "Locked", "all" if locked == len(found.there) else f"{locked:,} of {len(found.there):,}"
    yield "Group checkpoint id", shown_name(found.id)


def _part_row(part: Part) -> tuple[str, ...]:
    there = "there" if part.checkpoint is not None else "not there"
    if part.checkpoint is not None and part.checkpoint.is_locked:
        there = "locked"
    stopped = ms_words(part.stopped_ms) if part.stopped_ms is not None else "\N{EN DASH}"
    return shown_name(part.vm_name), shown_name(part.host), there, stopped


def _health_notice(found: GroupCheckpoint) -> Notice:
    said = [finding_words(each) for each in found.findings[:_FINDINGS_AT_MOST]]
    rest = len(found.findings) - len(said)
    more = " ".join((*said, *([f"And {rest:,} more."] if rest else ())))
    if not found.is_whole:
        return Notice(Tone.WARNING, "This group checkpoint is not whole.", more)
    if said:
        return Notice(Tone.INFO, "It is whole, but something has changed.", more)
    return Notice(Tone.CALM, "It is whole: every VM can be taken back to this instant.")


def _more(count: int) -> str:
    return f"and {count - _ROWS_AT_MOST:,} more" if count > _ROWS_AT_MOST else ""
