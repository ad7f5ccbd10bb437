"""What the menus and keys do to checkpoints, through the real window."""

from PySide6.QtCore import Qt

from hvtree.jobs.job import Verdict


def test_deleting_a_checkpoint_asks_with_its_plan_and_then_does_it(at_window):
    async def story(user):
        user.select("web", "p1")
        user.choose("Delete Checkpoint…")
        dialog = await user.dialog()
        assert dialog.heading == "Delete checkpoint ‘p1’ on VM ‘web’"
        dialog.press("Delete checkpoint")
        job = await user.job_ended()
        assert job.verdict is Verdict.AS_PLANNED
        assert user.shape("web") == "base(p2*)"

    at_window(story, web="base(p1(p2*))")


def test_del_and_enter_delete_nothing(at_window):
    async def story(user):
        user.select("web", "p1")
        await user.key(Qt.Key.Key_Delete)
        dialog = await user.dialog()
        assert dialog.default_button() == "Cancel"
        dialog.key(Qt.Key.Key_Return)
        await user.quiet()
        assert user.jobs == ()
        assert user.shape("web") == "base(p1(p2*))"

    at_window(story, web="base(p1(p2*))")
