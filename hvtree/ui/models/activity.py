"""The jobs and their steps as an item model of two levels, newest first, with exact row operations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import IntEnum

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from hvtree.domain.state_words import percent_words
from hvtree.jobs.job import JobView, StepPhase, StepView, Verdict
from hvtree.ui.format import elapsed, shown_name, tool_tip
from hvtree.ui.widgets.signs import Sign

Index = QModelIndex | QPersistentModelIndex

SIGN_ROLE = int(Qt.ItemDataRole.UserRole)
"""The `Sign` of a row."""
PERCENT_ROLE = SIGN_ROLE + 1
"""Progress of a row, 0 to 100; -1 while it is running and unknown; None if there is no bar to draw."""

_ROLES = frozenset(
    (
        SIGN_ROLE,
        PERCENT_ROLE,
        int(Qt.ItemDataRole.DisplayRole),
        int(Qt.ItemDataRole.ToolTipRole),
        int(Qt.ItemDataRole.AccessibleTextRole),
    )
)
"""What a cell answers to. A view asks each for seven more whenever it is painted."""

STAGES = {
    "waiting": "Waiting for the job before it",
    "asking": "Waiting for your answer",
    "checking": "Checking that the plan still holds",
    "performing": "Working",
    "verifying": "Checking the result",
}
"""The stages of a job in words."""

VERDICTS: dict[Verdict, tuple[Sign, str]] = {
    Verdict.AS_PLANNED: (Sign.DONE, "Done as planned"),
    Verdict.FAILED: (Sign.FAILED, "Failed"),
    Verdict.REFUSED: (Sign.WARNING, "Refused"),
    Verdict.DECLINED: (Sign.SKIPPED, "Not done"),
    Verdict.CANCELLED: (Sign.SKIPPED, "Cancelled"),
    Verdict.DIFFERS: (Sign.WARNING, "Differs from the plan"),
    Verdict.UNKNOWN: (Sign.UNKNOWN, "Outcome unknown"),
}
"""Each verdict with its sign and its word."""

_TROUBLES = (Verdict.FAILED, Verdict.REFUSED, Verdict.DIFFERS, Verdict.UNKNOWN)

_PHASES: dict[StepPhase, tuple[Sign, str]] = {
    StepPhase.WAITING: (Sign.WAITING, ""),
    StepPhase.RUNNING: (Sign.RUNNING, "Running"),
    StepPhase.DONE: (Sign.DONE, "Done"),
    StepPhase.FAILED: (Sign.FAILED, "Failed"),
    StepPhase.SKIPPED: (Sign.SKIPPED, "Skipped"),
    StepPhase.UNKNOWN: (Sign.UNKNOWN, "Outcome unknown"),
}


class JobColumn(IntEnum):
    """The columns."""

    TITLE = 0
    PROGRESS = 1
    ELAPSED = 2
    STATUS = 3


CAPTIONS = ("Job", "Progress", "Time", "Status")


def job_sign(job: JobView) -> Sign:
    """Return the sign of a job."""
    if job.verdict is not None:
        return VERDICTS[job.verdict][0]
    return Sign.WAITING if job.started_utc is None else Sign.RUNNING


def job_status(job: JobView) -> str:
    """Return the status of a job in a few words."""
    return VERDICTS[job.verdict][1] if job.verdict is not None else STAGES.get(job.stage, job.stage)


def needs_attention(job: JobView) -> bool:
    """Return whether a job has ended so that somebody has to see to it; one that was called off has not."""
    return job.verdict in _TROUBLES


def is_settled(job: JobView) -> bool:
    """Return whether a job has ended and nobody has to see to it."""
    return job.verdict is not None and not needs_attention(job)


def job_percent(job: JobView) -> int | None:
    """Return the progress of a running job; every step counts the same."""
    if job.verdict is not None or job.started_utc is None or not job.steps:
        return None
    done = sum(100 if step.phase is StepPhase.DONE else step.percent or 0 for step in job.steps)
    return done // len(job.steps)


def step_title(job: JobView, step: StepView) -> str:
    """Return what a step is called, with its host where the job is about several."""
    if len(job.host_ids) < 2:
        return step.title
    return f"{shown_name(job.plan.host_names.get(step.host_id, step.host_id))}: {step.title}"


class ActivityModel(QAbstractItemModel):
    """Jobs, newest first, each with its steps below it."""

    def __init__(self, clock: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._jobs: list[JobView] = []
        self._rows: dict[int, int] = {}

    @property
    def running(self) -> int:
        """The number of jobs that have not ended."""
        return sum(1 for job in self._jobs if job.verdict is None)

    @property
    def jobs(self) -> tuple[JobView, ...]:
        """All that are listed, newest first."""
        return tuple(self._jobs)

    def show_job(self, job: JobView) -> None:
        """Show a job: as a new row, or by exact changes to its rows."""
        if job.id not in self._rows:
            self.beginInsertRows(QModelIndex(), 0, 0)
            self._jobs.insert(0, job)
            self._number()
            self.endInsertRows()
            return
        row = self._rows[job.id]
        self._show_steps(row, job)
        self._jobs[row] = job
        self._changed(QModelIndex(), row)

    def clear(self, jobs: Iterable[JobView]) -> None:
        """Remove jobs that have ended from the list; they change no more, so nobody shows them again."""
        gone = {job.id for job in jobs if job.verdict is not None}
        for row in range(len(self._jobs) - 1, -1, -1):
            if self._jobs[row].id in gone:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._jobs[row]
                self._number()
                self.endRemoveRows()

    def tick(self) -> None:
        """Update the elapsed time of running jobs."""
        for row, job in enumerate(self._jobs):
            if job.verdict is None and job.started_utc is not None:
                cell = self.index(row, JobColumn.ELAPSED)
                self.dataChanged.emit(cell, cell)

    def job_at(self, index: Index) -> JobView | None:
        """Return the job of a row, or of the job that a step's row belongs to."""
        if not index.isValid():
            return None
        return self._jobs[self._rows[index.internalId() - 1] if index.internalId() else index.row()]

    def index_of(self, job_id: int) -> QModelIndex:
        """Return the row of a job."""
        return self.index(self._rows[job_id], JobColumn.TITLE) if job_id in self._rows else QModelIndex()

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        if not (0 <= row < self.rowCount(parent) and 0 <= column < len(JobColumn)):
            return QModelIndex()
        return self.createIndex(row, column, self._jobs[parent.row()].id + 1 if parent.isValid() else 0)

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008  (Qt's own overload without arguments is QObject's)
        if not index.isValid() or not index.internalId():
            return QModelIndex()
        return self.createIndex(self._rows[index.internalId() - 1], 0, 0)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if not parent.isValid():
            return len(self._jobs)
        if parent.internalId() or parent.column() != 0:
            return 0
        return len(self._jobs[parent.row()].steps)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return len(JobColumn)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return CAPTIONS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        job = self.job_at(index) if role in _ROLES else None
        if job is None:
            return None
        if index.internalId():
            return _step_data(job, job.steps[index.row()], index.column(), role)
        return self._job_data(job, index.column(), role)

    def _job_data(self, job: JobView, column: int, role: int) -> object:
        if role == SIGN_ROLE:
            return job_sign(job)
        if role == PERCENT_ROLE:
            return job_percent(job)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tool_tip(job.message or job.title)
        texts = (job.title, "", self._elapsed(job), job_status(job))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _spoken(texts, job_percent(job))[column]
        return texts[column] if role == Qt.ItemDataRole.DisplayRole else None

    def _elapsed(self, job: JobView) -> str:
        if job.started_utc is None:
            return ""
        return elapsed(((job.ended_utc or self._clock()) - job.started_utc).total_seconds())

    def _show_steps(self, row: int, job: JobView) -> None:
        """Update the rows of the steps to a new view; the job's own row is not changed here."""
        old, parent = self._jobs[row], self.index(row, 0)
        before, after = len(old.steps), len(job.steps)
        if after < before:
            self.beginRemoveRows(parent, after, before - 1)
            self._jobs[row] = job
            self.endRemoveRows()
        elif after > before:
            self.beginInsertRows(parent, before, after - 1)
            self._jobs[row] = job
            self.endInsertRows()
        self._jobs[row] = job
        for step in range(min(before, after)):
            if old.steps[step] != job.steps[step]:
                self._changed(parent, step)

    def _number(self) -> None:
        self._rows = {job.id: row for row, job in enumerate(self._jobs)}

    def _changed(self, parent: Index, row: int) -> None:
        self.dataChanged.emit(
            self.index(row, JobColumn.TITLE, parent), self.index(row, JobColumn.STATUS, parent)
        )


def _step_data(job: JobView, step: StepView, column: int, role: int) -> object:
    sign, words = _PHASES[step.phase]
    if role == SIGN_ROLE:
        return sign
    if role == PERCENT_ROLE:
        return _step_percent(step)
    if role == Qt.ItemDataRole.ToolTipRole:
        return tool_tip(step.text or step_title(job, step))
    texts = (step_title(job, step), "", "", step.text.partition("\n")[0] or words)
    if role == Qt.ItemDataRole.AccessibleTextRole:
        return _spoken(texts, _step_percent(step))[column]
    return texts[column] if role == Qt.ItemDataRole.DisplayRole else None


def _step_percent(step: StepView) -> int | None:
    if step.phase is not StepPhase.RUNNING:
        return None
    return -1 if step.percent is None else step.percent


def _spoken(texts: tuple[str, ...], share: int | None) -> tuple[str, ...]:
    """Return the cells of a row as they are read aloud: the first one says everything, and the bar becomes a number."""
    progress = percent_words(share) if share is not None and share >= 0 else ""
    whole = ", ".join(part for part in (texts[JobColumn.TITLE], texts[JobColumn.STATUS], progress) if part)
    return whole, progress, texts[JobColumn.ELAPSED], texts[JobColumn.STATUS]
