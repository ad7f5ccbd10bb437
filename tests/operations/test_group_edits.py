"""Deleting, renaming and exporting a group checkpoint; deleting all; starting and saving a group in order."""

from __future__ import annotations

from hvtree.domain.edits import Export, Power, Rename, SetPower
from hvtree.domain.group import StartStage
from hvtree.domain.model import VmState
from hvtree.operations.base import Risk
from hvtree.operations.delete_all import DeleteAllCheckpoints
from hvtree.operations.group_edits import (
    DeleteGroupCheckpoint,
    ExportGroupCheckpoint,
    RenameGroupCheckpoint,
)
from hvtree.operations.group_power import SaveGroup, StartGroup
from hvtree.operations.group_target import GroupTarget
from hvtree.operations.notes import LockCheckpoints
from tests.operations.test_apply_group import HOST, marked, member
from tests.support.calls import python_calls
from tests.support.plans import after, at, fleet, refusal, sentences, titles, vm_at
from tests.support.trees import id_of, lab, ref, shape, vm

TARGET = GroupTarget("g1")


def test_exactly_the_checkpoints_of_the_group_go() -> None:
    plan = DeleteGroupCheckpoint(TARGET).plan(fleet(HOST))

    assert {shape(each) for each in after(plan).vms.values()} == {"base(later*)", ""}
    assert plan.title == "Delete the group checkpoint ‘joint’ of 3 VMs"
    assert "The 4 other checkpoints of these VMs stay." in sentences(plan)
    assert sentences(plan)[0].startswith("The state kept in 3 checkpoints ‘joint’ is gone for good")


def test_a_locked_part_keeps_the_whole_group_checkpoint() -> None:
    locked = LockCheckpoints((at(HOST, "db", "joint"),)).plan(fleet(HOST))
    state = HOST.with_vms(*after(locked).vms.values())
    both = LockCheckpoints(tuple(at(HOST, each, "joint") for each in ("web", "db"))).plan(fleet(HOST))
    assert sentences(both)[0] == (
        "HVTree refuses to delete 2 checkpoints ‘joint’ until somebody unlocks them."
    )

    assert "Checkpoint ‘joint’ is locked by anna: Patch." in refusal(DeleteGroupCheckpoint(TARGET), state)


def test_all_parts_get_the_new_name_and_those_that_have_it_are_passed_over() -> None:
    state = Rename(ref(HOST, "db", "joint"), "patched").on(HOST)
    plan = RenameGroupCheckpoint(TARGET, "patched").plan(fleet(state))

    assert [step.edit for step in plan.steps] == [
        Rename(ref(HOST, name, "joint"), "patched") for name in ("old", "web")
    ]
    assert "already called ‘patched’" in refusal(
        RenameGroupCheckpoint(TARGET, "patched"),
        Rename(ref(HOST, "web", "joint"), "patched").on(
            Rename(ref(HOST, "old", "joint"), "patched").on(state)
        ),
    )


def test_each_part_is_exported_below_the_name_of_its_vm() -> None:
    plan = ExportGroupCheckpoint(TARGET, "D:\\Out").plan(fleet(HOST))

    assert [step.edit for step in plan.steps] == [
        Export(ref(HOST, name, "joint"), "D:\\Out") for name in ("db", "old", "web")
    ]


def test_two_vms_of_one_name_are_exported_apart() -> None:
    twin = vm("joint*", "WEB")
    state = marked(lab(web=member("web"), twin=twin))
    plan = ExportGroupCheckpoint(TARGET, "D:\\Out").plan(fleet(state))

    folders = {step.edit.folder for step in plan.steps if isinstance(step.edit, Export)}
    assert folders == {f"D:\\Out\\{id_of('web')}", f"D:\\Out\\{twin.id}"}


def test_all_checkpoints_of_vms_is_another_louder_plan() -> None:
    state = lab(web="a(b* c)", db="x:Recovery(y*)")
    plan = DeleteAllCheckpoints((vm_at("web"), vm_at("db"))).plan(fleet(state))

    assert plan.title == "Delete all 4 checkpoints of VMs ‘web’ and ‘db’"
    assert plan.risk is Risk.FORGETS
    assert {shape(each) for each in after(plan).vms.values()} == {"", "x*"}
    assert sentences(plan)[0] == (
        "These are all checkpoints of VMs ‘web’ and ‘db’, whoever has taken them and whatever for."
    )
    assert sentences(plan)[-1] == "1 checkpoint of backups or replication stays."


def test_vms_without_checkpoints_have_nothing_to_delete() -> None:
    assert refusal(DeleteAllCheckpoints((vm_at("web"),)), lab(web="")) == (
        "There is nothing to delete on VM ‘web’. They have no checkpoints that could be deleted. "
        "Select VMs that have checkpoints."
    )


def test_whether_all_can_be_deleted_costs_by_vms_and_not_by_their_checkpoints() -> None:
    def calls(checkpoints: int) -> int:
        shown = fleet(lab(web=" ".join(f"c{number}" for number in range(checkpoints)) + "*"))
        return python_calls(lambda: DeleteAllCheckpoints((vm_at("web"),)).check(shown))

    assert calls(50) == calls(5)


FARM = lab(
    sql=vm("", "sql"),
    app=vm("", "app", state=VmState.SAVED),
    web=vm("", "web", state=VmState.PAUSED),
    dc=vm("", "dc", state=VmState.RUNNING),
)
STAGES = (StartStage((vm_at("sql"),), 0), StartStage((vm_at("app"), vm_at("web"), vm_at("dc")), 60))
VMS = tuple(vm_at(name) for name in ("sql", "app", "web", "dc"))


def test_a_group_starts_in_its_order_and_who_runs_is_left_alone() -> None:
    plan = StartGroup(VMS, STAGES).plan(fleet(FARM))

    assert [(step.edit, step.wait_s) for step in plan.steps] == [
        (SetPower((id_of("web"),), Power.RESUME), 0),
        (SetPower((id_of("sql"),), Power.START), 0),
        (SetPower((id_of("app"),), Power.START), 60),
    ]
    assert {each.state for each in after(plan).vms.values()} == {VmState.RUNNING}
    assert sentences(plan) == ("VM ‘dc’ stays as it is.",)


def test_a_group_is_saved_the_other_way_round_and_stays_saved() -> None:
    running = lab(**{name: vm("", name, state=VmState.RUNNING) for name in ("sql", "app", "web", "dc")})
    plan = SaveGroup(VMS, STAGES).plan(fleet(running))

    assert titles(plan) == ["Save VMs ‘app’, ‘web’ and ‘dc’", "Save VM ‘sql’"]
    assert plan.steps[1].edit == SetPower((id_of("sql"),), Power.SAVE)
    assert plan.leaves_stopped
    assert {each.state for each in after(plan).vms.values()} == {VmState.SAVED}


def test_a_group_that_runs_already_has_nothing_to_start() -> None:
    running = lab(sql=vm("", "sql", state=VmState.RUNNING))

    assert refusal(StartGroup((vm_at("sql"),)), running) == (
        "There is nothing to start in this group. They are Running already. Leave them as they are."
    )
