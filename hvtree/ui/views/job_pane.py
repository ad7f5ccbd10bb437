"""One job in full: what it is, how it ended, the raw error on demand, and the buttons to cancel and to copy it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from hvtree.jobs.job import JobView, Verdict
from hvtree.ui.format import local_time, without_marks
from hvtree.ui.models.activity import VERDICTS, job_status
from hvtree.ui.theme import colours
from hvtree.ui.widgets.banner import Banner, Tone
from hvtree.ui.widgets.code_box import CodeBox
from hvtree.ui.widgets.disclosure import Disclosure
from hvtree.ui.widgets.wrap_label import WrapLabel

_TONES = {
    Verdict.AS_PLANNED: Tone.CALM,
    Verdict.FAILED: Tone.DANGER,
    Verdict.REFUSED: Tone.WARNING,
    Verdict.DECLINED: Tone.MUTED,
    Verdict.CANCELLED: Tone.MUTED,
    Verdict.DIFFERS: Tone.WARNING,
    Verdict.UNKNOWN: Tone.UNSURE,
}
NOTHING_RUNS = "It has ended; there is nothing left to cancel."


class JobPane(QWidget):
    """Shows the selected job of the activity panel."""

    cancel_wanted = Signal(int)
    """Id of the job whose Cancel was pressed."""

    def __init__(self, host_words: Callable[[str], str]) -> None:
        super().__init__()
        self._host_words = host_words
        self._job: JobView | None = None
        self._title = WrapLabel(is_bold=True)
        self._when = WrapLabel(colour=colours(self).muted)
        self._verdict = Banner()
        self._raw = CodeBox(can_copy=False)
        self.details = Disclosure("Show details", "Hide details", self._raw)
        self.cancel_button = QPushButton("Cancel Job")
        self.copy_button = QPushButton("Copy")
        self.cancel_button.clicked.connect(self._on_cancel)
        self.copy_button.clicked.connect(self.copy)
        self._build()
        self.show_job(None)

    def show_job(self, job: JobView | None) -> None:
        """Show a job, or that none is selected."""
        self._job = job
        for widget in (self._when, self._verdict, self.details):
            widget.hide()
        self.copy_button.setEnabled(job is not None)
        if job is None:
            self._title.setText("Jobs appear here, with every step they take.")
            self.cancel_button.setEnabled(False)
            self.cancel_button.setToolTip("No job is selected.")
            return
        self._title.setText(job.title)
        self._when.setText(f"{self._host_words(job.host_id)} · {_when(job)}")
        self._when.show()
        self._show_message(job)
        self._raw.show_code(job.details)
        self.details.setVisible(bool(job.details))
        if not job.can_cancel and self.window().focusWidget() is self.cancel_button:
            self.copy_button.setFocus()  # else the focus would jump to anywhere in the window
        self.cancel_button.setEnabled(job.can_cancel)
        self.cancel_button.setToolTip(job.cancel_note or (NOTHING_RUNS if job.verdict is not None else ""))

    def text(self) -> str:
        """Return the whole job as text, to copy into a mail or a ticket."""
        if self._job is None:
            return ""
        job = self._job
        steps = [
            f"{number}. {step.title}: {step.phase.value} {step.text}".rstrip()
            for number, step in _numbered(job)
        ]
        parts = [
            job.title,
            f"Host: {self._host_words(job.host_id)}",
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
            self._verdict.show_text(_TONES[job.verdict], VERDICTS[job.verdict][1], job.message)
        elif job.message or job.cancel_note:
            self._verdict.show_text(Tone.INFO, job_status(job), job.message or job.cancel_note)
        else:
            return
        self._verdict.show()

    def _on_cancel(self) -> None:
        if self._job is not None:
            self.cancel_wanted.emit(self._job.id)

    def _build(self) -> None:
        content = QWidget()
        words = QVBoxLayout(content)
        words.setContentsMargins(12, 8, 12, 4)
        words.setSpacing(6)
        for widget in (self._title, self._when, self._verdict, self.details):
            words.addWidget(widget)
        words.addStretch(1)
        area = QScrollArea()
        area.setWidget(content)
        area.setAccessibleName("Selected job")
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(12, 0, 12, 8)
        buttons.addStretch(1)
        buttons.addWidget(self.copy_button)
        buttons.addWidget(self.cancel_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area, 1)
        column.addLayout(buttons)


def _numbered(job: JobView) -> enumerate:
    return enumerate(job.steps, start=1)


def _when(job: JobView) -> str:
    begun = local_time(job.queued_utc, with_seconds=True)
    if job.ended_utc is None:
        return begun
    return f"{begun} to {local_time(job.ended_utc, with_seconds=True)}"
