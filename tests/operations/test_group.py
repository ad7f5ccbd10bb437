"""Checkpointing several VMs at one instant."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from hvtree.domain.address import VmAddress
from hvtree.domain.edits import Create, Power, SetPower
from hvtree.domain.group import GroupMethod, StartStage
from hvtree.domain.group_mark import GroupMark
from hvtree.domain.model import Activity, CheckpointType, HostState, VmState, Volume
from hvtree.domain.names import default_name
from hvtree.domain.passport import Passport
from hvtree.operations.base import Risk
from hvtree.operations.group import CheckpointGroup
from hvtree.values import replace
from tests.support.narrowing import not_none
from tests.support.plans import after, expected_shapes, fleet, refusal, sentences, titles, vm_at
from tests.support.trees import GB, READ_AT, id_of, lab, vm, vm_named

FARM = "0b7e0000-0000-4000-8000-000000000001"
STATES = {
    "web": VmState.RUNNING,
    "db": VmState.RUNNING,
    "dc": VmState.PAUSED,
    "nas": VmState.SAVED,
    "old": VmState.OFF,
}
IDS = {name: id_of(name) for name in STATES}
VMS = tuple(vm_at(name) for name in STATES)


def host() -> HostState:
    return lab(**{name: vm("base*", name, state=state) for name, state in STATES.items()})


def test_the_recipe_is_pause_save_checkpoint_and_bring_back() -> None:
    plan = CheckpointGroup(VMS, "before upgrade").plan(fleet(host()))

    assert titles(plan) == [
        "Pause 2 VMs",
        "Save 3 VMs",
        "Checkpoint 5 VMs as ‘before upgrade’",
        "< Start 3 VMs",
        "< Pause 1 VM again",
        "< Write the notes of the 5 new checkpoints",
    ]
    web, db, dc = IDS["web"], IDS["db"], IDS["dc"]
    assert [step.edit for step in (*plan.steps, *plan.bring_back_steps[:-1])] == [
        SetPower((web, db), Power.PAUSE),
        SetPower((web, db, dc), Power.SAVE),
        Create(tuple(IDS.values()), "before upgrade"),
        SetPower((web, db, dc), Power.START),
        SetPower((dc,), Power.PAUSE),
    ]


def test_each_vm_is_expected_back_in_the_state_it_was_in() -> None:
    plan = CheckpointGroup(VMS, "x").plan(fleet(host()))

    assert {vm.name: vm.state for vm in after(plan).vms.values()} == STATES
    assert expected_shapes(plan) == ["base(x*)"] * 5


def test_the_checkpoints_of_saved_vms_hold_memory() -> None:
    plan = CheckpointGroup(VMS, "x").plan(fleet(host()))

    memory = {vm.name: vm.checkpoints[-1].has_memory for vm in after(plan).vms.values()}
    assert memory == {"web": True, "db": True, "dc": True, "nas": True, "old": False}


def test_what_happens_to_whom_is_told() -> None:
    plan = CheckpointGroup(VMS, "x").plan(fleet(host()))

    assert plan.title == "Checkpoint the group of VMs ‘web’, ‘db’, ‘dc’ and 2 more as ‘x’"
    assert (plan.button, plan.risk) == ("Checkpoint 5 VMs", Risk.INTERRUPTS)
    assert sentences(plan) == (
        (
            "VMs ‘web’, ‘db’ and ‘dc’ are stopped until all checkpoints are taken; "
            "their users have to wait, and time-outs may expire."
        ),
        "How long that takes is not known before the first time: 6 GB of memory are saved and read back.",
        "Afterwards VMs ‘web’ and ‘db’ are Running again.",
        "Afterwards VM ‘dc’ is Paused again.",
        "VMs ‘nas’ and ‘old’ are not running and are not started.",
        "The checkpoints of VMs ‘web’, ‘db’, ‘dc’ and 1 more hold memory: applied, the group goes on at one moment.",
        "Up to 6 GB of memory are written to disk, normally on volume D:, which has 500 GB free.",
        (
            "If one VM fails, the others are brought back, and the checkpoints that were taken by then are deleted again."
        ),
        "If this computer or the network fails, host ‘vhost’ brings VMs ‘web’, ‘db’ and ‘dc’ back within 45 seconds.",
    )
    assert 3 * vm("").memory_startup_bytes == 6 * GB


def test_the_memory_that_is_written_is_told_volume_by_volume() -> None:
    volumes = [Volume("C:\\", 100 * GB, 50 * GB), Volume("D:\\", 100 * GB, 3 * GB)]
    elsewhere = vm("", "db", state=VmState.RUNNING, drives=("C:\\fast\\db.vhdx",))
    unknown = vm("", "dc", state=VmState.RUNNING, drives=("E:\\dc.vhdx",))
    web, nas = (vm("", name, state=VmState.RUNNING) for name in ("web", "nas"))
    state = HostState.of("vhost", READ_AT, [web, nas, elsewhere, unknown], volumes)

    plan = CheckpointGroup(tuple(VmAddress("vhost", vm_id) for vm_id in state.vms), "x").plan(fleet(state))

    said = [each for each in sentences(plan) if "disk" in each or "Volume" in each]
    assert said == [
        "Up to 2 GB of memory are written to disk.",
        "Up to 2 GB of memory are written to disk, normally on volume C:, which has 50 GB free.",
        "Up to 4 GB of memory are written to disk, normally on volume D:, which has 3 GB free.",
        "Volume D: has only 3 GB free. If it fills up, all VMs with files on it stop.",
    ]


def test_a_host_that_cannot_bring_vms_back_says_so_beforehand() -> None:
    plan = CheckpointGroup(VMS, "x").plan(fleet(replace(host(), lease_s=0)))

    assert sentences(plan)[-1] == (
        "If this computer or the network fails, VMs ‘web’, ‘db’ and ‘dc’ on host ‘vhost’ stay stopped: this host is reached "
        "by one PowerShell per call, and none stays there to bring them back."
    )


def test_whoever_wants_vms_left_alone_reads_what_that_means() -> None:
    plan = CheckpointGroup(VMS, "x", leave_stopped=True).plan(fleet(host()))

    assert plan.leaves_stopped
    assert sentences(plan)[-1] == (
        "If this computer or the network fails, VMs ‘web’, ‘db’ and ‘dc’ on host ‘vhost’ stay as they are then, as you wish."
    )


def test_a_group_that_is_off_says_nothing_of_a_network_that_fails() -> None:
    plan = CheckpointGroup((vm_at("nas"), vm_at("old")), "x").plan(fleet(host()))

    assert not [each.kind for each in plan.consequences if each.kind.endswith(("-by-itself", "-if-cut"))]


def test_a_group_that_is_off_is_only_checkpointed() -> None:
    plan = CheckpointGroup((vm_at("nas"), vm_at("old")), "x").plan(fleet(host()))

    assert titles(plan) == ["Checkpoint 2 VMs as ‘x’", "< Write the notes of the 2 new checkpoints"]
    assert plan.risk is Risk.NONE


def test_without_a_name_the_group_gets_one_name_for_all() -> None:
    plan = CheckpointGroup((vm_at("web"), vm_at("db"))).plan(fleet(host()))

    assert isinstance(plan.steps[-1].edit, Create)
    assert plan.steps[-1].edit.name == default_name("Group", READ_AT.astimezone())
    assert plan.operation.plan(fleet(host())).steps == plan.steps


def test_a_group_of_one_promises_nothing_about_others() -> None:
    plan = CheckpointGroup((vm_at("web"),), "G").plan(fleet(lab(web="base*")))

    assert not any("the others" in sentence for sentence in sentences(plan))


def test_a_default_name_is_no_promise_of_the_second_in_which_the_plan_was_read() -> None:
    plan = CheckpointGroup(VMS).plan(fleet(host()))

    said = [plan.title, *titles(plan), *sentences(plan)]
    assert not [words for words in said if default_name("Group", READ_AT) in words or "Group -" in words]


def test_pausing_only_resumes_those_that_ran_and_leaves_the_others() -> None:
    plan = CheckpointGroup(VMS, "x", method=GroupMethod.PAUSE_ONLY).plan(fleet(host()))

    assert titles(plan)[:-1] == ["Pause 2 VMs", "Checkpoint 5 VMs as ‘x’", "< Resume 2 VMs"]
    assert {vm.name: vm.state for vm in after(plan).vms.values()} == STATES
    memory = {vm.name: vm.checkpoints[-1].has_memory for vm in after(plan).vms.values()}
    assert memory == {"web": True, "db": True, "dc": True, "nas": True, "old": False}
    assert (
        "VMs ‘web’ and ‘db’ are paused and not saved: shorter, and each checkpoint is of the moment of the pause; "
        in str(sentences(plan))
    )


def test_without_interruption_nothing_is_stopped_and_the_plan_says_what_that_means() -> None:
    plan = CheckpointGroup(VMS, "x", method=GroupMethod.NO_INTERRUPTION).plan(fleet(host()))

    assert titles(plan) == ["Checkpoint 5 VMs as ‘x’", "< Write the notes of the 5 new checkpoints"]
    assert plan.risk is Risk.NONE
    assert sentences(plan)[0] == (
        "Each VM is checkpointed by itself while it runs: the checkpoints are not of one instant, and what the VMs have told "
        "each other meanwhile may be in one and missing in another."
    )


def test_every_checkpoint_says_to_which_group_checkpoint_it_belongs() -> None:
    operation = CheckpointGroup(VMS, "x", group_id=FARM, group_name="Farm", passport=Passport("Patch"))
    plan = operation.plan(fleet(host()))
    marks = {not_none(vm.checkpoints[-1].passport).group for vm in after(plan).vms.values()}

    assert len(marks) == 1
    mark = not_none(marks.pop())
    assert (mark.size, mark.group_id, mark.group_name) == (5, FARM, "Farm")
    assert plan.title == "Checkpoint the group ‘Farm’ of 5 VMs as ‘x’"
    assert plan.operation.plan(fleet(host())).bring_back == plan.bring_back


def test_two_groups_of_the_same_vms_are_two() -> None:
    def mark(at_utc: datetime) -> GroupMark:
        plan = CheckpointGroup(VMS, "x", at_utc).plan(fleet(host()))
        return not_none(not_none(vm_named(after(plan), "web").checkpoints[-1].passport).group)

    assert mark(READ_AT).id != mark(READ_AT + timedelta(seconds=1)).id


def test_members_start_in_their_order_with_their_delays() -> None:
    stages = (StartStage((vm_at("dc"),), 0), StartStage((vm_at("old"),), 30), StartStage((vm_at("web"),), 10))
    plan = CheckpointGroup(VMS, "x", starts=stages).plan(fleet(host()))

    assert [(step.edit, step.wait_s) for step in plan.bring_back_steps[:-2]] == [
        (SetPower((IDS["db"],), Power.START), 0),
        (SetPower((IDS["dc"],), Power.START), 0),
        (SetPower((IDS["web"],), Power.START), 30),  # the one between them is off
    ]


def test_what_was_measured_before_says_how_long_it_takes() -> None:
    rates = (("vhost", 2 * GB),)
    plan = CheckpointGroup(VMS, "x", rates=rates).plan(fleet(host()))

    assert "By what was measured before, that takes about 3.0 s." in sentences(plan)


def test_guests_that_would_be_asked_are_told_that_they_are_not() -> None:
    state = lab(
        web=vm("a*", "web", state=VmState.RUNNING, checkpoint_type=CheckpointType.PRODUCTION),
        db=vm("a*", "db", state=VmState.RUNNING),
    )
    plan = CheckpointGroup((vm_at("web"), vm_at("db")), "x").plan(fleet(state))

    assert (
        "VM ‘web’ would take production checkpoints, but a guest that stands still cannot take part: "
        "these hold its memory instead, and its programs are not told."
    ) in sentences(plan)


@pytest.mark.parametrize(
    ("fields", "method", "said"),
    [
        (
            {"checkpoint_type": CheckpointType.DISABLED},
            GroupMethod.PAUSE_AND_SAVE,
            "Checkpoints are disabled for VM ‘bad’. Enable checkpoints in the settings of the VM.",
        ),
        (
            {"checkpoint_type": CheckpointType.PRODUCTION_ONLY},
            GroupMethod.PAUSE_ONLY,
            (
                "VM ‘bad’ takes only production checkpoints, for which its guest has to be awake. "
                "Pause and save the VMs, or take the checkpoints without interruption."
            ),
        ),
        (
            {"checkpoint_type": CheckpointType.PRODUCTION_ONLY, "state": VmState.PAUSED},
            GroupMethod.NO_INTERRUPTION,
            "VM ‘bad’ takes only production checkpoints, for which its guest has to be awake. Resume the VM first.",
        ),
        (
            {"activity": Activity.MIGRATING},
            GroupMethod.PAUSE_AND_SAVE,
            "VM ‘bad’ is being moved. Wait until that has ended.",
        ),
        (
            {"activity": Activity.MERGING, "percent": 40},
            GroupMethod.PAUSE_AND_SAVE,
            "VM ‘bad’ is merging disks (40 %). Wait until that has ended.",
        ),
        (
            {"activity": Activity.EXPORTING},
            GroupMethod.PAUSE_AND_SAVE,
            "VM ‘bad’ is being exported. Wait until that has ended.",
        ),
        (
            {"is_replica": True},
            GroupMethod.PAUSE_AND_SAVE,
            "VM ‘bad’ is a replica, and its checkpoints are made by the replication. Take the checkpoint of the primary VM.",
        ),
    ],
)
def test_a_member_that_cannot_take_part_stops_nobody(
    fields: dict[str, Any], method: GroupMethod, said: str
) -> None:
    bad = vm("a*", "bad", **({"state": VmState.RUNNING} | fields))
    operation = CheckpointGroup((vm_at("web"), vm_at("bad")), "x", method=method)
    words = refusal(operation, lab(web=vm("a*", "web", state=VmState.RUNNING), bad=bad))

    assert words == (
        "The group of VMs ‘web’ and ‘bad’ cannot be checkpointed now. 1 of 2 VMs cannot take part. "
        f"{said} Or leave them out."
    )


def test_a_member_at_the_limit_stops_nobody_and_recovery_checkpoints_do_not_count() -> None:
    chain = "(".join(f"c{number}" for number in range(50))
    full = vm(chain + "*" + ")" * 49, "full")
    backup = vm(chain.replace("c7(", "c7:Recovery(") + "*" + ")" * 49, "full")
    operation = CheckpointGroup((vm_at("web"), vm_at("full")), "x")

    assert "VM ‘full’ has 50 checkpoints, and Hyper-V takes no more than 50." in refusal(
        operation, lab(web="a*", full=full)
    )
    assert "VM ‘full’ then has 50 of at most 50 checkpoints." in sentences(
        operation.plan(fleet(lab(web="a*", full=backup)))
    )


def test_a_host_that_is_away_is_named() -> None:
    operation = CheckpointGroup((vm_at("web"), vm_at("db", "far")), "x")

    assert refusal(operation, lab(web="a*")).startswith("The host ‘far’ has not been read yet.")


def test_two_members_of_the_same_name_are_two_members() -> None:
    near, far = lab("near", web="a*"), lab("far", web="a*")
    plan = CheckpointGroup((vm_at("web", "near"), vm_at("web", "far")), "x").plan(fleet(near, far))

    assert plan.button == "Checkpoint 2 VMs"
    assert plan.title == "Checkpoint the group of 2 VMs ‘web’ on hosts ‘near’ and ‘far’ as ‘x’"
    assert expected_shapes(plan) == ["a(x*)"] * 2
