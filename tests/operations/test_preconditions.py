"""What is refused before anything is touched, and in which words."""

import pytest

from hvtree.domain.address import CheckpointAddress, VmAddress
from hvtree.domain.checkpoint import CheckpointKind
from hvtree.domain.model import Activity, CheckpointType, HostState, VmState
from hvtree.operations.apply import ApplyCheckpoint, RevertVm
from hvtree.operations.base import Operation, touched
from hvtree.operations.create import CreateCheckpoint
from hvtree.operations.delete import DeleteCheckpoints, DeleteCheckpointSubtree
from hvtree.operations.export import ExportCheckpoint
from hvtree.operations.group import CheckpointGroup
from hvtree.operations.rename import RenameCheckpoint
from hvtree.values import replace
from tests.support.plans import HOST, at, fleet, refusal, vm_at
from tests.support.trees import id_of, lab, vm

WEB = vm_at("web")
P1 = CheckpointAddress(HOST, WEB.vm_id, id_of("web", "p1"))


def all_operations(where: CheckpointAddress = P1) -> dict[str, Operation]:
    return {
        "create": CreateCheckpoint((where.vm,), "new"),
        "group": CheckpointGroup((where.vm,), "new"),
        "rename": RenameCheckpoint(where, "new"),
        "apply": ApplyCheckpoint(where),
        "apply at once": ApplyCheckpoint(where, safety=False),
        "revert": RevertVm(where.vm),
        "export": ExportCheckpoint(where, "D:\\Exports"),
        "delete": DeleteCheckpoints((where,)),
        "delete subtree": DeleteCheckpointSubtree(where),
    }


def refused(state: HostState, where: CheckpointAddress = P1) -> set[str]:
    """Return the operations that cannot be planned."""
    verbs = set()
    for verb, operation in all_operations(where).items():
        try:
            operation.plan(fleet(state))
        except Exception:  # noqa: BLE001  (looked at one by one right here)
            refusal(operation, state)
            verbs.add(verb)
    return verbs


ALL = set(all_operations())


def test_on_a_quiet_vm_everything_can_be_planned() -> None:
    assert refused(lab(web="base(p1*)")) == set()


@pytest.mark.parametrize("verb", all_operations())
def test_what_can_be_planned_is_said_to_touch_what_its_plan_touches(verb: str) -> None:
    both = fleet(lab(web="base(p1*)", db="x*"))
    operation = all_operations()[verb]
    assert touched(operation, both) == operation.plan(both).vms


def test_several_are_said_to_be_touched_in_the_order_of_their_plan() -> None:
    state = lab(web="base(p1*)", db="x(y*)")
    both = (vm_at("db"), WEB)
    chosen = (at(state, "db", "y"), P1, at(state, "db", "x"), P1)
    for operation in (CreateCheckpoint(both), CheckpointGroup(both), DeleteCheckpoints(chosen)):
        assert touched(operation, fleet(state)) == operation.plan(fleet(state)).vms == both


@pytest.mark.parametrize("activity", [each for each in Activity if each is not Activity.MERGING])
def test_a_busy_vm_is_left_alone(activity: Activity) -> None:
    assert refused(lab(web=vm("base(p1*)", "web", activity=activity))) == ALL


def test_while_disks_merge_only_a_name_can_be_changed() -> None:
    state = lab(web=vm("base(p1*)", "web", activity=Activity.MERGING, percent=40))

    assert refused(state) == ALL - {"rename"}
    assert refusal(DeleteCheckpoints((P1,)), state) == (
        "Checkpoint ‘p1’ on VM ‘web’ cannot be deleted now. VM ‘web’ is merging disks (40 %). "
        "Wait until that has ended."
    )


@pytest.mark.parametrize("state", [each for each in VmState if not each.is_settled])
def test_a_vm_on_its_way_or_in_trouble_is_left_alone(state: VmState) -> None:
    assert refused(lab(web=vm("base(p1*)", "web", state=state))) == ALL


@pytest.mark.parametrize("state", [VmState.RUNNING, VmState.OFF, VmState.SAVED, VmState.PAUSED])
def test_in_a_settled_state_everything_can_be_planned(state: VmState) -> None:
    assert refused(lab(web=vm("base(p1*)", "web", state=state))) == set()


def test_a_critical_vm_is_said_to_lack_storage() -> None:
    state = lab(web=vm("base(p1*)", "web", state=VmState.PAUSED_CRITICAL))

    assert refusal(CreateCheckpoint((WEB,)), state) == (
        "No checkpoint can be taken of VM ‘web’ now. VM ‘web’ is in the state Paused (critical). "
        "It lost its storage, or the volume is full. "
        "Bring the storage back or free space on it; then resume the VM."
    )


def test_with_checkpoints_disabled_none_is_taken_and_the_rest_goes_on() -> None:
    state = lab(web=vm("base(p1*)", "web", checkpoint_type=CheckpointType.DISABLED))

    assert refused(state) == {"create", "group", "apply", "revert"}
    assert refusal(CreateCheckpoint((WEB,)), state) == (
        "No checkpoint can be taken of VM ‘web’ now. Checkpoints are disabled for VM ‘web’. "
        "Enable checkpoints in the settings of the VM."
    )


def full(count: int = 50) -> str:
    return "p1*(" + " ".join(f"c{number}" for number in range(count - 1)) + ")"


def test_the_51st_checkpoint_is_refused() -> None:
    assert refused(lab(web=full(49))) == set()
    assert refused(lab(web=full(50))) == {"create", "group", "apply", "revert"}
    assert refusal(CreateCheckpoint((WEB,)), lab(web=full())) == (
        "No checkpoint can be taken of VM ‘web’ now. "
        "VM ‘web’ has 50 checkpoints, and Hyper-V takes no more than 50. Delete a checkpoint first."
    )


def test_what_backups_took_does_not_count_towards_the_limit() -> None:
    assert refused(lab(web=full(49) + " backup:Recovery")) == set()


def test_applying_at_the_limit_offers_to_do_without_a_new_checkpoint() -> None:
    assert refusal(ApplyCheckpoint(P1), lab(web=full())).endswith(
        "Its present state cannot be kept in a checkpoint first. "
        "VM ‘web’ has 50 checkpoints, and Hyper-V takes no more than 50. Delete a checkpoint first. "
        "Or apply it without a new checkpoint; what the VM holds now is lost then."
    )


def test_a_replica_is_neither_checkpointed_nor_taken_back() -> None:
    state = lab(web=vm("base(p1*)", "web", is_replica=True))

    assert refused(state) == {"create", "group", "apply", "apply at once", "revert"}


@pytest.mark.parametrize(
    ("kind", "verbs"),
    [
        (CheckpointKind.RECOVERY, {"apply", "apply at once", "revert", "delete", "delete subtree"}),
        (CheckpointKind.PLANNED, ALL - {"create", "group"}),
        (CheckpointKind.MISSING, ALL - {"create", "group"}),
        (CheckpointKind.REPLICA, ALL - {"create", "group"}),
        (CheckpointKind.APP_CONSISTENT_REPLICA, ALL - {"create", "group"}),
        (CheckpointKind.SYNCED_REPLICA, ALL - {"create", "group"}),
    ],
)
def test_the_kind_of_a_checkpoint_decides_what_can_be_done_with_it(
    kind: CheckpointKind, verbs: set[str]
) -> None:  # fact 98
    assert refused(lab(web=f"base(p1:{kind}*)")) == verbs


def test_a_subtree_with_a_backups_checkpoint_in_it_stays() -> None:
    state = lab(web="base(p1(backup:Recovery) p2*)")

    assert refusal(DeleteCheckpointSubtree(at(state, "web", "base")), state) == (
        "Checkpoint ‘backup’ on VM ‘web’ cannot be deleted now. "
        "Checkpoint ‘backup’ was made by backup software (Recovery), which deletes it by itself. "
        "Let the backup finish. If it was left behind, end the backup's job or restart its service first. "
        "Delete the others of the subtree one by one."
    )


def test_a_subtree_of_a_vm_that_is_busy_has_no_others_to_delete() -> None:
    state = lab(web=vm("base(p1 p2*)", "web", activity=Activity.MERGING, percent=22))

    assert refusal(DeleteCheckpointSubtree(at(state, "web", "base")), state) == (
        "Checkpoint ‘base’ on VM ‘web’ cannot be deleted now. "
        "VM ‘web’ is merging disks (22 %). Wait until that has ended."
    )


def test_one_busy_vm_among_several_leaves_the_checkpoints_of_all() -> None:
    state = lab(web="a*", db=vm("b*", "db", activity=Activity.MERGING))
    both = DeleteCheckpoints((at(state, "web", "a"), at(state, "db", "b")))

    assert refusal(both, state).endswith("is merging disks. Wait until that has ended. Nothing is deleted.")


def test_a_checkpoint_that_is_gone_is_named_by_its_id() -> None:
    gone = CheckpointAddress(HOST, WEB.vm_id, "0000")

    assert refused(lab(web="base*"), gone) == ALL - {"create", "group", "revert"}
    assert refusal(DeleteCheckpoints((gone,)), lab(web="base*")) == (
        "The checkpoint with the id 0000 is not on VM ‘web’ any more. "
        "It was deleted since it was shown. Refresh the host."
    )


def test_a_vm_that_is_gone_is_refused_by_everything() -> None:
    assert refused(lab(db="x*")) == ALL
    assert refusal(RevertVm(VmAddress(HOST, "0000")), lab(db="x*")) == (
        "The VM with the id 0000 is not on the host ‘vhost’. "
        "It was deleted or moved to another host since it was shown. Refresh the host."
    )


def test_an_empty_selection_is_refused() -> None:
    state = lab(web="base*")

    assert (
        refusal(DeleteCheckpoints(()), state) == "No checkpoint is selected. Select one or more checkpoints."
    )
    assert refusal(CreateCheckpoint(()), state) == "No VM is selected. Select a VM."
    assert refusal(CheckpointGroup(()), state) == "No VM is selected. Select a VM."


@pytest.mark.parametrize("name", [" ", "x" * 101, "two\nlines"])
def test_a_name_that_cannot_be_is_refused_by_all_that_take_one(name: str) -> None:
    state = lab(web="base(p1*)")

    for operation in (
        CreateCheckpoint((WEB,), name),
        CheckpointGroup((WEB,), name),
        RenameCheckpoint(P1, name),
    ):
        assert "name" in refusal(operation, state)


def test_a_vm_without_checkpoints_cannot_be_reverted() -> None:
    assert refusal(RevertVm(WEB), lab(web="")) == (
        "VM ‘web’ cannot be reverted. It has no checkpoint. Take a checkpoint first."
    )
    assert refusal(RevertVm(WEB), lab(web="a b")) == (
        "VM ‘web’ cannot be reverted. The checkpoint on which it stood was deleted. "
        "Apply one of its checkpoints instead."
    )


def test_of_very_many_vms_a_refusal_names_the_first_and_counts_the_others() -> None:
    busy = {f"vm{number:03}": vm("a*", f"vm{number:03}", activity=Activity.BUSY) for number in range(100)}
    said = refusal(CheckpointGroup(tuple(vm_at(name) for name in busy)), lab(**busy))
    assert "100 of 100 VMs cannot take part." in said
    assert said.count("is busy") == 20
    assert "80 more cannot take part either. Or leave them out." in said


def test_several_vms_are_refused_by_naming_each_that_cannot_and_why() -> None:
    state = lab(
        web=vm("", "web", activity=Activity.MERGING, percent=40),
        db=vm("", "db", state=VmState.STARTING),
        dc=vm("", "dc"),
    )

    assert refusal(CheckpointGroup((WEB, vm_at("db"), vm_at("dc")), "x"), state) == (
        "The group of VMs ‘web’, ‘db’ and ‘dc’ cannot be checkpointed now. 2 of 3 VMs cannot take part. "
        "VM ‘web’ is merging disks (40 %). Wait until that has ended. "
        "VM ‘db’ is in the state Starting. Wait until it is Running, Off, Saved or Paused. "
        "Or leave them out."
    )


def test_names_that_turn_the_direction_of_writing_are_isolated() -> None:
    state = lab(web="base(p1*)")
    p1 = replace(state.checkpoint(P1.ref), name="a\u202eb")
    web = state.vms[WEB.vm_id]
    state = state.with_vms(replace(web, checkpoints=(web.checkpoints[0], p1), activity=Activity.BUSY))

    assert "‘a\ufffdb’" in refusal(DeleteCheckpoints((P1,)), state)
