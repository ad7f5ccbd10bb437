"""What the window is controlled with: menus, tool bar and filter, names typed in the tree, details with their links, jobs.

It is put into the window last: a host that is opened with the program is on the screen by then, or takes its time.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QWidget

from hvtree.domain.address import CheckpointAddress
from hvtree.domain.errors import HVTreeError
from hvtree.ui.detail_pane import DetailPane
from hvtree.ui.frame import Frame
from hvtree.ui.host_opening import HostOpening
from hvtree.ui.intents.hosts import CONNECT, OPEN_DEMO
from hvtree.ui.intents.intent import Context, Intent
from hvtree.ui.intents.operation_intent import decide
from hvtree.ui.intents.registry import INTENTS, intent
from hvtree.ui.intents.rename import RENAME, rename_in_place
from hvtree.ui.job_list import JobList
from hvtree.ui.menus import Menus
from hvtree.ui.recoveries import OpenRecoveries
from hvtree.ui.views.filter_field import FilterField
from hvtree.ui.workbench import Workbench


class Controls(QObject):
    """Runs intentions, wherever in the window they are wanted."""

    def __init__(self, frame: Frame, opening: HostOpening, bench: Workbench) -> None:
        super().__init__(bench)
        self._frame = frame
        self._bench = bench
        self._workspace = workspace = opening.workspace
        self._bridge = opening.bridge
        self._show_error = opening.show_error
        self._renames: dict[int, CheckpointAddress] = {}
        self.filter_field = FilterField(bench.filter, lambda: workspace.hosts)
        self.menus = Menus(frame, bench.tree, workspace, INTENTS)
        self.menus.refresh(bench.selection.value)
        self.details = DetailPane(opening, bench, offers=self.menus.offers, run=self._run_by_id)
        self.jobs = JobList(opening, bench)
        self._context = Context(
            workspace,
            opening.bridge,
            opening.tasks,
            frame,
            bench.clock,
            bench.selection,
            opening.hosts,
            bench.tree,
            bench.left,
            bench.filter,
            self._find,
            self.details.go_there,
            self.jobs.toggle,
            INTENTS,
        )
        self.recoveries = OpenRecoveries(
            workspace,
            opening.bridge,
            opening.tasks,
            frame,
            decide=lambda operation, then: decide(self._context, operation, then=then),
        )
        self._compose()
        self._wire()
        self.recoveries.look_at_open_hosts()

    def run(self, wanted: Intent) -> None:
        """Do what a user wants, with the present selection."""
        wanted.run(self._context)

    def rest(self) -> None:
        """Do nothing by itself any more."""
        self.details.view.rest()

    def _compose(self) -> None:
        self.menus.fill_menus(self._frame.menus_by_name)
        self._frame.tool_bar.clear()
        self.menus.fill_tool_bar(self._frame.tool_bar)
        self._frame.tool_bar.add_at_the_end(self.filter_field)
        self._frame.column.insertWidget(0, self.recoveries.strip)
        QWidget.setTabOrder(self.filter_field, self._bench.left)

    def _wire(self) -> None:
        bench = self._bench
        self.filter_field.setEnabled(bool(self._workspace.hosts))
        bench.turned.connect(self.filter_field.setEnabled)
        self.filter_field.textChanged.connect(bench.update_soon)
        self.filter_field.left.connect(self._on_filter_left)
        self.menus.triggered.connect(self.run)
        for view in (bench.tree, bench.left):
            view.context_menu_wanted.connect(self._on_context_menu)
        bench.left.intent_wanted.connect(self._run_by_id)
        self._frame.start_page.demo_wanted.connect(lambda: self.run(OPEN_DEMO))
        self._frame.start_page.connect_wanted.connect(lambda: self.run(CONNECT))
        bench.tree.names.refusal = lambda selection: RENAME.refusal(selection, self._workspace)
        bench.tree.rename_requested.connect(self._on_rename)
        self._bridge.job_changed.connect(self._on_job_changed)

    def _run_by_id(self, intent_id: str) -> None:
        self.run(intent(intent_id))

    def _find(self) -> None:
        """Go to the filter."""
        self._bench.left.show_tree(self.filter_field.take_focus)

    def _on_filter_left(self) -> None:
        """Continue in the tree, with what is selected or else the first row that was found."""
        self._bench.left.show_tree()
        if self._bench.selection.value.is_empty:
            self._bench.tree.select_first_found()

    def _on_context_menu(self, place: QPoint) -> None:
        selection = self._bench.selection.value
        self.menus.refresh(selection)
        self.menus.context_menu(selection.kind).popup(place)

    def _on_rename(self, checkpoint: CheckpointAddress, name: str) -> None:
        try:
            self._renames[rename_in_place(self._workspace, checkpoint, name)] = checkpoint
        except HVTreeError as error:
            self._bench.model.rename_settled(checkpoint)
            self._show_error(error, then=lambda: self._bench.tree.names.begin_again(checkpoint, name))

    def _on_job_changed(self, job_id: int) -> None:
        is_over = self._workspace.job(job_id).verdict is not None
        if is_over and (renamed := self._renames.pop(job_id, None)) is not None:
            self._bench.model.rename_settled(renamed)
