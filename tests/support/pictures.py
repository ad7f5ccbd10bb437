"""Pictures of the window, as they are drawn for people."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, QSize
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from hvtree.emulator.worlds import worlds
from hvtree.ui.run import shut_down
from tests.support import trees
from tests.support.qt_loop import VirtualQtLoop
from tests.support.window import WindowUser

Scene = Callable[[WindowUser], Awaitable[QPixmap]]
"""A short story that the real window lives through on an emulated host in memory; it returns the picture."""


def drawn(application: QApplication, scene: Scene) -> QPixmap:
    """Return the picture of a scene, on a loop where time passes at once."""
    loop = VirtualQtLoop(application)
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        picture = runner.run(_play(loop, scene))
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return picture


async def _play(loop: VirtualQtLoop, scene: Scene) -> QPixmap:
    with TemporaryDirectory() as folder:
        user = WindowUser(
            loop, trees.lab("xHost16"), world=worlds.load("lab"), memory=Path(folder) / "memory.sqlite3"
        )
        user.window.show()
        try:
            return await scene(user)
        finally:
            await _put_away(user)


async def _put_away(user: WindowUser) -> None:
    for dialog in user.open_dialogs():
        dialog.reject()
    user.host.release()
    await shut_down(user.window, user.workspace)


async def window(user: WindowUser) -> QPixmap:
    """Return the whole window, when it rests."""
    await user.quiet()
    return user.window.grab()


async def with_dialog(user: WindowUser) -> QPixmap:
    """Return the dialog in the middle of its window, which steps back a little."""
    dialog = await user.dialog()
    await user.quiet()
    picture = user.window.grab()
    front = dialog.widget.grab()
    place = QPoint((picture.width() - front.width()) // 2, (picture.height() - front.height()) // 2)
    painter = QPainter(picture)
    painter.fillRect(picture.rect(), QColor(0, 0, 0, 70))
    painter.fillRect(_around(place, front.size()), QColor(0, 0, 0, 90))
    painter.drawPixmap(place, front)
    painter.end()
    return picture


def _around(place: QPoint, size: QSize) -> QRect:
    return QRect(place, size).adjusted(-1, -1, 1, 1)
