"""The changes between two readings: the right ones, in an order in which a tree can take them, and no more."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from hvtree.domain.changes import (
    CheckpointAdded,
    CheckpointChanged,
    CheckpointMoved,
    CheckpointRemoved,
    NowMoved,
    VmAdded,
    VmChanged,
    VmMoved,
    VmRemoved,
)
from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.diff import diff
from hvtree.domain.edits import Delete, Power, Rename, SetPower
from hvtree.domain.model import HostState, VirtualMachine, VmState
from tests.support.rows import patch, rows_of
from tests.support.trees import EPOCH, READ_AT, id_of, lab, ref, vm, vm_named


def kinds(changes: Iterable[object]) -> list[str]:
    return [type(change).__name__ for change in changes]


def test_nothing_changed_gives_no_changes() -> None:
    state = lab(web="base(p1*)", db="x*")

    assert diff(state, state) == ()
    assert diff(state, lab(web="base(p1*)", db="x*")) == ()


def test_a_first_reading_adds_whole_vms() -> None:
    state = lab(web="base(p1*)", db="x*")
    web, db = state.vms.values()

    assert diff(None, state) == (VmAdded(web, 0, None), VmAdded(db, 1, web.id))


def test_a_new_checkpoint_comes_behind_its_older_sibling_and_now_moves_onto_it() -> None:
    old, new = lab(web="base(p1*)"), lab(web="base(p1 p2*)")
    before, web = vm_named(old, "web"), vm_named(new, "web")
    p2 = web.checkpoints[-1]

    assert diff(old, new) == (
        VmChanged(before, web),
        CheckpointAdded(p2, id_of("web", "base"), 1, id_of("web", "p1")),
        NowMoved(web.id, p2.id),
    )


def test_children_leave_before_their_parent_goes() -> None:
    old = lab(web="base(p1(p2 p3*))")
    new = Delete((ref(old, "web", "p1"),)).on(old)

    assert kinds(diff(old, new)) == [
        "VmChanged",
        "CheckpointMoved",
        "CheckpointMoved",
        "CheckpointChanged",
        "CheckpointChanged",
        "CheckpointRemoved",
    ]


def test_a_branch_goes_from_its_leaves_up() -> None:
    old, new = lab(web="base*(p1(p2(p3)))"), lab(web="base*")

    gone = [each.checkpoint_id for each in diff(old, new) if isinstance(each, CheckpointRemoved)]

    assert gone == [id_of("web", "p3"), id_of("web", "p2"), id_of("web", "p1")]


def test_two_checkpoints_that_change_places_are_moved_from_the_root_down() -> None:
    old, new = lab(web="a*(b)"), lab(web="b(a*)")

    changes = diff(old, new)

    assert patch(rows_of(old), changes) == rows_of(new)
    assert [each.checkpoint_id for each in changes if isinstance(each, CheckpointMoved)] == [
        id_of("web", "b"),
        id_of("web", "a"),
    ]


def test_a_renamed_checkpoint_is_a_change_of_one_row() -> None:
    old = lab(web="base(p1*)")
    new = Rename(ref(old, "web", "p1"), "fixed").on(old)

    changed = [each for each in diff(old, new) if isinstance(each, CheckpointChanged)]

    assert [(each.old.name, each.new.name) for each in changed] == [("p1", "fixed")]


def test_a_vm_that_starts_is_a_change_of_the_vm_alone() -> None:
    old = lab(web="base(p1*)", db="x*")
    new = SetPower((id_of("web"),), Power.START).on(old)

    assert kinds(diff(old, new)) == ["VmChanged"]


def test_vms_come_go_and_move_with_as_few_moves_as_can_be() -> None:
    a, b, c, d, e = (vm("", name) for name in "abcde")
    old, new = HostState.of("h", READ_AT, (a, b, c, d)), HostState.of("h", READ_AT, (d, a, e, c))

    assert diff(old, new) == (
        VmMoved(d.id, 0, None),
        VmAdded(e, 2, a.id),
        VmRemoved(b.id),
    )


def test_removing_the_first_of_a_thousand_siblings_moves_none_of_the_others() -> None:
    leaves = " ".join(f"leaf{number}" for number in range(1000))
    old = lab(web=f"base*({leaves})")
    new = Delete((ref(old, "web", "leaf0"),)).on(old)

    assert kinds(diff(old, new)) == ["VmChanged", "CheckpointRemoved"]


def test_a_thousand_levels_are_no_trouble() -> None:
    old = lab(web="base" + "".join(f"(p{number}" for number in range(1000)) + ")" * 1000)
    new = Delete((ref(old, "web", "p0"),)).on(old)

    changes = diff(old, new)

    assert kinds(changes) == ["VmChanged", "CheckpointMoved", "CheckpointChanged", "CheckpointRemoved"]
    assert patch(rows_of(old), changes) == rows_of(new)
    assert patch(rows_of(old), diff(old, lab(web="other*"))) == rows_of(lab(web="other*"))


def test_vms_that_are_the_same_object_are_not_looked_into() -> None:
    class Untouchable(VirtualMachine):
        def __eq__(self, other: object) -> bool:
            raise AssertionError("compared")

        __hash__ = VirtualMachine.__hash__

        @property
        def by_id(self) -> Mapping[str, Checkpoint]:
            raise AssertionError("looked into")

    still = Untouchable("still", "still", VmState.OFF)
    old = HostState.of("h", READ_AT, (still, vm("", "web")))
    new = old.with_vms(vm("base*", "web"))

    assert kinds(diff(old, new)) == ["VmChanged", "CheckpointAdded", "NowMoved"]


@st.composite
def machines(draw: st.DrawFn, vm_id: str) -> VirtualMachine:
    """Any forest over some of ten checkpoints, in any order of creation."""
    chosen = draw(st.lists(st.integers(0, 9), unique=True, max_size=10))
    parents: dict[int, int | None] = {}
    for place, number in enumerate(chosen):
        parents[number] = draw(st.sampled_from([None, *chosen[:place]]))
    checkpoints = tuple(
        Checkpoint(
            id=f"{number}",
            vm_id=vm_id,
            parent_id=None if parent is None else f"{parent}",
            name=draw(st.sampled_from(["x", "y"])),
            created_utc=EPOCH + timedelta(minutes=draw(st.integers(0, 2))),
        )
        for number, parent in parents.items()
    )
    now = draw(st.sampled_from([None, *(each.id for each in checkpoints)]))
    return VirtualMachine(vm_id, f"vm {vm_id}", draw(st.sampled_from(VmState)), now, checkpoints)


@st.composite
def hosts(draw: st.DrawFn) -> HostState:
    ids = draw(st.lists(st.sampled_from(["a", "b", "c", "d"]), unique=True))
    return HostState.of("host", READ_AT, [draw(machines(each)) for each in ids])


@given(hosts(), hosts())
@settings(max_examples=300, deadline=None)
def test_diff_then_patch_gives_the_new_tree(old: HostState, new: HostState) -> None:
    assert patch(rows_of(old), diff(old, new)) == rows_of(new)


@given(hosts(), hosts())
@settings(max_examples=100, deadline=None)
def test_positions_are_those_in_the_new_tree(old: HostState, new: HostState) -> None:
    rows = rows_of(new)
    for change in diff(old, new):
        match change:
            case VmAdded(vm=machine, position=position):
                assert rows.vm_ids[position] == machine.id
            case VmMoved(vm_id=vm_id, position=position):
                assert rows.vm_ids[position] == vm_id
            case CheckpointAdded(checkpoint=checkpoint, parent_id=parent_id, position=position):
                assert rows.branches[checkpoint.vm_id].children[parent_id][position] == checkpoint.id
            case CheckpointMoved(vm_id=vm_id, checkpoint_id=each, parent_id=parent_id, position=position):
                assert rows.branches[vm_id].children[parent_id][position] == each
            case _:
                pass


@given(hosts())
@settings(max_examples=50, deadline=None)
def test_equal_states_of_other_objects_give_no_changes(state: HostState) -> None:
    copy = HostState.of(state.host, state.taken_at_utc, [replace(each) for each in state.vms.values()])

    assert diff(state, copy) == ()
