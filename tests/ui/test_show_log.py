"""Help ▸ Show Log."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from hvtree.app.log_file import current_log_file, log_kept
from tests.support.window import AtWindow, WindowUser


class Reader(QObject):
    """Stands for the program that opens files."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toLocalFile())


@pytest.fixture
def reader() -> Iterator[Reader]:
    made = Reader()
    QDesktopServices.setUrlHandler("file", made, "open")  # type: ignore[arg-type]  # the stub says bytes, and bytes fail
    yield made
    QDesktopServices.unsetUrlHandler("file")


def test_the_log_of_this_run_is_opened(at_window: AtWindow, reader: Reader, tmp_path: Path) -> None:
    async def story(user: WindowUser) -> None:
        user.choose_from("Help", "Show Log")
        assert reader.opened == [str(current_log_file())]

    with log_kept("info", tmp_path / "logs"):
        at_window(story, connects=False)


def test_without_a_log_the_reason_is_said(at_window: AtWindow, reader: Reader) -> None:
    async def story(user: WindowUser) -> None:
        user.choose_from("Help", "Show Log")
        dialog = await user.dialog()
        assert "This run keeps no log." in dialog.all_text()
        dialog.key(Qt.Key.Key_Escape)
        await user.until(lambda: user.open_dialog() is None, "the dialog is gone")
        assert reader.opened == []

    at_window(story, connects=False)
