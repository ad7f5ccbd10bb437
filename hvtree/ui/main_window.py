"""The main window: a frame that is painted first, then filled with what it works with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QCloseEvent

from hvtree.ui.frame import Frame

if TYPE_CHECKING:
    from hvtree.app.demo import Demo
    from hvtree.app.host_book import HostBook
    from hvtree.app.workspace import Workspace
    from hvtree.domain.errors import HVTreeError
    from hvtree.ui.controls import Controls
    from hvtree.ui.dialogs.connect import TryOut
    from hvtree.ui.host_opening import HostOpening
    from hvtree.ui.intents.intent import Intent
    from hvtree.ui.workbench import Workbench


class MainWindow(Frame):
    """The window as the rest of the program knows it; its parts are there as soon as it has been filled."""

    filled = Signal()
    """There is something to see: all rows of a host, or the reason why it could not be read."""
    host_painted = Signal()
    """That is on the screen."""

    def __init__(self, opening: str = "") -> None:
        super().__init__(opening)
        self._host_opening: HostOpening | None = None
        self._bench: Workbench | None = None
        self._controls: Controls | None = None
        self._may_close = False

    def begin(
        self,
        workspace: Workspace,
        start_demo: Callable[[], Awaitable[Demo]],
        *,
        book: HostBook | None = None,
        try_out: TryOut | None = None,
    ) -> None:
        """Let hosts be opened; the arguments are those of `HostOpening`. What they are shown with comes by `show_hosts`."""
        from hvtree.ui.host_opening import HostOpening  # noqa: PLC0415  (the first paint does without it)

        opening = self._host_opening = HostOpening(self, workspace, start_demo, book=book, try_out=try_out)
        self.bridge, self.tasks, self.hosts, self.status = (
            opening.bridge,
            opening.tasks,
            opening.hosts,
            opening.status,
        )

    def show_hosts(self, clock: Callable[[], datetime] | None = None) -> None:
        """Show the hosts that are being opened. What can be done with them comes by `equip`."""
        from hvtree.ui.workbench import Workbench  # noqa: PLC0415  (hosts are being opened meanwhile)

        bench = self._bench = Workbench(self, self.host_opening, clock=clock)
        self.selection, self.filter, self.model = bench.selection, bench.filter, bench.model
        self.tree, self.filter_strip = bench.tree, bench.filter_strip
        bench.filled.connect(self.filled)
        bench.painted.connect(self.host_painted)
        bench.begin()

    def equip(self) -> None:
        """Let everything be done that can be done."""
        from hvtree.ui.controls import Controls  # noqa: PLC0415  (a host is on the screen meanwhile)

        controls = self._controls = Controls(self, self.host_opening, self.bench)
        self.menus, self.filter_field = controls.menus, controls.filter_field
        self.details, self.activity = controls.details.view, controls.jobs.view
        self.bench.equip(controls.menus.refreshing, controls.details.show_selected)
        self.answer_early_wish()

    def fill(
        self,
        workspace: Workspace,
        start_demo: Callable[[], Awaitable[Demo]],
        *,
        clock: Callable[[], datetime] | None = None,
        book: HostBook | None = None,
        try_out: TryOut | None = None,
    ) -> MainWindow:
        """Put everything into the window at once, and return it."""
        self.begin(workspace, start_demo, book=book, try_out=try_out)
        self.show_hosts(clock)
        self.equip()
        return self

    @property
    def host_opening(self) -> HostOpening:
        """What opens hosts, from `begin` on."""
        assert self._host_opening is not None, "the window is still empty"
        return self._host_opening

    @property
    def bench(self) -> Workbench:
        """What the window shows, from `show_hosts` on."""
        assert self._bench is not None, "the window does not show hosts yet"
        return self._bench

    @property
    def controls(self) -> Controls:
        """What the window is controlled with, from `equip` on."""
        assert self._controls is not None, "the window has no controls yet"
        return self._controls

    def run(self, wanted: Intent) -> None:
        """Do what a user wants, with the present selection."""
        self.controls.run(wanted)

    def show_error(self, error: BaseException) -> None:
        """Show an error in a dialog; the same error is not shown twice at a time."""
        self.host_opening.show_error(error)

    def show_problem(self, error: HVTreeError) -> None:
        """Say why the window is not complete, and will not be."""
        if self._bench is None:
            self.show_opening(error.sentence)
        else:  # a host that comes would take the place of the sentence
            self.show_error(error)

    def begin_ending(self) -> None:
        """Remember the layout, accept no more input, and say that everything that runs is being ended."""
        if self._bench is not None:
            self._bench.keep_layout()
        self.status.say("Ending: jobs are cancelled, VMs brought back, connections closed…")
        self.setEnabled(False)

    async def shut_down(self) -> None:
        """End what the window has started; the workspace is closed by its owner."""
        await self.host_opening.shut_down()

    def let_close(self) -> None:
        """Really close; called once everything behind the window has ended."""
        self._may_close = True
        if self._host_opening is not None:
            self._host_opening.bridge.detach()
        if self._bench is not None:
            self._bench.rest()
        if self._controls is not None:
            self._controls.rest()
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            event.accept()
        else:
            super().closeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and getattr(self, "_controls", None) is not None:
            self.menus.retint()
