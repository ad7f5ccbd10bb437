"""Widgets beside or below each other, with a handle between them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget


def splitter(orientation: Qt.Orientation, *parts: tuple[QWidget, int, int]) -> QSplitter:
    """Return widgets with a handle between them: each with its first size, and its share of what is gained or lost."""
    made = QSplitter(orientation)
    made.setChildrenCollapsible(False)
    for position, (widget, _, share) in enumerate(parts):
        made.addWidget(widget)
        made.setStretchFactor(position, share)
    made.setSizes([size for _, size, _ in parts])
    return made
