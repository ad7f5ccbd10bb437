"""Group checkpoints in the window: planned member by member, taken, watched, applied, and deleted as one."""

from __future__ import annotations

import pytest

from hvtree.domain.edits import Delete
from hvtree.domain.group import GroupMethod
from hvtree.domain.group_mark import GroupMark
from hvtree.domain.model import VmState
from hvtree.emulator.host.faults import Fault
from hvtree.jobs.job import Verdict
from hvtree.operations.group import CheckpointGroup
from hvtree.ui.models.group_keys import checkpoint_key, group_key
from hvtree.ui.models.run_table import run_table
from hvtree.ui.widgets.signs import Sign
from tests.support import trees
from tests.support.group_user import FARM, GroupUser
from tests.support.window import AtWindow, WindowUser

MARK = GroupMark("6c1f-1", 2, FARM, "Farm", spread_ms=38)


def test_a_named_group_is_checkpointed_by_its_method_and_shows_the_new_row(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db", method=GroupMethod.PAUSE_ONLY)
        await groups.take("joint")
        job = user.jobs[0]
        assert job.verdict is Verdict.AS_PLANNED
        assert isinstance(job.plan.operation, CheckpointGroup)
        assert (job.plan.operation.method, job.plan.operation.group_id) == (GroupMethod.PAUSE_ONLY, FARM)
        assert groups.rows()["Farm | 2 VMs on vhost"][0] == "joint | 2 of 2 VMs"
        assert user.shape("web") == "base(joint*)"

    at_window(story, web=trees.vm("base*", "web", state=VmState.RUNNING), db="")


def test_the_plan_shows_each_member_now_meanwhile_and_afterwards(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        await groups.show()
        user.choose("Checkpoint Group…")
        dialog = await user.dialog()
        assert dialog.table() == [
            ("web", "1 → 2", "Running", "Saved", "Running"),
            ("db", "0 → 1", "Off", "Off", "Off"),
        ]
        dialog.radio("Pause only")
        assert dialog.table()[0] == ("web", "1 → 2", "Running", "Paused", "Running")
        dialog.radio("No interruption")
        assert dialog.table()[0] == ("web", "1 → 2", "Running", "Running", "Running")
        assert "not of one instant" in dialog.text()
        dialog.press("Cancel")

    at_window(story, web=trees.vm("base*", "web", state=VmState.RUNNING), db="")


def test_who_stands_in_the_way_is_shown_member_by_member_and_nothing_is_stopped(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "busy")
        await groups.show()
        user.choose("Checkpoint Group…")
        dialog = await user.dialog()
        assert dialog.table() == [
            ("web", "1", "Running", "Takes part", ""),
            ("busy", "0", "Stopping", "Cannot take part", ""),
        ]
        assert "‘busy’" in dialog.text()
        assert dialog.buttons() == ["Cancel"]
        dialog.press("Cancel")

    at_window(
        story,
        web=trees.vm("base*", "web", state=VmState.RUNNING),
        busy=trees.vm("", "busy", state=VmState.STOPPING),
    )


def test_a_member_that_cannot_be_found_is_left_out_only_if_the_user_says_so(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await user.open_another(trees.lab("west", db=""))
        await groups.make("Farm", "web", "db")
        user.workspace.remove_host("west")
        await groups.show()
        user.choose("Checkpoint Group…")
        dialog = await user.dialog()
        assert dialog.buttons() == ["Cancel"]
        dialog.tick("Without 1 member that cannot be found")
        dialog.press("Checkpoint 1 VM")
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED

    at_window(story, web="base*")


def test_while_it_runs_each_vm_shows_how_far_it_is_and_afterwards_for_how_long_it_stood_still(
    at_window: AtWindow,
) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        user.host.hold("vm.checkpoint")
        await groups.show()
        user.choose("Checkpoint Group…")
        (await user.dialog()).press("Checkpoint 2 VMs")
        await user.host.asked("vm.checkpoint")
        await user.quiet()
        table = user.window.activity.pane.run_table()
        assert table is not None
        assert table.captions == ("Pause", "Save", "Checkpoint", "Start")
        assert [[cell.sign for cell in row.cells] for row in table.rows] == [
            [Sign.DONE, Sign.DONE, Sign.RUNNING, Sign.WAITING],
            [None, None, Sign.RUNNING, None],
        ]
        user.host.release("vm.checkpoint")
        job = await user.job_ended()
        await user.quiet()
        table = run_table(job)
        assert user.window.activity.pane.run_table() == table
        assert [row.cells[2].sign for row in table.rows] == [Sign.DONE, Sign.DONE]
        assert table.rows[0].stood_still
        assert table.rows[1].stood_still == ""

    at_window(story, web=trees.vm("base*", "web", state=VmState.RUNNING), db="")


def test_the_vm_that_failed_is_the_one_with_the_cross(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        user.host.hyperv.faults.add(Fault(cmdlet="Checkpoint-VM", vm="db", error="OperationFailed"))
        await groups.show()
        user.choose("Checkpoint Group…")
        (await user.dialog()).press("Checkpoint 2 VMs")
        job = await user.job_ended()
        table = run_table(job)
        column = table.captions.index("Checkpoint")
        assert [row.cells[column].sign for row in table.rows] == [Sign.DONE, Sign.FAILED]
        assert table.rows[1].cells[column].tip
        assert any(isinstance(each.edit, Delete) for each in job.steps)
        assert "Delete" in table.captions

    at_window(story, web="base*", db="")


def test_all_go_back_together_first_with_a_safety_group_checkpoint(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        key = await groups.take("joint")
        groups.select(checkpoint_key(key))
        await user.quiet()
        user.choose("Apply Group Checkpoint…")
        dialog = await user.dialog()
        assert dialog.table() == [
            ("db", "as it was", "Off", "Off"),
            ("web", "as it was", "Running", "Running"),
        ]
        assert dialog.default_button() == "Create Checkpoints and Apply"
        dialog.press("Create Checkpoints and Apply")
        assert (await user.job_ended(2)).verdict is Verdict.AS_PLANNED
        await user.quiet()
        assert len(user.vm("web").checkpoints) == len(user.vm("db").checkpoints) + 1 == 3
        assert user.vm("web").state is VmState.RUNNING

    at_window(story, web=trees.vm("base*", "web", state=VmState.RUNNING), db="")


def test_a_group_checkpoint_that_is_not_whole_is_applied_only_if_the_user_says_so(
    at_window: AtWindow,
) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        key = await groups.take("joint")
        user.host.hyperv.remove_vm_snapshot(vm_snapshot=[user.ref("db", "joint").checkpoint_id])
        await user.until(lambda: user.shape("db") == "", "it is gone")
        groups.select(checkpoint_key(key))
        await user.quiet()
        user.choose("Apply Group Checkpoint…")
        dialog = await user.dialog()
        assert dialog.buttons() == ["Cancel"]
        assert "The checkpoint of VM ‘db’ is gone." in dialog.text()
        dialog.tick("Without 1 VM whose checkpoint is missing")
        assert "Apply" in dialog.buttons()
        dialog.press("Cancel")

    at_window(story, web="base*", db="")


def test_exactly_the_groups_own_checkpoints_are_deleted(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        key = await groups.take("joint")
        groups.select(checkpoint_key(key))
        await user.quiet()
        user.choose("Delete Group Checkpoint…")
        dialog = await user.dialog()
        assert {row[:2] for row in dialog.table()} == {("joint", "web"), ("joint", "db")}
        dialog.press("Delete 2 checkpoints")
        assert (await user.job_ended(2)).verdict is Verdict.AS_PLANNED
        await user.quiet()
        assert (user.shape("web"), user.shape("db")) == ("base*", "")
        assert groups.rows() == {"Farm | 2 VMs on vhost": ["web | Off", "db | Off"]}

    at_window(story, web="base*", db="")


def test_all_parts_get_the_new_name(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        key = await groups.take("joint")
        groups.select(checkpoint_key(key))
        await user.quiet()
        user.choose("Rename Group Checkpoint…")
        dialog = await user.dialog()
        assert dialog.fields()[0].text() == "joint"
        dialog.type("before CU14")
        dialog.press("Rename")
        assert (await user.job_ended(2)).verdict is Verdict.AS_PLANNED
        assert (user.shape("web"), user.shape("db")) == ("before CU14*", "before CU14*")

    at_window(story, web="", db="")


def test_all_checkpoints_of_vms_go_only_when_their_number_was_typed(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        user.select("db", more=True)
        user.choose("Delete All Checkpoints of These VMs…")
        dialog = await user.dialog()
        assert dialog.table() == [("db", "1", "0"), ("web", "2", "0")]
        assert dialog.buttons() == ["Cancel"]
        dialog.type("2")
        assert "Type 3 first." in dialog.button("Delete all 3 checkpoints").toolTip()
        dialog.type("3")
        dialog.press("Delete all 3 checkpoints")
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED
        assert (user.shape("web"), user.shape("db")) == ("", "")

    at_window(story, web="base(p1*)", db="x*")


def test_all_parts_are_locked_and_unlocked_as_one(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        key = await groups.take("joint")
        groups.select(checkpoint_key(key))
        await user.quiet()
        user.choose("Lock")
        await user.job_ended(2)
        await user.quiet()
        assert all(each.is_locked for vm in ("web", "db") for each in user.vm(vm).checkpoints)
        assert "Locked\tall" in groups.details() or "Locked\nall" in groups.details()

    at_window(story, web="", db="")


def test_a_group_is_saved_and_started_again_in_its_order(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        await groups.show()
        user.choose("Save Group…")
        (await user.dialog()).press("Save 2 VMs")
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED
        assert [user.vm(name).state for name in ("web", "db")] == [VmState.SAVED, VmState.SAVED]
        assert [each.title for each in user.jobs[0].steps] == ["Save VM ‘db’", "Save VM ‘web’"]
        await user.quiet()
        user.choose("Start Group…")
        (await user.dialog()).press("Start 2 VMs")
        assert (await user.job_ended(2)).verdict is Verdict.AS_PLANNED
        assert [user.vm(name).state for name in ("web", "db")] == [VmState.RUNNING, VmState.RUNNING]

    at_window(
        story,
        web=trees.vm("", "web", state=VmState.RUNNING),
        db=trees.vm("", "db", state=VmState.RUNNING),
    )


@pytest.mark.parametrize(
    ("action", "button"),
    [("Start Group…", "Start 1 VM"), ("Save Group…", "Save 1 VM"), ("Shut Down Group…", "Shut down 1 VM")],
)
def test_nobody_is_left_out_in_silence_when_a_group_is_started_or_stopped(
    at_window: AtWindow, action: str, button: str
) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await user.open_another(trees.lab("west", db=""))
        await groups.make("Farm", "web", "db")
        user.workspace.remove_host("west")
        await groups.show()
        user.choose(action)
        dialog = await user.dialog()
        assert dialog.buttons() == ["Cancel"]
        dialog.tick("Without 1 member that cannot be found")
        assert dialog.buttons() == [button, "Cancel"]
        dialog.press(button)
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED

    state = VmState.OFF if action.startswith("Start") else VmState.RUNNING
    at_window(story, web=trees.vm("", "web", state=state))


def test_the_second_plan_says_for_how_long_they_stop_by_the_first(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        groups = GroupUser(user)
        await groups.make("Farm", "web", "db")
        await groups.take("joint")
        await user.until(lambda: bool(user.workspace.groups.records), "it is kept")
        groups.select(group_key(FARM))
        await user.quiet()
        user.choose("Checkpoint Group…")
        dialog = await user.dialog()
        assert "By what was measured before, that takes about" in dialog.text()
        dialog.press("Cancel")

    at_window(story, web=trees.vm("base*", "web", state=VmState.RUNNING, memory_bytes=1 << 30), db="")
