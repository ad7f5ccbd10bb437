"""Plans about several hosts: who does what where at the same time, and one host stays as it was."""

from hvtree.domain.address import VmAddress
from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.edits import Create, Delete, Power, SetPower
from hvtree.domain.model import VmState
from hvtree.domain.predictions import placeholder
from hvtree.operations.create import CreateCheckpoint
from hvtree.operations.delete import DeleteCheckpoints
from hvtree.operations.group import CheckpointGroup
from tests.support.plans import after, at, fleet, refusal, sentences, vm_at
from tests.support.trees import id_of, lab, shape, vm, vm_named

NEAR = lab("near", web=vm("a*", "web", state=VmState.RUNNING), old="a*")
FAR = lab("far", db=vm("a*", "db", state=VmState.PAUSED))
MEMBERS = (vm_at("web", "near"), vm_at("db", "far"), vm_at("old", "near"))


def test_the_phases_of_a_group_have_a_step_for_each_of_its_hosts() -> None:
    plan = CheckpointGroup(MEMBERS, "x").plan(fleet(NEAR, FAR))
    web, db, old = id_of("web"), id_of("db"), id_of("old")

    assert [[(step.host_id, step.edit) for step in phase] for phase in plan.phases] == [
        [("near", SetPower((web,), Power.PAUSE))],
        [("near", SetPower((web,), Power.SAVE)), ("far", SetPower((db,), Power.SAVE))],
        [("near", Create((web, old), "x")), ("far", Create((db,), "x"))],
    ]
    back, notes = plan.bring_back[:-1], plan.bring_back[-1]
    assert [[(step.host_id, step.edit) for step in phase] for phase in back] == [
        [("near", SetPower((web,), Power.START)), ("far", SetPower((db,), Power.START))],
        [("far", SetPower((db,), Power.PAUSE))],
    ]
    assert [(step.host_id, step.title) for step in notes] == [
        ("near", "Write the notes of the 2 new checkpoints"),
        ("far", "Write the notes of the new checkpoint"),
    ]
    assert [[(step.host_id, step.edit) for step in phase] for phase in plan.take_back] == [
        [
            ("near", Delete((CheckpointRef(web, placeholder(web)), CheckpointRef(old, placeholder(old))))),
            ("far", Delete((CheckpointRef(db, placeholder(db)),))),
        ]
    ]
    assert plan.is_joint


def test_a_plan_about_two_hosts_names_them() -> None:
    plan = CheckpointGroup(MEMBERS, "x").plan(fleet(NEAR, FAR))

    assert plan.title == "Checkpoint the group of VMs ‘web’, ‘db’ and ‘old’ on hosts ‘near’ and ‘far’ as ‘x’"
    assert plan.host_ids == ("near", "far")
    assert "# Save 1 VM (on far)" in plan.powershell


def test_a_plan_keeps_nothing_but_the_vms_that_it_touches() -> None:
    plan = DeleteCheckpoints((at(FAR, "db", "a"),)).plan(fleet(NEAR, FAR))

    assert set(plan.before.hosts) == set(plan.expected.hosts) == {"far"}
    assert list(plan.before.hosts["far"].vms) == [id_of("db")]
    alone = CheckpointGroup((vm_at("old", "near"),), "x").plan(fleet(NEAR, FAR))
    assert list(alone.before.hosts["near"].vms) == [id_of("old")]


def test_checkpoints_on_two_hosts_are_deleted_at_the_same_time() -> None:
    plan = DeleteCheckpoints((at(NEAR, "web", "a"), at(FAR, "db", "a"))).plan(fleet(NEAR, FAR))

    assert [[(step.host_id, type(step.edit)) for step in phase] for phase in plan.phases] == [
        [("near", Delete), ("far", Delete)]
    ]
    assert [shape(vm_named(after(plan, host), name)) for host, name in (("near", "web"), ("far", "db"))] == [
        "",
        "",
    ]
    assert not plan.is_joint


def test_checkpoints_under_default_names_are_taken_host_by_host_at_the_same_time() -> None:
    plan = CreateCheckpoint(MEMBERS).plan(fleet(NEAR, FAR))

    assert [[step.host_id for step in phase] for phase in plan.phases] == [["near", "far"], ["near"]]


def test_vms_of_one_id_on_two_hosts_are_two_vms() -> None:
    twins = (lab("near", web="a*"), lab("far", web="a*"))
    plan = CheckpointGroup((vm_at("web", "near"), vm_at("web", "far")), "x").plan(fleet(*twins))

    assert len(plan.vms) == 2
    assert [shape(after(plan, host).vms[id_of("web")]) for host in ("near", "far")] == ["a(x*)"] * 2


def test_memory_is_weighed_against_the_volumes_of_each_host() -> None:
    plan = CheckpointGroup(MEMBERS, "x").plan(fleet(NEAR, FAR))

    assert [each for each in sentences(plan) if "memory are written" in each] == [
        "On host ‘near’: up to 2 GB of memory are written to disk, normally on volume D:, which has 500 GB free.",
        "On host ‘far’: up to 2 GB of memory are written to disk, normally on volume D:, which has 500 GB free.",
    ]


def test_a_host_that_was_never_read_is_refused_by_its_name() -> None:
    group = CheckpointGroup((*MEMBERS, VmAddress("away", "1")), "x")

    assert refusal(group, NEAR, FAR) == ("The host ‘away’ has not been read yet. Wait until it is connected.")
