"""The list of jobs: newest first, done ones folded into a line, cleared on demand, by key too."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from hvtree.emulator.host.faults import Fault
from hvtree.jobs.job import JobView
from hvtree.jobs.queue import KEPT
from hvtree.values import replace
from tests.support.window import AtWindow, WindowUser
from tests.ui.test_activity import begin_export, take_checkpoint


def listed(user: WindowUser) -> list[str]:
    """Return what each visible row of the list says in its last column, a step indented, from the top."""
    tree = user.window.activity.tree
    index = tree.model().index(0, 0)
    rows = []
    while index.isValid():
        rows.append("  " * index.parent().isValid() + str(index.siblingAtColumn(3).data()))
        index = tree.indexBelow(index)
    return rows


def is_open(user: WindowUser, job: JobView) -> bool:
    activity = user.window.activity
    return activity.tree.isExpanded(activity.model.index_of(job.id))


async def fail(user: WindowUser) -> JobView:
    """Let a job fail."""
    user.host.hyperv.faults.add(Fault(cmdlet="Checkpoint-VM", vm="web", error="OperationFailed"))
    return await take_checkpoint(user)


def test_the_newest_job_is_the_first(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await fail(user)
        await take_checkpoint(user)
        assert [row for row in listed(user) if not row.startswith(" ")] == ["Done as planned", "Failed"]

    at_window(story, web="")


def test_a_job_is_open_while_it_runs_and_folded_when_it_is_done(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await begin_export(user)
        assert is_open(user, user.jobs[0])
        job = await user.job_ended()
        await user.quiet()
        assert not is_open(user, job)
        assert listed(user) == ["Done as planned"]

    at_window(story, web="base*")


def test_a_job_that_failed_stays_open(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        job = await fail(user)
        await user.quiet()
        assert is_open(user, job)

    at_window(story, web="")


def test_a_job_that_the_user_has_opened_or_folded_is_left_so(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await begin_export(user)
        activity = user.window.activity
        row = activity.model.index_of(user.jobs[0].id)
        activity.tree.collapse(row)
        activity.tree.expand(row)
        await user.job_ended()
        await user.quiet()
        assert is_open(user, user.jobs[0])

    at_window(story, web="base*")


def test_a_step_that_is_being_read_is_not_folded_away(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await begin_export(user)
        activity = user.window.activity
        step = activity.model.index(0, 0, activity.model.index_of(user.jobs[0].id))
        activity.tree.setCurrentIndex(step)
        await user.job_ended()
        await user.quiet()
        assert activity.tree.currentIndex() == step
        assert is_open(user, user.jobs[0])

    at_window(story, web="base*")


def test_the_list_keeps_the_latest_jobs_that_have_ended_and_the_one_that_is_read(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        read = await fail(user)
        user.host.hyperv.faults.clear()
        activity = user.window.activity
        job = await take_checkpoint(user)
        activity.select(read.id)
        for number in range(3, KEPT + 4):
            activity.show_job(replace(job, id=number, verdict=None))
            activity.show_job(replace(job, id=number))
        assert [each.id for each in activity.model.jobs] == [*range(KEPT + 3, 2, -1), read.id]

    at_window(story, web="")


def test_clear_removes_what_is_done_and_leaves_what_failed_and_what_runs(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await take_checkpoint(user)
        failed = await fail(user)
        user.host.hyperv.faults.clear()
        await begin_export(user)
        activity = user.window.activity
        activity.clear_button.click()
        assert [each.id for each in activity.model.jobs] == [user.jobs[-1].id, failed.id]
        await user.job_ended(3)
        await user.quiet()
        assert [each.id for each in activity.model.jobs] == [user.jobs[-1].id, failed.id]

    at_window(story, web="base*")


def test_failed_jobs_are_cleared_only_where_that_is_said(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        job = await fail(user)
        await user.quiet()
        button = user.window.activity.clear_button
        assert button.isEnabled()
        button.click()
        assert user.window.activity.model.index_of(job.id).isValid()
        (said,) = button.menu().actions()
        assert said.text() == "Clear Failed Jobs Too"
        assert button.menu().isVisible()
        said.trigger()
        button.menu().close()
        assert not user.window.activity.model.index_of(job.id).isValid()
        assert user.window.activity.pane.text() == ""
        assert not button.isEnabled()

    at_window(story, web="")


def test_clear_says_what_it_will_remove(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        button = user.window.activity.clear_button
        assert button.toolTip() == "No job in this list is done."
        await take_checkpoint(user)
        assert button.toolTip() == "Remove 1 job that is done from this list."
        await fail(user)
        assert button.accessibleDescription() == (
            "Remove 1 job that is done from this list. "
            "Jobs that failed or differ from their plans stay until you clear them by the arrow or the Down key."
        )

    at_window(story, web="")


def test_clear_and_its_menu_are_reached_and_used_by_key(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await take_checkpoint(user)
        failed = await fail(user)
        await user.quiet()
        activity = user.window.activity
        user.window.activateWindow()
        activity.tree.setFocus()
        presses = 0
        while user.window.focusWidget() is not activity.clear_button and presses < 10:
            QTest.keyClick(user.window.focusWidget(), Qt.Key.Key_Tab)
            presses += 1
        QTest.keyClick(activity.clear_button, Qt.Key.Key_Space)
        assert [each.id for each in activity.model.jobs] == [failed.id]
        QTest.keyPress(activity.clear_button, Qt.Key.Key_Down)
        QTest.keyPress(activity.clear_button.menu(), Qt.Key.Key_Down)
        QTest.keyPress(activity.clear_button.menu(), Qt.Key.Key_Return)
        assert not activity.model.jobs

    at_window(story, web="")


def test_who_reads_an_older_job_keeps_it_when_others_are_cleared(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        failed = await fail(user)
        user.host.hyperv.faults.clear()
        await take_checkpoint(user)
        activity = user.window.activity
        activity.select(failed.id)
        activity.clear_button.click()
        assert activity.tree.currentIndex() == activity.model.index_of(failed.id)
        assert failed.title in activity.pane.text()

    at_window(story, web="")


def test_the_panel_that_was_hidden_stays_so_after_it_was_cleared(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await take_checkpoint(user)
        await user.quiet()
        user.window.activity.clear_button.click()
        user.choose_from("View", "Activity")
        await take_checkpoint(user)
        await user.quiet()
        assert user.window.activity.isHidden()

    at_window(story, web="")
