"""The start of the window: it is painted before the rest of the program is loaded.

What the first paint needs is imported here and in `frame`. Everything else comes afterwards, on a thread, while the window lives:
`LATER` says what. After it the program goes on in `run`.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import logging
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QObject, QSize, Signal
from PySide6.QtWidgets import QApplication

from hvtree.app.glance import Glance, glance, settings_path
from hvtree.domain.errors import HVTreeError
from hvtree.ui.main_window import MainWindow
from hvtree.ui.theme import Theme

if TYPE_CHECKING:
    from hvtree.app.demo_process import DemoProcess

_log = logging.getLogger(__name__)
LATER = ("hvtree.ui.run",)
"""What is imported after the first paint, with all that it imports: asyncio, what the window works with, the dialogs."""
MOST_NAMES = 3
"""How many hosts are named while they are opened."""
_FRAME = QSize(16, 48)
"""Pixels around a window, at most."""


@dataclass(frozen=True)
class FirstWindow:
    """A window on the screen, with nothing in it yet, and everything loaded that it is to be filled with."""

    application: QApplication
    window: MainWindow
    demo: DemoProcess | None = None
    """The demo's process, if it has been started already."""
    is_closed: bool = False
    """The user has closed the window already."""


def first_window(
    arguments: argparse.Namespace, demo: DemoProcess | None = None, also: Sequence[str] = ()
) -> FirstWindow:
    """Open the window; return when it is painted and `LATER` is loaded, with the modules in `also`, or when it was closed.

    Raise `HVTreeError` if something cannot be loaded; the window says so, too, until it is closed.
    """
    gc.disable()  # else the thread might collect what only this one may delete (see `gui_gc`, which takes over)
    application = make_application(sys.argv[:1])
    Theme(application)
    seen = glance(settings_path()) if opens_last_hosts(arguments) else Glance()
    window = MainWindow(opening_words(arguments, seen))
    if seen.geometry:
        window.restoreGeometry(seen.geometry)
    if QApplication.platformName() != "offscreen":  # which has no real screen
        window.resize(on_screen(window.size(), window.screen().availableSize()))
    loading = Loading((*also, *LATER))
    waiting = QEventLoop()  # no coroutine runs yet: asyncio itself comes later
    window.painted.connect(lambda: _log.info("the window is on the screen"))
    window.painted.connect(loading.start)
    loading.ended.connect(waiting.quit)
    is_closed: list[bool] = []
    window.close_wanted.connect(lambda: is_closed.append(True))
    window.show()
    waiting.exec()
    if loading.problem is not None:
        raise _shown(window, waiting, loading.problem, lasting=arguments.picture is None)
    return FirstWindow(application, window, demo, bool(is_closed))


def make_application(arguments: list[str]) -> QApplication:
    """Return the one QApplication, set up for a loop that ends by itself."""
    application = QApplication(arguments)
    application.setApplicationName("HVTree")
    application.setDesktopFileName("hvtree")
    application.setQuitOnLastWindowClosed(False)
    return application


def on_screen(wanted: QSize, available: QSize) -> QSize:
    """Return the size of a window so that it fits the screen with its frame."""
    return wanted.boundedTo(available - _FRAME)


def opens_last_hosts(arguments: argparse.Namespace) -> bool:
    """Return whether the window opens the hosts that were open last."""
    return not arguments.demo and arguments.host is None and arguments.picture is None


def opening_words(arguments: argparse.Namespace, seen: Glance) -> str:
    """Return what is going to be opened, in a sentence; empty if it is nothing."""
    if arguments.demo:
        return "Starting the demo lab…"
    names = list(seen.open_hosts) if arguments.host is None else [arguments.host]
    more = len(names) - MOST_NAMES
    shown = names if more <= 0 else [*names[:MOST_NAMES], f"{more} more"]
    return f"Connecting to {', '.join(shown)}…" if shown else ""


class Loading(QObject):
    """Imports modules on a thread of its own, so that the window goes on living meanwhile."""

    ended = Signal()
    """All is loaded, or `problem` says why not."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self._names = names
        self.problem: Exception | None = None

    def start(self) -> None:
        """Begin."""
        threading.Thread(target=self._run, name="hvtree-loading", daemon=True).start()

    def _run(self) -> None:
        try:
            for name in self._names:
                importlib.import_module(name)
        except Exception as error:  # noqa: BLE001  (it is told on the window's thread)
            self.problem = error
        self.ended.emit()


def _shown(window: MainWindow, waiting: QEventLoop, problem: Exception, *, lasting: bool) -> HVTreeError:
    """Return what could not be loaded as an error, after the window has shown it until it was closed."""
    lacking = getattr(problem, "name", None) or type(problem).__name__
    error = HVTreeError(
        f"HVTree cannot start: ‘{lacking}’ cannot be loaded.",
        why=f"{problem}.",
        now="Install HVTree again.",
        details=repr(problem),
    )
    if lasting:
        window.show_opening(error.sentence)
        window.close_wanted.connect(waiting.quit)
        waiting.exec()
    window.let_close()
    return error
