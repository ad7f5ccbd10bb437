"""The window for tests: booted into a temporary home on a loop of its own, and searched for leaks at the end."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from hvtree.domain.model import HostState
from hvtree.ui.run import shut_down
from hvtree.ui.theme import STYLE, Theme
from tests.support import trees
from tests.support.opening import Shelf
from tests.support.qt_loop import VirtualQtLoop
from tests.support.real_harness import Story as RealStory
from tests.support.real_harness import Time, lived_through
from tests.support.running_time import RunningTime
from tests.support.threads import none_left
from tests.support.window import AtBook, AtWindow, Story, WindowUser, windows_left


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A home with nothing in it, one language and one time zone."""
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("TZ", "UTC")
    _take_time_zone()
    yield
    monkeypatch.undo()
    _take_time_zone()


@pytest.fixture(autouse=True)
def _no_warnings(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A warning in the log that nobody expects fails the test."""
    yield
    loud = [
        record
        for phase in ("setup", "call")
        for record in caplog.get_records(phase)
        if record.levelno >= logging.WARNING
    ]
    assert not loud, [record.getMessage() for record in loud]


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """What pytest-qt makes the QApplication with: that of the program."""
    return ["hvtree", *STYLE]


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """Light, as the program dresses its QApplication."""
    made = Theme(qapp)
    yield made
    made.setParent(None)


@pytest.fixture
def application(qapp: QApplication, theme: Theme) -> QApplication:
    """The one QApplication, set up as the program sets it up."""
    qapp.setQuitOnLastWindowClosed(False)
    return qapp


@pytest.fixture
def at_window(application: QApplication) -> AtWindow:
    """Let a story happen before a window on an emulated host: `at_window(story, web="base(p1*)")`.

    Instead of trees a whole `state` may be given. `connects=False` leaves the window without a host; `window` goes to
    the window itself.
    """

    def tell(
        story: Story,
        state: HostState | None = None,
        *,
        connects: bool = True,
        start_demo: Any = None,
        window: dict[str, Any] | None = None,
        **vms: Any,
    ) -> None:
        loop = VirtualQtLoop(application)
        with none_left(), asyncio.Runner(loop_factory=lambda: loop) as runner:
            given = {"start_demo": start_demo, **(window or {})}
            runner.run(_from_opening_to_closing(loop, story, state or trees.lab(**vms), connects, given))
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert not loop.complaints, loop.complaints
        assert not QApplication.topLevelWidgets(), QApplication.topLevelWidgets()

    return tell


async def _from_opening_to_closing(
    loop: VirtualQtLoop, story: Story, state: HostState, connects: bool, given: dict[str, Any]
) -> None:
    user = WindowUser(loop, state, **given)
    user.window.show()
    try:
        if connects:
            await user.open_host()
        await story(user)
        left = windows_left(user.window)
    finally:
        await shut_down(user.window, user.workspace)
    assert not left, f"windows are still open: {left}"
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    assert not tasks, f"tasks are left behind: {tasks}"


def _take_time_zone() -> None:
    if hasattr(time, "tzset"):  # Windows has none, and always goes by the system's zone
        time.tzset()


@pytest.fixture
def with_harness(application: QApplication, tmp_path: Path) -> Callable[..., None]:
    """Let a story happen before a window on real connections; at the end nothing may be left of it."""

    def tell(story: RealStory, time: Time = RunningTime) -> None:
        with none_left():
            complaints = lived_through(application, story, tmp_path, time)
            assert not complaints, complaints

    return tell


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """What windows remember, and a keyring."""
    return Shelf(tmp_path)


@pytest.fixture
def at_book(at_window: AtWindow, shelf: Shelf) -> AtBook:
    """Let a story happen before a window without a host that remembers."""

    def tell(story: Story, **window: Any) -> None:
        at_window(story, web="base(p1*)", connects=False, window={"book": shelf.book, **window})

    return tell
