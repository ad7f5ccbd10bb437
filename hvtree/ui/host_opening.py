"""What opens hosts, and says what goes wrong: a host is being reached while what it will be shown with is still loaded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from hvtree.app.demo import Demo
from hvtree.app.host_book import HostBook
from hvtree.app.workspace import Workspace
from hvtree.ui.bridge import Bridge, Tasks
from hvtree.ui.frame import Frame
from hvtree.ui.open_hosts import OpenHosts
from hvtree.ui.views.status import StatusLine

if TYPE_CHECKING:
    from hvtree.ui.dialogs.connect import TryOut


class HostOpening(QObject):
    """Fills the frame's status bar; the rest of it is filled by `workbench` and `controls`.

    Nothing may be imported here that can wait for that.
    """

    def __init__(
        self,
        frame: Frame,
        workspace: Workspace,
        start_demo: Callable[[], Awaitable[Demo]],
        *,
        book: HostBook | None = None,
        try_out: TryOut | None = None,
    ) -> None:
        """`book` remembers hosts and the layout; without one nothing is. `try_out` tests a host."""
        super().__init__(frame)
        self._frame = frame
        self.workspace = workspace
        self.book = book
        self.bridge = Bridge(workspace, self)
        self.tasks = Tasks(self.show_error)
        self.status = StatusLine(frame)
        self.hosts = OpenHosts(
            workspace,
            self.tasks,
            frame,
            start_demo=start_demo,
            on_error=self.show_error,
            say=self.status.say,
            on_opening=self._say_opening,
            book=book,
            try_out=try_out,
        )

    def show_error(self, error: BaseException, then: Callable[[], object] = lambda: None) -> None:
        """Show an error in a dialog, and call `then` when it is closed; the same error is not shown twice at a time."""
        from hvtree.ui.dialogs.error import ErrorDialog, as_shown  # noqa: PLC0415  (see `start.DIALOGS`)

        shown = as_shown(error)
        if any(open_.shows(shown) for open_ in self._frame.findChildren(ErrorDialog)):
            return
        dialog = ErrorDialog(shown, self._frame)
        dialog.finished.connect(lambda _code: then())
        dialog.open()

    async def shut_down(self) -> None:
        """End what has been started here: the tasks and the demo. The workspace is closed by its owner."""
        await self.tasks.close()
        await self.hosts.close()

    def _say_opening(self, sentence: str) -> None:
        """Say what is being opened; once it is, that stays until the page is turned to it."""
        if sentence or not self.workspace.hosts or not self._frame.is_at_front:
            self._frame.show_opening(sentence)
