"""The activity panel: every job of this run with its steps on the left, the selected one in full on the right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView, QWidget

from hvtree.jobs.job import JobView
from hvtree.ui.format import shown_name
from hvtree.ui.models.activity import ActivityModel, JobColumn
from hvtree.ui.views.activity_delegate import ActivityDelegate
from hvtree.ui.views.job_pane import JobPane
from hvtree.ui.widgets.layouts import in_column, splitter


class ActivityView(QWidget):
    """Shows what has been done and what is going on. It never asks anything and never takes the focus."""

    cancel_wanted = Signal(int, object)
    """As the pane of the selected job says."""

    def __init__(self, clock: Callable[[], datetime], host_words: Callable[[str], str] = shown_name) -> None:
        super().__init__()
        self.model = ActivityModel(clock, self)
        self.tree = QTreeView()
        self.pane = JobPane(host_words)
        self.pane.cancel_wanted.connect(self.cancel_wanted)
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self.model.tick)
        self._set_up_tree()
        in_column(self, splitter(Qt.Orientation.Horizontal, (self.tree, 860, 2), (self.pane, 500, 1)))

    @property
    def running(self) -> int:
        """The number of jobs that have not ended."""
        return self.model.running

    @property
    def is_empty(self) -> bool:
        """There has been no job yet."""
        return self.model.rowCount() == 0

    def show_job(self, job: JobView) -> None:
        """Show a job. A new one scrolls into view, unless the user is looking at older ones."""
        is_new = not self.model.index_of(job.id).isValid()
        follows = is_new and self._is_at_end()
        self.model.show_job(job)
        row = self.model.index_of(job.id)
        if is_new:
            self.tree.setExpanded(row, True)
        if follows:
            self.tree.setCurrentIndex(row)
            self.tree.scrollToBottom()
        self._show_current()
        self._keep_time()

    def select(self, job_id: int) -> None:
        """Show one job in full."""
        row = self.model.index_of(job_id)
        self.tree.setCurrentIndex(row)
        self.tree.scrollTo(row)

    def _is_at_end(self) -> bool:
        bar = self.tree.verticalScrollBar()
        return bar.value() >= bar.maximum()

    def _keep_time(self) -> None:
        """Update the times only while a job is running."""
        if self.model.running and not self._second.isActive():
            self._second.start()
        elif not self.model.running:
            self._second.stop()

    def _show_current(self) -> None:
        self.pane.show_job(self.model.job_at(self.tree.currentIndex()))

    def _on_rows_inserted(self, parent: QModelIndex) -> None:
        if parent.isValid():
            self.tree.setExpanded(parent, True)
            if self.model.job_at(self.tree.currentIndex()) is self.model.job_at(parent):
                self.tree.scrollTo(self.model.index(self.model.rowCount(parent) - 1, 0, parent))
                self.tree.scrollTo(parent)

    def _set_up_tree(self) -> None:
        tree = self.tree
        tree.setModel(self.model)
        tree.setItemDelegate(ActivityDelegate(tree))
        tree.setUniformRowHeights(True)
        tree.setAccessibleName("Jobs")
        tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(JobColumn.TITLE, QHeaderView.ResizeMode.Stretch)
        for column, width in ((JobColumn.PROGRESS, 130), (JobColumn.ELAPSED, 60), (JobColumn.STATUS, 190)):
            header.resizeSection(column, width)
        tree.selectionModel().currentChanged.connect(self._show_current)
        self.model.rowsInserted.connect(self._on_rows_inserted)
