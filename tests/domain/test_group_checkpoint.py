"""A group checkpoint: what passports and records say together, and what is not as it was."""

from __future__ import annotations

import random
from datetime import timedelta
from types import MappingProxyType

from hvtree.domain.address import CheckpointAddress
from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.edits import CheckpointNotes, Create, Delete, Rename, SetNotes
from hvtree.domain.fleet import Fleet
from hvtree.domain.group_checkpoint import (
    FindingKind,
    GroupCheckpoint,
    GroupRecord,
    RecordedPart,
    SeenBefore,
    group_checkpoints,
)
from hvtree.domain.group_mark import GroupMark
from hvtree.domain.model import HostState
from hvtree.domain.passport import Passport
from hvtree.values import replace
from tests.support.plans import fleet
from tests.support.trees import id_of, lab, ref, vm_named

MARK = GroupMark("g1", 2, spread_ms=38)
NOTES = Passport("Patch", group=MARK, author="anna").line


def marked(state: HostState, vm_name: str, checkpoint: str = "joint") -> HostState:
    return SetNotes((CheckpointNotes(ref(state, vm_name, checkpoint), NOTES),)).on(state)


EAST = marked(lab("east", sql="base(joint*)"), "sql")
WEST = marked(lab("west", web="joint*"), "web")
BOTH = fleet(EAST, WEST)


def recorded(state: HostState, vm_name: str) -> RecordedPart:
    vm = vm_named(state, vm_name)
    checkpoint = vm.by_id[id_of(vm_name, "joint")]
    address = CheckpointAddress(state.host, vm.id, checkpoint.id)
    return RecordedPart(address, vm.name, state.host, checkpoint.parent_id)


RECORD = GroupRecord(
    "g1", "joint", EAST.taken_at_utc, (recorded(EAST, "sql"), recorded(WEST, "web")), 2, author="anna"
)


def seen(known: Fleet, *records: GroupRecord) -> GroupCheckpoint:
    return group_checkpoints(known, records)["g1"]


def found(group: GroupCheckpoint) -> list[tuple[FindingKind, str]]:
    return [(each.kind, each.vm_name) for each in group.findings]


def test_passports_alone_make_a_group_checkpoint() -> None:
    group = seen(BOTH)
    assert (group.name, group.size, group.spread_ms, group.author) == ("joint", 2, 38, "anna")
    assert [(each.host, each.vm_name) for each in group.there] == [("east", "sql"), ("west", "web")]
    assert group.is_whole
    assert not group.findings


def test_with_its_record_nothing_is_found_either() -> None:
    assert not seen(BOTH, RECORD).findings


def test_a_checkpoint_that_was_deleted_is_missing_by_name() -> None:
    group = seen(fleet(EAST, Delete((ref(WEST, "web", "joint"),)).on(WEST)), RECORD)
    assert found(group) == [(FindingKind.CHECKPOINT_GONE, "web")]
    assert not group.is_whole
    assert [each.vm_name for each in group.there] == ["sql"]


def test_without_a_record_it_is_only_known_how_many_are_missing() -> None:
    group = seen(fleet(EAST, Delete((ref(WEST, "web", "joint"),)).on(WEST)))
    assert [(each.kind, each.count) for each in group.findings] == [(FindingKind.MEMBER_UNKNOWN, 1)]
    assert not group.is_whole


def test_a_host_that_is_away_is_no_checkpoint_that_is_gone() -> None:
    assert found(seen(fleet(EAST), RECORD)) == [(FindingKind.HOST_AWAY, "web")]


def test_a_group_checkpoint_of_which_nothing_is_left_is_over() -> None:
    gone = (Delete((ref(state, name, "joint"),)).on(state) for state, name in ((EAST, "sql"), (WEST, "web")))
    assert not group_checkpoints(fleet(*gone), [RECORD])


def test_a_group_checkpoint_of_hosts_that_are_away_is_not_over() -> None:
    group = seen(fleet(lab("north", app="a*")), RECORD)
    assert {each.kind for each in group.findings} == {FindingKind.HOST_AWAY}
    assert group.name == "joint"


def test_a_vm_that_moved_takes_its_part_with_it() -> None:
    moved = vm_named(WEST, "web")
    group = seen(fleet(EAST.with_vms(moved), lab("west", other="a*")), RECORD)
    finding = group.findings[0]
    assert (finding.kind, finding.was, finding.now) == (FindingKind.MOVED, "west", "east")
    assert group.is_whole
    assert {each.address.host_id for each in group.there} == {"east"}


def test_a_host_that_is_reached_in_two_ways_counts_once() -> None:
    group = seen(Fleet.of({"east": EAST, "10.0.0.1": EAST, "west": WEST}))
    assert group.is_whole
    assert len(group.parts) == 2


def test_a_host_that_has_another_entry_here_is_no_other_host() -> None:
    group = seen(Fleet.of({"10.0.0.1": EAST, "west": WEST}), RECORD)
    assert (group.is_whole, group.findings) == (True, ())


def test_new_names_and_a_new_parent_are_told_and_change_nothing() -> None:
    east = Rename(ref(EAST, "sql", "joint"), "other").on(EAST)
    west = WEST.with_vms(replace(vm_named(WEST, "web"), name="web-01"))
    east = Delete((ref(east, "sql", "base"),)).on(east)
    group = seen(fleet(east, west), RECORD)
    assert found(group) == [
        (FindingKind.RENAMED, "sql"),
        (FindingKind.REPARENTED, "sql"),
        (FindingKind.VM_RENAMED, "web-01"),
    ]
    assert group.is_whole


def test_two_witnesses_that_disagree_are_both_heard() -> None:
    east = SetNotes((CheckpointNotes(ref(EAST, "sql", "joint"), "somebody wrote over it"),)).on(EAST)
    assert found(seen(fleet(east, WEST), RECORD)) == [(FindingKind.NOT_MARKED, "sql")]
    half = replace(RECORD, parts=RECORD.parts[:1])
    assert found(seen(BOTH, half)) == [(FindingKind.NOT_RECORDED, "web")]


def test_a_later_checkpoint_that_has_the_notes_of_an_earlier_one_is_no_part() -> None:
    later = Create((id_of("sql"),), "next").on(EAST)
    new = vm_named(later, "sql").checkpoints[-1]
    later = later.with_vms(
        replace(
            vm_named(later, "sql"),
            checkpoints=(
                replace(new, id="later", notes=NOTES, created_utc=new.created_utc + timedelta(1)),
                *vm_named(later, "sql").checkpoints[:-1],
            ),
        )
    )
    assert later.checkpoint(CheckpointRef(id_of("sql"), "later")).passport is not None
    assert [each.address.checkpoint_id for each in seen(fleet(later, WEST)).there] == [
        id_of("sql", "joint"),
        id_of("web", "joint"),
    ]


def test_the_newest_comes_first() -> None:
    away = (RecordedPart(CheckpointAddress("north", "its-vm", "its-checkpoint"), "app", "north", None),)
    older = GroupRecord("g0", "old", EAST.taken_at_utc - timedelta(900), away, 1)
    newer = GroupRecord("g2", "new", EAST.taken_at_utc + timedelta(900), away, 1)
    assert list(group_checkpoints(BOTH, [older, newer, RECORD])) == ["g2", "g1", "g0"]


def test_it_was_taken_when_its_first_checkpoint_says_so() -> None:
    """The record has the time of the reading before, which may be older on a host where nothing happens."""
    late = replace(RECORD, at_utc=EAST.taken_at_utc - timedelta(9))
    first = min(each.checkpoint.created_utc for each in seen(BOTH).there if each.checkpoint is not None)
    assert seen(BOTH, late).at_utc == first


def test_only_group_checkpoints_of_changed_vms_are_looked_at_anew_and_all_is_as_if_anew() -> None:
    draw = random.Random(11)
    marks = [GroupMark(f"g{number}", 3) for number in range(5)]
    states = {name: lab(name, sql="base(joint*)", web="base*", db="joint*") for name in ("a", "b", "c")}
    records = (
        RecordedPart(CheckpointAddress("a", vm_named(states["a"], "web").id, "gone"), "web", "a", None),
    )
    known = (GroupRecord("g9", "old", EAST.taken_at_utc, records, 2), RECORD)
    before = fleet(*states.values())
    seen = group_checkpoints(before, known)
    for _ in range(200):
        name = draw.choice(list(states))
        vm = draw.choice([vm for vm in states[name].vms.values() if vm.checkpoints])
        drawn = CheckpointRef(vm.id, draw.choice(vm.checkpoints).id)
        note = draw.choice(["", *(Passport(group=mark).line for mark in marks)])
        states[name] = SetNotes((CheckpointNotes(drawn, note),)).on(states[name])
        if draw.random() < 0.1:
            states[name] = (
                without(states[name], vm.id) if len(states[name].vms) > 1 else lab(name, sql="base*")
            )
        after = fleet(*(each for each in states.values() if draw.random() < 0.95))
        now = group_checkpoints(after, known, former=SeenBefore(before, seen))
        assert dict(now) == dict(group_checkpoints(after, known))
        before, seen = after, now


def test_a_group_checkpoint_of_which_nothing_has_changed_stays_the_same_object() -> None:
    other = marked(lab("east", sql="base(joint*)", db="joint*"), "sql")
    note = CheckpointNotes(ref(other, "db", "joint"), Passport(group=GroupMark("g2", 1)).line)
    noted = SetNotes((note,)).on(other)
    before = fleet(noted, WEST)
    seen = group_checkpoints(before)
    changed = Rename(ref(noted, "db", "joint"), "another").on(noted)
    now = group_checkpoints(fleet(changed, WEST), former=SeenBefore(before, seen))
    assert now["g1"] is seen["g1"]
    assert now["g2"].name == "another"


def without(state: HostState, vm_id: str) -> HostState:
    return replace(state, vms=MappingProxyType({key: vm for key, vm in state.vms.items() if key != vm_id}))
