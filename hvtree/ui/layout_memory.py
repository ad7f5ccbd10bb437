"""How the window was left: its geometry, splitters and columns. Kept as plain values, and restored if they fit."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QMainWindow, QSplitter

from hvtree.app.host_book import HostBook
from hvtree.domain.errors import HVTreeError
from hvtree.ui.models.columns import Column
from hvtree.ui.views.tree_columns import FittedColumns

VERSION = 1
"""Of what is remembered; another one is not used."""
_LARGEST = 100_000


class BadLayout(ValueError):
    """What was remembered does not fit."""


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
        self._parts = (window, splitters, columns)
        self._say = say

    def keep(self) -> None:
        """Remember how the window is."""
        try:
            self._book.note_window(take_layout(*self._parts))
        except HVTreeError as error:
            self._say(f"The window is not remembered. {error.sentence}", 0)

    def restore(self) -> None:
        """Bring the window to how it was left; it is left alone, with a note, if that does not fit."""
        layout = self._book.window()
        if not layout:
            return
        try:
            give_layout(layout, *self._parts)
        except BadLayout as error:
            self._say(f"The window begins as new: how it was left cannot be used. {error}", 10)


def take_layout(
    window: QMainWindow, splitters: Mapping[str, QSplitter], columns: FittedColumns
) -> dict[str, Any]:
    """Return how a window is now, as values that a settings file can hold."""
    return {
        "version": VERSION,
        "geometry": _text(window.saveGeometry()),
        "splitters": {name: splitter.sizes() for name, splitter in splitters.items()},
        "columns": columns.chosen,
    }


def give_layout(
    layout: Mapping[str, Any], window: QMainWindow, splitters: Mapping[str, QSplitter], columns: FittedColumns
) -> None:
    """Bring a window to how it was; raise `BadLayout`, and change nothing, if that does not fit it."""
    if layout.get("version") != VERSION:
        raise BadLayout("It was written by another version.")
    sizes = _mapping(layout.get("splitters"))
    fitting = {
        name: _numbers(sizes.get(name), splitter.count(), least=0) for name, splitter in splitters.items()
    }
    widths = layout.get("columns")
    if widths is not None:
        widths = _numbers(widths, len(Column) - 1, least=columns.least)
    geometry = _bytes(layout.get("geometry"))
    if not window.restoreGeometry(geometry):
        raise BadLayout("The place of the window cannot be read.")
    for name, splitter in splitters.items():
        splitter.setSizes(fitting[name])
    if widths is not None:
        columns.choose(widths)


def _text(data: QByteArray) -> str:
    return base64.b64encode(data.data()).decode("ascii")


def _bytes(value: object) -> QByteArray:
    if not isinstance(value, str):
        raise BadLayout("The place of the window is not there.")
    try:
        return QByteArray(base64.b64decode(value, validate=True))
    except (binascii.Error, ValueError) as error:
        raise BadLayout(f"The place of the window cannot be read: {error}.") from error


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise BadLayout("The splitters are not there.")
    return value


def _numbers(value: object, count: int, *, least: int) -> list[int]:
    if not isinstance(value, list) or len(value) != count:
        raise BadLayout(f"There are not {count} sizes.")
    numbers = [number for number in value if type(number) is int and least <= number <= _LARGEST]
    if len(numbers) != count or not any(numbers):
        raise BadLayout("A size is no size.")
    return numbers
