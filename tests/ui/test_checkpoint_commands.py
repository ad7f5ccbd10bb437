"""What the menus and keys do to checkpoints, through the real window."""

from PySide6.QtCore import Qt, QTimer

from hvtree.domain.model import VmState
from hvtree.jobs.job import Verdict
from hvtree.values import replace
from tests.support import trees
from tests.support.narrowing import not_none
from tests.support.window import AtWindow, WindowUser


def test_deleting_a_checkpoint_asks_with_its_plan_and_then_does_it(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        user.choose("Delete Checkpoint…")
        dialog = await user.dialog()
        assert dialog.heading == "Delete checkpoint ‘p1’ on VM ‘web’"
        dialog.press("Delete checkpoint")
        job = await user.job_ended()
        assert job.verdict is Verdict.AS_PLANNED
        assert user.shape("web") == "base(p2*)"

    at_window(story, web="base(p1(p2*))")


def test_after_a_deletion_its_parent_is_selected_and_shown(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        user.choose("Delete Checkpoint…")
        (await user.dialog()).press("Delete checkpoint")
        await user.job_ended()
        await user.until(lambda: user.selection.checkpoints == (user.address("web", "base"),), "an heir")
        await user.quiet()
        assert user.window.details.details.title == "base"

    at_window(story, web="base(p1(p2*))")


def test_del_and_enter_delete_nothing(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        await user.key(Qt.Key.Key_Delete)
        dialog = await user.dialog()
        assert dialog.default_button() == "Cancel"
        dialog.key(Qt.Key.Key_Return)
        await user.quiet()
        assert user.jobs == ()
        assert user.shape("web") == "base(p1(p2*))"

    at_window(story, web="base(p1(p2*))")


def test_several_checkpoints_of_several_vms_are_deleted_in_one_plan(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        user.select("web", "p2", more=True)
        user.select("db", "x", more=True)
        user.choose("Delete Checkpoint…")
        dialog = await user.dialog()
        assert [row[0] for row in dialog.table()] == ["x", "p1", "p2"]
        dialog.press("Delete 3 checkpoints")
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED
        assert (user.shape("web"), user.shape("db")) == ("base*", "")

    at_window(story, web="base(p1(p2*))", db="x*")


def test_a_subtree_is_listed_whole_and_deleted_whole(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        user.choose("Delete Checkpoint Subtree…")
        dialog = await user.dialog()
        assert [row[0] for row in dialog.table()] == ["p1", "p2", "p3"]
        dialog.press(dialog.buttons()[0])
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED
        assert user.shape("web") == "base*"

    at_window(story, web="base*(p1(p2 p3))")


def test_apply_takes_a_checkpoint_of_the_present_state_first(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "base")
        user.choose("Apply…")
        dialog = await user.dialog()
        assert dialog.buttons() == ["Create Checkpoint and Apply", "Apply", "Cancel"]
        assert dialog.default_button() == "Create Checkpoint and Apply"
        dialog.press("Create Checkpoint and Apply")
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED
        web = user.vm("web")
        assert web.by_id[not_none(web.now_id)].name == "base"
        assert any(checkpoint.name.startswith("Safety Checkpoint") for checkpoint in web.checkpoints)

    at_window(story, web="base(p1*)")


def test_start_afterwards_is_part_of_the_plan(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "base")
        user.choose("Apply…")
        dialog = await user.dialog()
        dialog.tick("Start the VM afterwards")
        dialog.press("Create Checkpoint and Apply")
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED
        assert user.vm("web").state is VmState.RUNNING

    at_window(story, web="base(p1*)")


def test_revert_takes_the_vm_back_to_the_parent_of_now(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        user.choose("Revert…")
        dialog = await user.dialog()
        assert dialog.buttons() == ["Create Checkpoint and Revert", "Revert", "Cancel"]
        dialog.press("Revert")  # shows what it does
        dialog.press("Revert")
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED
        assert user.shape("web") == "base(p1*)"

    at_window(story, web="base(p1*)")


def test_export_goes_to_a_folder_on_the_host(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        user.choose("Export…")
        dialog = await user.dialog()
        assert dialog.fields()[0].text().endswith("\\Exports")
        dialog.type("")
        assert dialog.buttons() == ["Cancel"]
        dialog.type("D:\\Copies")
        dialog.press("Export")
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED

    at_window(story, web="base(p1*)")


def test_a_group_checkpoint_shows_each_member_now_and_afterwards(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        user.select("db", more=True)
        user.choose("Checkpoint Group…")
        dialog = await user.dialog()
        dialog.type("farm")
        assert dialog.table() == [
            ("db", "0 → 1", "Off", "Off", "Off"),
            ("web", "0 → 1", "Running", "Saved", "Running"),
        ]
        dialog.press("Checkpoint 2 VMs")
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED
        assert (user.shape("web"), user.shape("db")) == ("farm*", "farm*")
        assert (user.vm("web").state, user.vm("db").state) == (VmState.RUNNING, VmState.OFF)

    web = replace(trees.vm("", "web"), state=VmState.RUNNING)
    at_window(story, web=web, db=replace(trees.vm("", "db"), state=VmState.OFF))


LEAVE = "Leave the VMs as they are if the connection fails"


def test_the_plan_says_that_the_host_brings_vms_back_unless_the_user_wishes_otherwise(
    at_window: AtWindow,
) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        user.select("db", more=True)
        user.choose("Checkpoint Group…")
        dialog = await user.dialog()
        assert (
            "If this computer or the network fails, host ‘vhost’ brings VM ‘web’ back within 45 seconds."
            in dialog.text()
        )
        dialog.tick(LEAVE)
        assert "VM ‘web’ on host ‘vhost’ stays as it is then, as you wish." in dialog.text()
        dialog.press("Checkpoint 2 VMs")
        job = await user.job_ended()
        assert (job.verdict, job.plan.leaves_stopped) == (Verdict.AS_PLANNED, True)

    web = replace(trees.vm("", "web"), state=VmState.RUNNING)
    at_window(story, web=web, db=trees.vm("", "db"))


def test_only_a_plan_that_stops_vms_asks_what_to_do_if_the_connection_fails(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        for vm, has_box in (("web", True), ("db", False)):
            user.select(vm, "base")
            user.choose("Apply…")
            dialog = await user.dialog()
            leave = "Leave the VM as it is if the connection fails"
            assert (leave in dialog.boxes()) is has_box
            dialog.press("Cancel")

    web = replace(trees.vm("base(p1*)", "web"), state=VmState.RUNNING)
    at_window(story, web=web, db="base(p1*)")


def test_cancel_leaves_everything_untouched(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "base")
        user.choose("Apply…")
        (await user.dialog()).press("Cancel")
        await user.quiet()
        assert user.jobs == ()

    at_window(story, web="base(p1*)")


def test_an_unchanged_host_needs_no_second_answer(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        user.choose("Delete Checkpoint…")
        (await user.dialog()).press("Delete checkpoint")
        await user.job_ended()
        assert user.open_dialog() is None

    at_window(story, web="base(p1(p2*))")


def test_a_host_that_changed_meanwhile_is_planned_and_asked_again(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "p1")
        user.choose("Delete Checkpoint…")
        dialog = await user.dialog()
        user.host.hold("host.read")
        colleague = user.host.hyperv.checkpoint_vm(vm=[trees.id_of("web")], snapshot_name="by a colleague")
        await user.until(lambda: colleague.is_done, "the colleague's checkpoint")
        dialog.press("Delete checkpoint")
        user.host.release()
        again = await user.dialog()
        assert "has changed" in again.note()
        again.press("Cancel")
        job = await user.job_ended()
        assert job.verdict is Verdict.DECLINED
        assert "p1" in user.shape("web")

    at_window(story, web="base(p1*)")


def test_the_default_name_follows_the_time_until_the_checkpoint_is_made(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web")
        user.choose("Checkpoint…")
        dialog = await user.dialog()
        assert dialog.fields()[0].placeholderText().startswith("web - (9/24/2026 - 12:00:")
        await user.host.clock.pass_by(480)
        for timer in dialog.widget.findChildren(QTimer):
            timer.timeout.emit()
        assert dialog.fields()[0].placeholderText().startswith("web - (9/24/2026 - 12:08:")
        dialog.press("Checkpoint")
        assert (await user.job_ended()).verdict is Verdict.AS_PLANNED
        assert user.vm("web").checkpoints[-1].name.startswith("web - (9/24/2026 - 12:08:")

    at_window(story, web="base*")
