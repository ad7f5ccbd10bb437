"""The activity panel: what has been done and what is going on."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSplitter, QWidget
from pytestqt.modeltest import ModelTester

from hvtree.domain.edits import Power, SetPower
from hvtree.emulator.host.faults import Fault
from hvtree.jobs.job import JobView, Verdict
from hvtree.operations.base import Step
from hvtree.ui.dialogs.plan_lines import step_lines
from hvtree.ui.models.activity import JobColumn
from tests.support.harness import Yes
from tests.support.steps import Steps
from tests.support.window import AtWindow, WindowUser


class Hidden(QObject):
    """Counts how often a widget is hidden."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.times = 0
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        self.times += event.type() is QEvent.Type.Hide
        return False


async def take_checkpoint(user: WindowUser) -> JobView:
    user.select("web")
    user.choose("Checkpoint")
    return await user.job_ended(len(user.jobs))


async def begin_export(user: WindowUser) -> None:
    """Begin an export, and wait until it is under way."""
    user.select("web", "base")
    user.choose("Export…")
    (await user.dialog()).press("Export")
    await user.until(
        lambda: bool(user.jobs[-1].steps) and (user.jobs[-1].steps[0].percent or 0) > 10, "exporting"
    )


def column(user: WindowUser, job: int, which: JobColumn) -> str:
    model = user.window.activity.model
    return str(model.index(job, which).data())


def test_it_is_hidden_until_there_is_a_first_job(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        assert user.window.activity.isHidden()
        await take_checkpoint(user)
        assert user.window.activity.isVisible()

    at_window(story, web="")


def test_the_selected_row_stays_in_sight_when_the_panel_takes_room(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "c25")
        user.window.tree.scrollTo(user.window.tree.currentIndex())
        user.choose("Delete Checkpoint…")
        (await user.dialog()).press("Cancel")
        tree = user.window.tree
        assert tree.viewport().rect().contains(tree.visualRect(tree.currentIndex()).center())
        user.choose_from("View", "Activity")
        await user.quiet()
        assert tree.viewport().rect().contains(tree.visualRect(tree.currentIndex()).center())

    at_window(story, web="".join(f"c{n}(" for n in range(29)) + "c29*" + ")" * 29)


def test_a_job_is_listed_with_its_steps_and_its_verdict(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await take_checkpoint(user)
        model = user.window.activity.model
        assert column(user, 0, JobColumn.STATUS) == "Done as planned"
        job = model.index(0, 0)
        steps = [model.index(row, 0, job).data() for row in range(model.rowCount(job))]
        assert steps == [
            "Take a checkpoint of VM ‘web’",
            "Write author and time into the notes of the new checkpoint",
        ]

    at_window(story, web="")


def test_a_running_job_shows_its_percent_and_can_be_cancelled(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await begin_export(user)
        pane = user.window.activity.pane
        assert user.window.status.texts()[-1] == "1 job running"
        assert pane.cancel_button.isEnabled()
        pane.cancel_button.click()
        job = await user.job_ended()
        assert job.verdict is Verdict.CANCELLED
        assert not pane.cancel_button.isEnabled()
        assert pane.cancel_button.toolTip()

    at_window(story, web="base*")


def test_the_model_keeps_qts_rules_through_a_whole_job(
    at_window: AtWindow, qtmodeltester: ModelTester
) -> None:
    async def story(user: WindowUser) -> None:
        qtmodeltester.check(user.window.activity.model)
        await begin_export(user)
        await user.job_ended()
        await take_checkpoint(user)

    at_window(story, web="base*")


def test_a_job_that_ends_while_the_jobs_are_hidden_is_said_in_the_status_bar(
    at_window: AtWindow,
) -> None:
    async def story(user: WindowUser) -> None:
        await take_checkpoint(user)
        user.choose_from("View", "Activity")
        user.choose("Checkpoint")
        await user.job_ended(2)
        await user.quiet()
        assert user.window.activity.isHidden()
        assert user.window.statusBar().currentMessage().startswith("Done as planned: Take a checkpoint of VM")

    at_window(story, web="base*")


def test_the_jobs_have_room_also_if_they_were_hidden_when_the_sizes_were_remembered(
    at_window: AtWindow,
) -> None:
    async def story(user: WindowUser) -> None:
        splitter = user.window.activity.parentWidget()
        assert isinstance(splitter, QSplitter)
        splitter.setSizes([splitter.height(), 0])
        await take_checkpoint(user)
        await user.quiet()
        assert user.window.activity.height() > 150

    at_window(story, web="base*")


def test_after_cancelling_by_key_the_focus_stays_with_the_job(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "base")
        user.choose("Export…")
        (await user.dialog()).press("Export")
        pane = user.window.activity.pane
        await user.until(pane.cancel_button.isEnabled, "exporting")
        user.window.activateWindow()
        pane.cancel_button.setFocus()
        pane.cancel_button.click()
        await user.job_ended()
        await user.quiet()
        assert pane.isAncestorOf(user.window.focusWidget())

    at_window(story, web="base*")


def test_a_failure_says_what_why_and_keeps_the_raw_record_one_click_away(
    at_window: AtWindow,
) -> None:
    async def story(user: WindowUser) -> None:
        user.host.hyperv.faults.add(Fault(cmdlet="Checkpoint-VM", vm="web", error="OperationFailed"))
        job = await take_checkpoint(user)
        assert job.verdict is Verdict.FAILED
        pane = user.window.activity.pane
        assert "Failed" in pane.text()
        assert not pane.details.is_open
        assert "FullyQualifiedErrorId" in pane.text()
        pane.copy_button.click()
        assert QGuiApplication.clipboard().text() == pane.text()

    at_window(story, web="")


def test_the_job_that_is_shown_in_full_stands_still_while_others_go_on(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.host.hyperv.faults.add(Fault(cmdlet="Checkpoint-VM", vm="web", error="OperationFailed"))
        failed = await take_checkpoint(user)
        await take_checkpoint(user)
        user.window.activity.select(failed.id)
        hidden = Hidden(user.window.activity.pane.details)
        await take_checkpoint(user)
        assert hidden.times == 0

    at_window(story, web="")


def test_a_step_that_waits_for_its_time_says_so_until_it_is_cancelled(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        start = Step("Start web", user.view.id, SetPower((user.vm("web").id,), Power.START), wait_s=600)
        plan = user.workspace.plan(Steps((start,)))
        assert [each.text for each in step_lines(plan)] == ["Start web, 600 s later"]
        user.workspace.submit(plan, Yes())
        model = user.window.activity.model
        await user.until(
            lambda: model.index(0, JobColumn.STATUS, model.index(0, 0)).data() == "Waiting 600 s…", "waiting"
        )
        assert "1. Start web: Waiting 600 s…" in user.window.activity.pane.text()
        user.window.activity.pane.cancel_button.click()
        assert (await user.job_ended()).verdict is Verdict.CANCELLED

    at_window(story, web="base*")


def test_a_new_job_scrolls_into_view(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        for _ in range(12):
            await take_checkpoint(user)
        tree = user.window.activity.tree
        last = user.window.activity.model.index_of(user.jobs[-1].id)
        assert tree.currentIndex() == last
        assert tree.viewport().rect().intersects(tree.visualRect(last))

    at_window(story, web="")


def test_who_looks_at_an_older_job_is_left_alone_and_its_row_stays_where_it_is(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        for _ in range(12):
            await take_checkpoint(user)
        activity = user.window.activity
        activity.select(user.jobs[0].id)
        await user.quiet()
        tree, oldest = activity.tree, activity.model.index_of(user.jobs[0].id)
        assert tree.verticalScrollBar().value() > 0
        height = tree.visualRect(oldest).top()
        await take_checkpoint(user)
        await user.quiet()
        oldest = activity.model.index_of(user.jobs[0].id)
        assert tree.currentIndex() == oldest
        assert tree.visualRect(oldest).top() == height

    at_window(story, web="")


def test_a_job_that_failed_is_shown_even_if_the_panel_was_hidden(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        await take_checkpoint(user)
        user.choose_from("View", "Activity")
        assert user.window.activity.isHidden()
        user.host.hyperv.faults.add(Fault(cmdlet="Checkpoint-VM", vm="web", error="OperationFailed"))
        await take_checkpoint(user)
        assert user.window.activity.isVisible()

    at_window(story, web="")
