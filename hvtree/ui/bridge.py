"""Where Qt and asyncio meet: workspace events as Qt signals, dialogs that can be awaited, tasks that are kept alive.

No slot awaits anything and no coroutine runs a nested loop: `exec()` inside a coroutine would hold up all others (`loop.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog

from hvtree.app.host_view import Event, GroupsChanged, HostChanged, HostRemoved, SettingsUnreadable


class Announcer(Protocol):
    """Something with exactly one listener: the workspace."""

    listener: Callable[[Event], None] | None


class Bridge(QObject):
    """The one listener of the workspace; passes each event on as a signal, on the thread of the window."""

    host_changed = Signal(str)
    """Id of a host whose view has changed."""
    host_removed = Signal(str)
    """Id of a host that has left."""
    job_changed = Signal(int)
    """Id of a job whose view has changed."""
    groups_changed = Signal()
    """Groups, or what is remembered of group checkpoints, are others than before."""
    settings_unreadable = Signal(object)
    """The `HVTreeError` that says why."""

    def __init__(self, workspace: Announcer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        workspace.listener = self._on_event

    def detach(self) -> None:
        """Hear no more events; nothing is signalled after this."""
        self._workspace.listener = None

    def _on_event(self, event: Event) -> None:
        if isinstance(event, HostChanged):
            self.host_changed.emit(event.host_id)
        elif isinstance(event, HostRemoved):
            self.host_removed.emit(event.host_id)
        elif isinstance(event, GroupsChanged):
            self.groups_changed.emit()
        elif isinstance(event, SettingsUnreadable):
            self.settings_unreadable.emit(event.error)
        else:
            self.job_changed.emit(event.job_id)


async def ask(dialog: QDialog) -> int:
    """Open a dialog, wait until the user has answered it, and return its result code; the dialog is deleted afterwards.

    Cancelling the awaiting task closes the dialog.
    """
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def on_finished(code: int) -> None:
        if not answer.done():
            answer.set_result(code)

    dialog.finished.connect(on_finished)
    dialog.open()
    try:
        return await answer
    finally:
        dialog.finished.disconnect(on_finished)
        dialog.close()
        dialog.deleteLater()


class Tasks:
    """Keeps the tasks that slots start, so that they are not collected while they run, and ends them at the close."""

    def __init__(self, on_error: Callable[[BaseException], None]) -> None:
        self._on_error = on_error
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[object, object, None]) -> None:
        """Run a coroutine; whatever it raises goes to `on_error`."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._on_done)

    async def close(self) -> None:
        """Cancel what runs and wait for its end, 2 seconds at most."""
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running, timeout=2)

    def _on_done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._on_error(error)
