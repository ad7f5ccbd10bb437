"""One job of the history in full: verdict, steps with what was asked and answered, what it meant, PowerShell, raw errors."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QScrollArea, QWidget

from hvtree.app.memory.entries import Entry, EntryInFull, EntryStep, Request, Standing
from hvtree.ui.format import local_clock, local_time, shown_name, without_marks
from hvtree.ui.models.history import person, standing
from hvtree.ui.widgets.banner import Banner, Tone
from hvtree.ui.widgets.code_box import CodeBox, powershell_box
from hvtree.ui.widgets.disclosure import Disclosure
from hvtree.ui.widgets.layouts import in_column
from hvtree.ui.widgets.wrap_label import WrapLabel

_NOTHING = "Select a job to see what it did."
_LOST = "HVTree ended before this job did. Look at the VMs: some of its steps may be missing."


class EntryPane(QWidget):
    """Shows the selected job of the history. Its `copy_button` stands wherever the buttons are."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._title = WrapLabel(is_bold=True)
        self._facts = WrapLabel(is_muted=True)
        self._verdict = Banner()
        self._steps = WrapLabel()
        self._meaning_box = CodeBox(can_copy=False)
        self.meaning = Disclosure("Show what it meant", "Hide what it meant", self._meaning_box)
        self.powershell, self._powershell_box = powershell_box()
        self._raw_box = CodeBox(can_copy=False)
        self.raw = Disclosure("Show raw answers", "Hide raw answers", self._raw_box)
        self.copy_button = QPushButton("Copy Job")
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._text))
        self._build()
        self.show_nothing(_NOTHING)

    def text(self) -> str:
        """Return the whole job as text, to copy into a mail or a ticket."""
        return self._text

    def show_nothing(self, why: str) -> None:
        """Show no job, and why."""
        self._text = ""
        self._title.setText(why)
        for widget in self._parts:
            widget.hide()
        self.copy_button.setEnabled(False)

    def show_job(self, job: EntryInFull) -> None:
        """Show a job."""
        entry = job.entry
        sign, words = standing(entry)
        message = _LOST if entry.standing == Standing.LOST else entry.message
        steps = "\n".join(_step_line(step) for step in job.steps)
        raw = "\n\n".join(_raw(job))
        self._title.setText(entry.title)
        self._facts.setText("\n".join(_facts(entry)))
        self._verdict.show_text(
            Tone(sign) if sign in {each.value for each in Tone} else Tone.INFO, words, message
        )
        self._steps.setText(steps)
        self._meaning_box.show_code("\n".join(job.consequences))
        self._powershell_box.show_code(job.powershell)
        self._raw_box.show_code(raw)
        for widget, is_there in (
            (self._facts, True),
            (self._verdict, True),
            (self._steps, bool(steps)),
            (self.meaning, bool(job.consequences)),
            (self.powershell, bool(job.powershell)),
            (self.raw, bool(raw)),
        ):
            widget.setVisible(is_there)
        parts = (
            entry.title,
            f"Job {entry.number}, {entry.uuid}",
            "\n".join(_facts(entry)),
            f"{words}. {message}",
            steps,
            "\n".join(job.consequences),
            job.powershell,
            raw,
        )
        self._text = without_marks("\n\n".join(part for part in parts if part))
        self.copy_button.setEnabled(True)

    @property
    def _parts(self) -> tuple[QWidget, ...]:
        return (self._facts, self._verdict, self._steps, self.meaning, self.powershell, self.raw)

    def _build(self) -> None:
        content = QWidget()
        in_column(content, self._title, *self._parts, None, margins=(12, 8, 12, 4), spacing=8)
        area = QScrollArea()
        area.setWidget(content)
        area.setAccessibleName("Selected job")
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        in_column(self, area)


def _facts(entry: Entry) -> Iterator[str]:
    end = f" to {local_time(entry.ended_utc, with_seconds=True)}" if entry.ended_utc else ""
    never = "" if entry.began_utc else " · nothing was touched"
    yield f"{local_time(entry.queued_utc, with_seconds=True)}{end}{never}"
    yield f"By {person(entry)}, HVTree {entry.version}"
    if entry.undoes is not None:
        yield f"Undoes job {entry.undoes}"
    if entry.undone_by is not None:
        yield f"Undone by job {entry.undone_by}"
    for host in entry.hosts:
        address = f" ({shown_name(host.address)})" if host.address else ""
        login = f" as {shown_name(host.login)}" if host.login else ""
        yield f"On {shown_name(host.host)}{address}{login}"


def _step_line(step: EntryStep) -> str:
    text = f" {step.text}" if step.text else ""
    asked = "".join(f"\n     {_request_words(each)}" for each in step.requests)
    return f"{step.number + 1}.  {step.title}: {step.phase}.{text}{asked}"


def _request_words(request: Request) -> str:
    asked = f"Asked {local_clock(request.asked_utc)}"
    if request.answered_utc is None:
        return f"{asked}, never answered"
    took = (request.answered_utc - request.asked_utc).total_seconds()
    return f"{asked}, answered after {took:.1f} s"


def _raw(job: EntryInFull) -> Iterator[str]:
    """Yield what the hosts answered, id by id, with their raw errors, and the details of the verdict."""
    for step in job.steps:
        for request in step.requests:
            lines = [
                f"{outcome.target_id}: {outcome.error.as_text() if outcome.error else outcome.result_id or 'OK'}"
                for outcome in request.outcomes
            ]
            lines += [*request.warnings, request.error, request.details]
            if any(lines):
                yield "\n".join([f"{step.number + 1}. {step.title}", *(line for line in lines if line)])
    if job.details:
        yield job.details
