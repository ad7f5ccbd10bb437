"""Taking a group back: who goes back, what is kept first, and what keeps everybody where they are."""

from __future__ import annotations

from typing import Any

import pytest

from hvtree.domain.edits import Apply, CheckpointNotes, Create, Delete, Power, SetNotes, SetPower
from hvtree.domain.group import Member
from hvtree.domain.group_checkpoint import GroupRecord, RecordedPart
from hvtree.domain.group_mark import GroupMark
from hvtree.domain.model import Activity, CheckpointType, HostState, VmState
from hvtree.domain.passport import Passport
from hvtree.operations.apply_group import ApplyGroupCheckpoint
from hvtree.operations.base import Risk
from hvtree.operations.group_target import GroupTarget
from hvtree.values import replace
from tests.support.narrowing import not_none
from tests.support.plans import after, at, fleet, refusal, sentences, titles, vm_at
from tests.support.trees import id_of, lab, ref, vm, vm_named

NOTES = Passport("Patch", group=GroupMark("g1", 3), author="anna").line
MEMBERS = {"web": VmState.RUNNING, "db": VmState.PAUSED, "old": VmState.OFF}


def marked(state: HostState) -> HostState:
    refs = [
        ref(state, each.name, "joint")
        for each in state.vms.values()
        if any(one.name == "joint" for one in each.checkpoints)
    ]
    return SetNotes(tuple(CheckpointNotes(each, NOTES) for each in refs)).on(state)


def member(name: str, tree: str = "base(joint~(later*))", **fields: Any) -> Any:
    return vm(tree, name, **{"state": MEMBERS[name]} | fields)


HOST = marked(lab(web=member("web"), db=member("db"), old=member("old", "joint*")))
APPLY = ApplyGroupCheckpoint(GroupTarget("g1"))


def record(*states: HostState) -> GroupRecord:
    parts = tuple(
        RecordedPart(at(state, each.name, "joint"), each.name, state.host, each.by_id[one.id].parent_id)
        for state in states
        for each in state.vms.values()
        for one in each.checkpoints
        if one.name == "joint"
    )
    return GroupRecord("g1", "joint", HOST.taken_at_utc, parts, len(parts))


def test_all_are_stopped_and_kept_before_the_first_goes_back() -> None:
    plan = APPLY.plan(fleet(HOST))

    assert titles(plan) == [
        "Pause 1 VM",
        "Save 2 VMs",
        "Take 3 safety checkpoints",
        "Apply 3 checkpoints",
        "< Start 2 VMs",
        "< Pause 1 VM again",
        "< Write the notes of the 3 new checkpoints",
    ]
    edits = [step.edit for step in plan.steps]
    assert isinstance(edits[2], Create)
    assert edits[3] == Apply(tuple(ref(HOST, name, "joint") for name in sorted(MEMBERS)))
    assert (plan.title, plan.risk) == ("Apply the group checkpoint ‘joint’ of 3 VMs", Risk.INTERRUPTS)
    assert plan.is_joint


def test_who_ran_runs_again_and_who_was_off_is_not_started() -> None:
    plan = APPLY.plan(fleet(HOST))

    assert {each.name: each.state for each in after(plan).vms.values()} == MEMBERS
    assert {vm_named(after(plan), name).now_id for name in MEMBERS} == {
        id_of(name, "joint") for name in MEMBERS
    }


def test_the_safety_checkpoints_are_a_group_checkpoint_of_their_own() -> None:
    plan = APPLY.plan(fleet(HOST))
    passports = [not_none(each.checkpoints[-1].passport) for each in after(plan).vms.values()]

    assert {each.safety for each in passports} == {"joint"}
    (mark,) = {not_none(each.group) for each in passports}
    assert (mark.size, mark.id == "g1") == (3, False)


def test_if_it_fails_all_go_back_to_how_they_were() -> None:
    plan = APPLY.plan(fleet(HOST))
    edits = [step.edit for phase in (*plan.after_failure, *plan.take_back) for step in phase]

    assert [type(each) for each in edits] == [Apply, SetPower, SetPower, Delete]
    assert isinstance(edits[0], Apply)
    assert {each.checkpoint_id for each in edits[0].refs} == {f"new:0001:{id_of(name)}" for name in MEMBERS}


def test_without_safety_vms_are_turned_off_and_what_is_lost_is_said() -> None:
    plan = replace(APPLY, safety=False).plan(fleet(HOST))

    assert titles(plan)[:2] == ["Turn off 2 VMs", "Apply 3 checkpoints"]
    assert plan.risk is Risk.LOSES
    assert (
        "Everything written on VMs ‘db’, ‘old’ and ‘web’ since the last checkpoint of each is lost for good: up to 3 GB."
    ) in sentences(plan)
    assert not plan.take_back


def test_not_started_they_stay_as_their_checkpoints_leave_them() -> None:
    plan = replace(APPLY, start=False).plan(fleet(HOST))

    states = {each.name: each.state for each in after(plan).vms.values()}
    assert states == {"web": VmState.SAVED, "db": VmState.SAVED, "old": VmState.OFF}
    assert [step.title for phase in plan.after_failure for step in phase][1:] == [
        "Start 2 VMs",
        "Pause 1 VM again",
    ]


def test_members_start_in_their_order() -> None:
    members = (
        Member(vm_at("db"), "db", 1, 20),
        Member(vm_at("web"), "web", 2),
        Member(vm_at("old"), "old", 2),
    )
    plan = replace(APPLY, members=members).plan(fleet(HOST))

    assert [(step.edit, step.wait_s) for step in plan.bring_back_steps[:2]] == [
        (SetPower((id_of("db"),), Power.START), 0),
        (SetPower((id_of("web"),), Power.START), 20),
    ]


def test_a_checkpoint_that_is_gone_keeps_everybody_where_they_are() -> None:
    kept = record(HOST)
    gone = Delete((ref(HOST, "db", "joint"),)).on(HOST)

    assert refusal(ApplyGroupCheckpoint(GroupTarget("g1", kept)), gone) == (
        "The group checkpoint ‘joint’ of 2 VMs cannot be applied now. The checkpoint of VM ‘db’ is gone. "
        "Go on with the 2 VMs whose checkpoints are there, if that makes sense."
    )


def test_somebody_may_go_on_without_it_and_reads_who_is_left_out() -> None:
    gone = Delete((ref(HOST, "db", "joint"),)).on(HOST)
    plan = ApplyGroupCheckpoint(GroupTarget("g1", record(HOST)), partial=True).plan(fleet(gone))

    assert plan.vms == (vm_at("old"), vm_at("web"))
    assert "The checkpoint of VM ‘db’ is gone. VM ‘db’ stays as it is." in sentences(plan)


def test_without_a_record_nobody_guesses_who_is_missing() -> None:
    gone = Delete((ref(HOST, "db", "joint"),)).on(HOST)

    assert "1 more VM took part; which, and where its checkpoint is, is not known here." in refusal(
        APPLY, gone
    )


def test_a_host_that_is_away_keeps_everybody_where_they_are() -> None:
    near = marked(lab("near", web=member("web")))
    far = marked(lab("far", db=member("db")))

    assert "The host ‘far’ of VM ‘db’ is not open." in refusal(
        ApplyGroupCheckpoint(GroupTarget("g1", record(near, far))), near
    )


def test_a_vm_that_has_moved_goes_back_where_it_is_now() -> None:
    near = marked(lab("near", web=member("web"), db=member("db")))
    far = marked(lab("far", old=member("old", "joint*")))
    kept = record(near, far)
    moved = vm_named(near, "db")
    now = (lab("near", web=vm_named(near, "web")), lab("far", old=vm_named(far, "old"), db=moved))
    plan = ApplyGroupCheckpoint(GroupTarget("g1", kept)).plan(fleet(*now))

    assert vm_at("db", "far") in plan.vms
    assert "VM ‘db’ has moved from near to far." in sentences(plan)


def test_who_came_to_the_group_since_stays_as_it_is_and_is_named() -> None:
    members = (Member(vm_at("web"), "web"), Member(vm_at("cache"), "cache"))
    plan = replace(APPLY, members=members).plan(fleet(HOST))

    assert ("VM ‘cache’ is in the group now and did not take part then: it stays as it is.") in sentences(
        plan
    )


def test_who_left_the_group_since_goes_back_as_well_and_is_named() -> None:
    members = (Member(vm_at("web"), "web"), Member(vm_at("old"), "old"))
    plan = replace(APPLY, members=members).plan(fleet(HOST))

    assert "VM ‘db’ took part then and is not in the group any more: it goes back as well." in sentences(plan)
    assert vm_at("db") in plan.vms
    assert not any("any more" in each for each in sentences(APPLY.plan(fleet(HOST))))


def test_other_names_and_parents_are_told_and_stop_nothing() -> None:
    kept = record(HOST)
    web = replace(vm_named(HOST, "web"), name="web-01")
    changed = Delete((ref(HOST, "db", "base"),)).on(HOST).with_vms(web)
    plan = ApplyGroupCheckpoint(GroupTarget("g1", kept)).plan(fleet(changed))

    assert [each.kind for each in plan.consequences[:2]] == ["group-vm-renamed", "group-reparented"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"activity": Activity.MERGING}, "VM ‘web’ is merging disks. Wait until that has ended."),
        ({"is_replica": True}, "VM ‘web’ is a replica. Use a failover, or apply it on the primary VM."),
        (
            {"checkpoint_type": CheckpointType.DISABLED},
            "Its present state cannot be kept in a checkpoint first. Checkpoints are disabled for VM ‘web’.",
        ),
    ],
)
def test_one_that_cannot_go_back_keeps_everybody_where_they_are(fields: dict[str, Any], said: str) -> None:
    state = HOST.with_vms(replace(vm_named(HOST, "web"), **fields))

    assert said in refusal(APPLY, state)


def test_a_group_checkpoint_of_which_nothing_is_there_is_refused() -> None:
    assert refusal(APPLY, lab(web="a*")) == (
        "The group checkpoint cannot be applied now. None of its checkpoints is on a host that is open. "
        "Connect the hosts of its VMs."
    )
