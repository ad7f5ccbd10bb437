"""What the window shows of hosts: the tree, what is filtered above it, with room for details beside it and for jobs below.

It is put into the `Frame` that is on the screen by then; what can be done with it comes after it, in `controls`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QSplitter, QWidget

from hvtree.app.host_view import HostView
from hvtree.app.workspace import utc_now
from hvtree.ui.filtering import CurrentFilter
from hvtree.ui.format import host_words, without_marks
from hvtree.ui.frame import Frame
from hvtree.ui.host_opening import HostOpening
from hvtree.ui.initial_selection import InitialSelection
from hvtree.ui.layout_memory import LayoutMemory
from hvtree.ui.left_pane import LeftPane
from hvtree.ui.models.slices import Slices
from hvtree.ui.models.tree_model import TreeModel
from hvtree.ui.selection import CurrentSelection, Selection
from hvtree.ui.views.filter_strip import FilterStrip
from hvtree.ui.views.tree_view import TreeView
from hvtree.ui.views.visible_vms import VisibleVms
from hvtree.ui.widgets.layouts import splitter

HEIGHT_OF_JOBS = 210
"""Pixels of the jobs below, as long as the user does not make more or less of them."""
_TOO_EARLY = "HVTree is still starting."
"""Why nothing can be renamed, until the window has its controls."""
_UPDATED_AT_ONCE_S = 0.015
"""How long what stands beside the tree may take before the window gets its turn: more than it takes for a few rows."""


class Workbench(QObject):
    """Puts the parts together and connects them; what they do is in their own files."""

    filled = Signal()
    """There is something to see: all rows of a host, or the reason why it could not be read."""
    painted = Signal()
    """That has been painted."""
    turned = Signal(bool)
    """Hosts are shown now, or no longer."""

    def __init__(
        self, frame: Frame, opening: HostOpening, *, clock: Callable[[], datetime] | None = None
    ) -> None:
        """`opening` has opened hosts already, perhaps; they are shown by `begin`."""
        super().__init__(frame)
        self._frame = frame
        self.workspace = workspace = opening.workspace
        self.bridge, self.tasks, self.hosts = opening.bridge, opening.tasks, opening.hosts
        self.status = opening.status
        self._show_error = opening.show_error
        self.clock = clock = clock or utc_now
        self._refreshing: Callable[[Selection], Iterator[None]] = lambda _selection: iter(())
        self._show_selected: Callable[[], None] = lambda: None
        self.selection = CurrentSelection(self)
        self.filter = CurrentFilter(self)
        self.model = TreeModel(self.filter, self, clock=clock)
        self.tree = TreeView(self.model, self.selection)
        self.left = LeftPane(self.tree, workspace, self.bridge, self.tasks, self.selection)
        VisibleVms(self.tree, self.model, self.selection, workspace.look_at)
        self._initial = InitialSelection(workspace, self.model, self.tree, self.selection)
        self.hosts.on_opened = self._initial.show
        self.filter_strip = FilterStrip(self.filter)
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._has_news = False
        """Hosts have changed, and what stands beside the tree waits for its next painting."""
        self.updating = Slices(self, budget_s=_UPDATED_AT_ONCE_S)
        self._second = QTimer(self, interval=1000)
        self._compose()
        splitters, book = {"panes": self.panes, "work": self.work}, opening.book
        self._layout = (
            LayoutMemory(book, frame, splitters, self.tree.columns, say=self.status.say) if book else None
        )
        self._wire()
        if self._layout is not None:
            self._layout.restore()

    # What others may ask of it

    def begin(self) -> None:
        """Show the hosts that are being opened already."""
        for view in self.workspace.hosts:
            self.bridge.host_changed.emit(view.id)
        self._bring_up_to_date()

    def equip(
        self, refreshing: Callable[[Selection], Iterator[None]], show_selected: Callable[[], None]
    ) -> None:
        """Use from now on what refreshes the menus for a selection, piece by piece, and what shows in detail what is selected."""
        self._refreshing, self._show_selected = refreshing, show_selected
        self._soon.start()

    def update_soon(self) -> None:
        """Bring what stands beside the tree up to date, once for all that happens in this moment."""
        self._soon.start()

    def put_beside(self, details: QWidget) -> None:
        """Put a widget beside the tree."""
        _fill(self.panes, details)

    def put_below(self, jobs: QWidget) -> None:
        """Put a widget below everything else; it is hidden at first."""
        _fill(self.work, jobs)
        jobs.hide()

    def keep_layout(self) -> None:
        """Remember the layout for the next time."""
        if self._layout is not None:
            self._layout.keep()

    def rest(self) -> None:
        """Do nothing by itself any more."""
        for timer in (self._soon, self._second):
            timer.stop()
        self.updating.drop("selection")

    @property
    def shown_view(self) -> HostView | None:
        """The host that title, status and password are about: the selected one, or the only one."""
        hosts, selection = self.workspace.hosts, self.selection.value
        if selection.is_empty:
            return hosts[0] if len(hosts) == 1 else None
        return next((view for view in hosts if view.id == selection.only_host), None)

    # Composition

    def _compose(self) -> None:
        self.panes = splitter(Qt.Orientation.Horizontal, (self.left, 960, 2), (QWidget(), 400, 1))
        below = QWidget()
        self.work = splitter(Qt.Orientation.Vertical, (self.panes, 560, 2), (below, HEIGHT_OF_JOBS, 1))
        below.hide()
        self._frame.pages.addWidget(self.work)
        self._frame.column.insertWidget(0, self.filter_strip)

    def _wire(self) -> None:
        self.bridge.host_changed.connect(self._on_host_changed)
        self.bridge.host_removed.connect(self._on_host_removed)
        self.bridge.job_changed.connect(self.update_soon)
        self.selection.changed.connect(self._soon.start)
        self.bridge.groups_changed.connect(self._soon.start)
        self.bridge.settings_unreadable.connect(self._show_error)
        self.tree.names.refusal = lambda _selection: _TOO_EARLY
        self.tree.rename_missed.connect(lambda why: self.status.say(why, 6))
        self.tree.expansion.opened_partly.connect(
            lambda rows: self.status.say(f"{rows:,} rows were opened. Open further VMs one by one.", 8)
        )
        self.model.busy.idle.connect(self._soon.start)
        works = self.model.busy, self.tree.expansion.work, self.updating
        for work in works:  # connected after the view, which lays out when they end
            work.slice_begins.connect(self.workspace.turn.hold)
            work.slice_ended.connect(self.workspace.turn.let_go)
        self.tree.painting_begins.connect(self.workspace.turn.hold)
        self.tree.painting_ended.connect(self.workspace.turn.let_go)
        self.tree.painting_ended.connect(self._on_painted)
        self._initial.filled.connect(self.filled)
        self._initial.painted.connect(self.painted)
        self._soon.timeout.connect(self._bring_up_to_date)
        self._second.timeout.connect(self._on_second)
        self._second.start()

    # What happens

    def _on_host_changed(self, host_id: str) -> None:
        if all(view.id != host_id for view in self.workspace.hosts):
            return
        view = self.workspace.host(host_id)
        if self.model.index_of_host(host_id).isValid() is False:
            self._initial.host_opened(host_id)
        self.model.set_host(view)
        self.hosts.host_changed(view)
        if self.model.busy.is_idle or not self.tree.isVisible():
            self._soon.start()
        else:  # each of twenty hosts that are being read has news several times a second
            self._has_news = True

    def _on_painted(self) -> None:
        if self._has_news:
            self._soon.start()

    def _on_host_removed(self, host_id: str) -> None:
        self._initial.host_removed(host_id)
        self.model.remove_host(host_id)
        self.filter.forget(host_id)
        self._soon.start()

    def _bring_up_to_date(self) -> None:
        """Update everything beside the tree, once for many changes; where thousands of rows are selected, in several pieces."""
        self._has_news = False
        self._turn_page()
        self._initial.select_first()
        self.updating.run("selection", self._update())

    def _update(self) -> Iterator[None]:
        yield from self._refreshing(self.selection.value)
        self._show_selected()
        yield
        view = self.shown_view
        self._frame.setWindowTitle(
            f"{without_marks(host_words(view))} – HVTree" if view is not None else "HVTree"
        )
        self._show_status()
        self._initial.settle()

    def _turn_page(self) -> None:
        """Show the start page, or what is being opened, as long as no host is open."""
        has_hosts = bool(self.workspace.hosts)
        if has_hosts == (self._frame.pages.currentWidget() is self.work):
            return
        if has_hosts:
            self.tree.setFocus()  # before it can be seen: else the next one in the Tab order has it for a moment
            self._frame.pages.setCurrentWidget(self.work)
            self._frame.show_opening("")
        else:
            self._frame.show_front()
        self.turned.emit(has_hosts)

    def _on_second(self) -> None:
        self._show_status()
        self.model.tick(self.workspace.hosts)
        if self.selection.value.hosts:
            self._show_selected()

    def _show_status(self) -> None:
        self.status.show_host(self.shown_view, self.clock())
        found = self.filter.findings(self.workspace.hosts).words() if self.filter.value.is_active else ""
        self.status.show_filter(found)
        self.filter_strip.refresh(self.workspace.hosts, is_searched=self.model.busy.is_idle)


def _fill(splitter: QSplitter, widget: QWidget) -> None:
    """Put a widget into the room that is kept for it."""
    room = splitter.replaceWidget(1, widget)
    splitter.setStretchFactor(1, 1)
    if room is not None:
        room.deleteLater()
