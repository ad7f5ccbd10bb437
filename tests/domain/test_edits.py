"""What edits are predicted to lead to, in the tree."""

import pytest

from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.edits import (
    Apply,
    Create,
    Delete,
    DeleteSubtree,
    Edit,
    Export,
    Power,
    Rename,
    SetPower,
)
from hvtree.domain.model import CheckpointType, HostState, VmState
from hvtree.domain.predictions import is_placeholder
from hvtree.values import replace
from tests.support.trees import GB, id_of, lab, ref, shape, vm, vm_named

WEB = (id_of("web"),)


def after(edit: Edit, state: HostState) -> str:
    return shape(vm_named(edit.on(state), "web"))


def deleting(tree: str, *names: str) -> str:
    state = lab(web=tree)
    return after(Delete(tuple(ref(state, "web", name) for name in names)), state)


def test_a_new_checkpoint_hangs_below_the_one_on_which_the_vm_stands() -> None:
    assert after(Create(WEB, "new"), lab(web="base(p1* p2)")) == "base(p1(new*) p2)"


def test_the_first_checkpoint_is_a_root() -> None:
    assert after(Create(WEB, "new"), lab(web="")) == "new*"


def test_a_new_checkpoint_of_a_vm_without_a_now_among_others_is_another_root() -> None:
    assert after(Create(WEB, "new"), lab(web="a b")) == "a b new*"


def test_several_vms_get_a_checkpoint_of_one_name_each_with_its_own_placeholder() -> None:
    state = Create((id_of("web"), id_of("db")), "both").on(lab(web="base*", db=""))

    assert [shape(each) for each in state.vms.values()] == ["base(both*)", "both*"]
    new = [each.id for each in state.all_checkpoints() if is_placeholder(each.id)]
    assert len(set(new)) == 2


def test_two_new_checkpoints_of_one_vm_follow_each_other() -> None:
    assert after(Create(WEB, "b"), Create(WEB, "a").on(lab(web="base*"))) == "base(a(b*))"


@pytest.mark.parametrize(
    ("state", "kind", "has_memory"),
    [
        (VmState.OFF, CheckpointType.STANDARD, False),
        (VmState.SAVED, CheckpointType.STANDARD, True),
        (VmState.SAVED, CheckpointType.PRODUCTION, True),
        (VmState.RUNNING, CheckpointType.STANDARD, True),
        (VmState.PAUSED, CheckpointType.STANDARD, True),
        (VmState.PAUSED, CheckpointType.PRODUCTION, True),
        (VmState.RUNNING, CheckpointType.PRODUCTION, False),
        (VmState.RUNNING, CheckpointType.PRODUCTION_ONLY, False),
        (VmState.RUNNING, CheckpointType.UNKNOWN, False),
    ],
)
def test_a_new_checkpoint_has_memory_if_the_vm_has_one_and_it_is_standard(
    state: VmState, kind: CheckpointType, has_memory: bool
) -> None:
    before = lab(web=vm("", "web", state=state, checkpoint_type=kind, memory_startup_bytes=GB))

    (new,) = Create(WEB, "new").on(before).vms[WEB[0]].checkpoints

    assert new.has_memory is has_memory
    assert new.size_bytes == new.state_bytes == (GB if has_memory else 0)


def test_taking_a_checkpoint_does_not_change_the_state_of_the_vm() -> None:
    before = lab(web=vm("", "web", state=VmState.RUNNING))

    assert Create(WEB, "new").on(before).vms[WEB[0]].state is VmState.RUNNING


def test_renaming_changes_the_name_alone() -> None:
    state = lab(web="base(p1*)")
    renamed = Rename(ref(state, "web", "p1"), "fixed").on(state)

    assert shape(vm_named(renamed, "web")) == "base(fixed*)"
    assert renamed.checkpoint(ref(state, "web", "p1")) == replace(
        state.checkpoint(ref(state, "web", "p1")), name="fixed"
    )


def test_applying_moves_now_and_leaves_all_checkpoints() -> None:
    state = lab(web="base(p1 p2*)")

    assert after(Apply((ref(state, "web", "p1"),)), state) == "base(p1* p2)"


def test_applying_takes_each_vm_to_its_own_checkpoint() -> None:
    state = lab(web="base(p1 p2*)", db=vm("x~(y*)", "db", state=VmState.RUNNING), other="z*")

    after = Apply((ref(state, "web", "p1"), ref(state, "db", "x"))).on(state)

    assert [shape(vm_named(after, name)) for name in ("web", "db", "other")] == [
        "base(p1* p2)",
        "x*(y)",
        "z*",
    ]
    assert vm_named(after, "db").state is VmState.SAVED
    assert vm_named(after, "other") is vm_named(state, "other")


@pytest.mark.parametrize(("tree", "state"), [("base(p1~ p2*)", VmState.SAVED), ("base(p1 p2*)", VmState.OFF)])
def test_applying_leaves_the_vm_saved_with_memory_and_off_without(tree: str, state: VmState) -> None:
    before = lab(web=vm(tree, "web", state=VmState.RUNNING))

    web = Apply((ref(before, "web", "p1"),)).on(before).vms[WEB[0]]

    assert (web.state, web.memory_bytes) == (state, 0)


def test_exporting_changes_nothing() -> None:
    state = lab(web="base*")

    assert Export(ref(state, "web", "base"), "D:\\Exports").on(state) is state


def test_deleting_an_inner_checkpoint_moves_its_children_up() -> None:
    assert deleting("base(p1(p2 p3*))", "p1") == "base(p2 p3*)"


def test_deleting_a_root_with_several_children_makes_them_roots() -> None:
    assert deleting("base(p1 p2*)", "base") == "p1 p2*"


def test_deleting_a_leaf_moves_nothing() -> None:
    assert deleting("base(p1 p2*)", "p1") == "base(p2*)"


def test_deleting_the_checkpoint_on_which_the_vm_stands_moves_now_up() -> None:
    assert deleting("base(p1(p2*))", "p2") == "base(p1*)"


def test_deleting_the_only_checkpoint_leaves_now_without_a_parent() -> None:
    state = lab(web="base*")
    web = Delete((ref(state, "web", "base"),)).on(state).vms[WEB[0]]

    assert (web.checkpoints, web.now_id) == ((), None)


def test_deleting_an_ancestor_with_its_descendants_moves_the_rest_up_all_the_way() -> None:
    assert deleting("base(p1(p2(p3(p4*))))", "p1", "p2", "p3") == "base(p4*)"
    assert deleting("base(p1(p2(p3(p4*))))", "p3", "base", "p2", "p1") == "p4*"


def test_deleting_in_any_order_gives_the_same() -> None:
    tree = "base(p1(p2 p3(p4*)) p5)"

    assert deleting(tree, "p1", "p3", "base") == deleting(tree, "base", "p3", "p1") == "p2 p4* p5"


def test_deleting_a_subtree_takes_everything_below() -> None:
    state = lab(web="base(p1(p2 p3) p4*)")

    assert after(DeleteSubtree(ref(state, "web", "p1")), state) == "base(p4*)"


def test_deleting_a_subtree_with_now_in_it_moves_now_above_it() -> None:
    state = lab(web="base(p1(p2(p3*)))")

    assert after(DeleteSubtree(ref(state, "web", "p1")), state) == "base*"


def test_deleting_works_on_several_vms_at_once() -> None:
    state = lab(web="base(p1*)", db="x(y*)")
    after_it = Delete((ref(state, "web", "p1"), ref(state, "db", "x"))).on(state)

    assert [shape(each) for each in after_it.vms.values()] == ["base*", "y*"]


@pytest.mark.parametrize(
    ("power", "before", "now"),
    [
        (Power.START, VmState.OFF, VmState.RUNNING),
        (Power.START, VmState.SAVED, VmState.RUNNING),
        (Power.START, VmState.RUNNING, VmState.RUNNING),
        (Power.SAVE, VmState.RUNNING, VmState.SAVED),
        (Power.SAVE, VmState.PAUSED, VmState.SAVED),
        (Power.SAVE, VmState.OFF, VmState.OFF),
        (Power.PAUSE, VmState.RUNNING, VmState.PAUSED),
        (Power.RESUME, VmState.PAUSED, VmState.RUNNING),
        (Power.TURN_OFF, VmState.RUNNING, VmState.OFF),
        (Power.TURN_OFF, VmState.PAUSED, VmState.OFF),
    ],
)
def test_power_leads_where_the_cmdlet_leads(power: Power, before: VmState, now: VmState) -> None:
    state = lab(web=vm("", "web", state=before))

    assert SetPower(WEB, power).on(state).vms[WEB[0]].state is now


def test_only_vms_that_are_not_where_they_should_be_still_need_power() -> None:
    states = {"a": VmState.SAVED, "b": VmState.RUNNING, "c": VmState.OFF, "d": VmState.PAUSED}
    present = lab(**{name: vm("", name, state=state) for name, state in states.items()})
    goal = lab(
        a=vm("", "a", state=VmState.RUNNING),
        b=vm("", "b", state=VmState.RUNNING),
        c=vm("", "c", state=VmState.OFF),
        d=vm("", "d", state=VmState.RUNNING),
    )
    everyone = tuple(map(id_of, "abcd"))

    assert SetPower(everyone, Power.START).still_needed(present, goal) == SetPower((id_of("a"),), Power.START)
    assert SetPower((id_of("b"),), Power.START).still_needed(present, goal) is None


def test_an_id_that_is_gone_is_a_key_error() -> None:
    state = lab(web="base*")
    gone = CheckpointRef(WEB[0], "gone")

    for edit in (
        Apply((gone,)),
        Rename(gone, "x"),
        Delete((gone,)),
        DeleteSubtree(gone),
        Export(gone, "D:\\"),
    ):
        with pytest.raises(KeyError):
            edit.on(state)


def test_other_vms_stay_the_same_objects() -> None:
    state = lab(web="base*", db="x*")

    assert Create(WEB, "new").on(state).vms[id_of("db")] is state.vms[id_of("db")]


def test_a_thousand_levels_and_a_thousand_siblings_can_be_deleted() -> None:
    deep = "base" + "".join(f"(p{number}" for number in range(1000)) + "*" + ")" * 1000
    wide = "base*(" + " ".join(f"p{number}" for number in range(1000)) + ")"
    every_second = [f"p{number}" for number in range(0, 1000, 2)]

    for tree in (deep, wide):
        state = lab(web=tree)
        left = Delete(tuple(ref(state, "web", each) for each in every_second)).on(state)
        assert len(left.vms[WEB[0]].checkpoints) == 501
        assert after(DeleteSubtree(ref(state, "web", "base")), state) == ""
