"""The jobs below everything else: shown with the first one, and again when one has not gone as planned."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from hvtree.jobs.job import Verdict
from hvtree.ui.format import host_words, shown_name
from hvtree.ui.host_opening import HostOpening
from hvtree.ui.models.activity import job_status
from hvtree.ui.views.activity import ActivityView
from hvtree.ui.workbench import HEIGHT_OF_JOBS, Workbench

_LEAST_HEIGHT = 120


class JobList(QObject):
    """Follows the jobs of the workspace. Until there is one it is hidden: an empty list says nothing."""

    def __init__(self, opening: HostOpening, bench: Workbench) -> None:
        super().__init__(bench)
        self._workspace = opening.workspace
        self._status = opening.status
        self._tree = bench.tree
        self._splitter = bench.work
        self.view = ActivityView(bench.clock, self._host_words)
        bench.put_below(self.view)
        self.view.cancel_wanted.connect(self._workspace.cancel)
        opening.bridge.job_changed.connect(self._on_job_changed)
        self._status.show_running(self.view.running)

    def toggle(self) -> None:
        """Show the jobs, or hide them."""
        if self.view.isHidden():
            self._show()
        else:
            self.view.hide()

    def _on_job_changed(self, job_id: int) -> None:
        job = self._workspace.job(job_id)
        if self.view.is_empty:
            self._show()
        self.view.show_job(job)
        self._status.show_running(self.view.running)
        if job.verdict is None:
            return
        if job.verdict not in (Verdict.AS_PLANNED, Verdict.DECLINED):
            self._show()
            self.view.select(job_id)
        elif self.view.isHidden():
            self._status.say(f"{job_status(job)}: {job.title}", 8)

    def _show(self) -> None:
        """Show the jobs; a row that was visible stays visible although the tree gets smaller."""
        tree = self._tree
        is_in_sight = tree.viewport().rect().intersects(tree.visualRect(tree.currentIndex()))
        self.view.show()
        whole, height = sum(self._splitter.sizes()), self._splitter.sizes()[1]
        if height < _LEAST_HEIGHT:  # it was hidden when the sizes were remembered
            self._splitter.setSizes([whole - HEIGHT_OF_JOBS, HEIGHT_OF_JOBS])
        if is_in_sight:
            QTimer.singleShot(0, tree, lambda: tree.scrollTo(tree.currentIndex()))

    def _host_words(self, host_id: str) -> str:
        """Return the names of a host, also of one that is no longer open."""
        view = next((view for view in self._workspace.hosts if view.id == host_id), None)
        return host_words(view) if view is not None else shown_name(host_id)
