"""Dialogs as high as their text needs at a given width."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog


def fit_to_width(dialog: QDialog, width: int) -> None:
    """Make a dialog so wide, and as high as its layout asks for then: texts that wrap need more than Qt guesses."""
    layout = dialog.layout()
    if layout is None:
        return
    layout.activate()
    dialog.resize(width, max(layout.totalHeightForWidth(width), layout.totalMinimumSize().height()))
