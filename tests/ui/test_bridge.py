"""Where Qt and asyncio meet."""

import asyncio
from collections.abc import Callable

from PySide6.QtWidgets import QDialog

from hvtree.app.host_view import Event, HostChanged, HostRemoved, JobChanged
from hvtree.ui.bridge import Bridge, Tasks, ask
from tests.support.narrowing import not_none
from tests.support.window import AtWindow, WindowUser


class Announcing:
    listener: Callable[[Event], None] | None = None


def test_each_event_becomes_its_signal() -> None:
    workspace = Announcing()
    bridge = Bridge(workspace)
    heard: list[tuple[str, object]] = []
    bridge.host_changed.connect(lambda host: heard.append(("changed", host)))
    bridge.host_removed.connect(lambda host: heard.append(("removed", host)))
    bridge.job_changed.connect(lambda job: heard.append(("job", job)))
    for event in (HostChanged("a"), HostRemoved("a"), JobChanged(7)):
        not_none(workspace.listener)(event)
    assert heard == [("changed", "a"), ("removed", "a"), ("job", 7)]


def test_after_detaching_nothing_is_heard() -> None:
    workspace = Announcing()
    Bridge(workspace).detach()
    assert workspace.listener is None


def test_a_dialog_is_awaited_while_others_go_on(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        ticks = []

        async def ticking() -> None:
            while True:
                ticks.append(1)
                await asyncio.sleep(1)

        ticker = asyncio.create_task(ticking())
        dialog = QDialog(user.window)
        answer = asyncio.create_task(ask(dialog))
        await user.until(lambda: len(ticks) > 5, "five ticks")
        dialog.accept()
        assert await answer == QDialog.DialogCode.Accepted
        ticker.cancel()
        await asyncio.wait([ticker])

    at_window(story, connects=False)


def test_who_stops_asking_closes_the_dialog(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        dialog = QDialog(user.window)
        answer = asyncio.create_task(ask(dialog))
        await user.until(dialog.isVisible, "the dialog is open")
        answer.cancel()
        await asyncio.wait([answer])
        assert user.open_dialog() is None

    at_window(story, connects=False)


def test_an_error_in_a_task_is_told(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        told: list[BaseException] = []
        tasks = Tasks(told.append)

        async def failing() -> None:
            raise ZeroDivisionError

        tasks.start(failing())
        await user.until(lambda: bool(told), "an error is told")
        assert isinstance(told[0], ZeroDivisionError)

    at_window(story, connects=False)


def test_closing_ends_the_tasks_that_run(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        tasks = Tasks(print)
        ended = []

        async def waiting() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(1)

        tasks.start(waiting())
        await user.quiet()
        await tasks.close()
        assert ended == [1]

    at_window(story, connects=False)
