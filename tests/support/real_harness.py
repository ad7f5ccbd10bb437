"""A window on real connections, and its user: pywinrm, NTLM and encryption, by the real clock."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QDialog

from hvtree.app.bootstrap import make_workspace
from hvtree.app.connection_test import ConnectionTester
from hvtree.app.credentials import Secret
from hvtree.app.host_book import HostBook
from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.app.keyring import Keyring
from hvtree.app.settings_file import Store
from hvtree.domain.host_profile import HostProfile
from hvtree.jobs.job import JobView
from hvtree.jobs.ports import Approver
from hvtree.operations.base import Plan
from hvtree.ui.main_window import MainWindow
from hvtree.ui.run import shut_down
from tests.support.dialog_user import DialogUser
from tests.support.keyring_backend import MemoryKeyring
from tests.support.real_qt_loop import RealQtLoop
from tests.support.relay import Relay, relay
from tests.support.remote_host import PASSWORD, USER, RemoteHost, serving
from tests.support.running_time import RunningTime

SECRET = Secret(PASSWORD)


class Yes:
    """Says yes to everything."""

    async def approve(self, _plan: Plan) -> bool:
        return True


class Harness:
    """A window on real hosts, and its user."""

    def __init__(self, loop: RealQtLoop, folder: Path) -> None:
        self.loop = loop
        self.stack = ExitStack()
        self.settings = folder / "settings.json"
        self.keyring = MemoryKeyring()
        self.workspace = make_workspace()
        book = HostBook(Store(self.settings), Keyring(lambda: self.keyring))
        try_out = ConnectionTester(self.workspace.refusals).run
        self.window = MainWindow().fill(self.workspace, None, book=book, try_out=try_out)  # type: ignore[arg-type]
        self.window.show()

    def serve(self, **config: Any) -> RemoteHost:
        """Return an emulated host behind an endpoint, for as long as the story lasts."""
        return self.stack.enter_context(serving(**config))

    def relay(self, target: int | None) -> Relay:
        """Return a wire that can be cut; to nowhere if it has no target."""
        return self.stack.enter_context(relay(target))

    def add(self, name: str, endpoint: str, secret: Secret = SECRET, **more: Any) -> None:
        self.window.hosts.add(HostProfile(name, endpoint, USER, **more), secret)

    def view(self, name: str) -> HostView:
        return self.workspace.host(name)

    async def phase(self, name: str, wanted: ConnectionPhase) -> HostView:
        await self.loop.until(lambda: self.view(name).phase is wanted, f"{name} is {wanted}")
        return self.view(name)

    async def dialog(self) -> DialogUser:
        def shown() -> list[QDialog]:
            return [each for each in self.window.findChildren(QDialog) if each.isVisible()]

        await self.loop.until(lambda: bool(shown()), "a dialog")
        return DialogUser(shown()[-1])

    async def ended(self, job_id: int) -> JobView:
        await self.loop.until(lambda: self.workspace.job(job_id).verdict is not None, "the job has ended")
        return self.workspace.job(job_id)


Story = Callable[[Harness], Awaitable[None]]
Time = Callable[[], AbstractContextManager[Callable[[], float]]]
"""Return the seconds that pass on the loop: `RunningTime`, or `no_time`."""
ALWAYS: Approver = Yes()


def lived_through(
    application: QApplication, story: Story, folder: Path, time: Time = RunningTime
) -> list[dict[str, Any]]:
    """Let a story happen on a loop of its own; return what the loop has complained of."""
    with time() as seconds:
        loop = RealQtLoop(application, seconds)
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(_whole(loop, story, folder))
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return loop.complaints


async def _whole(loop: RealQtLoop, story: Story, folder: Path) -> None:
    harness = Harness(loop, folder)
    try:
        await story(harness)
    finally:
        for dialog in harness.window.findChildren(QDialog):
            dialog.reject()
        await shut_down(harness.window, harness.workspace)
        harness.stack.close()
