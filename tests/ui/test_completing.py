"""The window becomes complete in two steps: what shows hosts, then, with a host on the screen or a little later, what controls it."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QWidget

from hvtree.app.workspace import Workspace
from hvtree.cli import window as window_options
from hvtree.domain.errors import HVTreeError
from hvtree.ui import run
from hvtree.ui.dialogs.error import ErrorDialog
from hvtree.ui.main_window import MainWindow
from hvtree.ui.menu_names import Menu
from hvtree.ui.run import Program, shut_down
from hvtree.ui.start import FirstWindow
from tests.support import trees
from tests.support.harness import Harness
from tests.support.qt_loop import VirtualQtLoop
from tests.support.window import AtWindow, WindowUser

OPENING = "Opening host…"


class NotedWindow(MainWindow):
    """A window that notes in which order it was completed."""

    def __init__(self) -> None:
        super().__init__(OPENING)
        self.order: list[str] = []
        self.shows_a_tree, self.is_equipped = asyncio.Event(), asyncio.Event()
        self.host_painted.connect(lambda: self.order.append("a host"))

    def show_hosts(self, clock: Callable[[], datetime] | None = None) -> None:
        self.order.append("a tree")
        self.shows_a_tree.set()
        super().show_hosts(clock)

    def equip(self) -> None:
        self.order.append("controls")
        super().equip()
        self.is_equipped.set()


def opened(
    application: QApplication,
    make: Callable[[], Workspace],
    story: Callable[[VirtualQtLoop, NotedWindow], Awaitable[None]],
) -> None:
    """Run the program as it goes on after its first paint, with a host to be opened, and then close its window."""
    parser = argparse.ArgumentParser()
    window_options.describe(parser)
    loop = VirtualQtLoop(application)

    async def lived_through() -> None:
        window = NotedWindow()
        first = FirstWindow(application, window, is_opening=True)
        running = asyncio.ensure_future(Program(application, parser.parse_args([]), make(), first).main())
        await story(loop, window)
        window.close()
        await running

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(lived_through())
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


async def begun(user: WindowUser) -> tuple[Harness, MainWindow]:
    """Return a host that is connected, and a window that does not show it yet."""
    host, window = Harness(trees.lab(web="base*")), MainWindow(OPENING)
    window.begin(host.workspace, NotImplemented)
    window.show()
    await user.until(lambda: host.view.is_connected, "connected")
    return host, window


def test_a_host_is_painted_before_the_window_gets_its_controls(
    application: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "SOON_S", 1e9)  # the clock jumps, and Qt paints by the real one

    async def story(loop: VirtualQtLoop, window: NotedWindow) -> None:
        await window.is_equipped.wait()
        assert window.order == ["a tree", "a host", "controls"]
        await loop.until(lambda: "web" in window.details.text(), "details of the first VM")
        assert window.tool_bar.actions()
        assert window.filter_field.isEnabled()

    opened(application, lambda: Harness(trees.lab(web="base*")).workspace, story)


def test_in_a_narrow_window_the_filter_is_seen_as_soon_as_it_is_there(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        host, window = await begun(user)
        window.resize(640, 480)
        window.show_hosts(host.host.clock.now)
        await user.quiet()
        window.equip()
        await user.quiet()
        try:
            assert window.filter_field.isVisible()
        finally:
            await shut_down(window, host.workspace)

    at_window(story, connects=False)


def test_nothing_can_be_renamed_before_that(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        host, window = await begun(user)
        window.show_hosts(host.host.clock.now)
        await user.quiet()
        window.tree.select(window.model.index_of(host.ref("web", "base").ref))
        QTest.keyClick(window.tree, Qt.Key.Key_F2)
        try:
            assert window.tree.state() != QAbstractItemView.State.EditingState
            window.equip()
            QTest.keyClick(window.tree, Qt.Key.Key_F2)
            assert window.tree.state() == QAbstractItemView.State.EditingState
        finally:
            await shut_down(window, host.workspace)

    at_window(story, connects=False)


def test_tab_goes_from_the_filter_to_the_tree_and_on_to_the_details_and_jobs(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        user.select("web", "base")
        user.window.activity.show()
        user.window.filter_field.setFocus()
        parts: list[QWidget] = [user.window.tree, user.window.details, user.window.activity]
        visited: dict[QWidget, None] = {}
        for _ in range(20):  # the details have links, each of which is a stop
            QTest.keyClick(user.window.focusWidget(), Qt.Key.Key_Tab)
            visited.update((part, None) for part in parts if _is_in(user.window.focusWidget(), part))
        assert list(visited) == parts

    at_window(story, web="base*")


def _is_in(widget: QWidget, part: QWidget) -> bool:
    return widget is part or part.isAncestorOf(widget)


def test_where_no_host_comes_the_window_gets_its_controls_all_the_same(application: QApplication) -> None:
    async def story(loop: VirtualQtLoop, window: NotedWindow) -> None:
        await window.is_equipped.wait()
        assert window.order == ["a tree", "controls"]
        assert not window.filter_field.isEnabled()
        assert len(window.menus_by_name[Menu.HOST].actions()) > 1

    opened(application, lambda: Workspace(NotImplemented), story)


def test_a_window_that_is_closed_between_the_steps_ends_the_program(application: QApplication) -> None:
    async def story(loop: VirtualQtLoop, window: NotedWindow) -> None:
        await window.shows_a_tree.wait()
        assert window.order == ["a tree"]

    opened(application, lambda: Workspace(NotImplemented), story)


@pytest.mark.parametrize("shows_hosts", [False, True])
def test_why_a_window_does_not_become_complete_is_said(at_window: AtWindow, *, shows_hosts: bool) -> None:
    problem = HVTreeError("HVTree cannot start: ‘abc’ cannot be loaded.")

    async def story(user: WindowUser) -> None:
        host, window = await begun(user)
        if shows_hosts:
            window.show_hosts(host.host.clock.now)
        window.show_problem(problem)
        opened = window.findChildren(ErrorDialog)
        dialogs = [dialog.text() for dialog in opened]
        labels = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
        try:
            assert bool(dialogs) == shows_hosts
            assert problem.sentence in (dialogs or labels)
        finally:
            for dialog in opened:
                dialog.close()
            await shut_down(window, host.workspace)

    at_window(story, connects=False)
