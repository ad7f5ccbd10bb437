"""The program in one piece and in this process: its options, its errors and its end, without a host."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from signal import Signals
from typing import TypeVar

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSize
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from hvtree.app.end_signals import end_signals
from hvtree.cli import window as window_options
from hvtree.ui.dialogs.connect import ConnectDialog
from hvtree.ui.dialogs.error import ErrorDialog
from hvtree.ui.main_window import MainWindow
from hvtree.ui.run import Program
from hvtree.ui.theme import Theme
from hvtree.ui.widgets.screens import on_screen, resize_on_screen
from tests.support.qt_loop import VirtualQtLoop

D = TypeVar("D", bound=QDialog)
Story = Callable[[VirtualQtLoop, MainWindow], Awaitable[None]]
Run = Callable[..., int]
"""Takes a story and the options, and returns the exit code."""


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[BaseException | None]:
    """What the terminal would be told of errors that nobody caught."""
    errors: list[BaseException | None] = []
    monkeypatch.setattr(sys, "excepthook", lambda _kind, error, _trace: errors.append(error))
    monkeypatch.setattr(threading, "excepthook", lambda event: errors.append(event.exc_value))
    return errors


@pytest.fixture
def program(application: QApplication) -> Iterator[Run]:
    """Run the program with options; a story happens before its window, which is then closed. Gives the exit code."""

    def run(story: Story, *options: str) -> int:
        parser = argparse.ArgumentParser()
        window_options.describe(parser)
        loop = VirtualQtLoop(application)
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            code = runner.run(_lived_through(loop, Program(application, parser.parse_args(options)), story))
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert not QApplication.topLevelWidgets()
        return code

    yield run
    for theme in application.findChildren(Theme):
        theme.setParent(None)


async def _lived_through(loop: VirtualQtLoop, program: Program, story: Story) -> int:
    running = asyncio.ensure_future(program.main())
    await loop.quiet()
    (window,) = (each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow))
    await story(loop, window)
    if not running.done():
        window.close()
    return await running


def the_only(window: MainWindow, kind: type[D]) -> D:
    (found,) = (each for each in window.findChildren(kind) if each.isVisible())
    return found


def test_without_options_it_waits_at_the_start_page_and_ends_well(program: Run) -> None:
    async def story(_loop: VirtualQtLoop, window: MainWindow) -> None:
        assert window.start_page.isVisible()

    assert program(story) == 0


def test_a_picture_is_saved_and_its_place_is_said(
    program: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def story(loop: VirtualQtLoop, _window: MainWindow) -> None:
        await loop.until((tmp_path / "here.png").exists, "the picture")

    assert program(story, "--picture", str(tmp_path / "here.png")) == 0
    assert str(tmp_path / "here.png") in capsys.readouterr().out


def test_a_picture_that_cannot_be_saved_is_said_and_fails_the_program(
    program: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def story(loop: VirtualQtLoop, _window: MainWindow) -> None:
        await loop.quiet()

    assert program(story, "--picture", str(tmp_path / "nowhere" / "here.png")) == 1
    assert "is there such a folder?" in capsys.readouterr().err


def test_a_host_without_a_password_is_asked_for(program: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HVTREE_PASSWORD", raising=False)

    async def story(loop: VirtualQtLoop, window: MainWindow) -> None:
        dialog = the_only(window, ConnectDialog)
        dialog.reject()
        await loop.quiet()

    assert program(story, "--host", "https://hv01:5986/wsman", "--user", "LAB\\admin") == 0


def test_an_error_in_a_slot_is_told_logged_and_shown(
    program: Run, told: list[BaseException | None], caplog: pytest.LogCaptureFixture
) -> None:
    async def story(_loop: VirtualQtLoop, window: MainWindow) -> None:
        sys.excepthook(ZeroDivisionError, ZeroDivisionError("in a slot"), None)
        assert "in a slot" in the_only(window, ErrorDialog).text()

    program(story)
    assert [str(error) for error in told] == ["in a slot"]
    assert "ZeroDivisionError: in a slot" in caplog.text
    caplog.clear()


def test_an_error_in_a_thread_is_told_logged_and_shown(
    program: Run, told: list[BaseException | None], caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ZeroDivisionError("in a thread")

    async def story(loop: VirtualQtLoop, window: MainWindow) -> None:
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        await loop.until(lambda: any(window.findChildren(ErrorDialog)), "the error")
        assert "in a thread" in the_only(window, ErrorDialog).text()

    program(story)
    assert [str(error) for error in told] == ["in a thread"]
    assert "ZeroDivisionError: in a thread" in caplog.text
    caplog.clear()


def test_an_error_on_the_loop_is_shown(program: Run, caplog: pytest.LogCaptureFixture) -> None:
    async def story(loop: VirtualQtLoop, window: MainWindow) -> None:
        loop.call_exception_handler({"message": "lost", "exception": ZeroDivisionError("on the loop")})
        assert "on the loop" in the_only(window, ErrorDialog).text()

    program(story)
    assert "lost" in caplog.text
    caplog.clear()


@pytest.mark.parametrize("number", end_signals())
def test_an_interrupt_ends_the_program_as_closing_its_window_does(program: Run, number: Signals) -> None:
    async def story(loop: VirtualQtLoop, _window: MainWindow) -> None:
        signal.raise_signal(number)
        await loop.until(
            lambda: not any(each.isVisible() for each in QApplication.topLevelWidgets()), "the end"
        )

    before = signal.getsignal(number)
    assert program(story) == 0
    assert signal.getsignal(number) is before


def test_the_window_is_no_larger_than_the_screen() -> None:
    assert on_screen(QSize(1360, 840), QSize(1920, 1080)) == QSize(1360, 840)
    small = on_screen(QSize(1360, 840), QSize(1280, 720))
    assert small.width() < 1280
    assert small.height() < 720


def test_a_dialog_is_no_larger_than_its_screen(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QApplication, "platformName", staticmethod(lambda: "windows"))
    dialog = QDialog()
    qtbot.addWidget(dialog)
    room = dialog.screen().availableSize()
    resize_on_screen(dialog, QSize(room.width() + 1, 100))
    assert dialog.width() < room.width()
    assert dialog.height() == 100


def test_other_threads_make_way_for_the_window_within_a_millisecond_until_it_ends(program: Run) -> None:
    usual, during = sys.getswitchinterval(), list[float]()

    async def story(_loop: VirtualQtLoop, _window: MainWindow) -> None:
        during.append(sys.getswitchinterval())

    sys.setswitchinterval(0.005)
    try:
        program(story)
        assert during[0] <= 0.001
        assert sys.getswitchinterval() == 0.005
    finally:
        sys.setswitchinterval(usual)
