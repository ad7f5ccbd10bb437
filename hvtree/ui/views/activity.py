"""The activity panel: the jobs of this run with their steps on the left, the selected one in full on the right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView, QWidget

from hvtree.jobs.job import JobView
from hvtree.jobs.queue import KEPT
from hvtree.ui.format import shown_name
from hvtree.ui.models.activity import ActivityModel, JobColumn, is_settled
from hvtree.ui.views.activity_delegate import ActivityDelegate
from hvtree.ui.views.clear_button import ClearButton
from hvtree.ui.views.job_pane import JobPane
from hvtree.ui.widgets.layouts import in_column, splitter


class ActivityView(QWidget):
    """Shows what has been done and what is going on. It never asks anything and never takes the focus.

    A job is open while it runs, and stays so if somebody has to see to it; one that is done is folded into its line. Of those that
    have ended it keeps the latest; all of them are in the history.
    """

    cancel_wanted = Signal(int, object)
    """As the pane of the selected job says."""

    def __init__(self, clock: Callable[[], datetime], host_words: Callable[[str], str] = shown_name) -> None:
        super().__init__()
        self.model = ActivityModel(clock, self)
        self.tree = QTreeView()
        self.clear_button = ClearButton()
        self.clear_button.clear_wanted.connect(lambda failed: self.clear(also_failed=failed))
        self.pane = JobPane(host_words, self.clear_button)
        self.pane.cancel_wanted.connect(self.cancel_wanted)
        self.is_empty = True
        """There has been no job yet."""
        self._by_hand: set[int] = set()
        """Jobs that the user has opened or folded, and that are left so."""
        self._is_folding = False
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self.model.tick)
        self._set_up_tree()
        in_column(self, splitter(Qt.Orientation.Horizontal, (self.tree, 860, 2), (self.pane, 500, 1)))

    @property
    def running(self) -> int:
        """The number of jobs that have not ended."""
        return self.model.running

    def show_job(self, job: JobView) -> None:
        """Show a job. A new one is selected, unless the user is looking at an older one."""
        known = self.model.index_of(job.id)
        before = self.model.job_at(known)
        follows = not known.isValid() and self._is_at_newest()
        self.is_empty = False
        with self._holding_still():
            self.model.show_job(job)
            if before is None:
                self.model.clear(self._too_old())
                self._set_open(job.id, job.verdict is None or not is_settled(job))
            elif before.verdict is None and is_settled(job):
                self._fold(job.id)
        if follows:
            self.tree.setCurrentIndex(self.model.index_of(job.id))
            self.tree.scrollToTop()
        self._bring_up_to_date()

    def select(self, job_id: int) -> None:
        """Show one job in full."""
        row = self.model.index_of(job_id)
        self.tree.setCurrentIndex(row)
        self.tree.scrollTo(row)

    def clear(self, *, also_failed: bool = False) -> None:
        """Remove the jobs that are done from the list; those that somebody has to see to only if it is said."""
        with self._holding_still():
            self.model.clear(each for each in self.model.jobs if also_failed or is_settled(each))
        self._bring_up_to_date()

    def _too_old(self) -> list[JobView]:
        """Return the jobs that go from the list, so that it does not grow for ever; never what the user is looking at."""
        looked_at = self.model.job_at(self.tree.currentIndex())
        jobs = (job for job in reversed(self.model.jobs) if job.verdict is not None and job is not looked_at)
        return sorted(jobs, key=lambda job: job.ended_utc or job.queued_utc)[:-KEPT]

    def _bring_up_to_date(self) -> None:
        self._show_current()
        self.clear_button.show_jobs(self.model.jobs)
        self._keep_time()

    def _is_at_newest(self) -> bool:
        """Return whether the user looks at the newest job, or at none."""
        current = self.tree.currentIndex()
        return not current.isValid() or self.model.job_at(current) is self.model.jobs[0]

    @contextmanager
    def _holding_still(self) -> Iterator[None]:
        """Keep what the user looks at where it is on the screen, except at the top, where new jobs are to be seen."""
        tree, bar = self.tree, self.tree.verticalScrollBar()
        is_at_top = bar.value() == bar.minimum()
        current = tree.currentIndex().siblingAtColumn(JobColumn.TITLE)
        is_in_sight = current.isValid() and tree.viewport().rect().intersects(tree.visualRect(current))
        held = QPersistentModelIndex(current if is_in_sight else tree.indexAt(QPoint(1, 1)))
        height = tree.visualRect(held).top()
        yield
        tree.executeDelayedItemsLayout()
        place = tree.visualRect(held)
        if not is_at_top and not place.isEmpty():
            bar.setValue(bar.value() + place.top() - height)

    def _keep_time(self) -> None:
        """Update the times only while a job is running."""
        if self.model.running and not self._second.isActive():
            self._second.start()
        elif not self.model.running:
            self._second.stop()

    def _show_current(self) -> None:
        self.pane.show_job(self.model.job_at(self.tree.currentIndex()))

    def _fold(self, job_id: int) -> None:
        """Fold a job, unless the user has opened or folded it, or is reading one of its steps."""
        row = self.model.index_of(job_id)
        if job_id not in self._by_hand and self.tree.currentIndex().parent() != row:
            self._set_open(job_id, is_open=False)

    def _set_open(self, job_id: int, is_open: bool) -> None:
        self._is_folding = True
        self.tree.setExpanded(self.model.index_of(job_id), is_open)
        self._is_folding = False

    def _on_toggled(self, row: QModelIndex) -> None:
        job = self.model.job_at(row)
        if job is not None and not self._is_folding:
            self._by_hand.add(job.id)

    def _on_rows_inserted(self, parent: QModelIndex) -> None:
        job = self.model.job_at(parent)
        if job is None or job.id in self._by_hand:
            return
        self._set_open(job.id, is_open=True)
        if self.model.job_at(self.tree.currentIndex()) is job:
            self.tree.scrollTo(self.model.index(self.model.rowCount(parent) - 1, 0, parent))
            self.tree.scrollTo(parent)

    def _set_up_tree(self) -> None:
        tree = self.tree
        tree.setModel(self.model)
        tree.setItemDelegate(ActivityDelegate(tree))
        tree.setUniformRowHeights(True)
        tree.setAccessibleName("Jobs, newest first")
        tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        tree.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(JobColumn.TITLE, QHeaderView.ResizeMode.Stretch)
        for column, width in ((JobColumn.PROGRESS, 116), (JobColumn.ELAPSED, 56), (JobColumn.STATUS, 180)):
            header.resizeSection(column, width)
        tree.selectionModel().currentChanged.connect(self._show_current)
        tree.expanded.connect(self._on_toggled)
        tree.collapsed.connect(self._on_toggled)
        self.model.rowsInserted.connect(self._on_rows_inserted)
