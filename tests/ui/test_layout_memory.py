"""How the window was left: there again the next time, and never in the way."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QSplitter

from hvtree.app.host_book import HostBook
from hvtree.app.keyring import Keyring
from hvtree.app.settings_file import Store
from hvtree.ui.main_window import MainWindow
from hvtree.ui.models.columns import Column
from tests.support.keyring_backend import MemoryKeyring
from tests.support.window import AtWindow, Story, WindowUser


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


@pytest.fixture
def at_next_window(at_window: AtWindow, path: Path) -> Callable[[Story], None]:
    """Let a story happen before the window of another run of the program."""

    def tell(story: Story) -> None:
        book = HostBook(Store(path), Keyring(MemoryKeyring))
        at_window(story, web="base(p1*)", window={"book": book})

    return tell


def splitters(window: MainWindow) -> tuple[QSplitter, QSplitter]:
    return window.bench.panes, window.bench.work


def test_splitters_columns_and_place_are_as_they_were_left(at_next_window: Callable[[Story], None]) -> None:
    async def leave(user: WindowUser) -> None:
        user.window.resize(780, 600)  # the off-screen platform has a small screen
        panes, _ = splitters(user.window)
        panes.setSizes([430, 350])
        user.window.tree.header().resizeSection(0, 250)
        await user.quiet()
        left["sizes"] = panes.sizes()

    async def come_back(user: WindowUser) -> None:
        panes, _ = splitters(user.window)
        assert (user.window.width(), user.window.height()) == (780, 600)
        assert panes.sizes() == left["sizes"]
        assert user.window.tree.header().sectionSize(0) == 250

    left: dict[str, list[int]] = {}
    at_next_window(leave)
    at_next_window(come_back)


def test_columns_that_were_shown_on_demand_are_shown_again(at_next_window: Callable[[Story], None]) -> None:
    async def leave(user: WindowUser) -> None:
        user.window.tree.columns.show_only([Column.TICKET, Column.AUTHOR])
        await user.quiet()

    async def come_back(user: WindowUser) -> None:
        assert user.window.tree.columns.shown == (Column.TICKET, Column.AUTHOR)

    at_next_window(leave)
    at_next_window(come_back)


def test_columns_that_nobody_sized_fit_the_window_the_next_time_too(
    at_next_window: Callable[[Story], None],
) -> None:
    async def leave(user: WindowUser) -> None:
        user.window.resize(780, 600)
        await user.quiet()

    async def come_back(user: WindowUser) -> None:
        header = user.window.tree.header()
        before = header.sectionSize(0)
        user.window.details.hide()  # its room goes to the tree
        await user.quiet()
        assert header.sectionSize(0) > before
        assert header.length() == user.window.tree.viewport().width()

    at_next_window(leave)
    at_next_window(come_back)


def test_columns_that_the_user_sized_leave_the_rest_to_the_notes(
    at_next_window: Callable[[Story], None],
) -> None:
    async def leave(user: WindowUser) -> None:
        user.window.resize(780, 600)
        for column, width in enumerate((90, 80, 80, 60)):
            user.window.tree.header().resizeSection(column, width)
        await user.quiet()

    async def come_back(user: WindowUser) -> None:
        tree = user.window.tree
        for width in (780, 700, 780):
            user.window.resize(width, 600)
            await user.quiet()
            assert [tree.header().sectionSize(column) for column in range(4)] == [90, 80, 80, 60]
            assert tree.header().length() == tree.viewport().width()

    at_next_window(leave)
    at_next_window(come_back)


@pytest.mark.parametrize(
    "window",
    [
        {"version": 99},
        {"nonsense": True},
        {"version": 1},
        {
            "version": 1,
            "geometry": "%%%",
            "splitters": {"panes": [1, 2], "work": [1, 2]},
            "columns": [50] * 4,
        },
        {
            "version": 1,
            "geometry": "AAAA",
            "splitters": {"panes": [1, 2], "work": [1, 2]},
            "columns": [50] * 4,
        },
        {"version": 1, "geometry": "", "splitters": {"panes": [-1, 2], "work": [1, 2]}, "columns": [50] * 4},
        {"version": 1, "geometry": "", "splitters": {"panes": [0, 0], "work": [1, 2]}, "columns": [50] * 4},
        {"version": 1, "geometry": "", "splitters": {"panes": "wide", "work": [1, 2]}, "columns": [50] * 4},
        {"version": 1, "geometry": "", "splitters": {"panes": [1, 2], "work": [1, 2]}, "columns": [1e9] * 4},
        {"version": 1, "geometry": "", "splitters": [], "columns": None},
    ],
)
def test_a_layout_that_cannot_be_used_is_left_alone_with_a_note(
    at_next_window: Callable[[Story], None],
    path: Path,
    window: dict[str, Any],
) -> None:
    async def story(user: WindowUser) -> None:
        assert "how it was left cannot be used" in user.window.statusBar().currentMessage()
        assert user.window.width() == 1360
        assert user.shape("web") == "base(p1*)"

    path.write_text(json.dumps({"window": window}))
    at_next_window(story)


def test_on_a_much_wider_screen_the_rest_is_as_it_was_left(
    at_next_window: Callable[[Story], None], path: Path
) -> None:
    async def leave(user: WindowUser) -> None:
        user.window.tree.columns.show_only([Column.TICKET])
        await user.quiet()

    async def come_back(user: WindowUser) -> None:
        assert "how it was left" not in user.window.statusBar().currentMessage()
        assert user.window.tree.columns.shown == (Column.TICKET,)

    at_next_window(leave)
    settings = json.loads(path.read_text())
    geometry = bytearray(b64decode(settings["window"]["geometry"]))
    geometry[46:50] = (9_000).to_bytes(4)  # how wide the screen was, as `saveGeometry` writes it
    settings["window"]["geometry"] = b64encode(geometry).decode()
    path.write_text(json.dumps(settings))
    at_next_window(come_back)


def test_keeping_the_layout_keeps_everything_else(
    at_next_window: Callable[[Story], None], path: Path
) -> None:
    async def story(_user: WindowUser) -> None:
        pass

    path.write_text(
        json.dumps({"theme": "dark", "hosts": [{"name": "a", "endpoint": "http://a", "colour": 1}]})
    )
    at_next_window(story)
    written = json.loads(path.read_text())
    assert written["theme"] == "dark"
    assert written["hosts"][0]["colour"] == 1
    assert written["window"]["version"] == 1


def test_a_damaged_settings_file_is_not_touched_by_a_window_that_closes(
    at_next_window: Callable[[Story], None], path: Path
) -> None:
    async def story(_user: WindowUser) -> None:
        pass

    path.write_bytes(b"{ precious")
    at_next_window(story)
    assert path.read_bytes() == b"{ precious"
    assert [each.name for each in path.parent.iterdir()] == [path.name]
