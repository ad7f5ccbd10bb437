"""The start of the window: it is painted before the rest of the program is loaded.

What the first paint needs is imported here and in `frame`. Everything else comes afterwards, on a thread, while the window lives:
`LATER` says what. After it the program goes on in `run`.
"""

from __future__ import annotations

import argparse
import gc
import logging
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEventLoop, QObject, Signal
from PySide6.QtWidgets import QApplication

from hvtree.app.glance import Glance, glance, settings_path
from hvtree.app.loading import GRAPHS, JOBS, load
from hvtree.domain.errors import HVTreeError
from hvtree.domain.plain_text import plain_line
from hvtree.ui.main_window import MainWindow
from hvtree.ui.theme import STYLE, Theme
from hvtree.ui.widgets.screens import resize_on_screen

if TYPE_CHECKING:
    from hvtree.app.demo_process import DemoProcess

_log = logging.getLogger(__name__)
LATER = ("hvtree.ui.run", "hvtree.ui.host_opening")
"""What is imported after the first paint, with all that it imports: asyncio, and what opens hosts."""
WORKBENCH = ("hvtree.ui.workbench",)
"""What the window shows hosts with. If one is going to be opened, what reaches it is loaded before this, so that it is being
reached meanwhile."""
CONTROLS = ("hvtree.ui.controls",)
"""What the window is controlled with. If a host is going to be opened, it is on the screen before this, or takes its time."""
DIALOGS = tuple(
    f"hvtree.ui.dialogs.{name}"
    for name in ("error", "connect", "operation_dialog", "password", "trust", "doctor", "history", "group")
)
"""What opens only when a user asks for something: loaded when a host is on the screen, or none is going to be, or when it is needed."""
CANNOT_START = "HVTree cannot start"
MOST_NAMES = 3
"""How many hosts are named while they are opened."""
LONGEST_NAME = 60
"""Letters of a host's name that are shown meanwhile."""


class FirstWindow(NamedTuple):
    """A window on the screen, with nothing in it yet, and what opens hosts loaded."""

    application: QApplication
    window: MainWindow
    is_opening: bool = False
    """A host is going to be opened."""
    demo: DemoProcess | None = None
    """The demo's process, if it has been started already."""

    @property
    def is_closed(self) -> bool:
        """The user has closed the window already."""
        return self.window.isHidden()


def first_window(
    arguments: argparse.Namespace, demo: DemoProcess | None = None, also: Sequence[str] = ()
) -> FirstWindow:
    """Open the window; return when it is painted and `LATER` is loaded after the modules in `also`, or when it was closed.

    Raise `HVTreeError` if something cannot be loaded; the window says so, too, until it is closed.
    """
    gc.disable()  # else the thread might collect what only this one may delete (see `gui_gc`, which takes over)
    application = make_application(sys.argv[:1])
    Theme(application)
    seen = glance(settings_path())
    opening = opening_words(arguments, seen)
    window = MainWindow(opening)
    if seen.geometry:
        window.restoreGeometry(seen.geometry)
    resize_on_screen(window, window.size())
    loading = Loading((*also, *LATER), window)
    waiting = QEventLoop()  # no coroutine runs yet: asyncio itself comes later
    window.painted.connect(lambda: _log.info("the window is on the screen"))
    window.painted.connect(loading.start)
    loading.ended.connect(waiting.quit)
    window.close_wanted.connect(window.hide)
    window.show()
    waiting.exec()
    window.close_wanted.disconnect(window.hide)
    if loading.problem is not None:
        if arguments.picture is None:  # else nobody may be there who would close it
            _show(window, waiting, loading.problem)
        window.let_close()
        raise loading.problem
    return FirstWindow(application, window, bool(opening), demo)


def make_application(arguments: list[str]) -> QApplication:
    """Return the one QApplication, set up for a loop that ends by itself; the first argument is the name of the program."""
    application = QApplication([*arguments, *STYLE])
    application.setApplicationName("HVTree")
    application.setDesktopFileName("hvtree")
    application.setQuitOnLastWindowClosed(False)
    return application


def opening_words(arguments: argparse.Namespace, seen: Glance) -> str:
    """Return what is going to be opened, in a sentence: the demo, the given host, or those that were open last; else nothing."""
    if arguments.demo:
        return "Starting the demo lab…"
    if arguments.host is not None:
        return f"Connecting to {_short(arguments.host)}…"
    if arguments.picture is not None or not seen.open_hosts:
        return ""
    names = [_short(name) for name in seen.open_hosts[:MOST_NAMES]]
    more = len(seen.open_hosts) - len(names)
    return f"Opening {', '.join(names)}{f' and {more} more' if more else ''}…"


def _short(name: str) -> str:
    """Return a name without its middle where it is too long for a line, and without what would turn or hide the line."""
    plain = plain_line(name)
    return (
        plain if len(plain) <= LONGEST_NAME else f"{plain[: LONGEST_NAME // 2]}…{plain[-LONGEST_NAME // 2 :]}"
    )


def load_dialogs() -> None:
    """Load, on a thread, what a user may ask for who sees no host."""
    _load_aside(DIALOGS)


def load_last() -> None:
    """Load, on a thread, what a user may ask for who sees a host; the second time there is nothing to do."""
    _load_aside((*GRAPHS, *JOBS, *DIALOGS))


class Loading(QObject):
    """Imports modules on a thread of its own, so that the window goes on living meanwhile."""

    ended = Signal()
    """All is loaded, or `problem` says why not."""

    def __init__(self, names: Sequence[str], parent: QObject) -> None:
        super().__init__(parent)  # else the thread, which ends last, would delete it
        self._names = names
        self.problem: Exception | None = None

    def start(self) -> None:
        """Begin."""
        threading.Thread(target=self._run, name="hvtree-loading", daemon=True).start()

    def _run(self) -> None:
        try:
            load(self._names, CANNOT_START)
        except Exception as error:  # noqa: BLE001  (it is raised again on the window's thread)
            self.problem = error
        self.ended.emit()


def _load_aside(names: Sequence[str]) -> None:
    threading.Thread(target=_load_quietly, args=(names,), name="hvtree-loading", daemon=True).start()


def _load_quietly(names: Sequence[str]) -> None:
    with suppress(HVTreeError):
        load(names, "")


def _show(window: MainWindow, waiting: QEventLoop, problem: Exception) -> None:
    """Say in the window what is wrong, until it is closed."""
    sentence = problem.sentence if isinstance(problem, HVTreeError) else repr(problem)
    window.show_opening(sentence)
    window.close_wanted.connect(waiting.quit)
    waiting.exec()
