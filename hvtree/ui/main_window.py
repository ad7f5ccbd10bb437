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
    from hvtree.ui.dialogs.connect import TryOut
    from hvtree.ui.intents.intent import Intent
    from hvtree.ui.workbench import Workbench


class MainWindow(Frame):
    """The window as the rest of the program knows it; its parts are there as soon as it has been filled."""

    filled = Signal()
    """There is something to see: all rows of a host, or the reason why it could not be read."""

    def __init__(self, opening: str = "") -> None:
        super().__init__(opening)
        self._bench: Workbench | None = None
        self._may_close = False

    def fill(
        self,
        workspace: Workspace,
        start_demo: Callable[[], Awaitable[Demo]],
        *,
        clock: Callable[[], datetime] | None = None,
        book: HostBook | None = None,
        try_out: TryOut | None = None,
    ) -> MainWindow:
        """Put everything into the window, and return it; the arguments are the workbench's."""
        from hvtree.ui.workbench import Workbench  # noqa: PLC0415  (the first paint does without it)

        bench = self._bench = Workbench(self, workspace, start_demo, clock=clock, book=book, try_out=try_out)
        self.bridge, self.tasks, self.hosts = bench.bridge, bench.tasks, bench.hosts
        self.selection, self.filter, self.model = bench.selection, bench.filter, bench.model
        self.tree, self.details, self.activity = bench.tree, bench.details, bench.activity
        self.filter_field, self.filter_strip = bench.filter_field, bench.filter_strip
        self.status, self.menus = bench.status, bench.menus
        bench.filled.connect(self.filled)
        self.answer_early_wish()
        return self

    @property
    def bench(self) -> Workbench:
        """What the window works with, once it has been filled."""
        assert self._bench is not None, "the window is still empty"
        return self._bench

    def run(self, wanted: Intent) -> None:
        """Do what a user wants, with the present selection."""
        self.bench.run(wanted)

    def show_error(self, error: BaseException) -> None:
        """Show an error in a dialog; the same error is not shown twice at a time."""
        self.bench.show_error(error)

    def begin_ending(self) -> None:
        """Accept no more input while everything that runs is being ended."""
        self.bench.begin_ending()
        self.setEnabled(False)

    async def shut_down(self) -> None:
        """End what the window has started; the workspace is closed by its owner."""
        await self.bench.shut_down()

    def let_close(self) -> None:
        """Really close; called once everything behind the window has ended."""
        self._may_close = True
        if self._bench is not None:
            self._bench.detach()
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            event.accept()
        else:
            super().closeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and getattr(self, "_bench", None) is not None:
            self.menus.retint()
