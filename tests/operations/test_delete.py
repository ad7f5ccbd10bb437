"""Deleting checkpoints, alone and with everything below."""

from hypothesis import given, settings
from hypothesis import strategies as st

from hvtree.domain.address import CheckpointAddress
from hvtree.domain.edits import Delete
from hvtree.domain.model import HostState, VirtualMachine, VmState, Volume
from hvtree.operations.base import Plan, Risk
from hvtree.operations.delete import DeleteCheckpoints, DeleteCheckpointSubtree
from hvtree.values import replace
from tests.support.machines import machines
from tests.support.plans import (
    HOST,
    after,
    at,
    everything_on,
    expected_shapes,
    fleet,
    sentences,
    titles,
    vm_at,
)
from tests.support.trees import GB, READ_AT, lab, ref, vm, vm_named


def deleting(state: HostState, *names: str) -> Plan:
    return DeleteCheckpoints(tuple(at(state, "web", name) for name in names)).plan(fleet(state))


def test_an_inner_checkpoint_is_told_with_its_merge() -> None:
    state = lab(web=vm("base(p1~(p2*) p3)", "web", state=VmState.RUNNING))
    plan = deleting(state, "p1")

    assert (plan.title, plan.button) == ("Delete checkpoint ‘p1’ on VM ‘web’", "Delete checkpoint")
    assert (plan.risk, expected_shapes(plan)) == (Risk.FORGETS, ["base(p2* p3)"])
    assert sentences(plan) == (
        "The state kept in checkpoint ‘p1’ is gone for good and cannot be applied or exported any more.",
        "VM ‘web’ keeps everything it holds now and goes on running.",
        "Checkpoint ‘p2’ moves up and stands below checkpoint ‘base’.",
        (
            "On volume D: 1 file with 1 GB is merged into its parent file. "
            "Meanwhile up to 1 GB more are needed; 500 GB are free."
        ),
        "It frees 2 GB at once, and between 0 bytes and 1 GB when the merging has ended.",
        "Merging goes on in the background on the host; it does not need HVTree.",
    )


def test_a_file_that_others_depend_on_is_said_to_free_nothing() -> None:
    state = lab(web="base(p1 p2*)")
    web = vm_named(state, "web")
    no_state = tuple(replace(each, state_bytes=0) for each in web.checkpoints)

    plan = deleting(state.with_vms(replace(web, checkpoints=no_state)), "base")

    assert sentences(plan)[1:] == (
        "VM ‘web’ keeps everything it holds now.",
        "Checkpoints ‘p1’ and ‘p2’ move up and stand at the top of the tree.",
        "File web.vhdx (10 GB) stays on disk as long as 2 files depend on it.",
        "It frees 0 bytes at once, because other files still depend on what it holds.",
    )


def test_a_merge_is_said_to_free_nothing_before_its_end() -> None:
    state = lab(web="base*")
    web = vm_named(state, "web")
    state = state.with_vms(replace(web, checkpoints=(replace(web.checkpoints[0], state_bytes=0),)))

    assert (
        "It frees 0 bytes at once, because the data has to be merged first, "
        "and between 0 bytes and 1 GB when the merging has ended."
    ) in sentences(deleting(state, "base"))


def test_a_volume_without_room_for_the_merge_is_a_warning() -> None:
    state = lab(web="base*")
    tight = HostState.of("vhost", READ_AT, state.vms.values(), [Volume("D:", 100 * GB, GB // 2)])

    assert (
        "That is more than volume D: has free. If it fills up, all VMs with files on it stop: free space first."
    ) in sentences(deleting(tight, "base"))


def _with_file(vm: VirtualMachine, name: str, new: str) -> VirtualMachine:
    """Return a VM one of whose disk files is called otherwise."""
    files = tuple(
        replace(
            each,
            path=each.path.replace(name, new),
            parent_path=each.parent_path and each.parent_path.replace(name, new),
        )
        for each in vm.files
    )
    checkpoints = tuple(
        replace(each, drives=tuple(path.replace(name, new) for path in each.drives))
        for each in vm.checkpoints
    )
    return replace(vm, files=files, checkpoints=checkpoints)


def test_a_file_cannot_put_a_line_of_its_own_into_a_plan() -> None:
    state = lab(web="base(p1 p2*)")
    web = vm_named(state, "web")
    said = sentences(deleting(state.with_vms(_with_file(web, "web.vhdx", "web\nRisk: none.vhdx")), "base"))

    assert "File web\ufffdRisk: none.vhdx (10 GB) stays on disk as long as 2 files depend on it." in said
    assert not [each for each in said if "\n" in each]


def test_now_moving_up_is_told() -> None:
    state = lab(web="base(p1*)")

    assert "Now moves up and stands below checkpoint ‘base’." in sentences(deleting(state, "p1"))
    assert "Now moves up and stands at the top of the tree." in sentences(deleting(state, "p1", "base"))


def test_several_checkpoints_of_several_vms_are_one_step_deepest_first() -> None:
    state = lab(web="base(p1(p2 p3*))", db="x*")
    chosen = [("web", "base"), ("web", "p2"), ("db", "x"), ("web", "p1"), ("web", "base")]
    plan = DeleteCheckpoints(tuple(at(state, *each) for each in chosen)).plan(fleet(state))

    assert (titles(plan), plan.button) == (
        ["Delete 4 checkpoints on VMs ‘web’ and ‘db’"],
        "Delete 4 checkpoints",
    )
    edit = plan.steps[0].edit
    assert isinstance(edit, Delete)
    assert edit.refs == (
        ref(state, "web", "p2"),
        ref(state, "web", "p1"),
        ref(state, "web", "base"),
        ref(state, "db", "x"),
    )
    assert plan.vms == (vm_at("web"), vm_at("db"))
    assert expected_shapes(plan) == ["p3*", ""]


def test_a_subtree_says_how_many_go_with_it() -> None:
    state = lab(web="base(p1(p2(p3*)))")
    plan = DeleteCheckpointSubtree(at(state, "web", "p1")).plan(fleet(state))

    assert plan.title == "Delete checkpoint ‘p1’ on VM ‘web’ with the 2 checkpoints below it"
    assert (plan.button, expected_shapes(plan)) == ("Delete 3 checkpoints", ["base*"])
    assert sentences(plan)[:3] == (
        "The state kept in checkpoints ‘p1’, ‘p2’ and ‘p3’ is gone for good and cannot be applied or exported any more.",
        "VM ‘web’ keeps everything it holds now.",
        "Now moves up and stands below checkpoint ‘base’.",
    )


def test_a_subtree_of_one_is_a_plain_deletion() -> None:
    state = lab(web="base(p1 p2*)")
    plan = DeleteCheckpointSubtree(at(state, "web", "p1")).plan(fleet(state))

    assert (plan.title, plan.button) == ("Delete checkpoint ‘p1’ on VM ‘web’", "Delete checkpoint")


def test_many_names_are_counted_instead_of_listed() -> None:
    names = [f"p{number}" for number in range(6)]
    state = lab(web="base*(" + " ".join(names) + ")")

    assert sentences(deleting(state, *names))[0] == (
        "The state kept in checkpoints ‘p0’, ‘p1’, ‘p2’ and 3 more is gone for good "
        "and cannot be applied or exported any more."
    )


def test_a_thousand_checkpoints_deep_or_wide_are_planned() -> None:
    deep = "base" + "".join(f"(p{number}" for number in range(1000)) + "*" + ")" * 1000
    wide = "base*(" + " ".join(f"p{number}" for number in range(1000)) + ")"

    for tree in (deep, wide):
        state = lab(web=tree)
        plan = DeleteCheckpointSubtree(at(state, "web", "base")).plan(fleet(state))
        assert (plan.button, expected_shapes(plan)) == ("Delete 1,001 checkpoints", [""])
        everything = everything_on(state)
        assert expected_shapes(DeleteCheckpoints(everything).plan(fleet(state))) == [""]


@given(machines("a"), st.data())
@settings(max_examples=100, deadline=None)
def test_a_deletion_never_loses_a_survivor(machine: VirtualMachine, data: st.DataObject) -> None:
    machine = replace(machine, state=VmState.OFF)
    if not machine.checkpoints:
        return
    doomed = data.draw(st.sets(st.sampled_from([each.id for each in machine.checkpoints]), min_size=1))
    plan = DeleteCheckpoints(tuple(CheckpointAddress(HOST, "a", each) for each in doomed)).plan(
        fleet(lab().with_vms(machine))
    )

    left = after(plan).vms["a"]
    assert set(left.by_id) == set(machine.by_id) - doomed
    for each in left.checkpoints:
        ancestors = [node for node in machine.tree.path(each.id)[:-1] if node not in doomed]
        assert each.parent_id == (ancestors[-1] if ancestors else None)
