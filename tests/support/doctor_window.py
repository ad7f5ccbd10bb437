"""The real window with a real host behind WinRM, in real time: for the connection doctor, whose probes are real."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QMenu

from hvtree.app.connection_test import ConnectionTester
from hvtree.app.connections import connection
from hvtree.app.credentials import Secret
from hvtree.app.host_view import ConnectionPhase, HostView
from hvtree.app.workspace import Workspace
from hvtree.domain.host_profile import HostProfile
from hvtree.ui.dialogs.doctor import DoctorDialog
from hvtree.ui.dialogs.password import PasswordDialog
from hvtree.ui.main_window import MainWindow
from hvtree.ui.run import shut_down
from tests.support.real_qt_loop import RealQtLoop
from tests.support.running_time import RunningTime
from tests.support.threads import none_left
from tests.support.waiting import in_time


class DoctorUser:
    """A user with one host in the window, who opens the doctor."""

    def __init__(self) -> None:
        self.workspace = Workspace(connection)
        self.window = MainWindow().fill(
            self.workspace, _no_demo, try_out=ConnectionTester(self.workspace.refusals).run
        )
        self._changed = asyncio.Event()
        self.window.bridge.host_changed.connect(lambda _: self._changed.set())

    @property
    def view(self) -> HostView:
        (view,) = self.workspace.hosts
        return view

    async def open_host(
        self, endpoint: str, user: str, password: str, phase: ConnectionPhase, name: str = "lab"
    ) -> None:
        """Open a host and wait until it is connected, or has failed."""
        self.window.hosts.add(HostProfile(name, endpoint, user), Secret(password))
        while self.view.phase is not phase:
            self._changed.clear()
            await self._changed.wait()
        for dialog in self.window.findChildren(PasswordDialog):
            dialog.close()

    def choose_doctor(self) -> DoctorDialog:
        """Choose Help ▸ Connection Doctor…; return the window that opens."""
        menu = next(m for m in self.window.menuBar().findChildren(QMenu) if m.title() == "H&elp")
        entry = next(each for each in menu.actions() if "Doctor" in each.text())
        assert entry.isEnabled(), entry.toolTip()
        entry.trigger()
        return self.doctors()[-1]

    def doctors(self) -> list[DoctorDialog]:
        """Return the doctor's windows that are open."""
        return [each for each in self.window.findChildren(DoctorDialog) if each.isVisible()]


async def examined(dialog: DoctorDialog) -> None:
    """Wait for the end of an examination."""
    end = asyncio.Event()
    dialog.examined.connect(end.set)
    await end.wait()


def at_doctor_window(
    application: QApplication, story: Callable[[DoctorUser], Coroutine[Any, Any, Any]]
) -> None:
    """Let a story happen; at its end no task, thread or window may be left."""

    async def from_opening_to_closing() -> None:
        user = DoctorUser()
        user.window.show()
        try:
            await in_time(story(user))
        finally:
            await shut_down(user.window, user.workspace)
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert not left, left
        complaints = asyncio.get_running_loop().complaints  # type: ignore[attr-defined]
        assert not complaints, complaints

    with none_left(), RunningTime() as seconds:
        with asyncio.Runner(loop_factory=lambda: RealQtLoop(application, seconds)) as runner:
            runner.run(from_opening_to_closing())
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        del runner
        gc.collect()  # else a thread of a later test might, and Qt's objects must end on the thread that made them


async def _no_demo() -> Any:
    raise AssertionError("no demo here")
