"""The window's life after its first paint: the loop that asyncio and Qt share, the first hosts, and a clean end.

PySide6 is imported before qasync, which takes the first binding it finds. The loop ends when its main coroutine ends,
and that ends after the shut-down: never by `quit`, and never with the last window, which may be a message box.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from hvtree.app.bootstrap import make_workspace
from hvtree.app.connection_test import ConnectionTester
from hvtree.app.credentials import NO_SECRET, from_environment, wants_password
from hvtree.app.demo import Demo, start_demo
from hvtree.app.end_signals import end_signals
from hvtree.app.host_book import HostBook
from hvtree.app.host_loader import HostLoader
from hvtree.app.loading import load_off_loop
from hvtree.app.workspace import Workspace
from hvtree.domain.errors import HVTreeError
from hvtree.domain.host_profile import LOCAL, THIS_COMPUTER, HostProfile, with_address
from hvtree.ui.bridge import ask
from hvtree.ui.gui_gc import gc_on_this_thread, spare_what_is_loaded
from hvtree.ui.icons import app_icon
from hvtree.ui.loop import Loop
from hvtree.ui.main_window import MainWindow
from hvtree.ui.signal_waker import signals_wake_qt
from hvtree.ui.start import CANNOT_START, CONTROLS, WORKBENCH, FirstWindow, load_dialogs, load_last
from hvtree.ui.theme import Theme
from hvtree.ui.window_first import window_first

if TYPE_CHECKING:
    from hvtree.jobs.job import JobView

_log = logging.getLogger(__name__)
SOON_S = 0.5
"""How long what the window is controlled with waits for a host on the screen: one that is near takes less."""


def run(first: FirstWindow, arguments: argparse.Namespace) -> int:
    """Fill the window that is on the screen, and return the exit code when it has been closed."""
    if first.is_closed:
        first.window.let_close()
        return 0
    application = first.application
    spare_what_is_loaded()
    with asyncio.Runner(loop_factory=lambda: Loop(application)) as runner:
        return runner.run(Program(application, arguments, first=first).main())


class Program:
    """One run of the window, from the first host to the shut-down."""

    def __init__(
        self,
        application: QApplication,
        arguments: argparse.Namespace,
        workspace: Workspace | None = None,
        first: FirstWindow | None = None,
    ) -> None:
        """`workspace` is None for that of the user's settings, `first` for a window that is not yet on the screen."""
        self._application = application
        self._arguments = arguments
        self._workspace = workspace or make_workspace()
        self._first = first
        self._demo = first.demo if first is not None else None
        if first is None:
            self._theme = Theme(application)
        self._exit_code = 0

    async def main(self) -> int:
        """Show the window until the user ends it, and return the exit code."""
        workspace = self._workspace
        window = self._first.window if self._first is not None else MainWindow()
        try_out = ConnectionTester(workspace.refusals).run
        window.begin(workspace, self._start_demo, book=HostBook(), try_out=try_out)
        end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        window.close_wanted.connect(lambda: window.tasks.start(leave(window, workspace, end)))
        with ExitStack() as stack, window_first(), _errors_shown(window), _interrupts_heard(end):
            if self._arguments.picture is not None:
                self._picture_when_filled(window, Path(self._arguments.picture))
            window.host_painted.connect(lambda: _log.info("a host is on the screen"))
            window.show()
            try:
                self._open_first_hosts(window)
                await self._complete(window, end)
                stack.enter_context(gc_on_this_thread())  # nothing of what was loaded until now is garbage
                await end
            finally:
                await shut_down(window, workspace)
        return self._exit_code

    async def _complete(self, window: MainWindow, end: asyncio.Future[None]) -> None:
        """Put into the window what hosts are shown with, and what it is controlled with; both are loaded beside it."""
        painted = _first_painting(window)
        try:
            await self._load_workbench()
            if not end.done():
                window.show_hosts()
                await self._load_controls(painted, end)
        except HVTreeError as error:
            if self._arguments.picture is None:  # else nobody may be there who would close it
                window.show_problem(error)
                await end
            raise
        if end.done():
            return
        self._application.setWindowIcon(app_icon())
        window.equip()
        painted.add_done_callback(lambda _painted: load_last())
        if self._first is not None and not self._first.is_opening:
            load_dialogs()
        if self._arguments.picture is not None and not self._opens_a_host:
            window.show_opening("")
            QTimer.singleShot(0, window.filled.emit)
        _log.info("the window is filled")

    async def _load_workbench(self) -> None:
        """Load what hosts are shown with; where none is to come first, what the window is controlled with, too."""
        if self._first is None:
            return  # they are imported where they are used
        if self._first.is_opening:
            with suppress(HVTreeError):  # whose host says the same
                await HostLoader().to_connect()
        await load_off_loop(WORKBENCH if self._awaits_a_host else (*WORKBENCH, *CONTROLS), CANNOT_START)
        spare_what_is_loaded()

    async def _load_controls(self, painted: asyncio.Future[None], end: asyncio.Future[None]) -> None:
        """Load what the window is controlled with as soon as a host is on the screen, unless it is loaded or none comes soon."""
        if self._awaits_a_host:
            await asyncio.wait((painted, end), timeout=SOON_S, return_when=asyncio.FIRST_COMPLETED)
            if not end.done():
                await load_off_loop(CONTROLS, CANNOT_START)

    @property
    def _awaits_a_host(self) -> bool:
        """A host comes before what the window is controlled with; only a picture shows all of it."""
        return self._first is not None and self._first.is_opening and self._arguments.picture is None

    @property
    def _opens_a_host(self) -> bool:
        return self._arguments.demo or self._arguments.host is not None

    async def _start_demo(self) -> Demo:
        """Start the demo lab; the first time its process may run already."""
        process, self._demo = self._demo, None
        return await start_demo(self._arguments.world, process)

    def _open_first_hosts(self, window: MainWindow) -> None:
        if self._arguments.demo:
            window.tasks.start(window.hosts.open_demo())
        elif self._arguments.host is not None:
            self._open_given_host(window)
        elif self._arguments.picture is None:
            window.tasks.start(window.hosts.reopen())

    def _open_given_host(self, window: MainWindow) -> None:
        """Open the saved host of that name, this computer, or the host at an address; ask for what is missing."""
        given = self._arguments
        saved = next(
            (each for each in window.hosts.saved() if each.name.casefold() == given.host.casefold()), None
        )
        rest = HostProfile("", "", given.user or "", given.transport or "ntlm", given.ca_file)
        local = HostProfile(THIS_COMPUTER, "", "", LOCAL)
        profile = saved or (local if given.host == LOCAL else with_address(rest, given.host))
        secret = from_environment()(profile) if wants_password(profile) else NO_SECRET
        if secret is not None and (profile.user or not profile.needs_password):
            window.hosts.add(profile, secret)
        else:
            window.show_opening("")
            window.tasks.start(window.hosts.connect(profile))

    def _picture_when_filled(self, window: MainWindow, file: Path) -> None:
        """Save one picture of the window as soon as there is something to see, say where, and go on."""

        def on_filled() -> None:
            window.filled.disconnect(on_filled)
            QTimer.singleShot(0, window, take)  # after the layout of what has just been filled

        def take() -> None:
            # While rows are changing the tree's paintings are held back (`views.calm_painting`): it would be a black patch.
            window.tree.viewport().setUpdatesEnabled(True)
            if window.grab().save(str(file)):
                sys.stdout.write(f"A picture of the window is in {file}\n")
            else:
                self._exit_code = 1
                sys.stderr.write(f"No picture could be written to {file}: is there such a folder?\n")
            sys.stdout.flush()

        window.filled.connect(on_filled)


def _first_painting(window: MainWindow) -> asyncio.Future[None]:
    """Return what is done when the first host is on the screen."""
    painted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    window.host_painted.connect(lambda: None if painted.done() else painted.set_result(None))
    return painted


async def leave(window: MainWindow, workspace: Workspace, end: asyncio.Future[None]) -> None:
    """End the program; while jobs are running, ask first."""
    unfinished = tuple(job for job in workspace.jobs if job.verdict is None)
    if unfinished and not await _may_leave(window, unfinished):
        return
    if not end.done():
        end.set_result(None)


async def _may_leave(window: MainWindow, unfinished: tuple[JobView, ...]) -> int:
    from hvtree.ui.dialogs.leave import LeaveDialog  # noqa: PLC0415  (whoever has a job has loaded what it takes)

    return 0 if window.findChildren(LeaveDialog) else await ask(LeaveDialog(unfinished, window))


async def shut_down(window: MainWindow, workspace: Workspace) -> None:
    """End everything in order: jobs and connections first, while the demo can still answer, the window last."""
    window.begin_ending()
    await workspace.close()
    await window.shut_down()
    window.let_close()
    window.deleteLater()


@contextmanager
def _errors_shown(window: MainWindow) -> Iterator[None]:
    """Show every error that nobody caught, wherever it was raised; log and terminal get its traceback."""
    loop = asyncio.get_running_loop()
    before, before_in_threads = sys.excepthook, threading.excepthook

    def on_error(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        _log.error("an error that nobody caught", exc_info=(kind, error, trace))
        before(kind, error, trace)
        window.show_error(error)

    def on_thread_error(event: threading.ExceptHookArgs) -> None:
        _log.error("an error that nobody caught in %r", event.thread, exc_info=event.exc_value)
        before_in_threads(event)
        if event.exc_value is not None:
            loop.call_soon_threadsafe(window.show_error, event.exc_value)

    def on_loop_error(running: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        running.default_exception_handler(context)
        error = context.get("exception")
        if isinstance(error, BaseException):
            window.show_error(error)

    sys.excepthook, threading.excepthook = on_error, on_thread_error
    loop.set_exception_handler(on_loop_error)
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook = before, before_in_threads
        loop.set_exception_handler(None)


@contextmanager
def _interrupts_heard(end: asyncio.Future[None]) -> Iterator[None]:
    """Let Ctrl+C, a request to end and the end of the terminal end the program, without a question that nobody would see.

    Running jobs are cancelled and VMs brought back, as after a yes to that question.
    """
    loop = asyncio.get_running_loop()

    def on_signal(number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(finish, number)

    def finish(number: int) -> None:
        _log.info("ending by %s", signal.Signals(number).name)
        if not end.done():
            end.set_result(None)

    kept = {number: signal.signal(number, on_signal) for number in end_signals()}
    try:
        with signals_wake_qt():
            yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
