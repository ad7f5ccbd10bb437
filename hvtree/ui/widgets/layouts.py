"""Dialogs as high as their text needs, and widgets beside each other with a handle between them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QSplitter, QWidget


def fit_to_width(dialog: QDialog, width: int) -> None:
    """Make a dialog this wide, and as high as its layout then asks for: texts that wrap need more than Qt guesses."""
    layout = dialog.layout()
    if layout is None:
        return
    layout.activate()
    dialog.resize(width, max(layout.totalHeightForWidth(width), layout.totalMinimumSize().height()))


def splitter(orientation: Qt.Orientation, *parts: tuple[QWidget, int, int]) -> QSplitter:
    """Return widgets with a handle between them: each with its first size, and its share of what is gained or lost."""
    made = QSplitter(orientation)
    made.setChildrenCollapsible(False)
    for position, (widget, _, share) in enumerate(parts):
        made.addWidget(widget)
        made.setStretchFactor(position, share)
    made.setSizes([size for _, size, _ in parts])
    return made
