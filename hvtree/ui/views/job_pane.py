"""One job in full: what it is, how it ended, the raw error on demand, and the buttons to cancel and to copy it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QPushButton, QScrollArea, QWidget

from hvtree.jobs.job import HostVerdict, JobView, StepPhase, StepView
from hvtree.ui.format import local_time, plain_tip, shown_name, without_marks
from hvtree.ui.models.activity import VERDICTS, job_status, step_title
from hvtree.ui.widgets.banner import Banner, Tone
from hvtree.ui.widgets.code_box import CodeBox
from hvtree.ui.widgets.disclosure import Disclosure
from hvtree.ui.widgets.layouts import in_column, in_row
from hvtree.ui.widgets.wrap_label import WrapLabel

if TYPE_CHECKING:
    from hvtree.ui.models.run_table import RunTable
    from hvtree.ui.views.run_view import RunView

NOTHING_RUNS = "It has ended; there is nothing left to cancel."


class JobPane(QWidget):
    """Shows the selected job of the activity panel."""

    cancel_wanted = Signal(int, object)
    """Id of the job to cancel, and of the one host on which; None for all of it."""

    def __init__(self, host_words: Callable[[str], str], *of_the_list: QWidget) -> None:
        """`of_the_list` are the buttons of the list of jobs, which stand in the same row as those of the job."""
        super().__init__()
        self._host_words = host_words
        self._job: JobView | None = None
        self._title = WrapLabel(is_bold=True)
        self._when = WrapLabel(is_muted=True)
        self._verdict = Banner()
        self._parts: list[Banner] = []
        """One for each host of a job on several."""
        self._parts_column = in_column(None, spacing=6)
        self._run: RunView | None = None
        """The VMs of a job on several, made for the first one."""
        self._spread = WrapLabel(is_muted=True)
        self._run_column = in_column(None, self._spread, spacing=4)
        self._raw = CodeBox(can_copy=False)
        self.details = Disclosure("Show details", "Hide details", self._raw)
        self.cancel_button = QPushButton("Cancel Job")
        self.part_button = QPushButton("Cancel Part")
        self.part_button.setToolTip("Cancel what the job does on one of its hosts; it goes on on the others.")
        self.part_button.setMenu(QMenu(self))
        self.copy_button = QPushButton("Copy")
        self.cancel_button.clicked.connect(lambda: self._cancel(None))
        self.copy_button.clicked.connect(self.copy)
        self._build(of_the_list)
        self.show_job(None)

    def show_job(self, job: JobView | None) -> None:
        """Show a job, or that none is selected; the same as before is left alone, with the focus in it."""
        if job is not None and job is self._job:
            return
        self._job = job
        for widget in (self._when, self._verdict, self.details, self._spread):
            widget.hide()
        self._show_run(job)
        self._show_hosts(job.host_verdicts if job is not None else ())
        self.copy_button.setEnabled(job is not None)
        if job is None:
            self._title.setText("Jobs appear here, with every step they take.")
            self.cancel_button.setEnabled(False)
            self.cancel_button.setToolTip("No job is selected.")
            self._offer_parts(())
            return
        self._title.setText(job.title)
        self._when.setText(f"{self._hosts_of(job)} · {_when(job)}")
        self._when.show()
        self._show_message(job)
        self._raw.show_code(job.details)
        self.details.setVisible(bool(job.details))
        if not job.can_cancel and self.window().focusWidget() in (self.cancel_button, self.part_button):
            self.copy_button.setFocus()  # else the focus would jump somewhere else in the window
        self.cancel_button.setEnabled(job.can_cancel)
        note = job.cancel_note or (NOTHING_RUNS if job.verdict is not None else "")
        self.cancel_button.setToolTip(plain_tip(note))
        self._offer_parts(_cancellable_parts(job))

    def run_table(self) -> RunTable | None:
        """Return the table of VMs that is shown; None if there was none yet."""
        return self._run.table.table if self._run is not None else None

    def text(self) -> str:
        """Return the whole job as text, to copy into a mail or a ticket."""
        if self._job is None:
            return ""
        job = self._job
        steps = [
            f"{number}. {step_title(job, step)}: {_how_it_is(step)}"
            for number, step in enumerate(job.steps, start=1)
        ]
        parts = [
            job.title,
            f"{'Hosts' if len(job.host_ids) > 1 else 'Host'}: {self._hosts_of(job)}",
            _when(job),
            job_status(job),
            *steps,
            job.message,
            job.details,
        ]
        return without_marks("\n".join(part for part in parts if part))

    def copy(self) -> None:
        """Put the job on the clipboard as text."""
        QGuiApplication.clipboard().setText(self.text())

    def _show_message(self, job: JobView) -> None:
        if job.verdict is not None:
            message = "" if self._parts else job.message  # each host has its own part of it below
            sign, words = VERDICTS[job.verdict]
            self._verdict.show_text(Tone(sign), words, message)
        elif job.message or job.cancel_note:
            self._verdict.show_text(Tone.INFO, job_status(job), job.message or job.cancel_note)
        else:
            return
        self._verdict.show()

    def _show_hosts(self, ended: tuple[HostVerdict, ...]) -> None:
        """Show how a job has ended on each host, if it was about several."""
        verdicts = ended if len(ended) > 1 else ()
        while len(self._parts) > len(verdicts):
            part = self._parts.pop()
            part.hide()
            part.deleteLater()
        while len(self._parts) < len(verdicts):
            self._parts.append(Banner())
            self._parts_column.addWidget(self._parts[-1])
        for part, each in zip(self._parts, verdicts, strict=True):
            sign, words = VERDICTS[each.verdict]
            part.show_text(Tone(sign), f"{shown_name(each.host)}: {words.lower()}", each.message)

    def _show_run(self, job: JobView | None) -> None:
        """Show how far each VM is, where several are brought to something together."""
        if self._run is None and (job is None or not job.plan.is_joint):
            return
        from hvtree.ui.models.run_table import RunTable, run_table  # noqa: PLC0415  (a start needs none)
        from hvtree.ui.views.run_view import RunView  # noqa: PLC0415  (as above)

        if self._run is None:
            self._run = RunView()
            self._run_column.insertWidget(0, self._run)
        table = run_table(job) if job is not None else RunTable()
        self._run.show_table(table)
        self._spread.setText(table.spread)
        self._spread.setVisible(bool(table.spread))

    def _hosts_of(self, job: JobView) -> str:
        return ", ".join(self._host_words(host_id) for host_id in job.host_ids)

    def _offer_parts(self, host_ids: tuple[str, ...]) -> None:
        """Offer to cancel a job on each of these hosts alone."""
        self.part_button.setVisible(bool(host_ids))
        menu = self.part_button.menu()
        if host_ids != tuple(entry.data() for entry in menu.actions()):
            menu.clear()
        for host_id in host_ids if menu.isEmpty() else ():
            text = f"Cancel on {self._host_words(host_id)}"
            entry = menu.addAction(text.replace("&", "&&"))  # one alone would mark a letter for Alt
            entry.setToolTip(plain_tip(text))
            entry.setData(host_id)
            entry.triggered.connect(partial(self._cancel, host_id))

    def _cancel(self, host_id: str | None) -> None:
        if self._job is not None:
            self.cancel_wanted.emit(self._job.id, host_id)

    def _build(self, of_the_list: tuple[QWidget, ...]) -> None:
        content = QWidget()
        parts = (
            self._title,
            self._when,
            self._verdict,
            self._run_column,
            self._parts_column,
            self.details,
            None,
        )
        in_column(content, *parts, margins=(12, 8, 12, 4), spacing=6)
        area = QScrollArea()
        area.setWidget(content)
        area.setAccessibleName("Selected job")
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        of_the_job = (self.copy_button, self.part_button, self.cancel_button)
        buttons = in_row(None, *of_the_list, None, *of_the_job, margins=(12, 0, 12, 8))
        in_column(self, area, buttons).setStretchFactor(area, 1)


def _how_it_is(step: StepView) -> str:
    if step.phase is StepPhase.WAITING and step.text:
        return step.text
    return f"{step.phase.value} {step.text}".rstrip()


def _cancellable_parts(job: JobView) -> tuple[str, ...]:
    """Return the hosts on which a job could be cancelled while it goes on on the others."""
    if not job.can_cancel or job.plan.is_joint or len(job.host_ids) < 2:
        return ()
    own = job.steps[: len(job.plan.steps)]  # what comes last is done in any case
    unfinished = {step.host_id for step in own if step.phase in (StepPhase.WAITING, StepPhase.RUNNING)}
    return tuple(host_id for host_id in job.host_ids if host_id in unfinished)


def _when(job: JobView) -> str:
    begun = local_time(job.queued_utc, with_seconds=True)
    if job.ended_utc is None:
        return begun
    return f"{begun} to {local_time(job.ended_utc, with_seconds=True)}"
