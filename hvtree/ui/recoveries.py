"""Unfinished jobs in the window: looked for when a host is connected and when a job has ended, shown in a strip, seen to in a dialog."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from hvtree.app.workspace import Workspace
from hvtree.domain.errors import HVTreeError
from hvtree.jobs.job import Verdict
from hvtree.ui.bridge import Bridge, Tasks
from hvtree.ui.views.recovery_strip import RecoveryStrip

if TYPE_CHECKING:
    from hvtree.app.unfinished import Unfinished
    from hvtree.jobs.offers import Offer
    from hvtree.operations.base import Operation
    from hvtree.ui.dialogs.recovery import RecoveryDialog


class OpenRecoveries(QObject):
    """Follows the workspace. Without a journal there is nothing to find."""

    def __init__(
        self,
        workspace: Workspace,
        bridge: Bridge,
        tasks: Tasks,
        window: QWidget,
        *,
        decide: Callable[[Operation, Callable[[int], None]], None],
    ) -> None:
        """`decide` shows the plan of an operation, carries it out if the user says yes, and then tells the number of the job."""
        super().__init__(window)
        self._workspace = workspace
        self._tasks = tasks
        self._window = window
        self._decide = decide
        self._found: tuple[Unfinished, ...] = ()
        self._chosen: dict[int, tuple[Unfinished, Offer]] = {}
        """The jobs that do what was chosen about unfinished ones, by their numbers."""
        self._connected: set[str] = set()
        self._is_looking = False
        self._looks_again = False
        self._dialog: RecoveryDialog | None = None
        self.strip = RecoveryStrip()
        self.strip.look_wanted.connect(self._show_dialog)
        bridge.host_changed.connect(self._on_host_changed)
        bridge.host_removed.connect(self._on_host_removed)
        bridge.job_changed.connect(self._on_job_changed)

    def look_at_open_hosts(self) -> None:
        """Look if one of them has been read already."""
        for view in self._workspace.hosts:
            self._on_host_changed(view.id)

    def look(self) -> None:
        """Look for unfinished jobs; while it is being looked, once more afterwards."""
        self._looks_again = True
        if not self._is_looking and self._workspace.recoveries is not None:
            self._is_looking = True
            self._tasks.start(self._look())

    async def _look(self) -> None:
        recoveries = self._workspace.recoveries
        assert recoveries is not None
        try:
            while self._looks_again:
                self._looks_again = False
                self._show(await recoveries.look(self._workspace.fresh_fleet))
        except HVTreeError as error:
            self.strip.show_problem(error)
        finally:
            self._is_looking = False

    def _show(self, found: tuple[Unfinished, ...]) -> None:
        self._found = found
        self.strip.show_found(found)
        if self._dialog is not None:
            self._dialog.show_found(found)

    def _show_dialog(self) -> None:
        from hvtree.ui.dialogs.recovery import RecoveryDialog  # noqa: PLC0415  (mostly there are none, as in `app.recovery`)

        dialog = self._dialog = RecoveryDialog(self._window)
        dialog.show_found(self._found)
        dialog.offer_chosen.connect(self._on_offer)
        dialog.leave_chosen.connect(lambda job: self._tasks.start(self._leave(job)))
        dialog.finished.connect(self._on_dialog_finished)
        dialog.open()

    def _on_offer(self, unfinished: Unfinished, offer: Offer) -> None:
        self._decide(offer.operation, lambda job_id: self._chosen.update({job_id: (unfinished, offer)}))

    async def _leave(self, job: Unfinished) -> None:
        recoveries = self._workspace.recoveries
        assert recoveries is not None
        await recoveries.leave(job)
        self.look()

    def _on_dialog_finished(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None

    def _on_host_changed(self, host_id: str) -> None:
        """Look when a host has been read for the first time of a connection; and, while something is open, at each reading."""
        try:
            view = self._workspace.host(host_id)
        except KeyError:
            return
        was_connected = host_id in self._connected
        if view.is_connected and view.state is not None:
            self._connected.add(host_id)
            if not was_connected or self._found:
                self.look()
        else:
            self._connected.discard(host_id)

    def _on_host_removed(self, host_id: str) -> None:
        self._connected.discard(host_id)
        if self._found:
            self.look()

    def _on_job_changed(self, job_id: int) -> None:
        verdict = self._workspace.job(job_id).verdict
        if verdict is None:
            return
        chosen = self._chosen.pop(job_id, None)
        if chosen is not None and verdict is Verdict.AS_PLANNED:
            assert self._workspace.recoveries is not None
            self._workspace.recoveries.chosen(*chosen)
        if self._found:
            self.look()
