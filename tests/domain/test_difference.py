"""The one comparison of two states: it finds everything that is different, and says nothing of what is not."""

from datetime import timedelta

from hypothesis import given, settings

from hvtree.domain.difference import VmDifference, compare, compare_vms
from hvtree.domain.edits import Apply, Create, Delete, DeleteSubtree, Rename
from hvtree.domain.model import Activity, HostState, VirtualMachine, VmState
from hvtree.values import replace
from tests.support.machines import hosts
from tests.support.trees import READ_AT, lab, ref, vm, vm_named


def of_web(before: HostState, after: HostState) -> VmDifference:
    found = compare_vms(vm_named(before, "web"), vm_named(after, "web"))
    assert found is not None
    return found


def names(difference: VmDifference) -> dict[str, list[str]]:
    return {
        "added": [each.name for each in difference.added],
        "removed": [each.name for each in difference.removed],
        "moved": [each.after.name for each in difference.changed if each.is_moved],
        "renamed": [each.after.name for each in difference.changed if each.is_renamed],
    }


def test_equal_states_do_not_differ() -> None:
    assert list(compare(lab(web="base(p1*)", db="x*"), lab(web="base(p1*)", db="x*"))) == []


def test_a_new_checkpoint_is_added_and_now_moves_onto_it() -> None:
    difference = of_web(lab(web="base(p1*)"), lab(web="base(p1 p2*)"))

    assert names(difference) == {"added": ["p2"], "removed": [], "moved": [], "renamed": []}
    assert difference.is_now_moved


def test_children_of_a_deleted_checkpoint_have_moved_up() -> None:
    before = lab(web="base(p1(p2 p3*))")
    after = Delete((ref(before, "web", "p1"),)).on(before)

    difference = of_web(before, after)

    assert names(difference) == {"added": [], "removed": ["p1"], "moved": ["p2", "p3"], "renamed": []}
    assert not difference.is_now_moved


def test_children_of_a_deleted_root_have_moved_up() -> None:
    before = lab(web="base*(p1)")
    after = Delete((ref(before, "web", "base"),)).on(before)

    difference = of_web(before, after)

    assert names(difference)["moved"] == ["p1"]
    assert difference.is_now_moved


def test_a_checkpoint_that_was_only_predicted_is_found_by_name_and_parent() -> None:
    before = lab(web="base(p1*)")
    expected = Create((vm_named(before, "web").id,), "new").on(before)
    web = vm_named(expected, "web")
    real = replace(web.checkpoints[-1], id="real", created_utc=READ_AT + timedelta(seconds=3))
    actual = expected.with_vms(replace(web, checkpoints=(*web.checkpoints[:-1], real), now_id="real"))

    difference = of_web(expected, actual)

    assert names(difference) == {"added": [], "removed": [], "moved": [], "renamed": []}
    assert not difference.is_now_moved
    assert not difference.is_substantial


def test_what_changes_by_itself_is_different_and_not_substantial() -> None:
    before = lab(web="base*")
    web = vm_named(before, "web")
    busy = replace(
        web,
        activity=Activity.MERGING,
        percent=40,
        files=(),
        checkpoints=(replace(web.checkpoints[0], size_bytes=9),),
    )

    difference = of_web(before, before.with_vms(busy))

    assert difference.has_other_rows
    assert not difference.is_substantial


def test_a_state_a_name_a_now_and_a_vm_that_is_gone_are_substantial() -> None:
    before = lab(web="base(p1*)")
    after = (
        lab(web=vm("base(p1*)", "web", state=VmState.RUNNING)),
        Rename(ref(before, "web", "p1"), "other").on(before),
        Apply((ref(before, "web", "base"),)).on(before),
        DeleteSubtree(ref(before, "web", "p1")).on(before),
        lab(),
    )

    for each in after:
        assert all(difference.is_substantial for difference in compare(before, each))
        assert list(compare(before, each))


def test_only_the_vms_that_are_asked_about_are_compared() -> None:
    before, after = lab(web="base*", db="x*"), lab(web="base*", db="y*")

    assert list(compare(before, after, [vm_named(before, "web").id])) == []


def test_vms_that_are_the_same_object_are_not_looked_into() -> None:
    class Untouchable(VirtualMachine, frozen=True):
        def __eq__(self, other: object) -> bool:
            raise AssertionError("compared")

        __hash__ = VirtualMachine.__hash__

    still = Untouchable("still", "still", VmState.OFF)
    before = HostState.of("h", READ_AT, (still, vm("", "web")))

    (difference,) = compare(before, before.with_vms(vm("base*", "web")))

    assert names(difference)["added"] == ["base"]


def test_a_chain_of_a_thousand_is_no_trouble() -> None:
    before = lab(web="base" + "".join(f"(p{number}" for number in range(1000)) + ")" * 1000)
    after = Delete((ref(before, "web", "p0"),)).on(before)

    assert names(of_web(before, after)) == {"added": [], "removed": ["p0"], "moved": ["p1"], "renamed": []}


def rows(machine: VirtualMachine) -> dict[str, tuple[str | None, str]]:
    """Return what stands in the tree of a VM: parent and name of each checkpoint by id."""
    return {
        each.id: (each.parent_id if each.parent_id in machine.by_id else None, each.name)
        for each in machine.checkpoints
    }


def patched(difference: VmDifference) -> dict[str, tuple[str | None, str]]:
    """Return the rows before with nothing done to them but what the difference says."""
    assert difference.before is not None
    assert difference.after is not None
    found = rows(difference.before)
    now = rows(difference.after)
    for each in difference.removed:
        del found[each.id]
    for each in difference.added:
        found[each.id] = now[each.id]
    for changed in difference.changed:
        parent = now[changed.after.id][0] if changed.is_moved else found[changed.before.id][0]
        found[changed.after.id] = (parent, changed.after.name)
    return found


@given(hosts(), hosts())
@settings(max_examples=150, deadline=None)
def test_the_differences_lead_from_one_state_to_the_other(before: HostState, after: HostState) -> None:
    told = {}
    for difference in compare(before, after):
        one = difference.before or difference.after
        assert one is not None
        told[one.id] = difference
    for vm_id in {*before.vms, *after.vms}:
        old, new = before.vms.get(vm_id), after.vms.get(vm_id)
        if vm_id not in told:
            assert old == new
        elif old is not None and new is not None:
            assert patched(told[vm_id]) == rows(new)
            assert told[vm_id].is_now_moved == (old.now_id != new.now_id)


@given(hosts())
@settings(max_examples=50, deadline=None)
def test_equal_states_of_other_objects_do_not_differ(state: HostState) -> None:
    copy = HostState.of(state.host, state.taken_at_utc, [replace(each) for each in state.vms.values()])

    assert list(compare(state, copy)) == []
