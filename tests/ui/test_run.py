"""The program's life: its clean end, a picture of the window, and the whole way once for real."""

import asyncio
import os
import signal
import subprocess
from asyncio import Future
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from hvtree.ui.run import leave
from tests.support.narrowing import not_none
from tests.support.tolerant_hvtree import COMMAND
from tests.support.waiting import WAIT_S
from tests.support.window import AtWindow, WindowUser


def ending(user: WindowUser) -> Future[Any]:
    end = asyncio.get_running_loop().create_future()
    user.window.close_wanted.connect(lambda: user.window.tasks.start(leave(user.window, user.workspace, end)))
    return end


def black_share(picture: QImage) -> float:
    """Return how much of a picture is black, 0 to 1, by every fifth pixel of every fifth line."""
    points = [(x, y) for x in range(0, picture.width(), 5) for y in range(0, picture.height(), 5)]
    return sum(picture.pixelColor(*point).lightness() == 0 for point in points) / len(points)


async def begin_export(user: WindowUser) -> None:
    user.select("web", "base")
    user.choose("Export…")
    (await user.dialog()).press("Export")
    await user.until(lambda: user.jobs[-1].stage == "performing", "exporting")


def test_closing_the_window_ends_the_program(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        end = ending(user)
        user.window.close()
        await end
        assert user.window.isVisible()

    at_window(story, web="base*")


def test_closing_while_a_job_runs_asks_and_keeping_it_running_stays(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        end = ending(user)
        await begin_export(user)
        user.window.close()
        dialog = await user.dialog()
        assert dialog.default_button() == "Keep Running"
        dialog.key(Qt.Key.Key_Space)
        await user.quiet()
        assert not end.done()
        user.window.close()
        (await user.dialog()).press("Cancel Jobs and Quit")
        await end

    at_window(story, web="base*")


def test_a_second_close_while_it_asks_asks_no_second_time(at_window: AtWindow) -> None:
    async def story(user: WindowUser) -> None:
        ending(user)
        await begin_export(user)
        user.window.close()
        await user.dialog()
        user.window.close()
        await user.quiet()
        assert len(user.open_dialogs()) == 1
        (await user.dialog()).press("Keep Running")

    at_window(story, web="base*")


def test_the_demo_opens_through_winrm_is_pictured_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    picture = tmp_path / "window.png"
    program = subprocess.Popen(
        [*COMMAND, "--demo", "--picture", str(picture)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    try:
        line = not_none(program.stdout).readline()
        assert str(picture) in line, not_none(program.stderr).read()
        assert black_share(QImage(str(picture))) < 0.01  # text is dark, a part that was not painted is black
        program.send_signal(getattr(signal, "CTRL_BREAK_EVENT", signal.SIGINT))
        _, complaints = program.communicate(timeout=WAIT_S)
        assert "Traceback" not in complaints
        assert program.returncode == 0
    finally:
        program.kill()
        program.communicate()
