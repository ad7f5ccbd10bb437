"""How the window was left: its geometry, splitters and columns. Kept as plain values, and restored if they fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

import msgspec
from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QMainWindow, QSplitter

from hvtree.app.host_book import HostBook
from hvtree.domain.errors import HVTreeError
from hvtree.ui.models.columns import OPTIONAL
from hvtree.ui.views.tree_columns import FIRST, FittedColumns

VERSION = 1
"""Of what is remembered; another one is not used."""
_OF_QT = b"\x01\xd9\xd0\xcb"
"""What every place begins with that Qt has written. It refuses one from a much wider or narrower screen: the usual place will do."""
Pixels = Annotated[int, msgspec.Meta(ge=0, le=100_000)]


class WindowLayout(msgspec.Struct):
    """What is remembered of a window."""

    version: int
    geometry: bytes
    splitters: dict[str, list[Pixels]]
    columns: list[Pixels] | None = None
    """The widths of the first columns as the user made them; None if they are fitted."""
    shown: tuple[str, ...] = ()
    """The names of the optional columns that are shown."""


class LayoutMemory:
    """Keeps the layout of one window in the host book; a failure is only reported."""

    def __init__(
        self,
        book: HostBook,
        window: QMainWindow,
        splitters: Mapping[str, QSplitter],
        columns: FittedColumns,
        *,
        say: Callable[[str, float], None],
    ) -> None:
        self._book = book
        self._window = window
        self._splitters = splitters
        self._columns = columns
        self._say = say

    def keep(self) -> None:
        """Remember how the window is."""
        layout = WindowLayout(
            VERSION,
            bytes(self._window.saveGeometry().data()),
            {name: splitter.sizes() for name, splitter in self._splitters.items()},
            self._columns.chosen,
            tuple(each.name for each in self._columns.shown),
        )
        try:
            self._book.note_window(msgspec.to_builtins(layout))
        except HVTreeError as error:
            self._say(f"The window is not remembered. {error.sentence}", 0)

    def restore(self) -> None:
        """Bring the window to how it was left; it is left alone, with a note, if that does not fit."""
        remembered = self._book.window()
        if not remembered:
            return
        try:
            self._use(msgspec.convert(dict(remembered), WindowLayout))
        except ValueError as error:
            self._say(f"The window begins as new: how it was left cannot be used. {error}", 10)

    def _use(self, layout: WindowLayout) -> None:
        """Bring the window to a layout; raise `ValueError`, and change nothing, if that does not fit it."""
        if layout.version != VERSION:
            raise ValueError("It was written by another version.")
        for name, splitter in self._splitters.items():
            sizes = layout.splitters.get(name, [])
            if len(sizes) != splitter.count() or not any(sizes):
                raise ValueError(f"The splitter ‘{name}’ has other parts.")
        widths = layout.columns
        if widths is not None and (len(widths) != len(FIRST) or min(widths) < self._columns.least):
            raise ValueError("The columns have other widths.")
        is_placed = self._window.restoreGeometry(QByteArray(layout.geometry))
        if not is_placed and not layout.geometry.startswith(_OF_QT):
            raise ValueError("The place of the window cannot be read.")
        for name, splitter in self._splitters.items():
            splitter.setSizes(layout.splitters[name])
        self._columns.show_only([each for each in OPTIONAL if each.name in layout.shown])
        if widths is not None:
            self._columns.choose(widths)
