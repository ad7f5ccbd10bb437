"""How large a window may be: never larger than the screen that it is on."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QWidget

_FRAME = QSize(16, 48)
"""Pixels around a window, at most."""


def resize_on_screen(window: QWidget, wanted: QSize) -> None:
    """Give a window this size, or less where its screen has no room for it and its frame."""
    if QApplication.platformName() != "offscreen":  # which has no real screen
        wanted = on_screen(wanted, window.screen().availableSize())
    window.resize(wanted)


def on_screen(wanted: QSize, available: QSize) -> QSize:
    """Return the size of a window so that it fits the screen with its frame."""
    return wanted.boundedTo(available - _FRAME)
