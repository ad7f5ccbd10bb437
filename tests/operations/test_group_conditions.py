"""A member that cannot take part: by which condition, in which sentence, and that nobody else is touched then, whatever is done to the group."""

from __future__ import annotations

from typing import Any

import pytest

from hvtree.domain.checkpoint import CheckpointKind
from hvtree.domain.edits import Delete, Rename
from hvtree.domain.group import GroupMethod
from hvtree.domain.model import Activity, CheckpointType, HostState, VmState
from hvtree.operations.apply_group import ApplyGroupCheckpoint
from hvtree.operations.base import Operation
from hvtree.operations.delete_all import DeleteAllCheckpoints
from hvtree.operations.group import CheckpointGroup
from hvtree.operations.group_edits import DeleteGroupCheckpoint, ExportGroupCheckpoint, RenameGroupCheckpoint
from hvtree.operations.group_power import SaveGroup, ShutDownGroup, StartGroup
from hvtree.operations.group_target import GroupTarget
from hvtree.values import replace
from tests.operations.test_apply_group import marked, member, record
from tests.support.plans import after, at, fleet, refusal, sentences, vm_at
from tests.support.trees import lab, ref, shape, vm, vm_named

TARGET = GroupTarget("g1")
VMS = (vm_at("web"), vm_at("db"), vm_at("old"))
ACTIONS: dict[str, Operation] = {
    **{f"checkpoint {each}": CheckpointGroup(VMS, "x", method=each) for each in GroupMethod},
    "apply": ApplyGroupCheckpoint(TARGET),
    "apply without safety": ApplyGroupCheckpoint(TARGET, safety=False),
    "delete": DeleteGroupCheckpoint(TARGET),
    "delete all": DeleteAllCheckpoints(VMS),
    "export": ExportGroupCheckpoint(TARGET, "D:\\Out"),
    "rename": RenameGroupCheckpoint(TARGET, "y"),
    "start": StartGroup(VMS),
    "save": SaveGroup(VMS),
    "shut down": ShutDownGroup(VMS),
}
EVERYTHING = frozenset(ACTIONS)
BUT_RENAME = EVERYTHING - {"rename"}
TAKES = frozenset({f"checkpoint {each}" for each in GroupMethod} | {"apply"})
STRICT = {"checkpoint_type": CheckpointType.PRODUCTION_ONLY}


def host(**fields: Any) -> HostState:
    """Return a host with a group checkpoint of three VMs, of which `web` is as the fields say."""
    web = vm("base(joint~(later*))", "web", **({"state": VmState.RUNNING} | fields))
    return marked(lab(web=web, db=member("db", state=VmState.RUNNING), old=member("old", "joint*")))


def full(kinds: CheckpointKind = CheckpointKind.STANDARD) -> HostState:
    """Return a host on which `web` has 50 checkpoints, of which those that belong to no group are of some kind."""
    chain = "(".join(("joint", *(f"c{number}" for number in range(49)))) + "*" + ")" * 49
    state = host()
    web = vm(chain, "web", state=VmState.RUNNING)
    web = vm_named(marked(state.with_vms(web)), "web")
    others = tuple(replace(each, kind=kinds) if each.name == "c7" else each for each in web.checkpoints)
    return state.with_vms(replace(web, checkpoints=others))


@pytest.mark.parametrize(
    ("state", "refused", "said"),
    [
        (host(activity=Activity.MIGRATING, percent=12), EVERYTHING, "VM ‘web’ is being moved (12 %)."),
        (host(activity=Activity.EXPORTING), EVERYTHING, "VM ‘web’ is being exported."),
        (host(activity=Activity.BACKING_UP), EVERYTHING, "VM ‘web’ is being backed up."),
        (host(activity=Activity.BUSY), EVERYTHING, "VM ‘web’ is busy with a request."),
        (host(activity=Activity.MERGING), BUT_RENAME, "VM ‘web’ is merging disks."),
        (host(state=VmState.STARTING), EVERYTHING, "VM ‘web’ is in the state Starting."),
        (host(state=VmState.PAUSED_CRITICAL), EVERYTHING, "It lost its storage, or the volume is full."),
        (
            host(checkpoint_type=CheckpointType.DISABLED),
            TAKES,
            "Checkpoints are disabled for VM ‘web’.",
        ),
        (
            host(**STRICT),
            {f"checkpoint {GroupMethod.PAUSE_ONLY}"},
            "VM ‘web’ takes only production checkpoints",
        ),
        (
            host(**STRICT, state=VmState.PAUSED),
            {f"checkpoint {GroupMethod.PAUSE_ONLY}", f"checkpoint {GroupMethod.NO_INTERRUPTION}"},
            "VM ‘web’ takes only production checkpoints, for which its guest has to be awake.",
        ),
        (host(is_replica=True), TAKES | {"apply without safety"}, "VM ‘web’ is a replica"),
        (full(), TAKES, "VM ‘web’ has 50 checkpoints, and Hyper-V takes no more than 50."),
        (full(CheckpointKind.RECOVERY), frozenset(), ""),
    ],
    ids=[
        "moved to another host",
        "exported",
        "backed up",
        "busy",
        "merging",
        "on its way",
        "critical",
        "disabled",
        "production only",
        "production only, asleep",
        "replica",
        "limit of 50",
        "limit with one of a backup",
    ],
)
def test_one_member_keeps_all_from_it(state: HostState, refused: frozenset[str], said: str) -> None:
    plans = {name: each for name, each in ACTIONS.items() if name not in refused}
    for name in refused:
        assert said in refusal(ACTIONS[name], state), name
    for name, operation in plans.items():
        assert operation.plan(fleet(state)).vms, name


def test_a_part_that_belongs_to_a_backup_by_now_is_neither_applied_nor_deleted() -> None:
    state = host()
    web = vm_named(state, "web")
    kept = tuple(
        replace(each, kind=CheckpointKind.RECOVERY) if each.name == "joint" else each
        for each in web.checkpoints
    )
    state = state.with_vms(replace(web, checkpoints=kept))

    for name in ("apply", "apply without safety", "delete"):
        assert "was made by backup software (Recovery)" in refusal(ACTIONS[name], state)


def test_an_automatic_checkpoint_stays_when_the_group_checkpoint_goes() -> None:
    state = host()
    web = vm_named(state, "web")
    kept = tuple(
        replace(each, is_automatic=True) if each.name == "base" else each for each in web.checkpoints
    )
    plan = DeleteGroupCheckpoint(TARGET).plan(fleet(state.with_vms(replace(web, checkpoints=kept))))

    assert {shape(each) for each in after(plan).vms.values()} == {"base(later*)", ""}
    assert "The 4 other checkpoints of these VMs stay." in sentences(plan)


NEAR = marked(lab("near", web=member("web"), old=member("old", "joint*")))
FAR = marked(lab("far", db=member("db")))
TOLD = GroupTarget("g1", record(NEAR, FAR))


def test_of_a_host_that_is_away_nothing_is_deleted_and_the_plan_says_so() -> None:
    plan = DeleteGroupCheckpoint(TOLD).plan(fleet(NEAR))

    assert plan.vms == (vm_at("old", "near"), vm_at("web", "near"))
    assert "The host ‘far’ of VM ‘db’ is not open. VM ‘db’ stays as it is." in sentences(plan)


@pytest.mark.parametrize(
    "operation",
    [
        CheckpointGroup((vm_at("web", "near"), vm_at("db", "far")), "x"),
        StartGroup((vm_at("web", "near"), vm_at("db", "far"))),
        SaveGroup((vm_at("web", "near"), vm_at("db", "far"))),
        ShutDownGroup((vm_at("web", "near"), vm_at("db", "far"))),
        DeleteAllCheckpoints((vm_at("web", "near"), vm_at("db", "far"))),
    ],
    ids=lambda each: each.verb,
)
def test_what_is_about_members_waits_for_all_of_their_hosts(operation: Operation) -> None:
    assert refusal(operation, NEAR).startswith("The host ‘far’ has not been read yet.")


@pytest.mark.parametrize("safety", [True, False])
def test_a_vm_that_is_gone_keeps_everybody_where_they_are(safety: bool) -> None:
    gone = replace(FAR, vms={})
    words = refusal(ApplyGroupCheckpoint(TOLD, safety=safety), NEAR, gone)

    assert "VM ‘db’ is gone from far." in words
    plan = ApplyGroupCheckpoint(TOLD, safety=safety, partial=True).plan(fleet(NEAR, gone))
    assert plan.vms == (vm_at("old", "near"), vm_at("web", "near"))
    assert "VM ‘db’ is gone from far." in sentences(plan)


def test_apply_without_safety_is_held_up_by_the_same_and_told_the_same() -> None:
    other = Rename(ref(FAR, "db", "joint"), "mine").on(FAR)
    other = other.with_vms(replace(vm_named(other, "db"), name="db-01"))
    reparented = Delete((ref(NEAR, "web", "base"),)).on(NEAR)
    for safety in (True, False):
        plan = ApplyGroupCheckpoint(TOLD, safety=safety).plan(fleet(reparented, other))
        assert [each.kind for each in plan.consequences[:3]] == [
            "group-reparented",
            "group-vm-renamed",
            "group-renamed",
        ]
        gone = Delete((at(FAR, "db", "joint").ref,)).on(FAR)
        assert "The checkpoint of VM ‘db’ is gone." in refusal(
            ApplyGroupCheckpoint(TOLD, safety=safety), NEAR, gone
        )
